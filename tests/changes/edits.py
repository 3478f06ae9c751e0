"""Edits of a document as data, and the corpus of them."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import yaml

Document = dict[str, Any]
CORPUS = Path(__file__).with_name("corpus.yaml")
POST = "#/paths/~1images~1generations/post"
SCHEMAS = "#/components/schemas"


@cache
def corpus() -> dict[str, dict[str, Any]]:
    """Every edit by name: what to do, and what to expect."""
    entries: dict[str, dict[str, Any]] = yaml.safe_load(CORPUS.read_text(encoding="utf-8"))
    return entries


def edited(document: Document, steps: dict[str, Any]) -> Document:
    """Return a copy of a document with the steps of an edit done."""
    result: Document = json.loads(json.dumps(document))
    for word in sorted(steps, key=lambda word: word == "del"):
        entries = steps[word]
        for place, value in entries.items() if isinstance(entries, dict) else ((each, None) for each in entries):
            _STEPS[word](result, place, value)
    return result


def _steps(place: str) -> list[str]:
    if place.startswith("POST"):
        place = f"{POST}{place.removeprefix('POST')}"
    elif not place.startswith("#/"):
        place = f"{SCHEMAS}/{place}"
    return [step.replace("~1", "/").replace("~0", "~") for step in place.split("/")[1:]]


def _key(node: Any, step: str) -> Any:
    """Return the key of a step: in a list the number of an item, told by number, by id or by what it refers to."""
    if not isinstance(node, list):
        return step
    if step.isdecimal():
        return int(step)
    ids = [
        each.get("id") or each.get("x-clause", {}).get("id") or each.get("$ref", "").rpartition("/")[2] for each in node
    ]
    return ids.index(step)


def _at(document: Document, steps: list[str]) -> Any:
    node: Any = document
    for step in steps:
        node = node[_key(node, step)]
    return node


def _parent(document: Document, place: str) -> tuple[Any, Any]:
    *way, last = _steps(place)
    node = _at(document, way)
    return node, _key(node, last)


def _set(document: Document, place: str, value: Any) -> None:
    node, key = _parent(document, place)
    if isinstance(value, str) and value.startswith("COPY "):
        value = json.loads(json.dumps(_at(document, _steps(value.removeprefix("COPY ")))))
    node[key] = value


def _delete(document: Document, place: str, _: Any) -> None:
    node, key = _parent(document, place)
    del node[key]


def _add(document: Document, place: str, item: Any) -> None:
    node, key = _parent(document, place)
    before = node.get(key, []) if isinstance(node, dict) else node[key]
    node[key] = [*(before if isinstance(before, list) else [before]), item]


def _drop(document: Document, place: str, item: Any) -> None:
    _at(document, _steps(place)).remove(item)


def _inline(document: Document, place: str, _: Any) -> None:
    node, key = _parent(document, place)
    own = {word: value for word, value in node[key].items() if word != "$ref"}
    shared = json.loads(json.dumps(_at(document, _steps(node[key]["$ref"]))))
    rules = {**shared.get("x-rules", {}), **own.get("x-rules", {})}
    node[key] = {**shared, **own, **({"x-rules": rules} if rules else {})}


def _rename(document: Document, old: str, new: str) -> None:
    text = json.dumps(document).replace(f'"{SCHEMAS}/{old}"', f'"{SCHEMAS}/{new}"')
    document.update(json.loads(text))
    named = document["components"]["schemas"]
    named[new] = named.pop(old)


def _split(document: Document, place: str, _: Any) -> None:
    node, key = _parent(document, place)
    node[key] = {"allOf": [{word: value} for word, value in node[key].items()]}


def _reverse(document: Document, place: str, _: Any) -> None:
    node, key = _parent(document, place)
    node[key] = dict(reversed(node[key].items())) if isinstance(node[key], dict) else node[key][::-1]


_STEPS: dict[str, Callable[[Document, str, Any], None]] = {
    "set": _set, "del": _delete, "add": _add, "drop": _drop, "inline": _inline, "rename": _rename, "split": _split,
    "reverse": _reverse,
}  # fmt: skip
