"""Validation of answers against the schemas of the document."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import jsonschema_rs

from images_contract import Contract, validator
from images_contract.document import place


def first_error(contract: Contract, pointer: str, instance: Any) -> str | None:
    """Return the first breach of the schema at a pointer as a phrase with its place; None without one, or a schema."""
    at = _place(contract, pointer)
    error = next(_validator(contract, at).iter_errors(instance), None) if at else None
    if error is None:
        return None
    steps = "".join(f"/{step}" for step in error.instance_path)
    return f"at {steps or 'the top'}: {_short(error)}"


def kinds_of_tokens(contract: Contract, name: str) -> frozenset[str]:
    """Return the kinds of tokens that the document lists under a name of usage, such as input_tokens_details."""
    try:
        node: Any = place(contract.document, f"{contract.operation}/responses/200/content/application~1json/schema")
        for step in ("usage", name):
            node = contract.resolve(node)["properties"][step]
        return frozenset(contract.resolve(node)["properties"])
    except KeyError:
        return frozenset()


def _place(contract: Contract, pointer: str) -> str | None:
    try:
        at = place(contract.document, pointer)
        contract.resolve(at)
    except KeyError:
        return None  # a dialect may have no such answer
    return at


def _short(error: jsonschema_rs.ValidationError) -> str:
    message = str(error.message)
    return message if len(message) <= 200 else f"{message[:120]} … {message[-60:]}"


@lru_cache(maxsize=64)
def _validator(contract: Contract, pointer: str) -> jsonschema_rs.Draft202012Validator:
    return validator(contract.document, pointer)
