"""Near misses: per clause, requests that break it and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Any

from images_contract import ABSENT, Condition, Contract, ModelProfile, Parameter

from .cases import Case
from .values import PROMPT, allowed, look_alikes, minimal, of_siblings, one_past, settled
from .verdicts import ClauseKey

UNKNOWN_KEY = "no_such_parameter"


def near_misses(contract: Contract, per_clause: int | None) -> Iterator[Case]:
    """Yield at most so many cases per clause (all of them for None); each breaks exactly that clause."""
    found: dict[ClauseKey, list[Case]] = {}
    for name, body in _candidates(contract):
        broken = contract.violations(body)
        strong = [each for each in broken if each.level != "may"]
        # Without a model, values that are open one by one may be wrong together.
        if len(strong) != 1 or (len(broken) != 1 and strong[0].clause.keyword != "combination"):
            continue
        key = strong[0].clause.key
        told = found.setdefault(key, [])
        case = Case.from_body(f"{strong[0].id}: {name}", body, (key,))
        full = per_clause is not None and len(told) >= _enough(key, per_clause)
        if not full and case.request not in [each.request for each in told]:
            told.append(case)
    for cases in found.values():
        yield from cases


def _enough(key: ClauseKey, per_clause: int) -> int:
    """One is enough without a model: those clauses follow from the models' own."""
    return min(per_clause, 1) if key[1] == ABSENT else per_clause


def _candidates(contract: Contract) -> Iterator[tuple[str, Any]]:
    for profile in contract.profiles.values():
        yield from _of_profile(contract, profile)
    yield from _of_model_name(contract)
    for value in ([], "text", 1, None, [minimal(contract, next(iter(contract.models.values())))]):
        yield f"the body is {_shown(value)}", value


def _of_profile(contract: Contract, profile: ModelProfile) -> Iterator[tuple[str, dict[str, Any]]]:
    base = minimal(contract, profile)
    for parameter in profile.parameters.values():
        if parameter.name == contract.discriminator:
            continue
        if parameter.required:
            yield f"without {parameter.name}", {key: value for key, value in base.items() if key != parameter.name}
        for value in _suspects(contract, parameter):
            body = settled(contract, profile, {**base, parameter.name: value}, [parameter.name])
            yield f"{parameter.name}={_shown(value)}", body
    yield f"with {UNKNOWN_KEY}", {**base, UNKNOWN_KEY: 1}
    for rule in profile.conditions:
        yield from _of_condition(profile, rule, base)
    if profile.name == ABSENT:
        yield from _of_no_model(contract, base)


def _suspects(contract: Contract, parameter: Parameter) -> Iterator[Any]:
    yield from one_past(parameter)
    yield from of_siblings(contract, parameter)
    yield from look_alikes(parameter)


def _of_condition(profile: ModelProfile, rule: Condition, base: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield every combination of the values that a condition speaks of, absence included."""
    choices = [[*_between(profile.parameters[name]), None] for name in rule.parameters]
    for values in product(*choices):
        given = {name: value for name, value in zip(rule.parameters, values, strict=True) if value is not None}
        yield ", ".join(f"{name}={_shown(value)}" for name, value in given.items()), {**base, **given}


def _between(parameter: Parameter) -> list[Any]:
    """The allowed values, with one next to each end of a range, since conditions may cut there."""
    values = allowed(parameter)
    if parameter.values is None and parameter.type == "integer" and len(values) == 2:
        low, high = values
        values = list(dict.fromkeys([high - 1, low, low + 1, high]))
    return values


def _of_no_model(contract: Contract, base: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield pairs of values that some models accept one by one, but no model together."""
    names = [each for each in contract.profiles[ABSENT].parameters.values() if each.name not in base]
    for first in names:
        for second in names:
            if first.name < second.name and contract.discriminator not in (first.name, second.name):
                for one, two in product(allowed(first), allowed(second)):
                    yield (
                        f"{first.name}={_shown(one)}, {second.name}={_shown(two)}",
                        {**base, first.name: one, second.name: two},
                    )


def _of_model_name(contract: Contract) -> Iterator[tuple[str, dict[str, Any]]]:
    base = minimal(contract, contract.profiles[ABSENT]) if contract.absent else {"prompt": PROMPT}
    names = list(contract.models)
    for value in (
        *contract.retired,
        "no-such-model",
        *(name.upper() for name in names),
        f" {names[0]}",
        f"{names[0]}-x",
        "",
        1,
        True,
        [],
        {},
    ):
        yield f"{contract.discriminator}={_shown(value)}", {**base, contract.discriminator: value}


def _shown(value: Any) -> str:
    if isinstance(value, str) and len(value) > 40:
        return f"{len(value):,} characters"
    return "null" if value is None else repr(value)
