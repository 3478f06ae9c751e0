"""Which headers go on, and which belong to one connection (RFC 9110, section 7.6.1)."""

from __future__ import annotations

from collections.abc import Iterable

Headers = list[tuple[bytes, bytes]]

# Trailers are not passed on, so nobody is told to expect them.
HOP_BY_HOP = {b"connection", b"proxy-connection", b"keep-alive", b"te", b"trailer", b"transfer-encoding", b"upgrade"}


def end_to_end(headers: Iterable[tuple[bytes, bytes]]) -> Headers:
    """Return the headers that go on, in their order, without those that Connection names."""
    listed = [(name.lower(), value) for name, value in headers]
    named = {word.strip().lower() for name, value in listed if name == b"connection" for word in value.split(b",")}
    return [(name, value) for name, value in listed if name not in HOP_BY_HOP | named]


def to_upstream(headers: Headers, host: bytes) -> Headers:
    """Return the headers of a request as upstream gets them: its own Host, and a body in chunks where one came so."""
    kept = [(name, value) for name, value in end_to_end(headers) if name != b"host"]
    chunked = any(name == b"transfer-encoding" for name, _ in headers)
    return [(b"host", host), *kept, *([(b"transfer-encoding", b"chunked")] if chunked else [])]


def as_text(headers: Iterable[tuple[bytes, bytes]]) -> list[tuple[str, str]]:
    """Return headers as text; bytes that are none stand for themselves (latin-1)."""
    return [(name.decode("latin-1").lower(), value.decode("latin-1")) for name, value in headers]
