"""An operation without models: one body schema, read with the contract's own means into one profile."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from images_contract import Constraint, Contract, Parameter, RuleError
from images_contract.keywords import TYPES
from images_contract.profile import parameter, read_object
from images_contract.request import body_pointer, root
from images_contract.schema import Schemas

from .errors import GenerateError


@dataclass(frozen=True)
class PlainBody:
    """The parameters of a body, in document order, and whether it takes no other ones."""

    parameters: Mapping[str, Parameter]
    closed: bool


def read_body(contract: Contract, operation: Mapping[str, Any], pointer: str) -> PlainBody:
    """Return the parameters of an operation's JSON body; an operation without a body has none."""
    schemas = Schemas(contract.document, contract.path)
    if "requestBody" not in operation:
        return PlainBody({}, closed=True)
    body = body_pointer(schemas, pointer)
    if body is None:
        raise GenerateError(
            "has no application/json body, the only kind that this generator writes so far",
            path=contract.path,
            pointer=f"{pointer}/requestBody",
        )
    properties, required, closed = read_object(schemas, root(schemas, body))
    found = {name: _parameter(schemas, name, places, name in required) for name, places in properties.items()}
    return PlainBody(found, closed)


def _parameter(schemas: Schemas, name: str, places: list[str], required: bool) -> Parameter:
    try:
        return parameter(schemas, name, places, supported=True, required=required)
    except RuleError:
        # A schema beyond what rules are derived from (an array, a nested object): its type, and no other check.
        kind = schemas.annotation("type", *places)
        rules = {"type": Constraint("type", kind, places[0], "must", "")} if kind in TYPES else {}
        description = str(schemas.annotation("description", *places, default=""))
        return Parameter(name, True, required, description, places[0], None, rules)
