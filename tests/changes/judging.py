"""A second opinion on witnesses: jsonschema, the reference implementation in Python, over the whole document."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from jsonschema import Draft202012Validator, validators

from images_conformance.changes import Sample
from images_contract import Contract
from images_contract.keywords import KEYWORDS


def _ours(name: str) -> Any:
    def check(validator: Any, argument: Any, instance: Any, schema: Any) -> Any:
        if not KEYWORDS[name].holds(argument, instance):
            yield validators.exceptions.ValidationError(name)  # type: ignore[attr-defined]

    return check


_Validator = validators.extend(Draft202012Validator, {name: _ours(name) for name in KEYWORDS if name.startswith("x-")})


@lru_cache(maxsize=64)
def _validator(contract: Contract, pointer: str) -> Any:
    whole = {key: contract.document[key] for key in ("paths", "components")}
    return _Validator({"$ref": pointer, **whole})


def accepts(contract: Contract, sample: Sample) -> bool:
    """Tell whether a request body, or a response of a declared status and media type, is valid by the document."""
    if sample.kind == "request":
        body = f"{contract.operation}/requestBody/content/application~1json/schema"
        return bool(_validator(contract, body).is_valid(sample.body))
    responses = contract.resolve(contract.operation)["responses"]
    response = contract.resolve(responses[sample.status]) if sample.status in responses else {}
    content: Mapping[str, Any] = response.get("content", {}).get(sample.content_type, {})
    if "schema" not in content:
        return False
    return bool(_schema(contract, sample).is_valid(sample.body))


def _schema(contract: Contract, sample: Sample) -> Any:
    responses = contract.resolve(contract.operation)["responses"]
    at = responses[sample.status].get("$ref") or f"{contract.operation}/responses/{sample.status}"
    return _validator(contract, f"{at}/content/{str(sample.content_type).replace('/', '~1')}/schema")
