"""Bodies that break no rule, drawn from a contract: any mix of what a model allows, cheap settings first."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from images_contract import ABSENT, Contract, ModelProfile, Parameter
from images_contract.dimensions import Dimensions
from images_contract.keywords import holds

from ..values import PROMPT, allowed, minimal, settled, text_of

Body = dict[str, Any]
Cost = Callable[[Mapping[str, Any]], float]

# Letters, marks, digits, signs and blanks of every script. No source says that a server takes control characters.
READABLE = st.characters(exclude_categories=("C", "Zl", "Zp"))
MATTERS = 1.2  # times the cheapest value's price, from which on a parameter counts as one that changes the price
CHEAP = 2  # times the cheapest value is drawn for every other one


def free(body: Mapping[str, Any]) -> float:
    """Return the cost of a body where nothing is paid."""
    return 0.0


def valid(contract: Contract, profile: ModelProfile, cost: Cost = free) -> SearchStrategy[Body]:
    """Draw a body of a model that breaks nothing; shrinks towards the minimal one.

    With `cost`, parameters that change the price are mostly given, and mostly at their cheapest value.
    """
    base = minimal(contract, profile)
    given, optional = {}, {}
    for parameter in profile.parameters.values():
        if not parameter.supported or (parameter.name == contract.discriminator and profile.name != ABSENT):
            continue
        thrifty = _thrifty(parameter, base, cost)
        if thrifty is None:
            optional[parameter.name] = values(parameter)
        else:
            given[parameter.name] = thrifty
    companions = st.fixed_dictionaries(given, optional=optional)
    return companions.map(partial(_grown, contract, profile, base))


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
    low = 1 if parameter.minimum is None else parameter.minimum
    high = low + 100 if parameter.maximum is None else parameter.maximum
    return st.sampled_from([low, high]) | st.integers(int(low), int(high))


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


def _thrifty(parameter: Parameter, base: Mapping[str, Any], cost: Cost) -> SearchStrategy[Any] | None:
    """Draw mostly the cheapest value; None for a parameter that does not change the price."""
    listed = allowed(parameter) if parameter.values or parameter.dimensions or parameter.type == "integer" else []
    prices = [cost({**base, parameter.name: value}) for value in listed]
    if not listed or max(prices) <= min(prices) * MATTERS or parameter.required:
        return None
    cheapest = listed[prices.index(min(prices))]
    if parameter.type == "integer":
        listed = [*listed, cheapest + 1]  # next to the cheapest number: two images tell as much of counting as ten
    others = [value for value in listed if value is not cheapest]
    return st.sampled_from([cheapest] * CHEAP * len(others) + others)


def _grown(contract: Contract, profile: ModelProfile, base: Body, companions: Mapping[str, Any]) -> Body:
    """Add values to a body, with what they need, as long as nothing is broken."""
    body = base
    for name, value in companions.items():
        trial = settled(contract, profile, {**body, name: value}, [*body, name])
        body = trial if not contract.violations(trial) else body
    return body


def accompanied(contract: Contract, body: Body, companions: Mapping[str, Any], fixed: Iterable[str]) -> Body:
    """Add values to a body, but for the fixed names, as long as it breaks what it broke before and nothing else."""
    before = broken(contract, body)
    for name, value in companions.items():
        trial = {**body, name: value}
        if name not in fixed and broken(contract, trial) == before:
            body = trial
    return body


def broken(contract: Contract, body: Any) -> list[tuple[str, str | None]]:
    """Return the keys of the clauses that a body breaks, of whatever level, in order."""
    return sorted((found.clause.key for found in contract.violations(body)), key=str)
