"""Values made from a shape: the simplest that it allows, and those on both sides of its limits."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice, product
from typing import Any

from jsonschema_rs import is_valid

from images_contract.keywords import KEYWORDS, holds, types

from .corners import KINDS, MAX_LENGTH, SHAPED, at_limit, corners, matching
from .shapes import Shape

MAX_ITEMS = 1_000  # of a list that is made
MAX_DEPTH = 8  # of what is made below the place that is looked at
MAX_COMBINATIONS = 2_000
_KIND = {
    "minimum": "integer", "maximum": "integer", "exclusiveMinimum": "integer", "exclusiveMaximum": "integer",
    "multipleOf": "integer", "minLength": "string", "maxLength": "string", "pattern": "string", "minItems": "array",
    "maxItems": "array", "uniqueItems": "array",
}  # fmt: skip
_TYING = ("if", "then", "else", "not", "dependentRequired", "dependentSchemas", "minProperties", "maxProperties")


def simplest(shape: Shape, depth: int = 0) -> Any:
    """Return the simplest value that a shape allows, as far as its usual keywords tell; None where none is found."""
    if shape.choices:
        return simplest(shape.plus(*(Shape.of(parts[:1]) for _, parts in shape.choices)), depth)
    return next((value for value in _candidates(shape, depth) if _fits(shape, value)), None)


def _candidates(shape: Shape, depth: int) -> Iterator[Any]:
    """Yield values, one of which is likely to fit."""
    yield from shape.demands.get("enum", ())
    for kind in _kinds(shape):
        if kind == "object":
            yield having(shape, shape.required, depth)
        elif kind == "array":
            yield [_item(shape, depth)] * min(shape.demands.get("minItems", 0), MAX_ITEMS)
        elif kind == "string":
            length = max(shape.demands.get("minLength", 1), 1)
            yield "a" * min(length, shape.demands.get("maxLength", length), MAX_LENGTH)
            yield from (text for pattern in shape.rules.get("pattern", ()) for text in at_limit("pattern", pattern))
        elif kind == "boolean":
            yield from (False, True)
        elif kind in ("integer", "number"):
            yield from _numbers(shape)
        else:
            yield None
    yield from shape.examples


def _kinds(shape: Shape) -> list[str]:
    """Return the JSON types that a shape is about, null last."""
    if "type" in shape.demands:
        return sorted(types(shape.demands["type"]), key=lambda kind: kind == "null")
    if shape.fields or shape.required:
        return ["object"]
    if shape.items:
        return ["array"]
    return [_KIND[word] for word in shape.demands if word in _KIND][:1] or ["string"]


def _numbers(shape: Shape) -> list[Any]:
    rules = [(word, each) for word, listed in shape.rules.items() for each in listed if _KIND.get(word) == "integer"]
    limits = [value for rule in rules for value in at_limit(*rule)]
    return sorted(
        [0, *limits, *(float(value) for value in limits)], key=lambda value: (abs(value), isinstance(value, float))
    )


def _item(shape: Shape, depth: int) -> Any:
    return simplest(Shape.of(shape.items), depth + 1) if depth < MAX_DEPTH else None


def having(shape: Shape, names: Iterable[str], depth: int = 0) -> dict[str, Any]:
    """Return an object with some fields, each as simple as it may be."""
    if depth > MAX_DEPTH:
        return {}
    return {name: simplest(Shape.of(shape.fields.get(name, [])), depth + 1) for name in names}


def _fits(shape: Shape, value: Any) -> bool:
    """Tell whether a value satisfies the usual keywords; the others are left to the validator."""
    if isinstance(value, str):
        patterns = shape.rules.get("pattern", ())
        return holds(shape.demands, value) and all(is_valid({"pattern": each}, value) for each in patterns)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return holds(shape.demands, value) and all(
            is_valid({"multipleOf": each}, value) for each in shape.rules.get("multipleOf", ())
        )
    return holds(shape.demands, value)


def near(shape: Shape, depth: int = 0) -> Iterator[Any]:
    """Yield values on both sides of the limits of a shape, those of the places below included."""
    base = simplest(shape, depth)
    yield base
    yield from beside(shape, base)
    if depth >= MAX_DEPTH:
        return
    for name, parts in shape.fields.items():
        below = near(Shape.of(parts), depth + 1)
        yield from ({**(base if isinstance(base, dict) else {}), name: value} for value in below)
    if shape.items:
        yield from ([value] for value in near(Shape.of(shape.items), depth + 1))
    yield from (value for _, parts in shape.choices for part in parts for value in near(Shape.of([part]), depth + 1))


def beside(shape: Shape, base: Any) -> Iterator[Any]:
    """Yield values on both sides of the limits that a shape draws for the place itself."""
    known = {word: argument for word, argument in shape.demands.items() if word in KEYWORDS}
    yield from corners(known, *({word: each} for word, listed in shape.rules.items() for each in listed))
    yield from shape.examples
    if shape.items:
        sizes = {0, 1, 2, *_sizes(shape, "minItems", "maxItems")}
        yield from ([_item(shape, 0)] * size for size in sorted(sizes) if size <= MAX_ITEMS)
    if isinstance(base, dict):
        yield having(shape, shape.fields)
        yield {**base, "unknown_field": 1}
        yield from (_filled(shape, base, size) for size in _sizes(shape, "minProperties", "maxProperties"))
        yield from ({**base, name: value} for name in _names(shape) for value in KINDS)
        yield from islice(({**base, **together} for together in _combinations(shape)), MAX_COMBINATIONS)


def _sizes(shape: Shape, *words: str) -> list[int]:
    """Return the sizes on both sides of what some keywords demand."""
    limits = [limit for word in words for limit in shape.rules.get(word, ())]
    return [size for limit in limits for size in (limit - 1, limit, limit + 1) if size >= 0]


def _filled(shape: Shape, base: dict[str, Any], size: int) -> dict[str, Any]:
    """Return an object with so many fields: those that it needs, others that are described, strangers."""
    known = {**base, **having(shape, [name for name in shape.fields if name not in base])}
    strangers = {f"unknown_field{number}": 1 for number in range(min(size, MAX_ITEMS))}
    return dict(islice({**known, **strangers}.items(), max(size, len(base))))


def _names(shape: Shape) -> Iterator[str]:
    """Yield names of fields that rules about names tell apart."""
    if {"patternProperties", "propertyNames"} & shape.rules.keys():
        patterns = [each for listed in shape.rules.get("patternProperties", ()) for each in listed]
        yield from (name for pattern in patterns for name in matching(pattern)[:5])
        yield from SHAPED


def _combinations(shape: Shape) -> Iterator[dict[str, Any]]:
    """Yield combinations of the fields that rules tie together."""
    tying = [argument for word in _TYING for argument in shape.rules.get(word, ())]
    told = {text for argument in tying for text in _texts(argument)}
    limits = [value for argument in tying for value in _limits(argument)]
    names = [name for name in shape.fields if name in told]
    values = [[..., *limits, *islice(near(Shape.of(shape.fields[name]), MAX_DEPTH), 12)] for name in names]
    for chosen in product(*values) if names else ():
        yield {name: value for name, value in zip(names, chosen, strict=True) if value is not ...}


def _texts(node: Any) -> Iterator[str]:
    """Yield every key and text below a node."""
    for each in [*node, *node.values()] if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from [each] if isinstance(each, str) else _texts(each)


def _limits(node: Any) -> Iterator[Any]:
    """Yield values on both sides of the limits drawn below a node."""
    for word, each in node.items() if isinstance(node, dict) else enumerate(node if isinstance(node, list) else ()):
        yield from at_limit(str(word), each) if not isinstance(each, dict) else _limits(each)
