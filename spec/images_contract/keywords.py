"""The JSON Schema keywords that rules are derived from: what each means, how it merges, how it is said.

JSON Schema's own semantics: `true` is not 1, 1.0 is an integer, a keyword for strings says nothing about numbers.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sized
from dataclasses import dataclass
from functools import partial
from typing import Any

from . import dimensions

TYPES = ("string", "integer", "number", "boolean", "null", "array", "object")

_PYTHON_TYPES: dict[type, str] = {
    str: "string", int: "integer", float: "number", bool: "boolean", type(None): "null", list: "array", dict: "object"
}  # fmt: skip


def type_of(value: Any) -> str:
    """Return the JSON type of a value; 1.0 is an integer, true is not."""
    if isinstance(value, float) and value.is_integer():
        return "integer"
    return _PYTHON_TYPES[type(value)]


def json_equal(a: Any, b: Any) -> bool:
    """Compare as JSON does: 1 equals 1.0, true equals only true."""
    if isinstance(a, bool) or isinstance(b, bool):
        return a is b
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(map(json_equal, a, b))
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(json_equal(a[key], b[key]) for key in a)
    return type_of(a) == type_of(b) and bool(a == b)


def shown(value: Any, limit: int = 60) -> str:
    """Return a value as JSON on one line, cut to a readable length."""
    try:
        text = json.dumps(value, ensure_ascii=False)
    except (RecursionError, ValueError, TypeError):  # nested too deeply, an integer of 5,000 digits, not JSON
        return f"a value of type {type(value).__name__}"
    length = len(value) if isinstance(value, str) else len(text)
    return text if len(text) <= limit else f"{text[: limit - 1]}… ({length:,} characters)"


@dataclass(frozen=True)
class Keyword:
    """A keyword: the shape of its argument, its meaning, how two of it merge, and its sentence."""

    shape: Callable[[Any], bool]
    expects: str
    holds: Callable[[Any, Any], bool]
    merge: Callable[[Any, Any], Any]
    says: Callable[[Any], str]


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _length(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def types(argument: Any) -> list[str]:
    """Return the argument of `type` as a list."""
    return [argument] if isinstance(argument, str) else list(argument)


def _is_type(argument: Any, value: Any) -> bool:
    kind = type_of(value)
    return kind in types(argument) or (kind == "integer" and "number" in types(argument))


def _merge_types(a: Any, b: Any) -> list[str]:
    both = [kind for kind in types(a) if kind in types(b) or (kind == "integer" and "number" in types(b))]
    return both + [kind for kind in types(b) if kind == "integer" and "number" in types(a) and kind not in both]


def _article(kind: str) -> str:
    return kind if kind == "null" else f"{'an' if kind[0] in 'aio' else 'a'} {kind}"


def _type_shape(value: Any) -> bool:
    kinds = [value] if isinstance(value, str) else value
    return isinstance(kinds, list) and bool(kinds) and all(kind in TYPES for kind in kinds)


def words(values: Any) -> str:
    """Return values as a phrase: `a, b or c`."""
    listed = [shown(value) for value in values]
    return listed[0] if len(listed) == 1 else f"{', '.join(listed[:-1])} or {listed[-1]}"


def _bound(holds: Callable[[Any, Any], bool], merge: Callable[[Any, Any], Any], phrase: str) -> Keyword:
    return Keyword(
        _number, "a number", lambda a, v: not _number(v) or holds(a, v), merge, lambda a: f"must be {phrase} {shown(a)}"
    )


def _size(
    kind: type[Sized], holds: Callable[[int, int], bool], merge: Callable[[int, int], int], phrase: str
) -> Keyword:
    unit = "characters" if kind is str else "items"
    return Keyword(
        _length, "a non-negative integer", lambda a, v: not isinstance(v, kind) or holds(a, len(v)), merge,
        lambda a: f"must have {phrase} {a:,} {unit if a != 1 else unit.removesuffix('s')}",
    )  # fmt: skip


KEYWORDS: dict[str, Keyword] = {
    "type": Keyword(
        _type_shape, f"one or several of {', '.join(TYPES)}", _is_type, _merge_types,
        lambda a: f"must be {' or '.join(map(_article, types(a)))}",
    ),
    "enum": Keyword(
        lambda a: isinstance(a, list) and bool(a), "a list of values",
        lambda a, v: any(json_equal(each, v) for each in a),
        lambda a, b: [each for each in a if any(json_equal(each, other) for other in b)],
        lambda a: f"must be {words(a)}" if a else "has no allowed value",
    ),
    "minimum": _bound(lambda a, v: v >= a, max, "at least"),
    "maximum": _bound(lambda a, v: v <= a, min, "at most"),
    "exclusiveMinimum": _bound(lambda a, v: v > a, max, "more than"),
    "exclusiveMaximum": _bound(lambda a, v: v < a, min, "less than"),
    "minLength": _size(str, lambda a, n: n >= a, max, "at least"),
    "maxLength": _size(str, lambda a, n: n <= a, min, "at most"),
    "minItems": _size(list, lambda a, n: n >= a, max, "at least"),
    "maxItems": _size(list, lambda a, n: n <= a, min, "at most"),
    # JSON Schema counts 1.0 as an integer; this keyword of ours does not.
    "x-json-integer": Keyword(
        lambda a: a is True, "true", lambda a, v: not isinstance(v, float), lambda a, b: True,
        lambda a: "must be written without a fraction",
    ),
}  # fmt: skip
KEYWORDS |= {
    name: Keyword(
        partial(dimensions.is_argument, name),
        "a list of words" if name == dimensions.FORM else "a number of at least 1",
        *rule,
    )
    for name, rule in dimensions.RULES.items()
}

# Keywords that demand nothing.
ANNOTATIONS = frozenset(
    {"title", "description", "default", "example", "examples", "deprecated", "readOnly", "writeOnly", "format"}
    | {"$comment", "externalDocs", "x-source", "x-rules", "x-refused-with", "x-retired"}
)


def holds(schema: dict[str, Any], value: Any) -> bool:
    """Judge a value by a schema made of these keywords, plus `const`, `properties` and `required`."""
    if "const" in schema and not json_equal(schema["const"], value):
        return False
    if any(not rule.holds(schema[name], value) for name, rule in KEYWORDS.items() if name in schema):
        return False
    if not isinstance(value, dict):
        return True
    return all(name in value for name in schema.get("required", ())) and all(
        holds(inner, value[name]) for name, inner in schema.get("properties", {}).items() if name in value
    )
