"""What one model accepts, read from its closed request schema."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from .dimensions import Dimensions
from .document import escape
from .keywords import ANNOTATIONS, shown, types
from .schema import Constraint, Schemas

ABSENT = "absent"  # the profile of requests that name no model

_OBJECT_KEYS = ANNOTATIONS | {"type", "properties", "required", "additionalProperties", "allOf", "$ref", "if", "then"}
_OBJECT_KEYS |= {"x-clause", "x-open", "x-response"}


@dataclass(frozen=True)
class Parameter:
    """One documented parameter as one model takes it; `supported` is False where the model lacks it."""

    name: str
    supported: bool
    required: bool
    description: str
    pointer: str
    default: Any
    constraints: Mapping[str, Constraint]
    refused_with: tuple[int, ...] = ()  # statuses that tell a broken rule of this parameter, where it has its own

    def _argument(self, keyword: str) -> Any:
        return self.constraints[keyword].argument if keyword in self.constraints else None

    @property
    def type(self) -> str | None:
        """The JSON type, "null" left out; None where the document states none."""
        kinds = [kind for kind in types(self._argument("type") or []) if kind != "null"]
        return kinds[0] if kinds else None

    @property
    def values(self) -> tuple[Any, ...] | None:
        """The allowed values; None where they are not listed."""
        return None if self._argument("enum") is None else tuple(self._argument("enum"))

    @cached_property
    def dimensions(self) -> Dimensions | None:
        """The sizes that arithmetic allows; None where the document states none for this parameter."""
        return Dimensions.of({keyword: each.argument for keyword, each in self.constraints.items()})

    @property
    def minimum(self) -> Any:
        """The smallest allowed number; None where there is no bound."""
        return self._argument("minimum")

    @property
    def maximum(self) -> Any:
        """The largest allowed number; None where there is no bound."""
        return self._argument("maximum")

    @property
    def min_length(self) -> Any:
        """The fewest characters allowed; None where there is no bound."""
        return self._argument("minLength")

    @property
    def max_length(self) -> Any:
        """The most characters allowed; None where there is no bound."""
        return self._argument("maxLength")

    @property
    def min_items(self) -> Any:
        """The fewest items of a list; None where there is no bound."""
        return self._argument("minItems")

    @property
    def max_items(self) -> Any:
        """The most items of a list; None where there is no bound."""
        return self._argument("maxItems")


@dataclass(frozen=True)
class Condition:
    """A rule that crosses parameters: a body that matches `when` must match `then`."""

    id: str
    level: str
    sentence: str
    source: str
    pointer: str
    when: Mapping[str, Any]
    then: Mapping[str, Any]
    refuse_locally: bool

    @property
    def parameters(self) -> tuple[str, ...]:
        """The parameters that the condition speaks of; an error may blame any of them."""
        named = [*self.when.get("properties", {}), *self.when.get("required", ())]
        named += [*self.then.get("properties", {}), *self.then.get("required", ())]
        return tuple(dict.fromkeys(named))


@dataclass(frozen=True)
class OpenCase:
    """Values of a parameter that sources leave open: neither answer of a server is wrong."""

    id: str
    parameter: str  # "*" for every optional one
    schema: Mapping[str, Any]
    sentence: str
    source: str
    pointer: str


@dataclass(frozen=True)
class ModelProfile:
    """What one model accepts. `parameters` has every documented parameter, also those that the model lacks.

    `fields` and `image_fields` are the optional fields of its answer and of each image in it; None where the document
    does not say.
    """

    name: str
    title: str
    description: str
    pointer: str
    parameters: Mapping[str, Parameter]
    conditions: tuple[Condition, ...]
    open_cases: tuple[OpenCase, ...]
    closed: bool
    fields: tuple[str, ...] | None
    image_fields: tuple[str, ...] | None


def read_object(schemas: Schemas, pointer: str) -> tuple[dict[str, list[str]], set[str], bool]:
    """Return (the pointers that bear on each property, the required names, closed or not) of an object schema."""
    properties: dict[str, list[str]] = {}
    required: set[str] = set()
    kinds, typed = [], False
    allowed: set[str] | None = None
    for here, node in schemas.parts(pointer):
        if unknown := [key for key in node if key not in _OBJECT_KEYS]:
            schemas.fail(f"{here}/{escape(unknown[0])}", f"no rule is derived from {unknown[0]!r} in a request schema")
        own = schemas.mapping(node, here, "properties")
        for name in own:
            properties.setdefault(name, []).append(f"{here}/properties/{escape(name)}")
        required |= set(schemas.names(node, here, "required"))
        kinds.append(node.get("type", "object"))
        typed = typed or "type" in node
        closing = node.get("additionalProperties", True)
        if not isinstance(closing, bool):
            schemas.fail(f"{here}/additionalProperties", f"is {shown(closing)}; write true or false")
        if not closing:
            allowed = set(own) if allowed is None else allowed & set(own)
    if allowed is not None:
        properties = {name: at for name, at in properties.items() if name in allowed}
    if not typed or any(kind != "object" for kind in kinds):
        schemas.fail(f"{pointer}/type", "must be object: a request body is one")
    for name in sorted(required - properties.keys()):
        schemas.fail(f"{pointer}/required", f"names {name!r}, which is no property here, so that no body is valid")
    return properties, required, allowed is not None


def parameter(schemas: Schemas, name: str, places: list[str], *, supported: bool, required: bool) -> Parameter:
    """Return a parameter from the places that speak of it (a sibling's, where the model lacks it)."""
    default = schemas.annotation("default", *places)
    if default is not None:
        schemas.check_default(default, *places)
    description = str(schemas.annotation("description", *places, default="")).strip()
    constraints = schemas.constraints(*places)
    refused_with = statuses(schemas, *places)
    return Parameter(name, supported, required, description, places[0], default, constraints, refused_with)


def statuses(schemas: Schemas, *places: str) -> tuple[int, ...]:
    """Return the statuses of `x-refused-with` at a place; none where it says nothing."""
    listed = schemas.annotation("x-refused-with", *places, default=[])
    if not isinstance(listed, list) or not all(isinstance(status, int) for status in listed):
        schemas.fail(f"{places[0]}/x-refused-with", f"is {shown(listed)}; list the statuses, such as [400, 422]")
    return tuple(listed)


def conditions(schemas: Schemas, pointer: str) -> Iterator[Condition]:
    """Yield the conditions of a model's schema."""
    for here, node in schemas.parts(pointer):
        if "if" not in node and "then" not in node:
            continue
        when, then = (_branch(schemas, node, here, key) for key in ("if", "then"))
        clause = _spoken(schemas, node, here)
        spoken = ".needs-".join("-".join(each.get("properties", each.get("required", []))) for each in (when, then))
        schemas.check_id(clause.get("id", spoken), f"{here}/x-clause")
        yield Condition(
            id=clause.get("id", spoken),
            level=schemas.level(clause, f"{here}/x-clause"),
            sentence=clause.get("sentence", f"{spoken.replace('.', ' ')} (condition at {here})."),
            source=clause.get("source", ""),
            pointer=here,
            when=when,
            then=then,
            refuse_locally=clause.get("refuse-locally") is True,
        )


def _spoken(schemas: Schemas, node: dict[str, Any], pointer: str) -> dict[str, Any]:
    clause = schemas.mapping(node, pointer, "x-clause")
    kinds = {"id": str, "level": str, "sentence": str, "source": str, "refuse-locally": bool}
    for key, value in clause.items():
        if not isinstance(value, kinds.get(key, ())):
            schemas.fail(f"{pointer}/x-clause/{escape(key)}", f"is {shown(value)}; known are {', '.join(kinds)}")
    return clause


def _branch(schemas: Schemas, node: dict[str, Any], pointer: str, key: str) -> dict[str, Any]:
    here, branch = f"{pointer}/{key}", schemas.mapping(node, pointer, key)
    if not branch.get("properties") and not branch.get("required"):
        schemas.fail(here, "is a condition that no rule is derived from; it needs properties or required")
    for word in branch:
        if word not in ("properties", "required"):
            schemas.fail(f"{here}/{word}", "is outside what is derived of a condition: properties and required")
    schemas.names(branch, here, "required")
    for name in schemas.mapping(branch, here, "properties"):
        inner = schemas.mapping(branch["properties"], f"{here}/properties", name)
        for keyword, argument in inner.items():
            if keyword != "const":
                schemas.check_keyword(keyword, argument, f"{here}/properties/{escape(name)}/{keyword}")
    return branch


def open_cases(schemas: Schemas, pointer: str) -> Iterator[OpenCase]:
    """Yield the cases that a schema's `x-open` leaves open."""
    here = f"{pointer}/x-open"
    for index, entry in enumerate(schemas.list(schemas.node(pointer), pointer, "x-open")):
        at = f"{here}/{index}"
        texts = ("id", "parameter", "sentence", "source")
        if not isinstance(entry, dict) or not all(isinstance(entry.get(key), str) for key in texts):
            schemas.fail(at, f"needs {', '.join(texts)} (texts) and schema")
        schema = schemas.mapping(entry, at, "schema")
        schemas.check_id(entry["id"], at)
        if not schema:
            schemas.fail(f"{at}/schema", "is empty, which would leave every value open")
        for keyword, argument in schema.items():
            if keyword != "const":
                schemas.check_keyword(keyword, argument, f"{at}/schema/{keyword}")
        yield OpenCase(entry["id"], entry["parameter"], schema, entry["sentence"], entry["source"], at)
