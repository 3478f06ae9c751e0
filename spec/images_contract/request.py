"""The request schema of the operation, taken apart into one profile per model and one for an absent model."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from . import soundness
from .document import METHODS, escape
from .keywords import ANNOTATIONS
from .profile import ABSENT, ModelProfile, conditions, open_cases, parameter, read_object
from .schema import Schemas

MEDIA_TYPE = "application/json"
MAX_ALTERNATIVES = 10_000


def find_operation(schemas: Schemas) -> str:
    """Return the pointer of the operation whose JSON body is chosen by a discriminator: the contract's subject."""
    for path, item in schemas.document["paths"].items():
        for method in METHODS:
            pointer = f"#/paths/{escape(path)}/{method}"
            if method in item and (body := body_pointer(schemas, pointer)) and discriminator(schemas, body):
                return pointer
    schemas.fail("#/paths", "no operation has a JSON body with one schema per model (oneOf with a discriminator)")


def body_pointer(schemas: Schemas, operation: str, media_type: str = MEDIA_TYPE) -> str | None:
    """Return the pointer of an operation's body schema of a media type, or None where it has none."""
    here = operation
    node: dict[str, Any] = schemas.node(operation)
    for step in ("requestBody", "content", media_type, "schema"):
        node = schemas.mapping(node, here, step)
        here = f"{here}/{escape(step)}"
        if "$ref" in node and step == "requestBody":
            here = node["$ref"]
            node = schemas.node(here)
    return here if node else None


def root(schemas: Schemas, body: str) -> str:
    """Follow references until a schema that says something itself."""
    node = schemas.node(body)
    while "$ref" in node and not node.keys() - ANNOTATIONS - {"$ref"}:
        body = node["$ref"]
        node = schemas.node(body)
    return body


def _only(schemas: Schemas, node: dict[str, Any], pointer: str, known: set[str]) -> None:
    for key in node.keys() - known - ANNOTATIONS:
        schemas.fail(f"{pointer}/{escape(key)}", "no rule is derived from this here; state it in each model's schema")


def discriminator(schemas: Schemas, pointer: str) -> str | None:
    """Return the property that tells the alternatives of a schema apart, or None."""
    for here in alternatives(schemas, pointer)[0]:
        node = schemas.node(here)
        if "discriminator" in node:
            name = schemas.mapping(node, here, "discriminator").get("propertyName")
            if not isinstance(name, str):
                schemas.fail(f"{here}/discriminator", "needs propertyName")
            return name
    return None


def alternatives(schemas: Schemas, pointer: str) -> tuple[list[str], list[str]]:
    """Return the pointers of nested `oneOf`/`anyOf`, and those of the alternatives at their ends."""
    branchings: list[str] = []
    leaves: list[str] = []
    waiting = [pointer]
    while waiting:
        here = root(schemas, waiting.pop(0))
        node = schemas.node(here)
        branching = next((key for key in ("oneOf", "anyOf") if key in node), None)
        (branchings if branching else leaves).append(here)
        if branching:
            _only(schemas, node, here, {branching, "discriminator", "x-open"})
            waiting[:0] = [f"{here}/{branching}/{n}" for n, _ in enumerate(schemas.list(node, here, branching))]
        if len(branchings) + len(leaves) > MAX_ALTERNATIVES:
            schemas.fail(pointer, f"has more than {MAX_ALTERNATIVES:,} alternatives")
    return branchings, leaves


def profiles(schemas: Schemas, body: str, key: str) -> dict[str, ModelProfile]:
    """Return the profile of every model by name, in document order, and that of an absent model where there is one."""
    branchings, leaves = alternatives(schemas, body)
    shared = [case for here in branchings for case in open_cases(schemas, here)]
    found: dict[str, ModelProfile] = {}
    for pointer in leaves:
        for name in _model_names(schemas, pointer, key):
            if name in found:
                schemas.fail(pointer, f"model {name!r} has a schema already: {found[name].pointer}")
            found[name] = _profile(schemas, pointer, name, shared)
    if not set(found) - {ABSENT}:
        schemas.fail(body, f"no alternative names a model: give {key!r} a const")
    soundness.check_mappings(schemas, branchings, found)
    documented = _documented(schemas, [profile.pointer for profile in found.values()])
    complete = {name: _complete(schemas, profile, documented) for name, profile in found.items()}
    soundness.check_names(schemas, complete, key)
    return complete


def _model_names(schemas: Schemas, pointer: str, key: str) -> list[str]:
    properties, required, closed = read_object(schemas, pointer)
    if key not in properties:
        if not closed:
            schemas.fail(pointer, f"has no {key!r}, so it needs additionalProperties false, or it accepts every model")
        return [ABSENT]
    if key not in required:
        schemas.fail(f"{pointer}/required", f"must name {key!r}, or this schema accepts requests without it")
    return soundness.model_names(schemas, properties[key])


def _profile(schemas: Schemas, pointer: str, name: str, shared: list[Any]) -> ModelProfile:
    node = schemas.node(pointer)
    answer, at = schemas.mapping(node, pointer, "x-response"), f"{pointer}/x-response"
    lists = [schemas.names(answer, at, key) if key in answer else None for key in ("fields", "image")]
    _, _, closed = read_object(schemas, pointer)
    return ModelProfile(
        name=name,
        title=str(node.get("title", name)),
        description=str(node.get("description", "")).strip(),
        pointer=pointer,
        parameters={},
        conditions=tuple(conditions(schemas, pointer)),
        open_cases=(*open_cases(schemas, pointer), *shared),
        closed=closed,
        fields=lists[0],
        image_fields=lists[1],
    )


def _documented(schemas: Schemas, pointers: list[str]) -> dict[str, list[str]]:
    """Return every parameter that any alternative has, with the places where the first one speaks of it."""
    documented: dict[str, list[str]] = {}
    for pointer in pointers:
        for name, places in read_object(schemas, pointer)[0].items():
            documented.setdefault(name, places)
    return documented


def _complete(schemas: Schemas, profile: ModelProfile, documented: dict[str, list[str]]) -> ModelProfile:
    own, required, _ = read_object(schemas, profile.pointer)
    parameters = {
        name: parameter(schemas, name, own.get(name, places), supported=name in own, required=name in required)
        for name, places in documented.items()
    }
    return replace(profile, parameters=parameters)
