"""Values made up from a schema, for whatever a document describes and the server knows nothing about."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from jsonschema_rs import is_valid

from .catalogue import Document, Schema, effective

_JUDGED = {"type", "enum", "const", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"}
_JUDGED |= {"minLength", "maxLength", "pattern", "minItems", "maxItems"}
_TYPICAL: tuple[Any, ...] = ("a sample", 1, 0, 0.5, True, None, [], {}, "")


def sample(
    document: Document, schema: Schema | bool, name: str = "", known: Mapping[str, Any] | None = None,
    text: str | None = None,
) -> Any:  # fmt: skip
    """Return a value of a schema: what is known under its name, else what the schema gives, else `text` or the like."""
    schema = effective(document, schema)
    for branch in ("oneOf", "anyOf"):
        if branch in schema and "properties" not in schema:
            return sample(document, schema[branch][0], name, known, text)
    told = known or {}
    if "properties" in schema:
        wanted = [each for each in schema["properties"] if each in schema.get("required", ()) or each in told]
        return {each: sample(document, schema["properties"][each], each, known, text) for each in wanted}
    plain = {key: value for key, value in schema.items() if key in _JUDGED}
    candidates = [told[name]] if name in told else []
    candidates += [*_given(schema), text, *_bounds(schema), *_typical(document, schema)]
    return next((value for value in candidates if is_valid(plain, value)), None)


def _given(schema: Schema) -> Iterator[Any]:
    yield from (schema[key] for key in ("const", "example", "default") if key in schema)
    yield from schema.get("examples", ())
    yield from schema.get("enum", ())


def _bounds(schema: Schema) -> Iterator[Any]:
    yield from (schema[key] for key in ("minimum", "maximum") if key in schema)
    yield from ("a" * schema[key] for key in ("minLength", "maxLength") if key in schema)


def _typical(document: Document, schema: Schema) -> Iterator[Any]:
    if schema.get("minItems"):
        yield [sample(document, schema.get("items", {}))] * schema["minItems"]
    yield from _TYPICAL
