"""What differs in the responses of an operation: statuses, media types, headers, and what they hold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from images_contract.keywords import words

from .change import CALLERS, COMPATIBLE, NEW, OLD, SERVERS, Change, Sample
from .instances import simplest
from .operations import Operation, Place, apart, both, moved
from .schemas import Subject
from .shapes import Part, Shape

STREAM = "text/event-stream"


@dataclass(frozen=True)
class Traffic:
    """One operation as two documents describe it; `suffix` tells which, where it is not the contract's own."""

    old: Operation
    new: Operation
    suffix: str = ""

    @classmethod
    def of(cls, old: Operation, new: Operation, suffix: str = "") -> Traffic:
        """Return the two, each asked for the statuses of the other, too."""
        return cls(replace(old, statuses=(*new.responses,)), replace(new, statuses=(*old.responses,)), suffix)

    def parts(self, old: Place, new: Place) -> tuple[Part, Part]:
        """Return the schemas of two places."""
        return (self.old.source, f"{old[0]}/schema"), (self.new.source, f"{new[0]}/schema")


def compare(traffic: Traffic) -> Iterator[Change]:
    """Yield the differences in statuses, media types, headers, and what they hold."""
    yield from _statuses(traffic)
    yield from _media_types(traffic)
    yield from _contents(traffic)
    yield from _headers(traffic)


def _statuses(traffic: Traffic) -> Iterator[Change]:
    """Yield statuses. A new 4xx or 5xx surprises no caller: an unknown one is read as 400 or 500 (RFC 9110, 15)."""
    old, new = traffic.old.responses, traffic.new.responses
    for status in apart(old, new):
        lost = status[0] == "2" and not any(each[0] == "2" for each in new)
        came = COMPATIBLE if status[0] in "45" else CALLERS, f"{status} is a new answer{traffic.suffix}"
        went = CALLERS if lost else SERVERS, f"{status} is no answer any more{traffic.suffix}"
        yield moved("status", status, old, new, came, went, _sample(traffic, status))


def _media_types(traffic: Traffic) -> Iterator[Change]:
    old, new = traffic.old.contents, traffic.new.contents
    for name in apart(old, new):
        status, media = name.split(" ", 1)
        if status in both(traffic.old.responses, traffic.new.responses):
            came = CALLERS, f"{status} may come as {media} now{traffic.suffix}"
            went = SERVERS, f"{status} does not come as {media} any more{traffic.suffix}"
            yield moved("media-type", name, old, new, came, went, _sample(traffic, name))


def _sample(traffic: Traffic, name: str) -> Sample | None:
    """Return the simplest response of a status (and media type) that one operation alone has."""
    for operation, other, accepted_by in ((traffic.old, traffic.new, OLD), (traffic.new, traffic.old, NEW)):
        for key, (pointer, node) in operation.contents.items():
            if f"{key} ".startswith(f"{name} ") and key not in other.contents and "schema" in node:
                body = simplest(operation.source.shape(f"{pointer}/schema"))
                return Sample(body, accepted_by, *key.split(" ", 1))
    return None


def _contents(traffic: Traffic) -> Iterator[Change]:
    """Yield the differences in what responses hold; statuses whose schemas mean the same are told as one."""
    old, new = traffic.old.contents, traffic.new.contents
    alike: dict[tuple[str, str, str], list[str]] = {}
    for name in both(old, new):
        if "schema" in old[name][1] and "schema" in new[name][1]:
            before, after = (Shape.of([part]).meaning for part in traffic.parts(old[name], new[name]))
            if before != after:
                alike.setdefault((before, after, _kind(name)), []).append(name)
    for (_, _, kind), names in alike.items():
        statuses = [name.split(" ")[0] for name in names]
        within = {
            "error": f"in errors ({', '.join(statuses)})",
            "event": "in events",
            "answer": f"in the answer {statuses[0]}",
        }
        parts = traffic.parts(old[names[0]], new[names[0]])
        yield from Subject(kind, f"{within[kind]}{traffic.suffix}", True, parts, *names[0].split(" ", 1)).compare()


def _kind(name: str) -> str:
    if name[0] != "2":
        return "error"
    return "event" if name.endswith(STREAM) else "answer"


def _headers(traffic: Traffic) -> Iterator[Change]:
    old, new = traffic.old.headers, traffic.new.headers
    statuses = both(traffic.old.responses, traffic.new.responses)
    for name in apart(old, new):
        status, header = name.split(" ", 1)
        if status in statuses:
            needed = (new.get(name) or old[name])[1].get("required") is True
            came = SERVERS if needed else COMPATIBLE, f"{status} has the header {header} now{traffic.suffix}"
            went = CALLERS, f"{status} has no header {header} any more{traffic.suffix}"
            yield moved("header", name, old, new, came, went)
    for name in both(old, new):
        yield from required_and_schema(traffic, "header", name, old[name], new[name], outgoing=True)


def required_and_schema(
    traffic: Traffic, kind: str, name: str, old: Place, new: Place, *, outgoing: bool
) -> Iterator[Change]:
    """Yield the differences in a header or parameter that both documents have."""
    needed = [place[1].get("required") is True for place in (old, new)]
    if needed[0] != needed[1]:
        level = CALLERS if needed[1] != outgoing else SERVERS
        told = f"the {kind} {name} {'is required' if needed[1] else 'may be missing'} now{traffic.suffix}"
        yield Change(level, kind, name, told, None, (old[0],), (new[0],))
    ways = [_written(place[1]) for place in (old, new)]
    if differing := [word for word in ways[0] if ways[0][word] != ways[1][word]]:
        told = f"the {kind} {name} is written another way now ({words(differing)}){traffic.suffix}"
        yield Change(CALLERS, kind, name, told, None, (old[0],), (new[0],))
    if "schema" in old[1] and "schema" in new[1]:
        within = f"in the {kind} {name}{traffic.suffix}"
        status = name.split(" ")[0] if outgoing else None
        yield from Subject(kind, within, outgoing, traffic.parts(old, new), status, name=name).compare()


def _written(node: Mapping[str, Any]) -> dict[str, Any]:
    """Return how the value of a header or parameter becomes text; what is left out stands for OpenAPI's default."""
    style = node.get("style", "form" if node.get("in") in ("query", "cookie") else "simple")
    explode = node.get("explode", style == "form")
    return {
        "style": style, "explode": explode, "allowReserved": node.get("allowReserved", False),
        "content": sorted(node.get("content", ())),
    }  # fmt: skip
