"""Validation of answers against the schemas of the document."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import jsonschema_rs

from images_contract import Contract, validator


def first_error(contract: Contract, pointer: str, instance: Any) -> str | None:
    """Return the first breach of the schema at a pointer as a phrase with its place; None without one, or a schema."""
    if not _is_there(contract, pointer):
        return None
    error = next(_validator(contract, pointer).iter_errors(instance), None)
    if error is None:
        return None
    place = "".join(f"/{step}" for step in error.instance_path)
    return f"at {place or 'the top'}: {_short(error)}"


def kinds_of_tokens(contract: Contract, name: str) -> frozenset[str]:
    """Return the kinds of tokens that the document lists under a name of usage, such as input_tokens_details."""
    node: Any = f"{contract.operation}/responses/200/content/application~1json/schema"
    try:
        for step in ("usage", name):
            node = contract.resolve(node)["properties"][step]
        return frozenset(contract.resolve(node)["properties"])
    except KeyError:
        return frozenset()


def _is_there(contract: Contract, pointer: str) -> bool:
    try:
        contract.resolve(pointer)
    except KeyError:
        return False  # a dialect may have no such answer
    return True


def _short(error: jsonschema_rs.ValidationError) -> str:
    message = str(error.message)
    return message if len(message) <= 200 else f"{message[:120]} … {message[-60:]}"


@lru_cache(maxsize=64)
def _validator(contract: Contract, pointer: str) -> jsonschema_rs.Draft202012Validator:
    return validator(contract.document, pointer)
