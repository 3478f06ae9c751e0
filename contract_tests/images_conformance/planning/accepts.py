"""Requests that must be served: a cost-weighted covering array per model, and the ends of the count."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from itertools import chain, cycle
from typing import Any

from images_contract import ABSENT, Contract, ModelProfile, Parameter

from ..exchange import ANY_ANSWER, EVENT_STREAM, JSON_TYPE
from ..judging.verdicts import ClauseKey
from .cases import Case
from .covering import Row, covering
from .values import COUNT, PROMPT, PROMPTS, TRICKY, allowed, minimal, settled, tricky

STREAM = "stream"
SURROGATES = "\U0001f98a"  # a prompt with this is sent with \u escapes, of which it takes two
ALIKE = 0.001  # USD: a longer word makes a request a little dearer, by its tokens
ACCEPTS = (EVENT_STREAM, JSON_TYPE, ANY_ANSWER)  # what clients say when they ask for a stream; the official one: JSON
Cost = Callable[[Mapping[str, Any]], float]


def accepts(contract: Contract, profile: ModelProfile, cost: Cost, strength: int) -> Iterator[Case]:
    """Yield cases of a profile: the minimal request, both ends of the count, every combination of `strength` values.

    Strength 0 is every parameter once, at a cheap value. Without a model, as few requests are made as hold both ends of
    the prompt and every parameter.
    """
    if profile.name == ABSENT:
        yield from _without_model(contract, profile, strength)
        return
    base = minimal(contract, profile)
    if strength:
        yield from _lean(contract, profile, base, cost)
        yield from _streamed(contract, profile, cost)
        yield from _counted(contract, profile, cost)
    optional = [each for each in profile.parameters.values() if each.supported and each.name not in base]
    factors = {each.name: _some(each, base, cost, strength) for each in optional if each.name != COUNT}
    rows = _rows(contract, profile, base, factors, cost, strength)
    rows.sort(key=lambda row: cost({**base, **row}))
    for value in [value for each in optional if each.name == COUNT for value in allowed(each)[:1]]:
        rows[:1] = [{**row, COUNT: value} for row in rows[:1]] or [{COUNT: value}]
    # The ends of the length once and first, where they cost least: long prompts are billed as well.
    prompts, headers = chain(_edge_prompts(profile), cycle(PROMPTS)), cycle(ACCEPTS)
    for index, row in enumerate(rows):
        body = {**base, **row}
        trial = {**body, "prompt": next(prompts)} if strength else body
        case = _case(contract, profile, f"values {index + 1}", trial if not contract.violations(trial) else body)
        streamed = replace(case.request, accept=next(headers)) if row.get(STREAM) is True else case.request
        yield replace(case, request=streamed)


def _case(contract: Contract, profile: ModelProfile, name: str, body: Mapping[str, Any]) -> Case:
    aims: list[ClauseKey] = [("accept.status", profile.name)]
    told = [name for name in profile.parameters if name in body and name != contract.discriminator]
    aims += [(f"{name}.accepted.{profile.name}", profile.name) for name in told]
    case = Case.from_body(f"{profile.name}: {name}", dict(body), tuple(aims), accept=True)
    if SURROGATES in str(body.get("prompt")):
        return replace(case, request=replace(case.request, body=json.dumps(dict(body)).encode()))
    return case


def _without_model(contract: Contract, profile: ModelProfile, strength: int) -> Iterator[Case]:
    """Yield requests of which nobody knows what they cost, so that the dearest model has to be reckoned with.

    A size makes that less; only a thorough run goes without.
    """
    base, prompt = minimal(contract, profile), profile.parameters["prompt"]
    optional = [each for each in profile.parameters.values() if each.supported and each.name not in base]
    full = {**base, **{each.name: allowed(each)[-1] for each in optional}}
    if strength:
        shortest = {**base, "prompt": _edge_prompts(profile)[0]}
        sized = {name: value for name, value in full.items() if name == "size"} if strength < 3 else {}
        yield _case(contract, profile, "minimal", {**shortest, **sized})
        full["prompt"] = tricky(prompt.max_length or len(TRICKY))
    yield _case(contract, profile, "everything", full)


def _lean(contract: Contract, profile: ModelProfile, base: Row, cost: Cost) -> Iterator[Case]:
    """Yield requests that leave parameters out: all of them, or in turn those that make that dear."""
    low = {name: value for name, value in cheapest(contract, profile, cost).items() if name not in base}
    leaner = [{**base, name: value} for name, value in low.items()]
    if len(leaner) > 1 and sum(map(cost, leaner)) < cost(base):
        for name, body in zip(low, leaner, strict=True):
            yield _case(contract, profile, f"only {name}", body)
    else:
        yield _case(contract, profile, "minimal", base)


def _streamed(contract: Contract, profile: ModelProfile, cost: Cost) -> Iterator[Case]:
    """Yield a request for a stream that leaves out what it can, even what a condition demands: defaults keep it."""
    stream = profile.parameters.get(STREAM)
    if stream is not None and stream.supported:
        body = {**cheapest(contract, profile, cost), STREAM: True}
        yield _case(contract, profile, f"only {STREAM}", _leaning(contract, profile, body))


def _leaning(contract: Contract, profile: ModelProfile, body: dict[str, Any]) -> dict[str, Any]:
    """Return a body with a value for each condition that nothing but a default keeps."""
    for rule in profile.conditions:
        if body.keys() & rule.then.get("properties", {}).keys():
            continue
        for name in rule.when.get("properties", {}).keys() - body.keys():
            parameter = profile.parameters[name]
            trials = ({**body, name: value} for value in allowed(parameter) if value != parameter.default)
            body = next((trial for trial in trials if not contract.violations(trial)), body)
    return body


def _counted(contract: Contract, profile: ModelProfile, cost: Cost) -> Iterator[Case]:
    """Yield the largest count at the cheapest setting; the smallest costs nothing extra in another request."""
    count = profile.parameters.get(COUNT)
    for value in allowed(count)[1:] if count and count.supported else ():
        yield _case(contract, profile, f"{COUNT}={value}", {**cheapest(contract, profile, cost), COUNT: value})


def _edge_prompts(profile: ModelProfile) -> list[str]:
    prompt = profile.parameters.get("prompt")
    return [value for value in allowed(prompt) if isinstance(value, str)] if prompt else [PROMPT]


def cheapest(contract: Contract, profile: ModelProfile, cost: Cost) -> dict[str, Any]:
    """Return a body at the cheapest setting of every parameter that changes the price."""
    base = minimal(contract, profile)
    body = dict(base)
    for parameter in profile.parameters.values():
        listed = allowed(parameter) if parameter.values or parameter.dimensions else []
        if parameter.supported and parameter.name not in base:
            options = [settled(contract, profile, {**body, parameter.name: v}, [parameter.name]) for v in listed]
            body = min([body, *options], key=cost)
    return body


def _some(parameter: Parameter, base: Row, cost: Cost, strength: int) -> list[Any]:
    """Return the values of a parameter to send: all of them, or for strength 0 those that cost least."""
    values = allowed(parameter)
    if strength:
        return values
    if parameter.type in ("integer", "number"):
        return values[-1:]
    prices = [cost({**base, parameter.name: value}) for value in values]
    return [value for value, usd in zip(values, prices, strict=True) if usd < min(prices) + ALIKE]


def _rows(
    contract: Contract, profile: ModelProfile, base: Row, factors: dict[str, list[Any]], cost: Cost, strength: int
) -> list[Row]:
    if strength < 2:
        return _each_value(contract, profile, base, factors)

    def valid(row: Row) -> bool:
        return not contract.violations({**base, **row})

    def price(row: Row) -> float:
        return cost({**base, **row})

    spoken = [rule.parameters for rule in profile.conditions if set(rule.parameters) <= set(factors)]
    return covering(factors, strength, valid, spoken, price)


def _each_value(contract: Contract, profile: ModelProfile, base: Row, factors: dict[str, list[Any]]) -> list[Row]:
    """Return as few rows as hold every value once, leaving a value for a later row where it breaks a condition.

    Parameters with one value stand in every row, where they may: what they cost, they cost everywhere.
    """
    fixed = {name: values[0] for name, values in factors.items() if len(values) == 1}
    waiting: list[tuple[str, Any]] = [(name, value) for name, values in factors.items() for value in values]
    rows: list[Row] = []
    while waiting:
        row: Row = {}
        left: list[tuple[str, Any]] = []
        for name, value in waiting:
            trial = settled(contract, profile, {**base, **row, name: value}, [*row, name])
            if name in row or contract.violations(trial):
                left.append((name, value))
            else:
                row = {key: each for key, each in trial.items() if key not in base}
        if not row:
            break
        for name, value in fixed.items():
            trial = {**base, **row, name: value}
            row = {**row, name: value} if name not in row and not contract.violations(trial) else row
        rows.append(row)
        waiting = [(name, value) for name, value in left if row.get(name) != value or name not in row]
    return rows
