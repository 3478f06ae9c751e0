"""Bodies that are not JSON: cut short, garbled, of other notations, or plain bytes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from ..judging.look import NOT_JSON, parsed

BYTE_ORDER_MARK = b"\xef\xbb\xbf"  # which a server may ignore (RFC 8259 section 8.1)
_GARBAGE = [b",", b"}", b"]", b'"', b"\\", b"{", b"'", b"\x00", b"\x0b", b"\xff", b"\xed\xa0\x80", b"NaN", b"//"]


def malformed(body: Mapping[str, Any]) -> SearchStrategy[bytes]:
    """Draw bytes that are no JSON text, most of them next to a body's own; shrinks towards that body cut short."""
    text = json.dumps(body).encode()
    cut = st.integers(1, len(text) - 1).map(lambda end: text[:end])
    garbled = st.builds(
        lambda at, added: text[:at] + added + text[at:], st.integers(0, len(text)), st.sampled_from(_GARBAGE)
    )
    spoilt = st.integers(0, len(text) - 1).map(lambda at: text[:at] + text[at + 1 :])
    plain = st.binary(max_size=24)
    return (cut | garbled | spoilt | st.sampled_from(_notations(body, text)) | plain).filter(is_malformed)


def is_malformed(data: bytes) -> bool:
    """Tell whether bytes are no JSON text by any reading that a server may choose."""
    return not data.startswith(BYTE_ORDER_MARK) and parsed(data) is NOT_JSON


def _notations(body: Mapping[str, Any], text: bytes) -> list[bytes]:
    """Return a body in notations that some parsers take for JSON."""
    return [
        text[:-1] + b",}",
        text.replace(b'"', b"'"),
        b"// a comment\n" + text,
        text + text,
        text[:-1] + b', "user": NaN}',
        text.decode().encode("utf-16-le"),
        b"&".join(f"{name}={value}".encode() for name, value in body.items()),
    ]
