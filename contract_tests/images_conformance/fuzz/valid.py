"""Bodies that break no rule, drawn from a contract: any mix of what a model allows, cheap settings first."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from math import ceil, floor
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from images_contract import ABSENT, Contract, ModelProfile, Parameter
from images_contract.dimensions import Dimensions
from images_contract.keywords import holds

from ..planning.values import PROMPT, allowed, ends, minimal, settled, text_of

Body = dict[str, Any]
Cost = Callable[[Mapping[str, Any]], float]

# Letters, marks, digits, signs and blanks of every script. No source says that a server takes control characters.
READABLE = st.characters(exclude_categories=("C", "Zl", "Zp"))
MATTERS = 1.2  # times the cheapest value's price, from which on a parameter counts as one that changes the price
MOST_OFTEN = 20  # times a cheap value is drawn for one of the dearest
OMITTED = object()


def free(body: Mapping[str, Any]) -> float:
    """Return the cost of a body where nothing is paid."""
    return 0.0


def valid(contract: Contract, profile: ModelProfile, cost: Cost = free) -> SearchStrategy[Body]:
    """Draw a body of a model that breaks nothing, a cheap one first.

    Most parameters are given, so that few bodies try many pairs of values. What raises the price is drawn more rarely.
    """
    base = minimal(contract, profile)
    drawn = {
        parameter.name: values(parameter) if parameter.required else _optional(parameter, base, cost)
        for parameter in profile.parameters.values()
        if parameter.supported and (parameter.name != contract.discriminator or profile.name == ABSENT)
    }

    def grown(drawn: Mapping[str, Any]) -> Body:  # no partial: Hypothesis would print its arguments, a contract, often
        return _grown(contract, profile, base, drawn)

    return st.fixed_dictionaries(drawn).map(grown)


def values(parameter: Parameter) -> SearchStrategy[Any]:
    """Draw a value that a parameter allows, rules other than the usual ones aside."""
    listed = allowed(parameter)
    if parameter.type in ("integer", "number") and parameter.values is None:
        return _numbers(parameter)
    if parameter.dimensions is not None:
        return st.sampled_from(listed) | _sizes(parameter, parameter.dimensions)
    if parameter.type == "string" and parameter.values is None:
        return _texts(parameter)
    return st.sampled_from(listed) if listed else st.nothing()


def _numbers(parameter: Parameter) -> SearchStrategy[Any]:
    told, known = parameter.constraints.keys(), ends(parameter)
    low = known[0] if known and {"minimum", "exclusiveMinimum"} & told else min([1, *known])
    high = known[-1] if known and {"maximum", "exclusiveMaximum"} & told else low + 100
    return st.sampled_from([low, high]) | st.integers(ceil(low), max(ceil(low), floor(high)))


def _sizes(parameter: Parameter, dimensions: Dimensions) -> SearchStrategy[str]:
    rules = {keyword: rule.argument for keyword, rule in parameter.constraints.items()}
    edge = st.integers(1, (dimensions.max_edge or 4096) // dimensions.step).map(lambda count: count * dimensions.step)
    return st.builds("{}x{}".format, edge, edge).filter(lambda size: holds(rules, size))


def _texts(parameter: Parameter) -> SearchStrategy[str]:
    """Draw texts, short ones and the longest allowed; they begin with a letter, so that none can be called blank."""
    longest = parameter.max_length or 256
    short = st.text(READABLE, max_size=max(0, min(longest - 1, 30))).map(lambda text: f"A{text}")
    full = st.builds(lambda unit: (unit * longest)[:longest], st.sampled_from(["a", "é", "猫", "😀", "e\u0301"]))
    return st.sampled_from([PROMPT, text_of(longest)]) | short | full


def _optional(parameter: Parameter, base: Body, cost: Cost) -> SearchStrategy[Any]:
    """Draw a value or its absence: the cheapest first, and the more rarely the more it costs."""
    listed = [OMITTED, *allowed(parameter)]
    if parameter.values is None and parameter.type == "integer":
        listed.append(listed[1] + 1)  # two images tell as much of counting as ten
    prices = [cost(base if value is OMITTED else {**base, parameter.name: value}) for value in listed]
    dearest = max(prices)
    if dearest <= min(prices) * MATTERS:
        narrow = parameter.values is not None or parameter.type == "boolean"
        return st.sampled_from(listed) if narrow else st.just(OMITTED) | values(parameter)
    priced = sorted(zip(prices, range(len(listed)), listed, strict=True))
    return st.sampled_from(
        [value for price, _, value in priced for _ in range(round(dearest / max(price, dearest / MOST_OFTEN)))]
    )


def _grown(contract: Contract, profile: ModelProfile, base: Body, drawn: Mapping[str, Any]) -> Body:
    """Add values to a body, with what they need, as long as nothing is broken."""
    body = base
    for name, value in drawn.items():
        if value is OMITTED:
            continue
        trial = {**body, name: value}
        if contract.violations(trial):
            trial = settled(contract, profile, trial, trial)
        body = body if contract.violations(trial) else trial
    return body


def accompanied(contract: Contract, body: Body, others: Mapping[str, Any], fixed: Iterable[str]) -> Body:
    """Add values to a body, but for the fixed names, as long as it breaks what it broke before and nothing else."""
    before = broken(contract, body)
    free = {name: value for name, value in others.items() if name not in fixed}
    if broken(contract, {**body, **free}) == before:
        return {**body, **free}
    for name, value in free.items():
        if broken(contract, {**body, name: value}) == before:
            body = {**body, name: value}
    return body


def broken(contract: Contract, body: Any) -> list[tuple[str, str | None]]:
    """Return the keys of the clauses that a body breaks, of whatever level, in order."""
    return sorted((found.clause.key for found in contract.violations(body)), key=str)
