"""What every part of an answer has in common, and how it is read: strictly where it must be, else tolerantly.

Unknown fields and unknown values are kept, not refused; `null` in an optional field counts as absent. A required field
that is missing, or a value of another JSON type, is a breach of the contract.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any, ClassVar, TypeVar, cast

from ._keywords import shown
from .errors import ImagesClientError

T = TypeVar("T")
Decoder = Callable[[object, str], T]

_HIDDEN = frozenset({"raw", "headers", "request_id"})
_REPR_LIMIT = 80


class Breach(ImagesClientError):
    """An answer that breaks the contract: where, what is there instead."""

    def __init__(self, place: str, expected: str, value: object) -> None:
        text = repr(value)
        got = text if len(text) <= _REPR_LIMIT else f"{text[:_REPR_LIMIT]}…"
        super().__init__(f"the answer breaks the contract at {place or '/'}: expected {expected}, got {got}")


@dataclass(frozen=True, kw_only=True, repr=False)
class ResponseModel:
    """A part of an answer. `raw` is the JSON object that it was read from; `extra` what the contract does not name."""

    raw: Mapping[str, Any] = field(default_factory=dict[str, Any], compare=False)

    known_fields: ClassVar[frozenset[str]] = frozenset()

    @property
    def extra(self) -> dict[str, Any]:
        """The fields that the contract does not name."""
        return {name: value for name, value in self.raw.items() if name not in self.known_fields}

    def __repr__(self) -> str:
        values = {one.name: vars(self)[one.name] for one in fields(self) if one.name not in _HIDDEN}
        shown = ", ".join(f"{name}={_short(value)}" for name, value in values.items() if value is not None)
        return f"{type(self).__name__}({shown})"


@dataclass(frozen=True, kw_only=True, repr=False)
class Answer(ResponseModel):
    """A whole answer, with the HTTP headers that it came with and the id that the server gave the request."""

    headers: Mapping[str, str] = field(default_factory=dict[str, str], compare=False)
    request_id: str | None = field(default=None, compare=False)

    @property
    def _request_id(self) -> str | None:
        """`request_id`, as the official SDK calls it."""
        return self.request_id


def _short(value: object) -> str:
    """Return a value's repr without megabytes of base64 in it."""
    if isinstance(value, str) and len(value) > _REPR_LIMIT:
        return f"<{len(value):,} characters: {value[:16]!r}…>"
    return shown(value) if isinstance(value, dict | list) else repr(value)


class Reader:
    """Reads the fields of one JSON object."""

    def __init__(self, raw: object, place: str) -> None:
        self.raw = as_object(raw, place)
        self.place = place

    def required(self, name: str, decode: Decoder[T]) -> T:
        """Return a field that must be there."""
        if name not in self.raw:
            raise Breach(self.place, f"a field {name!r}", dict(self.raw))
        return decode(self.raw[name], f"{self.place}/{name}")

    def optional(self, name: str, decode: Decoder[T]) -> T | None:
        """Return a field that may be absent or null."""
        value = self.raw.get(name)
        return None if value is None else decode(value, f"{self.place}/{name}")


def as_text(value: object, place: str) -> str:
    """Return a string."""
    if not isinstance(value, str):
        raise Breach(place, "a string", value)
    return value


def as_integer(value: object, place: str) -> int:
    """Return an integer; 1.0 is one, as JSON has it."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if not isinstance(value, int) or isinstance(value, bool):
        raise Breach(place, "an integer", value)
    return value


def as_number(value: object, place: str) -> float:
    """Return a number."""
    if not isinstance(value, int | float) or isinstance(value, bool):
        raise Breach(place, "a number", value)
    return value


def as_boolean(value: object, place: str) -> bool:
    """Return true or false."""
    if not isinstance(value, bool):
        raise Breach(place, "true or false", value)
    return value


def as_object(value: object, place: str) -> Mapping[str, Any]:
    """Return a JSON object as it is."""
    if not isinstance(value, dict):
        raise Breach(place, "an object", value)
    return cast("dict[str, Any]", value)


def as_is(value: object, place: str) -> Any:
    """Return a value as it is."""
    return value


def array_of(decode: Decoder[T]) -> Decoder[tuple[T, ...]]:
    """Return a decoder of arrays whose items are all of one kind."""

    def decode_array(value: object, place: str) -> tuple[T, ...]:
        if not isinstance(value, list):
            raise Breach(place, "an array", value)
        items = cast("list[object]", value)
        return tuple(decode(item, f"{place}/{index}") for index, item in enumerate(items))

    return decode_array


def or_null(decode: Decoder[T]) -> Decoder[T | None]:
    """Return a decoder that lets null pass."""
    return lambda value, place: None if value is None else decode(value, place)
