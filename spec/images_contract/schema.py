"""Schemas flattened: every keyword that bears on a place, with the pointer, level and source that stand beside it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any, NoReturn

from .document import lookup
from .errors import RuleError
from .keywords import ANNOTATIONS, KEYWORDS, holds, shown

LEVELS = ("may", "should", "must")  # weakest first
RULED = (*KEYWORDS, "additionalProperties", "unsupported")  # what `x-rules` may speak of
MAX_PARTS = 200  # schemas that one place may be composed of


@dataclass(frozen=True)
class Constraint:
    """One keyword with its argument, where it stands, how binding it is and where it comes from."""

    keyword: str
    argument: Any
    pointer: str
    level: str
    source: str


class Schemas:
    """The schemas of one document, by pointer. Raises RuleError, with file and pointer, for what no rule comes of."""

    def __init__(self, document: Mapping[str, Any], path: Path | str | None) -> None:
        self.document = document
        self.path = path
        self._parts: dict[tuple[str, ...], list[tuple[str, dict[str, Any]]]] = {}  # every place is asked for many times

    def fail(self, pointer: str, problem: str) -> NoReturn:
        """Raise RuleError for a place in the document."""
        raise RuleError(problem, path=self.path, pointer=pointer)

    def node(self, pointer: str) -> dict[str, Any]:
        """Return the schema at a pointer; a boolean schema or another value is an error."""
        try:
            node = lookup(self.document, pointer)
        except KeyError as error:
            self.fail(pointer, f"is not there: {error.args[0]!r} leads nowhere")
        if not isinstance(node, dict):
            self.fail(pointer, f"is {shown(node)}; a schema must be a mapping here")
        return node

    def parts(self, *pointers: str) -> list[tuple[str, dict[str, Any]]]:
        """Return (pointer, node) of all schemas that hold at a place: those named, their `$ref`, their `allOf`."""
        if pointers not in self._parts:
            self._parts[pointers] = list(self._composing(pointers))
        return self._parts[pointers]

    def _composing(self, pointers: tuple[str, ...]) -> Iterator[tuple[str, dict[str, Any]]]:
        waiting, count = list(pointers), 0
        while waiting:
            here = waiting.pop(0)
            node = self.node(here)
            count += 1
            if count > MAX_PARTS:
                self.fail(pointers[0], f"is composed of more than {MAX_PARTS} schemas")
            self.check_rules(node, here)
            yield here, node
            if "$ref" in node:
                waiting.append(node["$ref"])
            waiting.extend(f"{here}/allOf/{index}" for index, _ in enumerate(self.list(node, here, "allOf")))

    def check_rules(self, node: dict[str, Any], pointer: str) -> None:
        """Raise RuleError where `x-rules` has an entry for what is no keyword."""
        for keyword in self.mapping(node, pointer, "x-rules"):
            if keyword not in RULED:
                close = get_close_matches(keyword, RULED, 1)
                hint = f"did you mean {close[0]!r}?" if close else f"known are {', '.join(RULED)}"
                self.fail(f"{pointer}/x-rules/{keyword}", f"speaks of no keyword; {hint}")

    def list(self, node: dict[str, Any], pointer: str, key: str) -> list[Any]:
        """Return a list-valued member; an absent one is empty, another type an error."""
        value = node.get(key, [])
        if not isinstance(value, list):
            self.fail(f"{pointer}/{key}", f"is {shown(value)}, not a list")
        return value

    def names(self, node: dict[str, Any], pointer: str, key: str) -> tuple[str, ...]:
        """Return a member that lists names; an absent one is empty, another type an error."""
        listed = self.list(node, pointer, key)
        for index, name in enumerate(listed):
            if not isinstance(name, str) or name in listed[:index]:
                self.fail(f"{pointer}/{key}/{index}", f"is {shown(name)}; this lists names, each once")
        return tuple(listed)

    def check_id(self, id: Any, pointer: str) -> None:
        """Raise RuleError unless this is words joined by dots, such as `n.one-per-stream`."""
        if not isinstance(id, str) or not re.fullmatch(r"[\w{}-]+(\.[\w{}-]+)+", id):
            self.fail(f"{pointer}/id", f"is {shown(id)}; an id is words joined by dots, such as n.one-per-stream")

    def mapping(self, node: dict[str, Any], pointer: str, key: str) -> dict[str, Any]:
        """Return a mapping-valued member; an absent one is empty, another type an error."""
        value = node.get(key, {})
        if not isinstance(value, dict):
            self.fail(f"{pointer}/{key}", f"is {shown(value)}, not a mapping")
        return value

    def annotation(self, key: str, *pointers: str, default: Any = None) -> Any:
        """Return an annotation of a place: the nearest of its parts that has it decides."""
        return next((node[key] for _, node in self.parts(*pointers) if key in node), default)

    def constraints(self, *pointers: str) -> dict[str, Constraint]:
        """Return what every keyword demands at a place, the demands of its parts taken together."""
        found: dict[str, Constraint] = {}
        for here, node in self.parts(*pointers):
            for keyword, argument in self._keywords(here, node):
                rule = KEYWORDS[keyword]
                before = found.get(keyword)
                merged = rule.merge(before.argument, argument) if before else argument
                if before is None or merged != before.argument:
                    level, source = self.standing(keyword, here, *pointers)
                    found[keyword] = Constraint(keyword, merged, here, level, source)
        return found

    def standing(self, keyword: str, here: str, *pointers: str) -> tuple[str, str]:
        """Return (level, source) of a keyword: of the part it stands in, else of the place's nearest entry."""
        entries = [(part, self.mapping(node, part, "x-rules").get(keyword)) for part, node in self.parts(*pointers)]
        entries.sort(key=lambda entry: entry[0] != here)
        at, entry = next(((part, entry) for part, entry in entries if entry is not None), (here, {}))
        if not isinstance(entry, dict) or entry.keys() - {"level", "source"}:
            self.fail(f"{at}/x-rules/{keyword}", f"is {shown(entry)}; write {{level: …, source: …}}")
        level = self.level(entry, f"{at}/x-rules/{keyword}")
        nearest = self.node(here).get("x-source") or self.annotation("x-source", *pointers, default="")
        return level, str(entry.get("source") or nearest)

    def level(self, entry: dict[str, Any], pointer: str) -> str:
        """Return the level of an entry: `must` where none is written."""
        level = entry.get("level", "must")
        if level not in LEVELS:
            self.fail(f"{pointer}/level", f"is {shown(level)}; use must, should or may")
        return str(level)

    def _keywords(self, pointer: str, node: dict[str, Any]) -> Iterator[tuple[str, Any]]:
        for name, argument in node.items():
            if name in ANNOTATIONS or name in ("$ref", "allOf"):
                continue
            keyword, argument = ("enum", [argument]) if name == "const" else (name, argument)
            self.check_keyword(keyword, argument, f"{pointer}/{name}")
            yield keyword, argument

    def check_keyword(self, keyword: str, argument: Any, pointer: str) -> None:
        """Raise RuleError unless rules are derived from this keyword with this argument."""
        rule = KEYWORDS.get(keyword)
        if rule is None:
            close = get_close_matches(keyword, KEYWORDS, 1)
            hint = f"did you mean {close[0]!r}?" if close else f"known are {', '.join(['const', *KEYWORDS])}"
            self.fail(pointer, f"no rule is derived from {keyword!r} here; {hint}")
        if not rule.shape(argument):
            self.fail(pointer, f"is {shown(argument)}; {keyword} takes {rule.expects}")

    def check_default(self, default: Any, *pointers: str) -> None:
        """Raise RuleError where a default breaks the rules of its own place."""
        for each in self.constraints(*pointers).values():
            if not holds({each.keyword: each.argument}, default):
                here = next(at for at, node in self.parts(*pointers) if "default" in node)
                says = KEYWORDS[each.keyword].says(each.argument)
                self.fail(f"{here}/default", f"is {shown(default)}, which breaks a rule of its own place: it {says}")
