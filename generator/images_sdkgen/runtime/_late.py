"""Base64 of an answer as it arrived, in pieces: decoded without ever being one text, which it is only if asked for."""

from __future__ import annotations

from typing import Any, cast

from ._base64 import JsonBase64Decoder
from ._scanner import unescaped


class LateText(str):
    """Stands in an answer for base64, and is that text for `str`; `pieces` are the inside of the JSON string."""

    pieces: list[bytes]

    def __repr__(self) -> str:
        size = sum(map(len, self.pieces))
        return f"<{size:,} characters: {b''.join(self.pieces[:1])[:16].decode(errors='replace')!r}…>"

    def __bool__(self) -> bool:
        return any(self.pieces)

    def __str__(self) -> str:
        return unescaped(b"".join(self.pieces).decode(errors="replace"))

    def decode(self) -> bytes:
        """Return the bytes that it stands for; raises ValueError where it is no base64."""
        decoder = JsonBase64Decoder()
        return b"".join([*map(decoder.feed, self.pieces), decoder.finish()])


class LateSink:
    """Keeps the pieces of a string."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def write(self, piece: bytes, /) -> None:
        """Take the next piece."""
        self._pieces.append(piece)

    def close(self, *, complete: bool = True) -> LateText:
        """Return the string."""
        text = LateText()
        text.pieces = self._pieces
        return text


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
