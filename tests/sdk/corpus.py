"""Hostile documents: every string of a rich document, replaced by text that is out to break a generator."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from images_contract.document import escape

CANARY = "IMAGES_CLIENT_CANARY"
CODE = f"__import__('os').environ.__setitem__('{CANARY}', 'sang')"
PAYLOADS = {
    "docstring": f'"""\n{CODE}\n"""',
    "docstring-single": f"'''\n{CODE}\n'''",
    "double": f'"\n{CODE}\n#',
    "single": f"'); {CODE} #",
    "subscript": f'"]] = 1; {CODE} #',
    "annotation": f'"] | {CODE} | Literal["',
    "call": f"x), {CODE}, (",
    "expression": CODE,
    "statement": f"x\n{CODE}\ny",
    "indented": f"x\n        {CODE}\n    {CODE}\n",
    "return": f"x\r{CODE}\r\n{CODE}",
    "next-line": f"x\x85{CODE}\u2028{CODE}\u2029{CODE}\x0b{CODE}\x0c{CODE}",
    "backslash": f'\\"""\n{CODE}\n\\',
    "trailing-backslash": "x\\",
    "backslashes": "\\\\\\N{DIGIT ONE}\\x41\\u0041\\",
    "template": "{{ " + CODE + " }}{% for x in y %}{#",
    "template-call": "{{ self.__init__.__globals__ }}{% raw %}{% endraw %}{% include '/etc/passwd' %}",
    "braces": "{" + CODE + "} {0} {x!r:>10} %s %(x)s ${x}",
    "comment-end": f"*/ --> -->\n{CODE}\n# type: ignore\n# noqa",
    "coding": "# -*- coding: utf-7 -*-\n# fmt: off\n# ruff: noqa",
    "bidi": "\u202e\u2066safe\u2069\u200b\ufeff",
    "control": "\x07\x1b[31m\x7f",
    "path": "../../../../var/../x.py",
    "path-absolute": "/etc/passwd\\..\\con.py",
    "keyword": "class",
    "soft-keyword": "match",
    "constant": "None",
    "builtin": "str",
    "dunder": "__init__",
    "mangled": "__class__.__base__",
    "self": "self",
    "markdown": "`]|<script>alert(1)</script>\n# heading\n```python\n" + CODE + "\n```",
    "toml": f'"\n[tool.x]\nx = """{CODE}',
    "empty": "",
    "space": " \t\n ",
    "long": "a b" * 2000,
    "long-word": "a" * 5000,
    "unicode": "\uff43\uff4c\uff41\uff53\uff53 小猫 \ufb01 \U0001f63a",  # a keyword, once Python has normalised it
    "combining": "e\u0301\u0301 \u00e9",
    "digits": "12 34",
    "number": "1e400",
    "pointer": "#/components/schemas/../~1~0%2F",
    "url": "http://user:password@[::1]:99999/%zz?{x}",
    "names": "Any Literal OMIT overload",
    "any": "Any",
    "models": "models",
}


def rich(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return the shipped document with all that it could hold besides: what it lacks could be the hole."""
    rich = deepcopy(dict(document))
    schemas, operation = rich["components"]["schemas"], rich["paths"]["/images/generations"]["post"]
    rich["info"]["contact"] = {"name": "someone", "url": "https://example.com", "email": "someone@example.com"}
    rich["info"]["x-info"] = {"anything": ["at all"]}
    rich["servers"][0]["variables"] = {"region": {"default": "here", "enum": ["here"], "description": "where"}}
    rich["externalDocs"] = {"url": "https://example.com/docs", "description": "more"}
    operation.update(
        {"externalDocs": dict(rich["externalDocs"]), "deprecated": True, "x-anything": {"a key": "a value"}}
    )
    operation["responses"]["200"]["headers"] = {"X-Some": {"description": "a header", "schema": {"type": "string"}}}
    operation["responses"]["200"]["links"] = {"again": {"operationId": "createImage", "description": "once more"}}
    annotated = {"title": "a title", "description": "some words", "$comment": "a remark", "example": "an example"}
    annotated |= {"examples": ["one example"], "format": "some-format", "deprecated": True}
    schemas["User"].update(annotated)
    schemas["Image"]["properties"]["extra"] = {
        **annotated,
        **{
            "type": "string",
            "default": "a default",
            "enum": ["a default", "a value"],
            "pattern": "^a",
            "x-more": "more",
        },
    }
    schemas["Image"]["properties"]["inner"] = {
        **{"type": "object", "title": "inner thing", "description": "an object in an object"},
        "properties": {"deep": {"type": ["string", "null"], "const": "a constant"}},
    }
    schemas["DallE2Request"]["properties"]["odd"] = {
        **annotated,
        **{"type": "string", "enum": ["odd value", "even value"], "default": "odd value"},
    }
    rich["paths"]["/images/descriptions"] = {"post": _plain("describeImage", "application/json")}
    rich["paths"]["/images/variations"] = {"post": _plain("varyImage", "multipart/form-data")}
    return rich


def _plain(operation_id: str, media_type: str) -> dict[str, Any]:
    fields = {
        "picture": {"type": "string", "format": "binary", "description": "a picture"},
        "words": {"type": "array", "items": {"type": "string", "enum": ["one word"]}, "title": "words"},
        "manner": {"type": "string", "enum": ["short", "long"], "default": "short", "description": "how"},
    }
    body = {"type": "object", "required": ["manner"], "additionalProperties": False, "properties": fields}
    answer = {"type": "object", "required": ["text"], "properties": {"text": {"type": "string"}}}
    return {
        **{"operationId": operation_id, "tags": ["other tools"], "summary": "a summary", "description": "more words"},
        "requestBody": {"description": "a body", "content": {media_type: {"schema": body}}},
        "responses": {"200": {"description": "fine", "content": {"application/json": {"schema": answer}}}},
    }


@dataclass(frozen=True)
class Slot:
    """One string of a document: the value or the key at the end of a path."""

    path: tuple[str | int, ...]
    is_key: bool

    def __str__(self) -> str:
        return f"{'key' if self.is_key else 'value'} #/{'/'.join(escape(str(step)) for step in self.path)}"


def slots(node: Any, path: tuple[str | int, ...] = ()) -> Iterator[Slot]:
    """Yield every string of a document."""
    if isinstance(node, str):
        yield Slot(path, is_key=False)
    pairs: Any = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for step, value in pairs:
        if isinstance(node, dict):
            yield Slot((*path, step), is_key=True)
        yield from slots(value, (*path, step))


def poisoned(document: Mapping[str, Any], slot: Slot, text: str, *, everywhere: bool) -> dict[str, Any]:
    """Return a document with another string in a slot; `everywhere`, too, where the same string or a $ref names it."""
    copy = deepcopy(dict(document))
    node: Any = copy
    for step in slot.path[:-1]:
        node = node[step]
    last = slot.path[-1]
    old = str(last) if slot.is_key else node[last]
    if everywhere:
        return dict(_renamed(copy, old, text))
    if slot.is_key:
        # In its old place: the order of keys means something to the generator.
        items = [(text if key == last else key, value) for key, value in node.items()]
        node.clear()
        node.update(items)
    else:
        node[last] = text
    return copy


def _renamed(node: Any, old: str, new: str) -> Any:
    if isinstance(node, dict):
        return {(new if key == old else key): _renamed(value, old, new) for key, value in node.items()}
    if isinstance(node, list):
        return [_renamed(each, old, new) for each in node]
    if isinstance(node, str) and node.startswith("#/") and node.endswith(f"/{escape(old)}"):
        return f"{node.removesuffix(escape(old))}{escape(new)}"
    return new if node == old else node


# What stands below these are names, all of one kind.
_NAMED = {"properties", "schemas", "paths", "responses", "examples", "mapping", "content", "headers", "links"}


def _kind(path: tuple[str | int, ...]) -> tuple[str | int, ...]:
    """Return what a string is for, as told by its last two steps: `*/description`, `mapping/*`."""
    above = (None, *path)
    steps = [
        "*" if isinstance(step, int) or before in _NAMED else step for before, step in zip(above, path, strict=False)
    ]
    return tuple(steps[-2:])


def sample(document: Mapping[str, Any], count: int, seed: int) -> list[tuple[Slot, str, bool]]:
    """Return so many (slot, payload, everywhere), drawn so that every kind of slot has its turn."""
    kinds: dict[tuple[object, ...], list[Slot]] = {}
    for slot in slots(document):
        kinds.setdefault((slot.is_key, *_kind(slot.path)), []).append(slot)
    dice = random.Random(seed)
    drawn: list[tuple[Slot, str, bool]] = []
    while len(drawn) < count:
        for each in dice.sample(list(kinds.values()), min(len(kinds), count - len(drawn))):
            drawn.append((dice.choice(each), dice.choice(list(PAYLOADS)), dice.random() < 0.5))
    return drawn
