"""What differs in one parameter of one model."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from images_contract.keywords import json_equal, shown, words

from .change import CALLERS, COMPATIBLE, LEVELS, SERVERS, Change
from .corners import out_of_reach
from .sides import ACCEPTED, LEFT_OUT, Pair, Side, rules
from .turns import Turn, differs, turns
from .words import STANDING, rewritten

Pointers = tuple[str, ...]


def compare(pair: Pair, name: str) -> Iterator[Change]:
    """Yield the differences in what the model accepts for one parameter, looked at by itself."""
    if not differs(pair, name):
        return
    told = [_change(pair, name, alike) for alike in turns(pair, name)]
    if not told and _out_of_sight(pair, name):
        told = [_by_eye(pair, name)]
    if pair.moved(name):  # what gets harder for callers tells the most: a new parameter may be required
        told.sort(key=lambda each: LEVELS.index(each.level))
        told = told[:1]
    yield from told


def _out_of_sight(pair: Pair, name: str) -> bool:
    """Tell whether a difference may be there although no value shows it: not all that could show it was made."""
    far = any(out_of_reach(rules(side, name)) for side in pair.sides)
    return far or not pair.bases or pair.untried(pair.related([name])) > 0


def _by_eye(pair: Pair, name: str) -> Change:
    """Return a difference that is there although no value was made that shows it."""
    said = rewritten(rules(pair.old, name), rules(pair.new, name))
    old, new = (_places(side, name, other) for side, other in (pair.sides, pair.sides[::-1]))
    told = f"{name} has another rule{said}; no value was found that shows it: judge by eye"
    return Change(CALLERS, "parameter", name, told, pair.model, old, new)


def meaning(pair: Pair, name: str) -> Iterator[Change]:
    """Yield what else differs of a parameter that both contracts have: its default, the statuses that refuse it."""
    old, new = (side.parameter(name) for side in pair.sides)
    if old is None or new is None:
        return
    if not json_equal(old.default, new.default):
        now, before = ("open" if each.default is None else shown(each.default) for each in (new, old))
        told = f"the default of {name} is {now} now; before, it was {before}"
        level = SERVERS if old.default is None else CALLERS
        sample = next((pair.sample(body) for body in pair.bases if name not in body), None)
        yield Change(level, "default", name, told, pair.model, (old.pointer,), (new.pointer,), (), sample)
    yield from refusals(name, old.refused_with, new.refused_with, pair.model, (old.pointer,), (new.pointer,))


def refusals(
    place: str, old: Iterable[int], new: Iterable[int], model: str | None, before: Pointers, after: Pointers
) -> Iterator[Change]:
    """Yield the difference between the statuses that tell a broken rule: callers read an unknown 4xx as 400."""
    came, went = sorted({*new} - {*old}), sorted({*old} - {*new})
    if came or went:
        said = [f"with {words(came)} now" if came else "", f"no longer with {words(went)}" if went else ""]
        told = f"a broken rule of {place} may be refused {', '.join(filter(None, said))}"
        yield Change(COMPATIBLE if came else SERVERS, "refusal", place, told, model, before, after)


def _change(pair: Pair, name: str, alike: list[Turn]) -> Change:
    first = alike[0]
    before, after = first.standings
    if ACCEPTED in first.standings:
        narrowed = before == ACCEPTED
        place, level, told = name, CALLERS if narrowed else SERVERS, _told(pair, name, alike, narrowed=narrowed)
    else:
        level = SERVERS if after == "must" else COMPATIBLE
        place, subject = _subject(pair, name, first)
        told = f"{subject} {STANDING[after]} now; before, it {STANDING[before]}"
    clauses = tuple(dict.fromkeys(id for turn in alike for id in turn.clauses))
    old, new = (_places(side, name, other) for side, other in (pair.sides, pair.sides[::-1]))
    return Change(level, "parameter", place, told, pair.model, old, new, clauses, pair.sample(first.body))


def _subject(pair: Pair, name: str, turn: Turn) -> tuple[str, str]:
    """Return (place, phrase) of what is refused otherwise than before."""
    every = [
        case.id.replace("{parameter}", name)
        for side in pair.sides
        for case in side.profile.open_cases
        if case.parameter == "*"
    ]
    if set(every) & set(turn.clauses):
        return "*", f"any optional parameter that is {shown(turn.value)}"
    if name == pair.stranger:
        return name, "a parameter that nobody documents"
    if not any(side.parameter(name) for side in pair.sides):
        return name, f"{name}, which the model does not have,"
    return name, f"{name} {shown(turn.value)}"


def _told(pair: Pair, name: str, alike: list[Turn], *, narrowed: bool) -> str:
    old, new = (side.parameter(name) for side in pair.sides)
    if alike[0].value is LEFT_OUT:
        return f"{name} is required now" if narrowed else f"{name} may be left out now"
    if (old is None) != (new is None):
        return f"{name} is not supported any more" if new is None else f"{name} is supported now"
    if old is None or new is None:
        return "parameters that it does not have are refused now" if narrowed else "unknown parameters are accepted now"
    listed = (old if narrowed else new).values
    values = [turn.value for turn in alike if any(json_equal(turn.value, each) for each in listed or ())]
    said = words(values or [alike[0].value])
    verb = "may no longer be" if narrowed else "may now be"
    return f"{name} {verb} {said}{rewritten(rules(pair.old, name), rules(pair.new, name))}"


def _places(side: Side, name: str, other: Side) -> tuple[str, ...]:
    """Return pointers to the rules of a parameter that the other contract does not have so."""
    own, theirs = side.parameter(name), other.parameter(name)
    if own is None:
        return (f"{side.profile.pointer}/additionalProperties",) if side.profile.closed else (side.profile.pointer,)
    if theirs is None:
        return (own.pointer,)
    differing = [
        f"{rule.pointer}/{word}"
        for word, rule in own.constraints.items()
        if word not in theirs.constraints
        or not json_equal(rule.argument, theirs.constraints[word].argument)
        or rule.level != theirs.constraints[word].level
    ]
    if own.required != theirs.required:
        differing.append(f"{side.profile.pointer}/required" if own.required else side.profile.pointer)
    return tuple(differing) or (own.pointer,)
