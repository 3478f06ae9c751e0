"""The body of a refusal, in the shape that the document gives it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from jsonschema_rs import is_valid

from .catalogue import Document, Schema, effective
from .errors import Refusal

Envelope = Callable[[Refusal], Any]
_EMPTY: dict[str, Any] = {"string": "", "array": [], "object": {}, "boolean": False}


def envelope_of(document: Document, path: str) -> Envelope:
    """Return what writes the bodies of refusals: after the schema of status 400, or OpenAI's where there is none."""
    operation: Any = document["paths"][path]["post"]
    answer = effective(document, operation["responses"].get("400", {}))
    schema = answer.get("content", {}).get("application/json", {}).get("schema")
    if schema is None:
        return Refusal.envelope
    return lambda refusal: _written(document, schema, "message", _facts(refusal))


def _facts(refusal: Refusal) -> dict[str, Any]:
    told: dict[str, Any] = refusal.envelope()["error"]
    return told


def _written(document: Document, schema: Schema, name: str, facts: Mapping[str, Any]) -> Any:
    """Return a value of a schema for a member: a fact of its name where one fits, else the message, else nothing."""
    schema = effective(document, schema)
    for branch in ("oneOf", "anyOf"):
        if branch in schema:
            return _written(document, schema[branch][0], name, facts)
    if "properties" in schema:
        wanted = [each for each in schema["properties"] if each in schema.get("required", ()) or each in facts]
        return {each: _written(document, schema["properties"][each], each, facts) for each in wanted}
    plain = {key: value for key, value in schema.items() if key in ("type", "enum", "const", "minimum", "maximum")}
    for value in (facts.get(name), facts["message"], None, 400):
        if is_valid(plain, value):
            return value
    return next((value for kind, value in _EMPTY.items() if is_valid(plain, value)), None)
