"""Any schema of a document, flattened: what it demands of one place, and where the places below it are told."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property, reduce
from typing import Any

from images_contract import Validators
from images_contract.document import escape, lookup
from images_contract.keywords import ANNOTATIONS, KEYWORDS, types

Part = tuple["Source", str]  # a document, and the pointer of a schema in it

_REFERENCE = re.compile(r'"\$ref": ("(?:[^"\\]|\\.)*")')
CLOSED = "closed"  # stands for `additionalProperties: false`, with the fields that are listed beside it
_STRUCTURE = {"$ref", "allOf", "properties", "required", "items", "oneOf", "anyOf"}
_SILENT = ANNOTATIONS | {"x-not-a-verdict", "x-final", "discriminator", "xml", "$schema", "$id", "$defs", "$anchor"}


class Source:
    """One document: its schemas flattened, and their validators, each made once."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self.document = document
        self.validators = Validators(document)
        self._shapes: dict[str, Shape] = {}
        self._digests: dict[str, str] = {}

    def digest(self, pointer: str) -> str:
        """Return a digest of what is written at a place, and wherever that refers to: equal ones, equal words."""
        if pointer not in self._digests:
            text = json.dumps(lookup(self.document, pointer))
            found = hashlib.sha256(text.encode())
            self._digests[pointer] = ""  # an example may speak of the schema that it stands in
            for target in _REFERENCE.findall(text):
                with suppress(KeyError):  # an example may speak of what is not there
                    found.update(self.digest(json.loads(target)).encode())
            self._digests[pointer] = found.hexdigest()
        return self._digests[pointer]

    def shape(self, pointer: str) -> Shape:
        """Return what the schema at `#/...` demands."""
        if pointer not in self._shapes:
            self._shapes[pointer] = Shape.read([(self, pointer)])
        return self._shapes[pointer]


@dataclass
class Shape:
    """What the parts of a schema (`$ref`, `allOf`) demand of one place, taken together; parts may be of two documents.

    `rules` has the keywords that speak of the place itself, each with all its arguments; `fields`, `items` and
    `choices` (each a oneOf or anyOf) lead on. `at` is the pointer of the place, `pointers` tells where a keyword
    stands, `texts` has the annotations.
    """

    at: str = "#"
    rules: dict[str, list[Any]] = field(default_factory=dict)
    fields: dict[str, list[Part]] = field(default_factory=dict)
    required: dict[str, str] = field(default_factory=dict)
    items: list[Part] = field(default_factory=list)
    choices: list[tuple[str, list[Part]]] = field(default_factory=list)
    pointers: dict[str, str] = field(default_factory=dict)
    texts: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, parts: Sequence[Part]) -> Shape:
        """Return what parts of a schema demand together."""
        return parts[0][0].shape(parts[0][1]) if len(parts) == 1 else cls.read(parts)

    @classmethod
    def read(cls, parts: Iterable[Part]) -> Shape:
        """Read parts of a schema."""
        waiting = list(parts)
        shape, seen = cls(waiting[0][1] if waiting else "#"), set()
        while waiting:
            source, pointer = waiting.pop(0)
            if (id(source), pointer) in seen:  # said twice is said once, however often schemas refer to one another
                continue
            seen.add((id(source), pointer))
            node = lookup(source.document, pointer)
            if node is False:
                shape._add("not", {}, pointer)
            if not isinstance(node, dict):
                continue
            shape._read(source, pointer, node)
            waiting += [(source, node["$ref"])] if "$ref" in node else []
            waiting += _each(source, pointer, node, "allOf")
        return shape

    def _read(self, source: Source, pointer: str, node: dict[str, Any]) -> None:
        for name in node.get("properties", {}):
            self.fields.setdefault(name, []).append((source, f"{pointer}/properties/{escape(name)}"))
        for name in node.get("required", ()):
            self.required.setdefault(name, f"{pointer}/required")
        if "items" in node:
            self.items.append((source, f"{pointer}/items"))
        for word in ("oneOf", "anyOf"):
            if word in node:
                self.choices.append((word, _each(source, pointer, node, word)))
                self.pointers.setdefault(word, f"{pointer}/{word}")
        for word, argument in node.items():
            place = f"{pointer}/{escape(word)}"
            if word == "const":
                self._add("enum", [argument], place)
            elif word in KEYWORDS:
                self._add(word, argument, place)
            elif word == "additionalProperties" and argument in (True, False, {}):
                if argument is False:
                    self._add(CLOSED, sorted(node.get("properties", {})), place)
            elif word == "x-rules" and isinstance(argument, dict):
                self.texts[word] = {**argument, **self.texts.get(word, {})}
            elif word in _SILENT:
                self.texts.setdefault(word, argument)
            elif word not in _STRUCTURE and not word.startswith("x-"):
                self._add(word, _expanded(source.document, argument), place)

    def _add(self, word: str, argument: Any, pointer: str) -> None:
        self.rules.setdefault(word, []).append(argument)
        self.pointers.setdefault(word, pointer)

    @cached_property
    def demands(self) -> dict[str, Any]:
        """What each keyword demands, its arguments taken together."""
        return {word: _merged(word, arguments) for word, arguments in self.rules.items()}

    @property
    def closed(self) -> bool:
        """Whether fields that are not listed are forbidden."""
        return CLOSED in self.rules

    def may_be(self, kind: str) -> bool:
        """Tell whether a value may be of a JSON type."""
        return "type" not in self.demands or kind in self.demands["type"]

    @property
    def examples(self) -> list[Any]:
        """The examples and the default that stand beside the schema."""
        listed = self.texts.get("examples", [])
        return [
            *(listed if isinstance(listed, list) else []),
            *(self.texts[k] for k in ("example", "default") if k in self.texts),
        ]

    @cached_property
    def local(self) -> str:
        """All that is demanded of the place itself, as text to be compared."""
        demands = {**self.demands, CLOSED: self.closed}
        return json.dumps([demands, self._choices()], sort_keys=True)

    @cached_property
    def meaning(self) -> str:
        """A digest of all that is demanded, also below: the same for schemas that are written differently."""
        fields = {name: Shape.of(parts).meaning for name, parts in self.fields.items()}
        items = Shape.of(self.items).meaning if self.items else ""
        text = json.dumps([self.demands, fields, sorted(self.required), items, self._choices()], sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()

    def _choices(self) -> list[Any]:
        return sorted([word, sorted(Shape.of([part]).meaning for part in parts)] for word, parts in self.choices)

    @cached_property
    def tagged(self) -> dict[str, Part]:
        """The alternatives by the value of the one field that tells them apart; nothing where no field does."""
        if len(self.choices) != 1:
            return {}
        parts = self.choices[0][1]
        listed = [Shape.of([part])._tags() for part in parts]
        for name in listed[0] if listed else ():
            values = [tags[name] for tags in listed if name in tags]
            if len(set(values)) == len(parts):
                return dict(zip(values, parts, strict=True))
        return {}

    def _tags(self) -> dict[str, str]:
        """Return the required fields that may have one value only, a text."""
        listed = {name: Shape.of(self.fields.get(name, [])).demands.get("enum", []) for name in self.required}
        return {name: values[0] for name, values in listed.items() if len(values) == 1 and isinstance(values[0], str)}

    def plus(self, *others: Shape) -> Shape:
        """Return what this shape and others demand together; choices are those of the others."""
        shapes = (self, *others)
        return Shape(
            self.at,
            rules=_joined(shape.rules for shape in shapes),
            fields=_joined(shape.fields for shape in shapes),
            required={name: at for shape in shapes for name, at in shape.required.items()},
            items=[part for shape in shapes for part in shape.items],
            choices=[choice for shape in others for choice in shape.choices],
            texts={word: text for shape in reversed(shapes) for word, text in shape.texts.items()},
        )


def _each(source: Source, pointer: str, node: Mapping[str, Any], word: str) -> list[Part]:
    return [(source, f"{pointer}/{word}/{index}") for index, _ in enumerate(node.get(word, ()))]


def _joined(mappings: Iterable[Mapping[str, list[Any]]]) -> dict[str, list[Any]]:
    joined: dict[str, list[Any]] = {}
    for word, values in (item for each in mappings for item in each.items()):
        joined.setdefault(word, []).extend(values)
    return joined


def _merged(word: str, arguments: list[Any]) -> Any:
    if word == CLOSED:
        return sorted(set(arguments[0]).intersection(*arguments[1:]))
    if word not in KEYWORDS:
        return _sorted(arguments) if len(arguments) > 1 else arguments[0]
    merged = reduce(KEYWORDS[word].merge, arguments)
    return _sorted(types(merged)) if word == "type" else _sorted(merged) if word == "enum" else merged


def _sorted(values: list[Any]) -> list[Any]:
    return sorted(values, key=lambda value: json.dumps(value, sort_keys=True))


def _expanded(document: Mapping[str, Any], node: Any, *, named: bool = False) -> Any:
    """Return an argument with its references written out and its annotations left out."""
    if isinstance(node, list):
        return [_expanded(document, each) for each in node]
    if not isinstance(node, dict):
        return node
    own = {
        key: _expanded(document, each, named=key == "properties" and not named)
        for key, each in node.items()
        if named or (key not in _SILENT and key != "$ref")
    }
    if named or not isinstance(node.get("$ref"), str):
        return own
    target = _expanded(document, lookup(document, node["$ref"]))
    return {"allOf": [target, own]} if own else target
