"""What differs in the requests that two contracts accept, model by model."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from images_contract import ABSENT, Contract

from . import conditions, parameters
from .change import CALLERS, COMPATIBLE, NEW, OLD, SERVERS, Change, Sample
from .shapes import Source
from .sides import Pair, Side

Sources = tuple[Source, Source]


def compare(old: Contract, new: Contract, sources: Sources) -> Iterator[Change]:
    """Yield the differences in the requests that are accepted, and in what they mean."""
    if old.discriminator != new.discriminator:
        yield _renamed_key(old, new, sources)
        return
    for name in {**old.profiles, **new.profiles}:
        before, after = _side(old, name, sources[0]), _side(new, name, sources[1])
        if before and after:
            yield from _changed(Pair(before, after))
        elif before:
            yield _moved(before, CALLERS, "are not accepted any more", OLD)
        elif after:
            yield _moved(after, SERVERS, "are accepted now", NEW)


def _side(contract: Contract, name: str, source: Source) -> Side | None:
    profile = contract.profiles.get(name)
    return Side(contract, profile, source.validators) if profile else None


def _renamed_key(old: Contract, new: Contract, sources: Sources) -> Change:
    """Return the one difference that is told where requests name their model by another parameter."""
    side = Side(old, next(iter(old.models.values())), sources[0].validators)
    told = f"requests name the model by {new.discriminator} now, not by {old.discriminator}; the rest is not compared"
    return Change(CALLERS, "model", old.discriminator, told, sample=_smallest(side, OLD))


def _moved(side: Side, level: str, told: str, accepted_by: str) -> Change:
    """Return the difference that a model makes which only one contract has."""
    pointers = (side.profile.pointer,)
    old, new = (pointers, ()) if accepted_by == OLD else ((), pointers)
    sample = _smallest(side, accepted_by)
    return Change(
        level, "model", side.contract.discriminator, f"requests {told}", side.profile.name, old, new, (), sample
    )


def _smallest(side: Side, accepted_by: str) -> Sample | None:
    return next((Sample(body, accepted_by) for body in Pair(side, side).bases), None)


def _changed(pair: Pair) -> Iterator[Change]:
    """Yield the differences in a model that both contracts have."""
    found: dict[tuple[str, str], Change] = {}  # what holds of every optional parameter is told once
    for name in _subjects(pair):
        for change in (*parameters.compare(pair, name), *parameters.meaning(pair, name)):
            found.setdefault((change.place, change.told), change)
    yield from found.values()
    yield from conditions.compare(pair)
    yield from _answers(pair)


def _subjects(pair: Pair) -> Iterator[str]:
    """Yield the parameters to compare, and a stranger; what follows from another model's parameters is told there."""
    yield from (name for name in pair.names if any(side.parameter(name) for side in pair.sides))
    if pair.old.profile.closed == pair.new.profile.closed and pair.model != ABSENT:
        yield from (name for name in pair.names if all(side.lacks(name) for side in pair.sides))
    if pair.model != ABSENT or all(model.closed for side in pair.sides for model in side.contract.models.values()):
        yield pair.stranger


def _answers(pair: Pair) -> Iterator[Change]:
    """Yield the optional fields that answers of the model have on one side only."""
    listed = ("", "fields"), ("data[].", "image_fields")
    for prefix, attribute in listed:
        old, new = ([*(getattr(side.profile, attribute) or ())] for side in pair.sides)
        for name in _without(old, new):
            yield _field(pair, f"{prefix}{name}", CALLERS, "does not belong to its answers any more")
        for name in _without(new, old):
            yield _field(pair, f"{prefix}{name}", COMPATIBLE, "belongs to its answers now")


def _without(names: Iterable[str], others: Iterable[str]) -> list[str]:
    return [name for name in names if name not in others]


def _field(pair: Pair, place: str, level: str, told: str) -> Change:
    old, new = ((f"{side.profile.pointer}/x-response",) for side in pair.sides)
    return Change(level, "field", place, f"{place} {told}", pair.model, old, new)
