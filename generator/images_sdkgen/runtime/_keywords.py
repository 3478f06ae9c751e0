"""What the keywords of JSON Schema mean for a Python value, and how each is said.

JSON's view of values: `True` is not 1, 1.0 is an integer, a keyword for strings says nothing about numbers.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast

Rule = tuple[Callable[[Any, Any], bool], Callable[[Any], str]]

_KINDS: dict[str, Callable[[Any], bool]] = {
    "null": lambda value: value is None,
    "boolean": lambda value: isinstance(value, bool),
    "string": lambda value: isinstance(value, str),
    "number": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
    "integer": lambda value: _is_number(value) and (isinstance(value, int) or value.is_integer()),
    "array": lambda value: isinstance(value, list | tuple),
    "object": lambda value: isinstance(value, Mapping),
}


def _is_number(value: Any) -> bool:
    return _KINDS["number"](value)


def _is_type(argument: str | Sequence[str], value: Any) -> bool:
    return any(_KINDS[kind](value) for kind in _listed(argument))


def _listed(argument: str | Sequence[str]) -> Sequence[str]:
    return [argument] if isinstance(argument, str) else argument


def same(a: Any, b: Any) -> bool:
    """Whether two values are the same to JSON: 1 is 1.0, True is only True."""
    if isinstance(a, bool) or isinstance(b, bool):
        return a is b
    return bool(a == b)


def shown(value: Any, limit: int = 60) -> str:
    """Return a value as Python writes it, cut to a readable length."""
    text = repr(value)
    return text if len(text) <= limit else f"{text[:limit]}… ({len(text):,} characters)"


def choice(values: Sequence[Any]) -> str:
    """Return values as a phrase: `'a', 'b' or 'c'`."""
    words = [shown(value) for value in values]
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"


def _bound(holds: Callable[[Any, Any], bool], phrase: str) -> Rule:
    return (
        lambda limit, value: not _is_number(value) or holds(value, limit),
        lambda limit: f"must be {phrase} {limit}",
    )


def _size(kind: str, holds: Callable[[int, int], bool], phrase: str) -> Rule:
    unit = "characters" if kind == "string" else "items"
    return (
        lambda limit, value: not _KINDS[kind](value) or holds(len(value), limit),
        lambda limit: f"must have {phrase} {limit} {unit if limit != 1 else unit[:-1]}",
    )


_EDGES = re.compile(r"([1-9][0-9]{0,8})x([1-9][0-9]{0,8})", re.ASCII)


def _edges(value: Any) -> tuple[int, int] | None:
    match = _EDGES.fullmatch(value) if isinstance(value, str) else None
    return (int(match[1]), int(match[2])) if match else None


def _is_size(words: Sequence[str], value: Any) -> bool:
    return not isinstance(value, str) or value in words or _edges(value) is not None


def _pixels(holds: Callable[[int, int, Any], bool], phrase: str) -> Rule:
    def test(limit: Any, value: Any) -> bool:
        size = _edges(value)
        return size is None or holds(max(size), min(size), limit)

    return test, lambda limit: f"must have {phrase}".format(limit)


KEYWORDS: dict[str, Rule] = {
    "type": (_is_type, lambda kinds: f"must be of type {' or '.join(_listed(kinds))}"),
    "const": (same, lambda value: f"must be {shown(value)}"),
    "enum": (lambda values, value: any(same(one, value) for one in values), lambda values: f"must be {choice(values)}"),
    "minimum": _bound(lambda value, limit: value >= limit, "at least"),
    "maximum": _bound(lambda value, limit: value <= limit, "at most"),
    "exclusiveMinimum": _bound(lambda value, limit: value > limit, "more than"),
    "exclusiveMaximum": _bound(lambda value, limit: value < limit, "less than"),
    "minLength": _size("string", lambda length, limit: length >= limit, "at least"),
    "maxLength": _size("string", lambda length, limit: length <= limit, "at most"),
    "minItems": _size("array", lambda length, limit: length >= limit, "at least"),
    "maxItems": _size("array", lambda length, limit: length <= limit, "at most"),
    # JSON Schema counts 1.0 as an integer; where this stands, it does not.
    "x-json-integer": (lambda _, value: not isinstance(value, float), lambda _: "must be written without a fraction"),
    # JSON Schema has no arithmetic for sizes; these speak of texts that are WIDTHxHEIGHT alone.
    "x-dimensions": (_is_size, lambda words: f"must be {choice(['WIDTHxHEIGHT', *words])}"),
    "x-multiple-of": _pixels(lambda a, b, limit: a % limit == b % limit == 0, "edges that are multiples of {}"),
    "x-max-edge": _pixels(lambda long, _, limit: long <= limit, "no edge above {} pixels"),
    "x-max-ratio": _pixels(lambda a, b, limit: a <= limit * b, "a long edge of at most {} times the short one"),
    "x-min-pixels": _pixels(lambda a, b, limit: a * b >= limit, "at least {} pixels"),
    "x-max-pixels": _pixels(lambda a, b, limit: a * b <= limit, "at most {} pixels"),
}


def holds(schema: Mapping[str, Any], value: Any) -> bool:
    """Whether a value matches a schema that is made of these keywords, `properties` and `required`."""
    if not all(test(schema[word], value) for word, (test, _) in KEYWORDS.items() if word in schema):
        return False
    if not isinstance(value, Mapping):
        return True
    given = cast("Mapping[str, Any]", value)
    inner: Mapping[str, Any] = schema.get("properties", {})
    return all(name in given for name in schema.get("required", ())) and all(
        holds(part, given[name]) for name, part in inner.items() if name in given
    )
