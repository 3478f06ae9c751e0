"""Hypothesis strategies for request bodies, built from a contract: valid ones, sinful ones, and anything at all."""

from __future__ import annotations

import json
import os
from functools import cache
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from images_contract import Contract, ModelProfile, Parameter

Bodies = st.SearchStrategy[Any]

LONG = os.environ.get("HYPOTHESIS_PROFILE") == "long"
LOOK_ALIKES = [
    "",
    "2",
    "true",
    "auto",
    0,
    1,
    -1,
    1.0,
    2.0,
    1.5,
    1e300,
    10**30,
    True,
    False,
    None,
    [],
    {},
    ["auto"],
    {"a": 1},
]


def examples(usually: int, long: int = 10_000) -> settings:
    """Return the settings of a property test: few and always the same; many, wild, with HYPOTHESIS_PROFILE=long."""
    unhealthy = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example]
    return settings(
        max_examples=long if LONG else usually,
        derandomize=not LONG,
        database=None,
        deadline=None,
        suppress_health_check=unhealthy,
    )


json_values: Bodies = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


def _texts(parameter: Parameter) -> Bodies:
    low, high = parameter.min_length or 0, parameter.max_length
    sizes = [n for n in (low, low + 1, high) if n is not None and (high is None or n <= high)]
    long = st.builds(lambda character, size: character * size, st.sampled_from("a猫😀"), st.sampled_from(sizes))
    return long | st.text(min_size=low, max_size=min(high or 20, low + 20))


def _numbers(parameter: Parameter) -> Bodies:
    low = -20 if parameter.minimum is None else parameter.minimum
    high = low + 200 if parameter.maximum is None else parameter.maximum
    return st.sampled_from([low, high]) | st.integers(min_value=int(low), max_value=int(high))


def allowed(parameter: Parameter) -> Bodies:
    """Draw a value that the parameter allows (or nearly: rules other than the usual ones are not looked at)."""
    if parameter.values is not None:
        return st.sampled_from(parameter.values) if parameter.values else json_values
    if parameter.dimensions is not None:
        return st.sampled_from(
            [*parameter.dimensions.words, *parameter.dimensions.corners, *parameter.dimensions.beyond]
        )
    strategies = {"string": _texts, "integer": _numbers, "number": _numbers, "boolean": lambda _: st.booleans()}
    return strategies[parameter.type](parameter) if parameter.type in strategies else json_values


def tempting(contract: Contract, name: str) -> list[Any]:
    """Return values that are allowed or next to it: at a bound and past it, a sibling's value, a look-alike."""
    siblings = [each.parameters[name] for each in contract.profiles.values()]
    values = [value for each in siblings for value in each.values or ()]
    values += [size for each in siblings if each.dimensions for size in each.dimensions.corners]
    values += [size for each in siblings if each.dimensions for size in each.dimensions.beyond]
    bounds = [each.minimum for each in siblings] + [each.maximum for each in siblings]
    values += [bound + step for bound in bounds if bound is not None for step in (-1, 0, 1, 0.0)]
    lengths = {each.max_length for each in siblings} - {None}
    values += ["é" * (length + step) for length in lengths for step in (0, 1)]
    return [*values, *LOOK_ALIKES]


def near(contract: Contract, name: str) -> Bodies:
    """Draw a value that is next to being allowed, or anything."""
    return st.sampled_from(tempting(contract, name)) | json_values


@cache
def _valid(contract: Contract, model: str) -> Bodies:
    profile = contract.profiles[model]
    named = {each.name: each for each in profile.parameters.values() if each.name != contract.discriminator}
    required = {name: allowed(each) for name, each in named.items() if each.required}
    optional = {name: allowed(each) for name, each in named.items() if each.supported and not each.required}
    key = {} if profile is contract.absent else {contract.discriminator: st.just(profile.name)}
    return st.fixed_dictionaries({**key, **required}, optional=optional)


def valid(contract: Contract, profile: ModelProfile) -> Bodies:
    """Draw a body of allowed values for one model; conditions that cross parameters may be broken."""
    return _valid(contract, profile.name)


def sinful(contract: Contract, profile: ModelProfile, sins: int) -> Bodies:
    """Draw a body for one model in which up to so many parameters are missing, foreign, unknown or wrong."""
    names = [*profile.parameters, "bogus_field", "", "N"]

    def sin(name: str) -> Bodies:
        values = near(contract, name) if name in profile.parameters else json_values
        return st.tuples(st.just(name), values | st.just(...))

    def applied(body: dict[str, Any], committed: list[tuple[str, Any]]) -> dict[str, Any]:
        changed = {**body, **dict(committed)}
        return {name: value for name, value in changed.items() if value is not ...}

    some = st.lists(st.sampled_from(names).flatmap(sin), min_size=1, max_size=sins)
    return st.builds(applied, valid(contract, profile), some)


@cache
def bodies(contract: Contract) -> Bodies:
    """Draw a body of any kind: valid, with one sin or many, of an unknown model or none, or random JSON."""
    profiles = list(contract.profiles.values())
    key = contract.discriminator
    kinds = [
        kind
        for each in profiles
        for kind in (valid(contract, each), sinful(contract, each, 1), sinful(contract, each, 4))
    ]
    anything = st.one_of(kinds)
    names = st.sampled_from(["", "no-such-model", *contract.models, *LOOK_ALIKES[3:]]) | json_values
    unknown = st.builds(lambda body, name: {**body, key: name}, anything, names)
    return st.one_of(*kinds, unknown, unnamed(contract), json_values)


@cache
def unnamed(contract: Contract) -> Bodies:
    """Draw a body of some model with the model's name left out."""
    kinds = [sinful(contract, each, 2) for each in contract.profiles.values()]
    kinds += [valid(contract, each) for each in contract.profiles.values()]

    def without(body: dict[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in body.items() if name != contract.discriminator}

    return st.one_of(kinds).map(without)


def shown(body: Any) -> str:
    """Return a body as JSON, cut to what a person reads."""
    return json.dumps(body, ensure_ascii=False)[:400]
