"""What differs in one parameter of one model."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from images_contract import ABSENT, Constraint, Finding
from images_contract.catalogue import structural_id
from images_contract.keywords import json_equal, shown, words

from .change import CALLERS, COMPATIBLE, LEVELS, SERVERS, Change, Sample
from .sides import ACCEPTED, LEFT_OUT, Body, Pair, Side, open_cases
from .words import STANDING, rewritten


@dataclass(frozen=True)
class Turn:
    """A value that is judged otherwise than before, in the smallest body found."""

    value: Any
    body: Body
    standings: tuple[str, str]  # before and after
    clauses: tuple[str, ...]


Pointers = tuple[str, ...]
Turns = dict[tuple[str, str], list[Turn]]  # by their standings


def compare(pair: Pair, name: str) -> Iterator[Change]:
    """Yield the differences in what the model accepts for one parameter, looked at by itself."""
    if _signature(pair.old, name) == _signature(pair.new, name):
        return
    told = [_change(pair, name, standings, turns) for standings, turns in _turns(pair, name).items()]
    if pair.moved(name):  # what gets harder for callers tells the most: a new parameter may be required
        told.sort(key=lambda each: LEVELS.index(each.level))
        told = told[:1]
    yield from told


def meaning(pair: Pair, name: str) -> Iterator[Change]:
    """Yield what else differs of a parameter that both contracts have: its default, the statuses that refuse it."""
    old, new = (side.parameter(name) for side in pair.sides)
    if old is None or new is None:
        return
    if not json_equal(old.default, new.default):
        now, before = (f"means {shown(each.default)}" if each.default is not None else "means what the server likes" for each in (new, old))
        sample = next((pair.sample(body) for body in pair.bases if name not in body), None)
        yield Change(
            SERVERS if old.default is None else CALLERS, "default", name, f"{name} left out {now}; before, it {before.replace('means', 'meant')}",
            pair.model, (old.pointer,), (new.pointer,), (), sample,
        )  # fmt: skip
    yield from refusals(name, old.refused_with, new.refused_with, pair.model, (old.pointer,), (new.pointer,))


def refusals(
    place: str, old: Iterable[int], new: Iterable[int], model: str | None, before: Pointers, after: Pointers
) -> Iterator[Change]:
    """Yield the difference between the statuses that tell a broken rule: a further one is news to callers."""
    came, went = sorted({*new} - {*old}), sorted({*old} - {*new})
    if came or went:
        said = [f"with {words(came)} now" if came else "", f"no longer with {words(went)}" if went else ""]
        told = f"a broken rule of {place} may be refused {', '.join(filter(None, said))}"
        yield Change(CALLERS if came else SERVERS, "refusal", place, told, model, before, after)


def _signature(side: Side, name: str) -> str:
    """Return all that a contract says of a parameter's acceptance, as text to be compared."""
    parameter, model = side.parameter(name), side.profile.name
    cases = sorted(json.dumps(dict(case.schema), sort_keys=True) for case in open_cases(side, name))
    if parameter is not None:
        rules = {word: [rule.argument, rule.level] for word, rule in sorted(parameter.constraints.items())}
        return json.dumps([parameter.required, rules, cases], sort_keys=True)
    documented = name in side.profile.parameters and model != ABSENT
    keyword = structural_id(name, "unsupported", model) if documented else f"body.unknown-parameter.{model}"
    level = side.contract.clause(keyword, model).level if side.profile.closed else None
    return json.dumps([level, cases if documented else []])


def _turns(pair: Pair, name: str) -> Turns:
    """Return the values that are judged otherwise than before, each in the smallest body that shows it."""
    found: Turns = {}
    for value in (LEFT_OUT, *pair.values(name)):
        allowed = {name not in side.required() if value is LEFT_OUT else side.allows(name, value) for side in pair.sides}
        turn = None
        if allowed == {True, False}:
            turn = next(filter(None, (_crossing(pair, value, body) for body in _bodies(pair, name, value))), None)
        elif allowed == {False} and not pair.moved(name):
            turn = _relevelled(pair, value, next(_bodies(pair, name, value), {}))
        if turn is not None:
            found.setdefault(turn.standings, []).append(turn)
    return {standings: sorted(turns, key=lambda turn: Sample(turn.body, "").size) for standings, turns in found.items()}


def _bodies(pair: Pair, name: str, value: Any) -> Iterator[Body]:
    """Yield bodies in which a parameter has a value: the smallest, then those that satisfy conditions beside it."""
    for setting in pair.settings(pair.related([name])):
        for base in pair.bases:
            body = {**base, **setting, name: value}
            yield {key: each for key, each in body.items() if each is not LEFT_OUT}


def _crossing(pair: Pair, value: Any, body: Body) -> Turn | None:
    """Return what a body shows that one contract accepts and the other does not."""
    before, after = (side.is_valid(body) for side in pair.sides)
    if before == after:
        return None
    findings = [side.findings(body) for side in pair.sides]
    return Turn(value, body, (pair.old.standing(body), pair.new.standing(body)), _ids(findings))


def _relevelled(pair: Pair, value: Any, body: Body) -> Turn | None:
    """Return what a body shows that both contracts refuse, each for one reason, but not at the same level."""
    findings = [side.findings(body) for side in pair.sides]
    if any(len(each) != 1 for each in findings) or findings[0][0].level == findings[1][0].level:
        return None
    return Turn(value, body, (findings[0][0].level, findings[1][0].level), _ids(findings))


def _ids(findings: Iterable[Iterable[Finding]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(found.id for each in findings for found in each))


def _change(pair: Pair, name: str, standings: tuple[str, str], turns: list[Turn]) -> Change:
    before, after = standings
    place = name
    if ACCEPTED in standings:
        level, told = (CALLERS if before == ACCEPTED else SERVERS), _told(pair, name, before == ACCEPTED, turns)
    else:
        level = SERVERS if after == "must" else COMPATIBLE
        place, subject = _subject(pair, name, turns[0])
        told = f"{subject} {STANDING[after]} now; before, it {STANDING[before]}"
    clauses = tuple(dict.fromkeys(id for turn in turns for id in turn.clauses))
    old, new = (_places(side, name, other) for side, other in (pair.sides, pair.sides[::-1]))
    return Change(level, "parameter", place, told, pair.model, old, new, clauses, pair.sample(turns[0].body))


def _subject(pair: Pair, name: str, turn: Turn) -> tuple[str, str]:
    """Return (place, phrase) of what is refused otherwise than before."""
    every = [case.id.replace("{parameter}", name) for side in pair.sides for case in side.profile.open_cases if case.parameter == "*"]
    if set(every) & set(turn.clauses):
        return "*", f"any optional parameter that is {shown(turn.value)}"
    if name == pair.stranger:
        return name, "a parameter that nobody documents"
    if not any(side.parameter(name) for side in pair.sides):
        return name, f"{name}, which the model does not have,"
    return name, f"{name} {shown(turn.value)}"


def _told(pair: Pair, name: str, narrowed: bool, turns: list[Turn]) -> str:
    old, new = (side.parameter(name) for side in pair.sides)
    if turns[0].value is LEFT_OUT:
        return f"{name} is required now" if narrowed else f"{name} may be left out now"
    if (old is None) != (new is None):
        return f"{name} is not supported any more" if new is None else f"{name} is supported now"
    if old is None or new is None:
        return "parameters that it does not have are refused now" if narrowed else "unknown parameters are accepted now"
    listed = (old if narrowed else new).values
    values = [turn.value for turn in turns if any(json_equal(turn.value, each) for each in listed or ())]
    said = words(values or [turns[0].value])
    verb = "may no longer be" if narrowed else "may now be"
    return f"{name} {verb} {said}{rewritten(_arguments(old.constraints), _arguments(new.constraints))}"


def _arguments(constraints: Mapping[str, Constraint]) -> dict[str, Any]:
    return {word: rule.argument for word, rule in constraints.items()}


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
