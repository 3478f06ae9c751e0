"""Values of one parameter that two contracts judge otherwise."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from images_contract import ABSENT, Finding
from images_contract.catalogue import UNKNOWN, structural_id

from .change import Sample
from .sides import ACCEPTED, LEFT_OUT, Body, Pair, Side, open_cases

REFUSED = "refused"
Standings = tuple[str, str]


@dataclass(frozen=True)
class Turn:
    """A value that is judged otherwise than before, in the smallest body found; LEFT_OUT stands for none.

    `standings` has what the contracts say of it: "accepted" and "refused", or two levels at which it is refused.
    """

    value: Any
    body: Body
    standings: Standings
    clauses: tuple[str, ...]


def differs(pair: Pair, name: str) -> bool:
    """Tell whether the contracts say anything different of what a parameter may be."""
    return _signature(pair.old, name) != _signature(pair.new, name)


def _signature(side: Side, name: str) -> str:
    """Return all that a contract says of a parameter's acceptance, as text to be compared."""
    parameter, model = side.parameter(name), side.profile.name
    cases = sorted(json.dumps(dict(case.schema), sort_keys=True) for case in open_cases(side, name))
    if parameter is not None:
        rules = {word: [rule.argument, rule.level] for word, rule in sorted(parameter.constraints.items())}
        return json.dumps([parameter.required, rules, cases], sort_keys=True)
    documented = name in side.profile.parameters and model != ABSENT
    id = structural_id(name, "unsupported", model) if documented else f"{UNKNOWN}.{model}"
    level = side.contract.clause(id, model).level if side.profile.closed else None
    return json.dumps([level, cases if documented else []])


def turns(pair: Pair, name: str) -> list[list[Turn]]:
    """Return the values that are judged otherwise than before: alike ones together, the smallest body first."""
    found: dict[tuple[bool, Standings], list[Turn]] = {}
    for value in (LEFT_OUT, *pair.values(name)):
        allowed = {
            name not in side.required() if value is LEFT_OUT else side.allows(name, value) for side in pair.sides
        }
        turn = None
        if allowed == {True, False}:
            turn = next(filter(None, (_crossing(pair, value, body) for body in _bodies(pair, name, value))), None)
        elif allowed == {False} and pair.alike(name):
            turn = _relevelled(pair, name, value)
        if turn is not None:
            found.setdefault((value is LEFT_OUT, turn.standings), []).append(turn)
    return [sorted(each, key=lambda turn: Sample(turn.body, "").size) for each in found.values()]


def _bodies(pair: Pair, name: str, value: Any) -> Iterator[Body]:
    """Yield bodies in which a parameter has a value: the smallest, then those that satisfy conditions beside it."""
    for setting in pair.settings(pair.related([name])):
        for base in pair.bases:
            body = {**base, **setting, name: value}
            yield {key: each for key, each in body.items() if each is not LEFT_OUT}


def _crossing(pair: Pair, value: Any, body: Body) -> Turn | None:
    """Return what a body shows that one contract accepts and the other does not."""
    standings = [ACCEPTED if side.is_valid(body) else REFUSED for side in pair.sides]
    if standings[0] == standings[1]:
        return None
    found = [each for side in pair.sides for each in side.findings(body)]
    return Turn(value, body, (standings[0], standings[1]), tuple(dict.fromkeys(each.id for each in found)))


def _relevelled(pair: Pair, name: str, value: Any) -> Turn | None:
    """Return what shows that both contracts refuse a value for one and the same reason, but not at the same level."""
    body = next(_bodies(pair, name, value), {})
    findings = [side.findings(body) for side in pair.sides]
    if any(len(each) != 1 for each in findings):
        return None
    old, new = (each[0] for each in findings)
    if old.level == new.level or not (old.clause.keyword == new.clause.keyword or _opened(pair, name, old, new)):
        return None
    return Turn(value, body, (old.level, new.level), (old.id, new.id) if old.id != new.id else (old.id,))


def _opened(pair: Pair, name: str, *findings: Finding) -> bool:
    """Tell whether a case that a contract declares open is among some findings."""
    declared = {case.id.replace("{parameter}", name) for side in pair.sides for case in open_cases(side, name)}
    return any(found.id in declared for found in findings)
