"""Two contracts compared by meaning."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from images_contract import Contract
from images_contract.document import lookup
from images_contract.reading import no_collection

from . import asking, clauses, documentation, models, responses
from .change import CALLERS, COMPATIBLE, DOCUMENTATION, LEVELS, SERVERS, Change
from .operations import Operation, apart, both, moved, others
from .parameters import Pointers, refusals
from .responses import STREAM, Traffic
from .schemas import Subject
from .shapes import Shape, Source

_BUMPS = {CALLERS: "major", SERVERS: "minor", COMPATIBLE: "minor", DOCUMENTATION: "patch"}


@dataclass(frozen=True)
class Comparison:
    """What changed between two contracts: `changes`, the gravest first."""

    old: Contract
    new: Contract
    changes: tuple[Change, ...]

    @classmethod
    def of(cls, old: Contract, new: Contract) -> Comparison:
        """Compare two contracts."""
        with no_collection():
            found = [] if old.sha256 == new.sha256 else [*_changes(old, new)]
        return cls(old, new, tuple(sorted(found, key=lambda change: LEVELS.index(change.level))))

    def count(self, level: str) -> int:
        """Return how many changes are of a level."""
        return sum(change.level == level for change in self.changes)

    @property
    def bump(self) -> str:
        """The part of the version that has to rise: "major", "minor", "patch", or "none"."""
        return _BUMPS[self.changes[0].level] if self.changes else "none"

    @property
    def suggested(self) -> str | None:
        """The version that follows the old one; None where that is no semantic version."""
        match = re.fullmatch(r"(\d+)\.(\d+)\.(\d+)([-+].*)?", self.old.version)
        if match is None or not self.changes:
            return self.old.version if match else None
        major, minor, patch = (int(number) for number in match.groups()[:3])
        parts = {"major": (major + 1, 0, 0), "minor": (major, minor + 1, 0), "patch": (major, minor, patch + 1)}[
            self.bump
        ]
        return ".".join(map(str, parts))


def _changes(old: Contract, new: Contract) -> Iterator[Change]:
    sources = Source(old.document), Source(new.document)
    yield from models.compare(old, new, sources)
    own = Traffic.of(Operation(sources[0], old.operation), Operation(sources[1], new.operation))
    yield from asking.compare(own)
    yield from responses.compare(own)
    yield from _extensions(old, new, own)
    yield from clauses.compare(old, new)
    yield from _other_operations(own)
    yield from documentation.compare(old, new, own)


def _extensions(old: Contract, new: Contract, traffic: Traffic) -> Iterator[Change]:
    """Yield the differences in what our extensions say of the operation as a whole, and in how code calls it."""
    at = (old.operation,), (new.operation,)
    yield from refusals("the body", old.refused_with, new.refused_with, None, *at)
    if old.discriminator == new.discriminator:
        yield from refusals(old.discriminator, _statuses(old), _statuses(new), None, *at)
    method, before = (side.node.get("x-sdk-method") for side in (traffic.new, traffic.old))
    if method != before:
        yield Change(CALLERS, "sdk", "x-sdk-method", f"the method of the SDK is {method} now, not {before}", None, *at)
    if traffic.new.node["operationId"] != traffic.old.node["operationId"]:
        told = f"generated code calls the operation {traffic.new.node['operationId']} now"
        yield Change(COMPATIBLE if method else CALLERS, "sdk", "operationId", told, None, *at)
    for word, above in (("callbacks", [each.pointer for each in (traffic.old, traffic.new)]), ("webhooks", ["#", "#"])):
        if (
            len({_digest(side.source, up, word) for side, up in zip((traffic.old, traffic.new), above, strict=True)})
            > 1
        ):
            told = f"the {word} differ, which nothing here compares: judge by eye"
            yield Change(CALLERS, "operation", word, told, None, *at)
    codes, known = (_no_verdicts(side) for side in (traffic.new, traffic.old))
    if codes and known and codes != known:  # where errors have no code any more, that is told already
        yield _moved("x-not-a-verdict", "codes of errors that say nothing of the request's form", codes ^ known, at)
    if retired := {*old.retired} ^ {*new.retired}:
        yield _moved("x-retired", "names of models that are gone for good", retired, at)
    final, once = (_final(side) for side in (traffic.new, traffic.old))
    for tag in both(once, final):
        if once[tag] != final[tag]:
            told = f"a stream without the event {tag} is {'cut short' if final[tag] else 'whole'} now"
            yield Change(SERVERS if final[tag] else CALLERS, "event", tag, told, None, *at)


def _digest(source: Source, above: str, word: str) -> str:
    return source.digest(f"{above}/{word}") if word in lookup(source.document, above) else ""


def _moved(place: str, what: str, names: set[str], at: tuple[Pointers, Pointers]) -> Change:
    return Change(COMPATIBLE, "refusal", place, f"{what}: {', '.join(sorted(names))} came or went", None, *at)


def _final(operation: Operation) -> dict[str, bool]:
    """Return of each event, by the value that tells it apart, whether a stream without it is cut short."""
    streams = [at for name, (at, node) in operation.contents.items() if name.endswith(STREAM) and "schema" in node]
    tagged = (event for at in streams for event in operation.source.shape(f"{at}/schema").tagged.items())
    return {tag: bool(Shape.of([part]).texts.get("x-final")) for tag, part in tagged}


def _statuses(contract: Contract) -> set[int]:
    """Return the statuses that refuse a wrong name of a model."""
    named = (each.parameters[contract.discriminator] for each in contract.models.values())
    return {status for parameter in named for status in parameter.refused_with}


def _no_verdicts(operation: Operation) -> set[str]:
    """Return the codes of errors that say nothing of a request's form."""
    schemas = [f"{pointer}/schema" for pointer, node in operation.contents.values() if "schema" in node]
    shapes = [operation.source.shape(pointer) for pointer in schemas]
    for name in ("error", "code"):
        shapes = [Shape.of(shape.fields[name]) for shape in shapes if name in shape.fields]
    return {code for shape in shapes for codes in shape.texts.get("x-not-a-verdict", {}).values() for code in codes}


def _other_operations(own: Traffic) -> Iterator[Change]:
    """Yield the differences in operations that are not the contract's subject: their schemas as a whole."""
    sides = others(own.old), others(own.new)
    before, after = ({name: (each.pointer, each.node) for name, each in side.items()} for side in sides)
    for name in apart(before, after):
        came, went = (SERVERS, f"{name} is a new operation"), (CALLERS, f"{name} is no operation any more")
        yield moved("operation", name, before, after, came, went)
    for name in both(*sides):
        traffic = Traffic.of(sides[0][name], sides[1][name], f" of {name}")
        yield from asking.compare(traffic)
        yield from responses.compare(traffic)
        bodies = traffic.old.bodies, traffic.new.bodies
        for media in both(*bodies):
            if all("schema" in side[media][1] for side in bodies):
                parts = traffic.parts(bodies[0][media], bodies[1][media])
                yield from Subject("request", f"in requests of {name}", False, parts).compare()
        yield from documentation.of_operation(traffic)
