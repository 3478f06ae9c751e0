"""An operation without models: one body schema, read with the contract's own means into one profile."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from images_contract import Constraint, Contract, Parameter, RuleError
from images_contract.keywords import TYPES
from images_contract.profile import parameter, read_object
from images_contract.request import body_pointer, root
from images_contract.schema import Schemas

from .document import JSON
from .errors import GenerateError

FORM = "multipart/form-data"


@dataclass(frozen=True)
class PlainBody:
    """The parameters of a body, in document order; `files` has the Python types of those that are files.

    `closed` tells that it takes no other parameters.
    """

    parameters: Mapping[str, Parameter] = field(default_factory=dict[str, Parameter])
    files: Mapping[str, str] = field(default_factory=dict[str, str])
    media_type: str = JSON
    closed: bool = True


def read_body(contract: Contract, operation: Mapping[str, Any], pointer: str) -> PlainBody:
    """Return the parameters of an operation's body, JSON or form; an operation without a body has none."""
    schemas = Schemas(contract.document, contract.path)
    if "requestBody" not in operation:
        return PlainBody()
    bodies = {kind: body_pointer(schemas, pointer, kind) for kind in (JSON, FORM)}
    kind, body = next(((kind, body) for kind, body in bodies.items() if body), (None, None))
    if kind is None or body is None:
        raise GenerateError(
            f"has no body of the kinds that this generator writes: {JSON} and {FORM}",
            path=contract.path,
            pointer=f"{pointer}/requestBody",
        )
    properties, required, closed = read_object(schemas, root(schemas, body))
    files = (
        {name: _files(contract, contract.resolve(places[0])) for name, places in properties.items()}
        if kind == FORM
        else {}
    )
    found = {name: _parameter(schemas, name, places, name in required) for name, places in properties.items()}
    return PlainBody(found, {name: each for name, each in files.items() if each and kind == FORM}, kind, closed)


def _files(contract: Contract, schema: Any) -> str:
    """Return the Python type of a form's field that takes files; nothing for other fields."""
    if not isinstance(schema, Mapping):
        return ""
    node = contract.resolve(schema)
    if node.get("format") == "binary" or "contentMediaType" in node:
        return "File"
    if _files(contract, node.get("items")):
        return "Sequence[File]"
    ways = (_files(contract, each) for key in ("anyOf", "oneOf") for each in node.get(key, ()))
    return " | ".join(dict.fromkeys(filter(None, ways)))


def _parameter(schemas: Schemas, name: str, places: list[str], required: bool) -> Parameter:
    try:
        return parameter(schemas, name, places, supported=True, required=required)
    except RuleError:
        # A schema beyond what rules are derived from (an array, a nested object): its type, and no other check.
        kind = schemas.annotation("type", *places)
        rules = {"type": Constraint("type", kind, places[0], "must", "")} if kind in TYPES else {}
        description = str(schemas.annotation("description", *places, default=""))
        return Parameter(name, True, required, description, places[0], None, rules)
