"""Base64, decoded as it arrives or at once, with SIMD."""

from __future__ import annotations

import re

from ._scanner import unescaped

# Beside RFC 4648's own alphabet servers are seen to send the URL-safe one, and line ends.
_ALPHABET = bytes.maketrans(b"-_", b"+/")
_SPACE = b" \t\r\n"
_PREFIX = re.compile(rb"\s*data:[^,]*,")  # RFC 2397
_LONGEST_PREFIX = 200


class Base64Decoder:
    """Takes base64 in pieces of any size and gives the bytes that they make; raises ValueError where it is none.

    Line ends, the URL-safe alphabet, missing padding and a prefix such as `data:image/png;base64,` are let pass.
    """

    def __init__(self) -> None:
        self._start: bytes | None = b""  # what may be the beginning of a prefix; None once that is decided
        self._rest = b""  # fewer characters than make a byte sequence
        self._padded = False

    def feed(self, piece: bytes) -> bytes:
        """Return the bytes that this piece completes."""
        if self._start is not None:
            text = self._start + piece
            if (text[:5] == b"data:" or len(text) < 5) and b"," not in text and len(text) < _LONGEST_PREFIX:
                self._start = text
                return b""
            prefix = _PREFIX.match(text)
            piece = text[prefix.end() :] if prefix else text
        decoded = self._decoded(piece)
        self._start = None
        return decoded

    def finish(self) -> bytes:
        """Return the last bytes."""
        decoded = self._decoded(self._start) if self._start else b""
        rest = _cleaned(self._rest)
        if self._padded and rest:
            raise ValueError("something follows the padding")
        return decoded + decode_exactly(rest + b"=" * (-len(rest) % 4))

    def _decoded(self, piece: bytes) -> bytes:
        try:
            return self._quads(piece)
        except ValueError:
            self._rest = _cleaned(self._rest)
            return self._quads(_cleaned(piece))

    def _quads(self, piece: bytes) -> bytes:
        text = self._rest + piece
        end = len(text) - len(text) % 4
        if self._padded and text:
            raise ValueError("something follows the padding")
        decoded = decode_exactly(memoryview(text)[:end])
        self._rest = text[end:]
        if end:
            self._padded = text[end - 1 : end] == b"="
        return decoded


class JsonBase64Decoder:
    """As Base64Decoder, for base64 as it stands in a JSON string, where `/` may be written as `\\/` or `\\u002f`."""

    def __init__(self) -> None:
        self._decoder = Base64Decoder()
        self._cut = b""  # the beginning of an escape

    def feed(self, piece: bytes) -> bytes:
        """Return the bytes that this piece completes."""
        if self._cut or b"\\" in piece:
            text = self._cut + piece
            end = _whole(text)
            self._cut, piece = text[end:], unescaped(text[:end].decode(errors="replace")).encode(errors="replace")
        return self._decoder.feed(piece)

    def finish(self) -> bytes:
        """Return the last bytes."""
        return self._decoder.feed(self._cut) + self._decoder.finish()


def decode(text: str) -> bytes:
    """Return the bytes that base64 stands for; raises ValueError where it is none."""
    try:
        return decode_exactly(text)
    except ValueError:
        decoder = Base64Decoder()
        return decoder.feed(text.encode()) + decoder.finish()


def _cleaned(text: bytes) -> bytes:
    return text.translate(_ALPHABET, _SPACE)


def decode_exactly(text: str | bytes | memoryview) -> bytes:
    """Return the bytes that base64 as RFC 4648 has it stands for; raises ValueError where it is none."""
    # Not everyone who imports this package has an image to decode.
    import pybase64

    return pybase64.b64decode(text, validate=True)


def encode(data: bytes) -> bytes:
    """Return base64."""
    import pybase64

    return pybase64.b64encode(data)


def _whole(text: bytes) -> int:
    """Return how much of the inside of a JSON string there is without an escape that is cut at the end."""
    start = text.rfind(b"\\", max(0, len(text) - 5))
    if start < 0:
        return len(text)
    before = start
    while before > 0 and text[before - 1] == ord("\\"):
        before -= 1
    length = 6 if text[start + 1 : start + 2] == b"u" else 2
    begins = (start - before) % 2 == 0  # else it is the second of a pair
    return start if begins and start + length > len(text) else len(text)
