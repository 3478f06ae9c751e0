"""The body of a refusal, in the shape that the document gives it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .catalogue import Document, effective
from .errors import Refusal
from .samples import sample

Envelope = Callable[[Refusal], Any]


def envelope_of(document: Document, path: str) -> Envelope:
    """Return what writes the bodies of refusals: after the schema of status 400, or OpenAI's where there is none."""
    operation: Any = document["paths"][path]["post"]
    answer = effective(document, operation["responses"].get("400", {}))
    schema = answer.get("content", {}).get("application/json", {}).get("schema")
    if schema is None:
        return Refusal.envelope

    def envelope(refusal: Refusal) -> Any:
        told = refusal.envelope()["error"]
        return sample(document, schema, known=told, text=told["message"])

    return envelope
