"""Base64 of an answer, decoded while it arrives: the text, a third larger, is made again only if asked for."""

from __future__ import annotations

from typing import Any, cast

from ._base64 import JsonBase64Decoder, decode_exactly, encode
from ._scanner import unescaped


class LateText(str):
    """Stands in an answer for base64, and is that text for `str`.

    It has either `data`, where that gives back the very same text, or the inside of the JSON string in `pieces`.
    """

    data: bytes | None
    pieces: list[bytes]

    def __repr__(self) -> str:
        start = encode(self.data[:12]) if self.data else b"".join(self.pieces[:1])[:16]
        size = sum(map(len, self.pieces)) if self.data is None else (len(self.data) + 2) // 3 * 4
        return f"<{size:,} characters: {start.decode(errors='replace')!r}…>"

    def __bool__(self) -> bool:
        return bool(self.data) or any(self.pieces)

    def __str__(self) -> str:
        if self.data is not None:
            return encode(self.data).decode()
        return unescaped(b"".join(self.pieces).decode(errors="replace"))

    def decode(self) -> bytes:
        """Return the bytes that it stands for; raises ValueError where it is no base64."""
        if self.data is not None:
            return self.data
        decoder = JsonBase64Decoder()
        return b"".join([*map(decoder.feed, self.pieces), decoder.finish()])


class LateSink:
    """Takes a string; decodes it as long as it is base64 as RFC 4648 has it, and else keeps it."""

    def __init__(self) -> None:
        self._decoded: list[bytes] | None = []
        self._rest = b""  # the last 4 to 7 characters, where the padding is
        self._pieces: list[bytes] = []

    def write(self, piece: bytes, /) -> None:
        """Take the next piece."""
        if self._decoded is None:
            self._pieces.append(piece)
            return
        text = self._rest + piece
        end = max(0, len(text) // 4 * 4 - 4)
        self._rest = text[end:]
        try:
            decoded = decode_exactly(memoryview(text)[:end])
        except ValueError:
            decoded = b""
        if len(decoded) * 4 == end * 3:
            self._decoded.append(decoded)
        else:  # no base64, or something follows the padding
            self._give_up(self._decoded, text)

    def close(self, *, complete: bool = True) -> LateText:
        """Return the string."""
        if self._decoded is not None:
            try:
                last = decode_exactly(self._rest)
            except ValueError:
                last = b""
            if encode(last) == self._rest:
                self._decoded.append(last)
            else:
                self._give_up(self._decoded, self._rest)
        text = LateText()
        text.data = None if self._decoded is None else b"".join(self._decoded)
        text.pieces = self._pieces
        return text

    def _give_up(self, decoded: list[bytes], rest: bytes) -> None:
        self._pieces = [encode(b"".join(decoded)), rest]
        self._decoded = None


class LateField:
    """A field that is a text to whoever reads it, also where it was set to a LateText."""

    def __init__(self, name: str, *default: Any) -> None:
        self._name = name
        self._default = default

    def __get__(self, instance: object, owner: type[object] | None = None) -> Any:
        if instance is None:
            if not self._default:
                raise AttributeError(self._name)  # so dataclasses see that it has no default
            return self._default[0]
        values = vars(instance)
        if isinstance(value := values[self._name], LateText):
            values[self._name] = str(value)
        return values[self._name]

    def __set__(self, instance: object, value: object) -> None:
        vars(instance)[self._name] = value


class LateJson(LateField):
    """A field that is a JSON value, in which every text is a text once it is read."""

    def __get__(self, instance: object, owner: type[object] | None = None) -> Any:
        if instance is None:
            raise AttributeError(self._name)
        values = vars(instance)
        if self not in values.setdefault("_settled", set()):
            values[self._name] = settled(values[self._name])
            values["_settled"].add(self)
        return values[self._name]


def settled(value: Any) -> Any:
    """Return a JSON value, in which every LateText has been replaced by its text."""
    if isinstance(value, LateText):
        return str(value)
    if isinstance(value, dict):
        known = cast("dict[str, Any]", value)
        known.update({name: settled(inner) for name, inner in known.items()})
    elif isinstance(value, list):
        items = cast("list[object]", value)
        items[:] = map(settled, items)
    return cast("Any", value)
