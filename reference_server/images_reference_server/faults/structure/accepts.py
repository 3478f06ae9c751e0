"""Laxness: for every rule of every model, a server that does not enforce just that rule."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from images_contract.dimensions import RULES
from images_contract.validators import CUSTOM

from ...catalogue import Catalogue, Document, Schema
from ...errors import Refusal
from ...seams import Call
from ..fault import STRUCTURE, Fault
from .conditions import breaks, meets, weakened
from .dimensions import unbounded
from .mutation import MODEL, Site, put, sites, without

# What a lax parser takes for a value of another type: how it is let through, and a value that shows it.
_LOOK_ALIKES: dict[str, tuple[Schema, Any]] = {
    "string": ({"type": "string"}, "2"),
    "number": ({"type": "number"}, 7),
    "fraction": ({"type": "number", "not": {"type": "integer"}}, 1.5),
    "boolean": ({"type": "boolean"}, True),
    "array": ({"type": "array"}, []),
    "object": ({"type": "object"}, {}),
    "null": ({"type": "null"}, None),
}
_OWN = {"integer": {"number"}, "number": {"number", "fraction"}}  # look-alikes that are none for a type
_BOUNDS = {"minimum": -1, "maximum": 1, "minLength": -1, "maxLength": 1, "minItems": -1, "maxItems": 1}
_SIZES = ("Length", "Items")  # what cannot be negative
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
        if not site.model.names:
            yield from _of_no_model(site)
    if Catalogue.from_document(document).absent is None:
        yield _unnamed(document)


def _unnamed(document: Document) -> Fault:
    """A server that chooses a model, although every request must name one."""

    def chosen(refusal: Refusal | None, call: Call) -> Refusal | None:
        return refusal if MODEL in call.members or not call.members else None

    plain = next(sites(document)).plain
    witness = {name: value for name, value in plain.items() if name != MODEL}
    sentence = "model may be left out."
    return Fault("accepts:model.required", "accepts", sentence, STRUCTURE, witness=witness, seams={"contract": chosen})


def _types(site: Site, parameter: str, schema: Schema) -> Iterator[Fault]:
    named = schema.get("type", [])
    kinds = {named} if isinstance(named, str) else set(named)
    if not kinds:
        return
    own = kinds.union(*(_OWN.get(kind, set()) for kind in kinds))
    others = {other: told for other, told in _LOOK_ALIKES.items() if other not in own}
    if "integer" not in kinds:
        others.pop("fraction", None)
    checked = {"if": {"type": sorted(kinds)}, "then": schema}
    wrong = next(value for _, value in others.values() if value is not None)
    yield _widened(site, parameter, "type", f"{parameter} may have any type.", checked, wrong)
    for other, (accepted, value) in others.items():
        rule = "null" if other == "null" else f"type-{other}"
        sentence = f"{parameter} may be {'null' if other == 'null' else f'of type {other}'}."
        yield _widened(site, parameter, rule, sentence, {"if": accepted, "else": schema}, value)


def _bounds(site: Site, parameter: str, schema: Schema) -> Iterator[Fault]:
    for keyword, step in _BOUNDS.items():
        if keyword not in schema:
            continue
        limit = schema[keyword]
        sentence = f"{parameter} is not held to its {keyword} of {limit}."
        far = _value(keyword, _loosest(site, parameter, keyword, step) + 20 * step)
        yield _widened(site, parameter, keyword, sentence, without(schema, keyword), far, keyword)
        if site.model.names and (limit + step > 0 or not keyword.endswith(_SIZES)):
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
    if keyword.endswith("Items"):
        return ["a"] * max(limit, 0)
    return "a" * max(limit, 0) if keyword.endswith("Length") else limit


def _custom(site: Site, parameter: str, schema: Schema) -> Iterator[Fault]:
    for keyword in [keyword for keyword in CUSTOM if keyword in schema and keyword not in RULES]:
        witness = float(schema.get("minimum", 1)) if schema.get("type") == "integer" else schema.get("default")
        sentence = f"{parameter} is not held to {keyword}."
        yield _widened(site, parameter, keyword, sentence, without(schema, keyword), witness, keyword)


def _values(site: Site, parameter: str, schema: Schema) -> Iterator[Fault]:
    values = schema["enum"]
    sentence = f"{parameter} may have any value of its type."
    yield _widened(site, parameter, "enum", sentence, without(schema, "enum"), _stranger(values), "enum")
    if not site.model.names:
        return  # a sibling's value may be accepted without `model`
    others = [value for value in _all_values(site, parameter) if value not in values]
    for value in others:
        told = f"{parameter} may be {value!r}, which is not its own."
        yield _extra(site, parameter, schema, f"{value}", told, [value])
    texts = [value for value in values if isinstance(value, str)]
    spaced = [text for value in texts for text in (f" {value}", f"{value} ", f" {value} ")]
    cased = [text for value in texts for text in (value.upper(), value.title(), value.lower()) if text != value]
    if not texts:
        return
    yield _extra(site, parameter, schema, "case", f"{parameter} is compared without regard to case.", cased)
    blanks = f"{parameter} is compared without regard to blanks around it."
    yield _extra(site, parameter, schema, "blanks", blanks, spaced)
    yield _extra(site, parameter, schema, "empty", f"{parameter} may be empty.", [""])


def _stranger(values: list[Any]) -> Any:
    """Return a value that is not listed, of the same type."""
    numbers = [value for value in values if isinstance(value, int)]
    if values in ([True], [False]):
        return not values[0]
    return max(numbers) + 1 if numbers else "no-such-value"


def _all_values(site: Site, parameter: str) -> list[Any]:
    schemas = [model.parameters.get(parameter, {}) for model in site.catalogue.models]
    return list(dict.fromkeys(value for schema in schemas for value in schema.get("enum", ())))


def _extra(site: Site, parameter: str, schema: Schema, rule: str, sentence: str, values: list[Any]) -> Fault:
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
    if site.schema.get("additionalProperties", True) is not False:
        return
    missing = site.of_others

    def open_up(node: Schema) -> None:
        node["properties"] = {**node["properties"], **dict.fromkeys(missing, False)}
        node["additionalProperties"] = True

    yield site.fault(
        "accepts", "unknown", "parameters that nobody documents are accepted.", open_up,
        {**site.plain, _STRANGER: 1}, level=site.level("additionalProperties", site.schema),
    )  # fmt: skip
    for parameter, schema in missing.items() if site.model.names else ():
        sentence = f"{parameter} is accepted, though this model does not have it."
        levels = [(site.level("unsupported", schema, **{parameter: value}), value) for value in _typical(schema)]
        level, value = next((each for each in levels if each[0] != "may"), levels[0])
        edit, body = put(parameter, schema), site.body(**{parameter: value})
        yield site.fault("accepts", f"{parameter}.unsupported", sentence, edit, body, level=level)


def _of_no_model(site: Site) -> Iterator[Fault]:
    """Yield what a server accepts without a model although no model accepts it, of parameters that only some have."""
    for parameter, schema in site.of_others.items():
        values = [
            value for other in site.catalogue.models for value in other.parameters.get(parameter, {}).get("enum", ())
        ]
        for keyword in [keyword for keyword in ("type", "enum", *_BOUNDS) if keyword in schema]:
            wrong = _wrong(site, parameter, keyword, schema)
            accepted = {"not": {keyword: values if keyword == "enum" else schema[keyword]}}
            accepted |= {} if keyword == "type" or "type" not in schema else {"type": schema["type"]}
            yield site.fault(
                "accepts", f"{parameter}.{keyword}", f"{parameter} may be {wrong!r:.40}, which no model accepts.",
                put(parameter, accepted), {**site.plain, parameter: wrong}, level=site.level("unsupported", schema),
            )  # fmt: skip
    yield from _mixed(site)


def _mixed(site: Site) -> Iterator[Fault]:
    """Yield the server that, without a model, serves parameters that no single model takes together."""

    def open_up(node: Schema) -> None:
        node["properties"] = {**node["properties"], **site.of_others}

    for model in site.catalogue.models:
        for condition in model.conditions:
            if "then" in condition and condition.get("x-clause", {}).get("level", "must") == "must":
                body = {**meets(condition), **breaks(model, condition)}
                if body.keys() <= site.of_others.keys():
                    sentence = "parameters that no single model takes together are accepted."
                    yield site.fault("accepts", "mixed", sentence, open_up, {**site.plain, **body})
                    return


def _wrong(site: Site, parameter: str, keyword: str, schema: Schema) -> Any:
    """Return a value that breaks one rule in every model that has a parameter."""
    if keyword == "type":
        return 7 if "string" in schema["type"] else "7"
    if keyword == "enum":
        return _stranger(schema["enum"])
    step = _BOUNDS[keyword]
    return _value(keyword, _loosest(site, parameter, keyword, step) + step)


def _typical(schema: Schema) -> list[Any]:
    """Return values that a schema accepts; its default last, where another will do."""
    if schema.get("type") == "boolean":
        return [not schema.get("default", True)]
    return list(schema.get("enum") or [schema.get("maximum", "someone")])
