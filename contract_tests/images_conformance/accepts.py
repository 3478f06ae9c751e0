"""Requests that must be served: a cost-weighted covering array per model, and the ends of the count."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import cycle
from typing import Any

import covertable

from images_contract import Contract, ModelProfile

from .cases import Case
from .values import PROMPT, allowed, minimal, settled
from .verdicts import ClauseKey

COUNT = "n"  # multiplies the price: exempt from pairing
PROMPTS = (
    PROMPT,
    "一只可爱的小猫在花园里玩耍,阳光明媚,油画风格",  # the page's own example
    "Two 🦊 foxes and a 👩‍👩‍👧 family",  # outside the basic plane, joined by zero-width joiners
    "e\u0301te\u0301, un cafe\u0301",  # combining characters
)
Cost = Callable[[Mapping[str, Any]], float]


def accepts(contract: Contract, profile: ModelProfile, cost: Cost, strength: int) -> Iterator[Case]:
    """Yield cases of a profile: the minimal request, both ends of the count, every combination of `strength` values.

    Strength 0 is the minimal request alone, 1 every value once, 2 every valid pair of values.
    """
    base = minimal(contract, profile)
    yield _case(contract, profile, "minimal", base)
    if not strength:
        return
    optional = [each for each in profile.parameters.values() if each.supported and each.name not in base]
    counted = [each for each in optional if each.name == COUNT]
    for value in [value for each in counted for value in allowed(each)]:
        yield _case(contract, profile, f"{COUNT}={value}", {**_cheapest(contract, profile, base, cost), COUNT: value})
    factors = {each.name: allowed(each) for each in optional if each.name != COUNT}
    prompts = cycle([*(prompt for prompt in PROMPTS), *_edge_prompts(profile)])
    for index, row in enumerate(_covering(contract, profile, base, factors, cost, strength)):
        body = {**base, **row}
        trial = {**body, "prompt": next(prompts)}
        yield _case(contract, profile, f"values {index + 1}", trial if not contract.violations(trial) else body)


def _case(contract: Contract, profile: ModelProfile, name: str, body: Mapping[str, Any]) -> Case:
    aims: list[ClauseKey] = [("accept.status", profile.name)]
    told = [name for name in profile.parameters if name in body and name != contract.discriminator]
    aims += [(f"{name}.accepted.{profile.name}", profile.name) for name in told]
    return Case.from_body(f"{profile.name}: {name}", dict(body), tuple(aims), accept=True)


def _edge_prompts(profile: ModelProfile) -> list[str]:
    prompt = profile.parameters.get("prompt")
    return [value for value in allowed(prompt) if isinstance(value, str)] if prompt else []


def _cheapest(contract: Contract, profile: ModelProfile, base: Mapping[str, Any], cost: Cost) -> dict[str, Any]:
    """Return a body at the cheapest setting of every parameter that changes the price."""
    body = dict(base)
    for parameter in profile.parameters.values():
        if parameter.supported and parameter.values and parameter.name not in base:
            options = [
                settled(contract, profile, {**body, parameter.name: v}, [parameter.name]) for v in parameter.values
            ]
            body = min([body, *options], key=cost)
    return body


def _covering(
    contract: Contract,
    profile: ModelProfile,
    base: Mapping[str, Any],
    factors: dict[str, list[Any]],
    cost: Cost,
    strength: int,
) -> list[dict[str, Any]]:
    if len(factors) <= strength:
        strength = max(1, len(factors))
    if not factors:
        return []
    if strength == 1:
        return _each_value(contract, profile, base, factors)
    cheap = {name: _weights({**base}, name, values, cost) for name, values in factors.items()}
    rules = [
        {"operator": "fn", "requires": [*rule.parameters], "evaluate": _keeps(contract, profile, base, rule.id)}
        for rule in profile.conditions
        if set(rule.parameters) <= set(factors)
    ]
    rows = covertable.make(factors, strength=strength, weights=cheap, constraints=rules)
    return [{name: row[name] for name in factors} for row in rows]


def _weights(base: dict[str, Any], name: str, values: list[Any], cost: Cost) -> dict[int, float]:
    """Weigh values by their cheapness: rows with room to spare are filled with what costs least."""
    return {index: 1 / max(cost({**base, name: value}), 1e-6) for index, value in enumerate(values)}


def _keeps(contract: Contract, profile: ModelProfile, base: Mapping[str, Any], rule: str) -> Callable[[Any], bool]:
    def evaluate(row: Mapping[str, Any]) -> bool:
        found = contract.violations({**base, **row})
        return all(each.clause.key != (rule, profile.name) for each in found)

    return evaluate


def _each_value(
    contract: Contract, profile: ModelProfile, base: Mapping[str, Any], factors: dict[str, list[Any]]
) -> list[dict[str, Any]]:
    """Return as few rows as hold every value once, leaving a value for a later row where it breaks a condition."""
    waiting: list[tuple[str, Any]] = [(name, value) for name, values in factors.items() for value in values]
    rows: list[dict[str, Any]] = []
    while waiting:
        row: dict[str, Any] = {}
        left: list[tuple[str, Any]] = []
        for name, value in waiting:
            trial = settled(contract, profile, {**base, **row, name: value}, [*row, name])
            if name in row or contract.violations(trial):
                left.append((name, value))
            else:
                row = {key: each for key, each in trial.items() if key not in base}
        if not row:
            break
        rows.append(row)
        waiting = [(name, value) for name, value in left if row.get(name) != value or name not in row]
    return rows
