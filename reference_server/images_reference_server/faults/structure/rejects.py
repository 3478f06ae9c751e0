"""Over-strictness: for every liberty that a model's rules leave, a server that takes just that one away."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import Any

from images_contract.dimensions import FORM

from ...catalogue import Document, Schema
from ...samples import sample
from ..fault import Fault
from .conditions import tightened
from .dimensions import narrowed
from .mutation import MODEL, Edit, Site, leave_out, put, sites

_NARROWER = {"minimum": 1, "maximum": -1, "minLength": 1, "maxLength": -1, "minItems": 1, "maxItems": -1}
COUNT = "n"
# Texts that a careless server trips over: what it refuses, as a pattern of what is left, and an example.
_TEXTS = {
    "non-ascii": (r"^[\x00-\x7F]*$", "一只可爱的小猫"),
    "astral": (r"^[\u0000-\uFFFF]*$", "🐈 in the garden"),
    "line-break": (r"^[^\n]*$", "\n a cat"),
    "quote": (r"^[^\"']*$", "'A cat' in the \"garden\""),
}


def rejects(document: Document) -> Iterator[Fault]:
    """Yield the faults that make a server refuse what it must accept."""
    for site in sites(document):
        for parameter, schema in site.parameters:
            yield from _values(site, parameter, schema)
            yield from _bounds(site, parameter, schema)
            if parameter not in site.required:
                yield from _optional(site, parameter, schema)
            yield from narrowed(site, parameter, schema)
            if schema.get("type") == "string" and "enum" not in schema and FORM not in schema:
                yield from _texts(site, parameter, schema)
        if site.model.names:
            yield from _pairs(site)
            yield from tightened(site)
            yield _retired(site)


def _fault(site: Site, rule: str, sentence: str, edit: Edit, **witness: Any) -> Fault:
    strict = {} if site.model.names else {"open_absent": False}
    return site.fault("rejects", rule, sentence, edit, {**site.plain, **witness}, seams=strict)


def _choices(schema: Schema) -> list[Any]:
    return [True, False] if schema.get("type") == "boolean" else schema.get("enum", [])


def _telling(schema: Schema) -> list[Any]:
    """Return the values of a parameter that may stand in a pair: those listed, or the ends of a range."""
    ends = [schema[keyword] for keyword in ("minimum", "maximum") if keyword in schema]
    return _choices(schema) or list(dict.fromkeys(ends))


def _values(site: Site, parameter: str, schema: Schema) -> Iterator[Fault]:
    choices = _choices(schema)
    for value in choices if len(choices) > 1 else ():
        edit = put(parameter, {**schema, "enum": [other for other in choices if other != value]})
        word = str(value).lower() if isinstance(value, bool) else value
        companions = _companions(site, {parameter: value})
        if companions is not None:
            sentence = f"{parameter} may not be {word!r}."
            yield _fault(site, f"{parameter}.{word}", sentence, edit, **{parameter: value}, **companions)


def _bounds(site: Site, parameter: str, schema: Schema) -> Iterator[Fault]:
    for keyword, step in _NARROWER.items():
        pair = (keyword.replace("max", "min"), keyword.replace("min", "max"))
        if keyword not in schema or schema.get(pair[0]) == schema.get(pair[1]):
            continue
        value = {"Length": "a", "Items": ["a"]}.get(keyword[3:], 1) * schema[keyword]
        edit = put(parameter, {**schema, keyword: schema[keyword] + step})
        sentence = f"{parameter} has a {keyword} of {schema[keyword] + step} instead of {schema[keyword]}."
        companions = _companions(site, {parameter: value}) or {}
        yield _fault(site, f"{parameter}.{keyword}", sentence, edit, **{parameter: value}, **companions)


def _companions(site: Site, members: dict[str, Any]) -> dict[str, Any] | None:
    """Return what must be said beside some members for a valid body, None where nothing helps."""
    candidates: list[dict[str, Any]] = [{}]
    for name, schema in site.parameters:
        candidates += [{name: value} for value in _choices(schema) if name not in members]
    return next((extra for extra in candidates if site.accepts({**members, **extra})), None)


def _optional(site: Site, parameter: str, schema: Schema) -> Iterator[Fault]:
    value = sample(site.document, schema)
    sentence = f"{parameter} is unknown."
    yield _fault(site, f"{parameter}.unsupported", sentence, leave_out(parameter), **{parameter: value})
    yield _fault(site, f"{parameter}.absent", f"{parameter} must be given.", _required(parameter))


def _required(parameter: str) -> Edit:
    def edit(node: Schema) -> None:
        node["required"] = [*node["required"], parameter]

    return edit


def _texts(site: Site, parameter: str, schema: Schema) -> Iterator[Fault]:
    for rule, (pattern, example) in _TEXTS.items():
        edit = put(parameter, {**schema, "pattern": pattern})
        example = example[: schema.get("maxLength")].ljust(schema.get("minLength", 0), ".")
        yield _fault(site, f"{parameter}.{rule}", f"{parameter} may have no {rule}.", edit, **{parameter: example})


def _pairs(site: Site) -> Iterator[Fault]:
    counts = [name for name, _ in site.parameters if name == COUNT]  # multiplies the price: nobody pairs it
    telling = {name: _telling(schema) for name, schema in site.parameters if name not in counts}
    for (one, ones), (other, others) in combinations(telling.items(), 2):
        for a, b in ((a, b) for a in ones for b in others):
            companions = _companions(site, {one: a, other: b})
            if companions is not None:
                rule = f"{one}.{_word(a)}+{other}.{_word(b)}"
                sentence = f"{one} {_word(a)} and {other} {_word(b)} may not go together."
                yield _fault(site, rule, sentence, _forbidden(one, a, other, b), **{one: a, other: b}, **companions)


def _word(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _forbidden(one: str, a: Any, other: str, b: Any) -> Edit:
    rule = {
        "if": {"properties": {one: {"const": a}}, "required": [one]},
        "then": {"properties": {other: {"not": {"const": b}}}},
    }

    def edit(node: Schema) -> None:
        node["allOf"] = [*node.get("allOf", ()), rule]

    return edit


def _retired(site: Site) -> Fault:
    """A model that is gone: the name that it answers to is another one."""
    return _fault(site, MODEL, "the model does not exist.", put(MODEL, {"const": f"{site.name}-retired"}))
