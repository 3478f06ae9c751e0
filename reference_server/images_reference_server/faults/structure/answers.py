"""Answers that break their own schema: for every rule of it, a server that breaks just that one."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from typing import Any

from images_contract.document import place

from ...catalogue import Catalogue, Document, Schema, effective, node_at
from ...seams import Call
from ...streaming import Event
from ..fault import STRUCTURE, Fault

Path = tuple[str, ...]  # names of properties; "*" is every item of a list
Change = Callable[[dict[str, Any]], None]

# A value of another type, for each type; nothing else about it is wrong.
_OTHER = {"string": 7, "integer": "7", "number": "7", "boolean": "true", "array": {}, "object": [], "null": 7}


def answers(document: Document) -> Iterator[Fault]:
    """Yield the faults in what is told: members missing, of another type, null, of a value that is not listed."""
    catalogue = Catalogue.from_document(document)
    responses = f"#/paths/{catalogue.path.replace('/', '~1')}/post/responses"
    told = _schema(document, f"{responses}/200/content/application~1json/schema")
    error = _schema(document, f"{responses}/400/content/application~1json/schema")
    yield from (_fault("answer", "payload", *each) for each in _broken(document, told, ()))
    yield from (_fault("refusal", "envelope", *each) for each in _broken(document, error, ()))
    for word, schema in (("partial", catalogue.partial), ("completed", catalogue.completed)):
        kind = schema.get("properties", {}).get("type", {}).get("const")
        for rule, sentence, path, change in _broken(document, schema, ()):
            yield _fault("event", "events", f"{word}.{rule}", f"{word}: {sentence}", path, change, kind)


def _schema(document: Document, pointer: str) -> Schema:
    return effective(document, node_at(document, place(document, pointer)))


def _broken(document: Document, schema: Schema, path: Path) -> Iterator[tuple[str, str, Path, Change]]:
    """Yield (rule, sentence, path, change) for every rule about the members of an object."""
    for name, given in schema.get("properties", {}).items():
        inner, place = effective(document, given), ".".join((*path, name)).replace(".*", "")
        if name in schema.get("required", ()):
            yield f"{place}.missing", f"{place} is missing.", path, _deleted(name)
        for word, value in _wrong(inner):
            yield f"{place}.{word}", f"{place} breaks its {word}: it is {value!r}.", path, _put(name, value)
        yield from _broken(document, inner, (*path, name))
        items = effective(document, inner.get("items", {}))
        yield from _broken(document, items, (*path, name, "*"))


def _wrong(schema: Schema) -> Iterator[tuple[str, Any]]:
    named = schema.get("type", [])
    kinds = [named] if isinstance(named, str) else list(named)
    if kinds:
        yield "type", _OTHER[kinds[0]]
    if kinds and "null" not in kinds:
        yield "null", None
    if "enum" in schema:
        yield "enum", "no-such-value"
    if "const" in schema:
        yield "const", f"{schema['const']}.of-another-kind"
    if "minimum" in schema:
        yield "minimum", schema["minimum"] - 1


def _deleted(name: str) -> Change:
    def change(node: dict[str, Any]) -> None:
        node.pop(name, None)

    return change


def _put(name: str, value: Any) -> Change:
    def change(node: dict[str, Any]) -> None:
        if name in node:
            node[name] = value

    return change


def _fault(
    category: str, seam: str, rule: str, sentence: str, path: Path, change: Change, kind: str | None = None
) -> Fault:
    def told(value: Any, call: Call) -> Any:
        if seam == "events":
            return [_told(event, path, change) if _is(event, kind) else event for event in value]
        return _changed(value, path, change)

    return Fault(f"{category}:{rule}", category, sentence, STRUCTURE, seams={seam: told})


def _is(event: Event, kind: str | None) -> bool:
    return isinstance(event.data, dict) and event.data.get("type") == kind


def _told(event: Event, path: Path, change: Change) -> Event:
    return Event(event.name, _changed(event.data, path, change), event.delay)


def _changed(value: Any, path: Path, change: Change) -> Any:
    """Return a copy in which something was done to every object at a path."""
    whole = copy.deepcopy(value)
    nodes = [whole]
    for step in path:
        nodes = [inner for node in nodes for inner in (node if step == "*" else [node.get(step, {})])]
    for node in nodes:
        change(node)
    return whole
