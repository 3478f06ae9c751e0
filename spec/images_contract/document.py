"""An OpenAPI 3.1 document as plain values, checked for what everything else relies on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import Any

from .errors import DocumentError
from .keywords import shown

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
# Below these keys stand literal values, where "$ref" is a word like any other.
_LITERAL = {"default", "enum", "const", "example", "value"}
# Below these keys stand names chosen by the author, not keywords.
_NAMED = {"properties", "schemas", "responses", "patternProperties", "$defs", "paths", "callbacks", "headers"}

_MAPPING = "/discriminator/mapping/"  # names a schema, includes nothing

Node = Any


def escape(key: str) -> str:
    """Return a key as a step of a JSON pointer (RFC 6901)."""
    return key.replace("~", "~0").replace("/", "~1")


def unescape(step: str) -> str:
    """Return the key that a step of a JSON pointer names."""
    return step.replace("~1", "/").replace("~0", "~")


def lookup(document: Mapping[str, Any], pointer: str) -> Node:
    """Return what stands at a `#/...` pointer; raises KeyError with the step that is missing."""
    node: Node = document
    for step in pointer.removeprefix("#").split("/")[1:]:
        key = unescape(step)
        if isinstance(node, list) and key.isdecimal() and int(key) < len(node):
            node = node[int(key)]
        elif isinstance(node, dict) and key in node:
            node = node[key]
        else:
            raise KeyError(key)
    return node


def place(document: Mapping[str, Any], pointer: str) -> str:
    """Return the pointer that a `#/...` pointer amounts to where references on its way are followed."""
    here = "#"
    for step in pointer.split("/")[1:]:
        while isinstance(node := lookup(document, here), dict) and "$ref" in node and unescape(step) not in node:
            here = node["$ref"]
        here = f"{here}/{step}"
    return here


def nodes(node: Node, pointer: str = "#", *, named: bool = False) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield (pointer, mapping) of every mapping whose keys are keywords: not names, not literal values."""
    if isinstance(node, dict):
        if not named:
            yield pointer, node
        for key, value in node.items():
            literal = not named and (key in _LITERAL or (key == "examples" and isinstance(value, list)))
            if not literal:
                yield from nodes(value, f"{pointer}/{escape(key)}", named=not named and key in _NAMED)
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from nodes(value, f"{pointer}/{index}")


def references(node: Node, pointer: str = "#") -> Iterator[tuple[str, str]]:
    """Yield (pointer of the holder, target) for every `$ref` below a node, and for every discriminator mapping."""
    for here, each in nodes(node, pointer):
        if "$ref" in each:
            yield here, each["$ref"]
        mapping = _mapping(each)
        for key, target in mapping.items() if isinstance(mapping, dict) else ():
            if isinstance(target, str) and "/" in target:
                yield f"{here}{_MAPPING}{escape(key)}", target


def _mapping(node: dict[str, Any]) -> Any:
    discriminator = node.get("discriminator")
    return discriminator.get("mapping") if isinstance(discriminator, dict) else None


def operations(document: Mapping[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield (path, lower-case method, operation) in document order."""
    for path, item in document.get("paths", {}).items():
        for method, operation in item.items():
            if method in METHODS:
                yield path, method, operation


def check(document: Node, path: Path | str) -> None:
    """Raise DocumentError unless this is OpenAPI 3.1 whose references resolve, end, and whose operations are unique."""
    if not isinstance(document, dict):
        raise DocumentError(f"holds {_kind(document)}, not a mapping; is it an OpenAPI document?", path=path)
    version = document.get("openapi")
    if not isinstance(version, str) or not version.startswith("3.1"):
        problem = f"is {shown(version)}; this tool reads 3.1 documents"
        raise DocumentError(problem, path=path, pointer="#/openapi")
    info = document.get("info")
    if not isinstance(info, dict) or not isinstance(info.get("version"), str):
        raise DocumentError("needs info with title and version, both strings", path=path, pointer="#/info")
    _check_paths(document, path)
    _check_references(document, path)


def _check_paths(document: dict[str, Any], path: Path | str) -> None:
    paths = document.get("paths")
    if not isinstance(paths, dict) or not paths:
        raise DocumentError("needs at least one path", path=path, pointer="#/paths")
    for route, item in paths.items():
        if not isinstance(item, dict) or any(m in METHODS and not isinstance(o, dict) for m, o in item.items()):
            raise DocumentError("must map methods to operations", path=path, pointer=f"#/paths/{escape(route)}")
    seen: dict[str, str] = {}
    for route, method, operation in operations(document):
        pointer = f"#/paths/{escape(route)}/{method}"
        name = operation.get("operationId")
        if not isinstance(name, str):
            raise DocumentError(f"operationId is {shown(name)}; every operation needs one", path=path, pointer=pointer)
        if name in seen:
            raise DocumentError(f"operationId {name!r} is taken by {seen[name]}", path=path, pointer=pointer)
        seen[name] = pointer


def _check_references(document: dict[str, Any], path: Path | str) -> None:
    targets: set[str] = set()
    for pointer, target in references(document):
        if not isinstance(target, str):
            raise DocumentError(f"$ref is {shown(target)}, not a string", path=path, pointer=pointer)
        if not target.startswith("#/"):
            raise DocumentError(f"$ref {target!r} leaves the document; only #/... is read", path=path, pointer=pointer)
        try:
            lookup(document, target)
        except KeyError as error:
            problem = f"$ref {target!r} leads nowhere: there is no {error.args[0]!r}"
            raise DocumentError(problem, path=path, pointer=pointer) from error
        targets.add(target)
    graph = {
        target: {ref for holder, ref in references(lookup(document, target), target) if _MAPPING not in holder}
        for target in targets
    }
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        circle = " -> ".join(reversed(error.args[1]))
        raise DocumentError(f"$ref runs in a circle: {circle}", path=path, pointer=error.args[1][0]) from error


def _kind(value: Node) -> str:
    return {type(None): "nothing", str: "text", list: "a list"}.get(type(value), f"a {type(value).__name__}")
