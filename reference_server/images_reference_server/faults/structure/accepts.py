"""Laxness: for every rule of every model, a server that does not enforce just that rule."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from images_contract.dimensions import RULES
from images_contract.validators import CUSTOM

from ...catalogue import Document, Schema
from ..fault import Fault
from .conditions import weakened
from .dimensions import unbounded
from .mutation import MODEL, Site, put, sites, without

# What a lax parser takes for another type: JSON type -> how it is let through, and a value that shows it.
_LOOK_ALIKES: dict[str, dict[str, tuple[Schema, Any]]] = {
    "integer": {
        "string": ({"type": "string"}, "2"),
        "number": ({"type": "number", "not": {"type": "integer"}}, 1.5),
        "boolean": ({"type": "boolean"}, True),
    },
    "boolean": {"string": ({"type": "string"}, "true"), "integer": ({"type": "integer"}, 1)},
    "string": {
        "number": ({"type": "number"}, 7),
        "array": ({"type": "array"}, ["a"]),
        "object": ({"type": "object"}, {}),
    },
}
_BOUNDS = {"minimum": -1, "maximum": 1, "minLength": -1, "maxLength": 1}
_STRANGER = "no-such-parameter"


def accepts(document: Document) -> Iterator[Fault]:
    """Yield the faults that make a server accept what it must refuse."""
    for site in sites(document):
        for parameter, schema in site.parameters:
            yield from _types(site, parameter, schema)
            yield from _bounds(site, parameter, schema)
            yield from _custom(site, parameter, schema)
            yield from unbounded(site, parameter, schema)
            if "enum" in schema:
                yield from _values(site, parameter, schema)
        yield from _required(site)
        yield from _unknown(site)
        yield from weakened(site)


def _types(site: Site, parameter: str, schema: Schema) -> Iterator[Fault]:
    kind = schema.get("type")
    if not isinstance(kind, str):
        return
    wrong = {"string": 7}.get(kind, {"not": "right"})
    checked = {"if": {"type": kind}, "then": schema}
    yield _widened(site, parameter, "type", f"{parameter} may have any type.", checked, wrong)
    if "enum" not in schema:
        for other, (accepted, value) in _LOOK_ALIKES.get(kind, {}).items():
            passed = {"if": accepted, "else": schema}
            sentence = f"{parameter} may be of type {other}."
            yield _widened(site, parameter, f"type-{other}", sentence, passed, value)
    yield _widened(site, parameter, "null", f"{parameter} may be null.", {"if": {"type": "null"}, "else": schema}, None)


def _bounds(site: Site, parameter: str, schema: Schema) -> Iterator[Fault]:
    for keyword, step in _BOUNDS.items():
        if keyword not in schema:
            continue
        limit = schema[keyword]
        sentence = f"{parameter} is not held to its {keyword} of {limit}."
        far = _value(keyword, _loosest(site, parameter, keyword, step) + 20 * step)
        yield _widened(site, parameter, keyword, sentence, without(schema, keyword), far, keyword)
        if site.model.names and (limit + step > 0 or "Length" not in keyword):
            shifted = {**schema, keyword: limit + step}
            sentence = f"{parameter} is held to a {keyword} of {limit + step}, one off."
            near = _value(keyword, limit + step)
            yield _widened(site, parameter, f"{keyword}-off-by-one", sentence, shifted, near, keyword)


def _loosest(site: Site, parameter: str, keyword: str, step: int) -> int:
    """Return the bound that no model goes beyond: without `model`, what any of them accepts may be accepted."""
    models = [site.model] if site.model.names else [site.model, *site.catalogue.models]
    bounds = [
        model.parameters[parameter][keyword] for model in models if keyword in model.parameters.get(parameter, {})
    ]
    return int(max(bounds, key=lambda bound: bound * step))


def _value(keyword: str, limit: int) -> Any:
    return "a" * max(limit, 0) if "Length" in keyword else limit


def _custom(site: Site, parameter: str, schema: Schema) -> Iterator[Fault]:
    for keyword in [keyword for keyword in CUSTOM if keyword in schema and keyword not in RULES]:
        witness = float(schema.get("minimum", 1)) if schema.get("type") == "integer" else schema.get("default")
        sentence = f"{parameter} is not held to {keyword}."
        yield _widened(site, parameter, keyword, sentence, without(schema, keyword), witness, keyword)


def _values(site: Site, parameter: str, schema: Schema) -> Iterator[Fault]:
    values = schema["enum"]
    sentence = f"{parameter} may have any value of its type."
    yield _widened(site, parameter, "enum", sentence, without(schema, "enum"), "no-such-value", "enum")
    if not site.model.names:
        return  # a sibling's value may be accepted without `model`
    others = [value for value in _all_values(site, parameter) if value not in values]
    for value in others:
        yield _extra(site, parameter, f"{value}", f"{parameter} may be {value!r}, which is not its own.", [value])
    texts = [value for value in values if isinstance(value, str)]
    spaced = [f" {value} " for value in texts]
    yield _extra(
        site, parameter, "case", f"{parameter} is compared without regard to case.", [t.upper() for t in texts]
    )
    yield _extra(site, parameter, "blanks", f"{parameter} is compared without regard to blanks around it.", spaced)
    yield _extra(site, parameter, "empty", f"{parameter} may be empty.", [""])


def _all_values(site: Site, parameter: str) -> list[Any]:
    schemas = [model.parameters.get(parameter, {}) for model in site.catalogue.models]
    return list(dict.fromkeys(value for schema in schemas for value in schema.get("enum", ())))


def _extra(site: Site, parameter: str, rule: str, sentence: str, values: list[Any]) -> Fault:
    schema = site.model.parameters[parameter]
    widened = {**schema, "enum": [*schema["enum"], *values]}
    return _widened(site, parameter, rule, sentence, widened, values[0], "enum")


def _widened(
    site: Site, parameter: str, rule: str, sentence: str, schema: Schema, witness: Any, keyword: str = "type"
) -> Fault:
    level = site.level(keyword, site.model.parameters[parameter], **{parameter: witness})
    body = site.body(**{parameter: witness})
    return site.fault("accepts", f"{parameter}.{rule}", sentence, put(parameter, schema), body, level=level)


def _required(site: Site) -> Iterator[Fault]:
    for parameter in site.required:
        witness = {name: value for name, value in site.plain.items() if name != parameter}
        yield site.fault(
            "accepts", f"{parameter}.required", f"{parameter} may be left out.", _not_required(parameter), witness
        )


def _not_required(parameter: str) -> Any:
    def edit(node: Schema) -> None:
        node["required"] = [name for name in node["required"] if name != parameter]

    return edit


def _unknown(site: Site) -> Iterator[Fault]:
    documented = {name: schema for model in site.catalogue.models for name, schema in model.parameters.items()}
    missing = {name: schema for name, schema in documented.items() if name not in site.model.parameters}
    missing.pop(MODEL, None)

    def open_up(node: Schema) -> None:
        node["properties"] = {**node["properties"], **dict.fromkeys(missing, False)}
        node["additionalProperties"] = True

    yield site.fault(
        "accepts", "unknown", "parameters that nobody documents are accepted.", open_up,
        {**site.plain, _STRANGER: 1}, level=site.level("additionalProperties", site.schema),
    )  # fmt: skip
    for parameter, schema in missing.items() if site.model.names else ():
        sentence = f"{parameter} is accepted, though this model does not have it."
        witness = site.body(**{parameter: _typical(schema)})
        level = site.level("unsupported", schema, **{parameter: _typical(schema)})
        yield site.fault("accepts", f"{parameter}.unsupported", sentence, put(parameter, schema), witness, level=level)


def _typical(schema: Schema) -> Any:
    """Return a value that a schema accepts, and not its default where another will do."""
    if schema.get("type") == "boolean":
        return not schema.get("default", True)
    if schema.get("enum"):
        return schema["enum"][0]
    return schema.get("maximum", "someone")
