"""One operation of a document: its responses, parameters and credentials, references followed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from images_contract.document import escape, lookup, operations

from .change import Change, Sample
from .shapes import Source

Place = tuple[str, dict[str, Any]]  # a pointer, and what stands there
Places = dict[str, Place]  # by name
NO_CREDENTIALS = "no credentials"


@dataclass(frozen=True)
class Operation:
    """One operation of a document, by its pointer.

    `statuses` are those to look for beside its own: `4XX` and `default` tell them where nothing more exact does. Names
    of headers, media types and schemes are in lower case: HTTP tells no others apart.
    """

    source: Source
    pointer: str
    statuses: tuple[str, ...] = ()

    @property
    def document(self) -> Mapping[str, Any]:
        """The document that it stands in."""
        return self.source.document

    @cached_property
    def node(self) -> dict[str, Any]:
        """What stands there."""
        return dict(lookup(self.document, self.pointer))

    @property
    def name(self) -> str:
        """The method and the path, such as `POST /images/generations`."""
        *_, path, method = self.pointer.split("/")
        return f"{method.upper()} {path.replace('~1', '/').replace('~0', '~')}"

    @cached_property
    def responses(self) -> Places:
        """Return the responses by status."""
        own = dict(self._below(self.pointer, "responses"))
        ranges = ((status, f"{status[0]}XX") for status in self.statuses if status not in own)
        told = {status: own.get(every) or own.get("default") for status, every in ranges}
        return {**own, **{status: place for status, place in told.items() if place}}

    @cached_property
    def contents(self) -> Places:
        """Return what comes with each status, by status and media type, such as `200 application/json`."""
        return self._of_each_status("content")

    @cached_property
    def headers(self) -> Places:
        """Return the headers of responses, by status and name, such as `401 www-authenticate`."""
        return self._of_each_status("headers")

    @cached_property
    def body(self) -> Place:
        """Return the request body; an empty one where there is none."""
        return self._resolved(f"{self.pointer}/requestBody") if "requestBody" in self.node else (self.pointer, {})

    @cached_property
    def bodies(self) -> Places:
        """Return the kinds of request body by media type."""
        return {media.lower(): place for media, place in self._below(self.body[0], "content")}

    @cached_property
    def parameters(self) -> Places:
        """Return the parameters beside the body, those of the path included, such as `query api-version`."""
        item = self.pointer.rpartition("/")[0]
        listed = [
            (at, index)
            for at in (item, self.pointer)
            for index, _ in enumerate(lookup(self.document, at).get("parameters", ()))
        ]
        found = [self._resolved(f"{at}/parameters/{index}") for at, index in listed]
        return {_parameter(node): (pointer, node) for pointer, node in found}

    @cached_property
    def credentials(self) -> Places:
        """Return the ways to authenticate by phrases, such as `http bearer`; ` with ` stands between those of one."""
        at = f"{self.pointer}/security" if "security" in self.node else "#/security"
        listed = self.node.get("security", self.document.get("security")) or []
        found: Places = {
            self._credential(each): (f"{at}/{index}", self._told(each)) for index, each in enumerate(listed)
        }
        return found or {NO_CREDENTIALS: (self.pointer, {})}

    def _credential(self, requirement: Mapping[str, list[str]]) -> str:
        return " with ".join(sorted(self._phrase(*each) for each in requirement.items())) or NO_CREDENTIALS

    def _phrase(self, name: str, scopes: list[str]) -> str:
        node = self._scheme(name)
        lower = {"scheme", *(["name"] if node.get("in") == "header" else [])}
        listed = [(key, str(node[key])) for key in ("type", "scheme", "in", "name", "openIdConnectUrl") if key in node]
        words = [word.lower() if key in lower else word for key, word in listed]
        return " ".join([*words, *sorted(scopes)])

    def _told(self, requirement: Mapping[str, list[str]]) -> dict[str, Any]:
        texts = [
            (self._scheme(name).get("description"), self._scheme(name).get("bearerFormat")) for name in requirement
        ]
        return {"description": sorted(map(str, texts))}

    def _scheme(self, name: str) -> dict[str, Any]:
        known = self.document.get("components", {}).get("securitySchemes", {})
        return self._resolved(f"#/components/securitySchemes/{escape(name)}")[1] if name in known else {"type": name}

    def _resolved(self, pointer: str) -> Place:
        node = lookup(self.document, pointer)
        while isinstance(node, dict) and "$ref" in node:
            pointer = node["$ref"]
            node = lookup(self.document, pointer)
        return pointer, node if isinstance(node, dict) else {}

    def _of_each_status(self, word: str) -> Places:
        found = [(status, pointer) for status, (pointer, _) in self.responses.items()]
        return {f"{status} {name.lower()}": place for status, at in found for name, place in self._below(at, word)}

    def _below(self, pointer: str, word: str) -> Iterator[tuple[str, Place]]:
        for name in lookup(self.document, pointer).get(word) or ():
            yield str(name), self._resolved(f"{pointer}/{word}/{escape(str(name))}")


def _parameter(node: dict[str, Any]) -> str:
    place, name = str(node.get("in")), str(node.get("name"))
    return f"{place} {name.lower() if place == 'header' else name}"


def others(operation: Operation) -> dict[str, Operation]:
    """Return the other operations of a document, by method and path."""
    pointers = (f"#/paths/{escape(path)}/{method}" for path, method, _ in operations(operation.document))
    found = [Operation(operation.source, pointer) for pointer in pointers if pointer != operation.pointer]
    return {each.name: each for each in found}


def apart(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    """Return the names that only one side has."""
    return [name for name in {**old, **new} if (name in old) != (name in new)]


def both(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    """Return the names that both sides have."""
    return [name for name in old if name in new]


def moved(
    kind: str,
    name: str,
    old: Places,
    new: Places,
    came: tuple[str, str],
    went: tuple[str, str],
    sample: Sample | None = None,
) -> Change:
    """Return the difference that comes of a name on one side only: (level, sentence) for one that came or went."""
    level, told = came if name in new else went
    before, after = ((side[name][0],) if name in side else () for side in (old, new))
    return Change(level, kind, name, told, None, before, after, (), sample)
