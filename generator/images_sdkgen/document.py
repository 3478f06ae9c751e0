"""The document as openapi-python-client can take it in without loss: answers only, and tolerant ones.

Requests are typed from the contract, which knows each model's rules; the engine would drop the bounds and send
defaults. Answers keep their shape and lose what would make a client refuse them: enum, const, bounds, formats. (The
engine ignores most of these, but raises at run time for a value that an enum does not list.)
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from images_contract import Contract

from .errors import GenerateError

JSON = "application/json"
EVENT_STREAM = "text/event-stream"
METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
_COMPONENT = "#/components/schemas/"
_TYPES: dict[type, str] = {str: "string", bool: "boolean", int: "integer", float: "number", type(None): "null"}


def operations(contract: Contract) -> Iterator[tuple[str, str, Mapping[str, Any], str]]:
    """Yield (path, method, operation, pointer) in document order."""
    for path, item in contract.document["paths"].items():
        for method in METHODS:
            if method in item:
                yield path, method, item[method], f"#/paths/{path.replace('~', '~0').replace('/', '~1')}/{method}"


def success_content(contract: Contract, operation: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the content of an operation's first 2xx answer, by media type."""
    for status, response in operation.get("responses", {}).items():
        if str(status).startswith("2"):
            content: Mapping[str, Any] = contract.resolve(response).get("content", {})
            return content
    return {}


def engine_document(contract: Contract) -> dict[str, Any]:
    """Return a plain OpenAPI document that describes the answers of every operation."""
    paths: dict[str, Any] = {}
    for path, method, operation, pointer in operations(contract):
        carried = contract.access.query if pointer == contract.operation else {}
        for each in [*operation.get("parameters", ()), *contract.document["paths"][path].get("parameters", ())]:
            if contract.resolve(each).get("name") not in carried:
                raise GenerateError(
                    "has parameters outside the body, which this generator does not write yet; move them into the body",
                    path=contract.path,
                    pointer=f"{pointer}/parameters",
                )
        paths.setdefault(path, {})[method] = _engine_operation(contract, operation)
    schemas = {name: soften(contract.document["components"]["schemas"][name]) for name in _reachable(contract, paths)}
    info = {"title": "images", "version": contract.version}
    return {"openapi": "3.1.0", "info": info, "paths": paths, "components": {"schemas": schemas}}


def _engine_operation(contract: Contract, operation: Mapping[str, Any]) -> dict[str, Any]:
    content = success_content(contract, operation)
    answer: dict[str, Any] = {"description": ""}
    if JSON in content:
        answer["content"] = {JSON: {"schema": soften(content[JSON].get("schema", {}))}}
    kept = {key: operation[key] for key in ("operationId", "tags", "summary", "description") if key in operation}
    return {**kept, "responses": {"200": answer}}


def _reachable(contract: Contract, paths: Mapping[str, Any]) -> list[str]:
    """Return the names of all component schemas that answers and events lead to, in document order."""
    events = [success_content(contract, each).get(EVENT_STREAM, {}) for _, _, each, _ in operations(contract)]
    known: Mapping[str, Any] = contract.document.get("components", {}).get("schemas", {})
    found: set[str] = set()
    waiting = [*_references(paths), *_references(soften(each.get("schema", {})) for each in events)]
    while waiting:
        name = waiting.pop()
        if name in known and name not in found:
            found.add(name)
            waiting += _references(soften(known[name]))
    return [name for name in known if name in found]


def component(reference: str) -> str:
    """Return the name of the component schema that a `$ref` leads to."""
    return reference.removeprefix(_COMPONENT).replace("~1", "/").replace("~0", "~")


def _references(node: Any) -> Iterator[str]:
    if isinstance(node, Mapping):
        if isinstance(target := node.get("$ref"), str):
            yield component(target)
        for inner in node.values():
            yield from _references(inner)
    elif isinstance(node, Iterable) and not isinstance(node, str):
        for inner in node:
            yield from _references(inner)


def soften(schema: Any) -> dict[str, Any]:
    """Return a schema's shape: types, properties, required, items, alternatives and descriptions."""
    if not isinstance(schema, Mapping):
        return {}
    if "$ref" in schema:
        return {"$ref": schema["$ref"]}
    soft: dict[str, Any] = {key: schema[key] for key in ("type", "required", "description") if key in schema}
    if "type" not in schema and (kind := _type_of_values(schema)):
        soft["type"] = kind
    if "properties" in schema:
        soft["properties"] = {name: soften(each) for name, each in schema["properties"].items() if each is not False}
    if soft.get("type") == "array":
        soft["items"] = soften(schema.get("items", {}))
    for key in ("oneOf", "anyOf", "allOf"):
        if alternatives := [part for part in map(soften, schema.get(key, [])) if part]:
            soft[key] = alternatives
    return soft


def _type_of_values(schema: Mapping[str, Any]) -> str | None:
    values = [schema["const"]] if "const" in schema else schema.get("enum", [])
    kinds = {_TYPES.get(type(value)) for value in values}
    return kinds.pop() if len(kinds) == 1 else None
