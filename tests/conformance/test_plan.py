"""The plan: what it holds, whatever the contract."""

from __future__ import annotations

from itertools import combinations, product

import pytest

from images_conformance.planning.cases import Case
from images_conformance.planning.plan import DEPTHS, Selection, plan
from images_conformance.planning.values import allowed
from images_conformance.spending.prices import Prices
from images_contract import Contract

CONTRACT = Contract.load()
PRICES = Prices.load()
PLAN = plan(CONTRACT, Selection(), PRICES)


def _is_about_bodies(case: Case) -> bool:
    return not case.aims[0][0].startswith(("http.", "auth."))


def bodies(accept: bool) -> list[dict[str, object]]:
    """The bodies of well-formed cases."""
    return [case.request.json() for case in PLAN if case.accept is accept and _is_about_bodies(case)]


def test_every_near_miss_breaks_exactly_the_clause_it_aims_at() -> None:
    """One sin per rejected case, so that blame needs no guessing."""
    near_misses = [case for case in PLAN if not case.accept and _is_about_bodies(case)]
    broken = [
        {found.clause.key for found in CONTRACT.violations(case.request.json()) if found.level != "may"}
        for case in near_misses
    ]

    assert [{case.aims[0]} for case in near_misses] == broken
    assert len(near_misses) > 100


def test_every_request_to_be_served_breaks_nothing() -> None:
    """An over-strict server must have no excuse."""
    found = [CONTRACT.violations(body) for body in bodies(accept=True)]

    assert [()] * len(found) == found
    assert len(found) > 20


def test_every_clause_that_decides_is_aimed_at() -> None:
    """No structural clause of level must or should is left without a case."""
    aimed = {aim for case in PLAN for aim in case.aims}
    structural = [clause for clause in CONTRACT.clauses if clause.level != "may" and clause.keyword != "behaviour"]

    assert [] == [clause.key for clause in structural if clause.key not in aimed]


@pytest.mark.parametrize("model", CONTRACT.models)
def test_every_allowed_value_is_sent(model: str) -> None:
    """Every value of every parameter occurs in a request that must be served, both ends of ranges included."""
    sent = [body for body in bodies(accept=True) if body.get("model") == model]
    missing = [
        (parameter.name, value)
        for parameter in CONTRACT.models[model].parameters.values()
        if parameter.supported
        for value in allowed(parameter)
        if all(body.get(parameter.name) != value for body in sent)
    ]

    assert [] == missing


@pytest.mark.parametrize("model", CONTRACT.models)
def test_every_valid_pair_of_values_is_sent(model: str) -> None:
    """Pairwise depth sends each pair of values that breaks no condition, except with n and the prompt."""
    profile = CONTRACT.models[model]
    names = [p.name for p in profile.parameters.values() if p.supported and p.name not in ("n", "prompt", "model")]
    sent = [body for body in bodies(accept=True) if body.get("model") == model]
    base = {"prompt": "a cat", "model": model}
    missing = []
    for one, two in combinations(names, 2):
        for a, b in product(allowed(profile.parameters[one]), allowed(profile.parameters[two])):
            possible = any(
                not CONTRACT.violations({**base, one: a, two: b, **extra}) for extra in _companions(profile, {one, two})
            )
            if possible and not any(body.get(one) == a and body.get(two) == b for body in sent):
                missing.append((one, a, two, b))

    assert [] == missing


def _companions(profile: object, fixed: set[str]) -> list[dict[str, object]]:
    """Settings of the parameters that conditions speak of, beside those under test."""
    spoken = {name for rule in profile.conditions for name in rule.parameters} - fixed - {"n"}
    choices = [[None, *allowed(profile.parameters[name])] for name in sorted(spoken)]
    return [
        {name: value for name, value in zip(sorted(spoken), values, strict=True) if value is not None}
        for values in product(*choices)
    ]


def test_a_condition_is_kept_by_a_default_and_broken_at_both_ends() -> None:
    """Defaults count: a transparent picture needs no word on its format; and a compression of 0 is no absent one."""
    served = [body for body in bodies(accept=True) if body.get("background") == "transparent"]
    aimed = [case for case in PLAN if case.aims[0][0] == "output_compression.needs-lossy"]
    broken = [case.request.json() for case in aimed]

    assert any("output_format" not in body for body in served)
    assert [(99, "png"), (0, None)] == [(body["output_compression"], body.get("output_format")) for body in broken]


def test_a_key_is_missing_from_a_request_of_every_model() -> None:
    """A server may ask for the key in each place where pictures are made, streams among them."""
    without = [case.request.json() for case in PLAN if case.request.credential == "none"]
    have_streams = [model for model, profile in CONTRACT.models.items() if profile.parameters["stream"].supported]

    assert {*CONTRACT.models} == {body["model"] for body in without}
    assert have_streams == [body["model"] for body in without if body.get("stream")]


def test_what_is_to_be_refused_comes_first_and_what_is_served_cheapest_first() -> None:
    """A conforming server bills nothing until it has refused everything; a cheap request comes again at the end."""
    accepts = [case.accept for case in PLAN]
    costs = [PRICES.worst_case(CONTRACT, case.request) for case in PLAN if case.accept]

    assert sorted(accepts) == accepts
    assert sorted(costs[:-1]) == costs[:-1]
    assert costs[0] == costs[-1]


def test_pairwise_keeps_to_its_numbers() -> None:
    """Checking three models costs at most 260 requests, 70 served ones and 90 images."""
    images = sum(int(str(body.get("n", 1))) for body in bodies(accept=True))

    assert len(PLAN) <= 260
    assert len(bodies(accept=True)) <= 70
    assert images <= 90


@pytest.mark.parametrize("depth", DEPTHS)
def test_no_request_is_sent_twice_for_the_same_purpose(depth: str) -> None:
    """Names of cases are unique."""
    names = [case.name for case in plan(CONTRACT, Selection(depth=depth), PRICES)]

    assert len(set(names)) == len(names)
