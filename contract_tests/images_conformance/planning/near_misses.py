"""Near misses: per clause, requests that break it and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Any

from images_contract import ABSENT, Condition, Contract, ModelProfile, Parameter

from ..exchange import Request
from ..judging.verdicts import ClauseKey
from .cases import Case
from .values import allowed, minimal, settled, suspects

UNKNOWN_KEY = "no_such_parameter"


def near_misses(contract: Contract, per_clause: int | None) -> Iterator[Case]:
    """Yield at most so many cases per clause (all of them for None); each breaks exactly that clause."""
    turns: dict[tuple[str, ...], list[str]] = {}  # the parameters whose clauses can be broken in the same ways
    for key, told in _by_clause(contract).items():
        kinds: dict[str, list[Case]] = {}
        for kind, case in told.values():
            kinds.setdefault(kind, []).append(case)
        earlier, name = turns.setdefault(tuple(kinds), []), "".join(contract.clause(*key).parameters)
        turn = list(dict.fromkeys([*earlier, name])).index(name) + earlier.count(name)
        earlier.append(name)
        cases = _by_turns([*kinds.values()], turn)
        yield from cases if per_clause is None else cases[: _enough(key, per_clause)]


def _by_turns(kinds: list[list[Case]], turn: int) -> list[Case]:
    """Return all cases: first the most telling, then one of every other kind (every turn another first), then the rest.

    Of the rest the last come first: they are least like the first one.
    """
    first, *others = kinds
    start = turn % len(others) if others else 0
    chosen = [first[0], *(each[0] for each in (*others[start:], *others[:start]))]
    return [*chosen, *reversed([case for each in kinds for case in each if case not in chosen])]


def _by_clause(contract: Contract) -> dict[ClauseKey, dict[Request, tuple[str, Case]]]:
    """Return all cases, each with its kind, by the clause that they break."""
    found: dict[ClauseKey, dict[Request, tuple[str, Case]]] = {}
    for kind, name, body in _candidates(contract):
        broken = contract.violations(body)
        strong = [each for each in broken if each.level != "may"]
        # Without a model, values that are open one by one may be wrong together.
        if len(strong) != 1 or (len(broken) != 1 and strong[0].clause.keyword != "combination"):
            continue
        key = strong[0].clause.key
        case = Case.from_body(f"{strong[0].id}: {name}", body, (key,))
        found.setdefault(key, {}).setdefault(case.request, (kind, case))
    return found


def _enough(key: ClauseKey, per_clause: int) -> int:
    """One is enough without a model: those clauses follow from the models' own."""
    return min(per_clause, 1) if key[1] == ABSENT else per_clause


Candidate = tuple[str, str, Any]  # the kind of wrong, a name, the body


def _candidates(contract: Contract) -> Iterator[Candidate]:
    for profile in contract.profiles.values():
        yield from _of_profile(contract, profile)
    yield from _of_model_name(contract)
    body = minimal(contract, next(iter(contract.models.values())))
    for kind, value in {"list": [], "text": "text", "number": 1, "null": None, "in a list": [body]}.items():
        yield kind, f"the body is {_shown(value)}", value


def _of_profile(contract: Contract, profile: ModelProfile) -> Iterator[Candidate]:
    base = minimal(contract, profile)
    for parameter in profile.parameters.values():
        if parameter.name == contract.discriminator:
            continue
        if parameter.required:
            without = {key: value for key, value in base.items() if key != parameter.name}
            yield "missing", f"without {parameter.name}", without
        for kind, value in suspects(contract, profile, parameter):
            body = settled(contract, profile, {**base, parameter.name: value}, [parameter.name])
            yield kind, f"{parameter.name}={_shown(value)}", body
    yield from _of_names(profile, base)
    for rule in profile.conditions:
        yield from _of_condition(profile, rule, base)
    if profile.name == ABSENT:
        yield from _of_no_model(contract, base)


def _of_names(profile: ModelProfile, base: dict[str, Any]) -> Iterator[Candidate]:
    """Yield an unknown key, and known ones in another case."""
    yield "stranger", f"with {UNKNOWN_KEY}", {**base, UNKNOWN_KEY: 1}
    for parameter in profile.parameters.values():
        if parameter.supported and parameter.name not in base:
            name = parameter.name.title()
            yield "title case", f"with {name}", {**base, name: allowed(parameter)[0]}


def _of_condition(profile: ModelProfile, rule: Condition, base: dict[str, Any]) -> Iterator[Candidate]:
    """Yield every combination of the values that a condition speaks of, absence included."""
    choices = [[*_between(profile.parameters[name]), None] for name in rule.parameters]
    for values in product(*choices):
        given = {name: value for name, value in zip(rule.parameters, values, strict=True) if value is not None}
        told = ", ".join(f"{name}={_shown(value)}" for name, value in given.items())
        yield "together", told, {**base, **given}


def _between(parameter: Parameter) -> list[Any]:
    """The allowed values, with one next to each end of a range, since conditions may cut there."""
    values = allowed(parameter)
    if parameter.values is None and parameter.type == "integer" and len(values) == 2:
        low, high = values
        values = list(dict.fromkeys([high - 1, low + 1, low, high]))
    return values


def _of_no_model(contract: Contract, base: dict[str, Any]) -> Iterator[Candidate]:
    """Yield pairs of values that some models accept one by one, but no model together."""
    names = [each for each in contract.profiles[ABSENT].parameters.values() if each.name not in base]
    for first in names:
        for second in names:
            if first.name < second.name and contract.discriminator not in (first.name, second.name):
                for one, two in product(allowed(first), allowed(second)):
                    told = f"{first.name}={_shown(one)}, {second.name}={_shown(two)}"
                    yield "together", told, {**base, first.name: one, second.name: two}


def _of_model_name(contract: Contract) -> Iterator[Candidate]:
    key = contract.discriminator
    base = minimal(contract, contract.absent or next(iter(contract.models.values())))
    base.pop(key, None)
    if contract.absent is None:
        yield "missing", f"without {key}", base
    values: list[tuple[str, Any]] = [*(("retired", name) for name in contract.retired), ("stranger", "no-such-model")]
    for profile in contract.models.values():
        values += suspects(contract, profile, profile.parameters[key])
        values += [("longer", f"{value}-x") for value in allowed(profile.parameters[key])]
    for kind, value in values:
        yield kind, f"{key}={_shown(value)}", {**base, key: value}


def _shown(value: Any) -> str:
    if isinstance(value, str) and len(value) > 40:
        return f"{len(value):,} characters{'' if value.isascii() else ', some of several bytes'}"
    return "null" if value is None else repr(value)
