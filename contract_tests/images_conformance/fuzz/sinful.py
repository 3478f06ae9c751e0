"""Bodies that break one rule, or many: near misses, and what lies further out, among values that are in order."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from images_contract import Clause, Contract, ModelProfile, Parameter

from ..judging.verdicts import ClauseKey
from ..planning.near_misses import near_misses
from ..planning.values import allowed, minimal, settled
from .valid import READABLE, Body, Cost, accompanied, broken, free, valid

NARROW = ("required", "minLength", "condition", "combination")  # of which the near misses are all that there is
FAR = 9  # how far beyond a bound numbers go: a server that takes them at their word must survive it

json_values: SearchStrategy[Any] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=4,
)  # fmt: skip


@lru_cache(maxsize=8)
def known_sins(contract: Contract) -> dict[ClauseKey, list[Any]]:
    """Return the near misses of every clause, the most telling first: bodies that break it and nothing else."""
    found: dict[ClauseKey, list[Any]] = {}
    for case in near_misses(contract, None):
        found.setdefault(case.aims[0], []).append(case.request.json())
    return found


def one_sin(contract: Contract, clause: Clause, cost: Cost = free) -> SearchStrategy[Any]:
    """Draw a body that breaks one clause and nothing else (beside what is open); shrinks towards its first near miss.

    `clause` is one of those in `known_sins`.
    """
    bodies = st.sampled_from(known_sins(contract)[clause.key])
    profile = contract.profiles.get(clause.model or "")
    if profile is None:
        return bodies
    wider = _wider(contract, clause, profile)
    return _in_company(contract, profile, bodies if wider is None else bodies | wider, cost)


def many_sins(contract: Contract, profile: ModelProfile, cost: Cost = free) -> SearchStrategy[Any]:
    """Draw a body of a model that breaks several rules, or one in several ways."""
    near = [body for (_, model), bodies in known_sins(contract).items() if model == profile.name for body in bodies]
    base = minimal(contract, profile)

    def merged(bodies: Sequence[Body]) -> Body:
        return _merged(base, bodies)

    def sinful(body: Body) -> bool:
        return any(found.level != "may" for found in contract.violations(body))

    if not near:
        return st.nothing()
    bodies = st.lists(st.sampled_from(near), min_size=2, max_size=4).map(merged).filter(sinful)
    return _in_company(contract, profile, bodies, cost)


def _in_company(
    contract: Contract, profile: ModelProfile, bodies: SearchStrategy[Body], cost: Cost
) -> SearchStrategy[Body]:
    """Draw one of the bodies with other parameters given as well, none of which breaks anything."""
    base = minimal(contract, profile)

    def among(body: Body, others: Body) -> Body:
        return accompanied(contract, body, others, _changed(base, body))

    return st.builds(among, bodies, valid(contract, profile, cost))


def _changed(base: Body, body: Body) -> set[str]:
    """Return the names by which a body differs from the minimal one, those that it lacks included."""
    return {name for name in {*base, *body} if name not in base or name not in body or base[name] != body[name]}


def _merged(base: Body, bodies: Sequence[Body]) -> Body:
    result = dict(base)
    for body in bodies:
        for name in _changed(base, body):
            if name in body:
                result[name] = body[name]
            else:
                result.pop(name, None)
    return result


def _wider(contract: Contract, clause: Clause, profile: ModelProfile) -> SearchStrategy[Any] | None:
    """Draw sins that lie further out; None for clauses that speak of several parameters or of none."""
    name = clause.parameters[0] if len(clause.parameters) == 1 else ""
    parameter = profile.parameters.get(name)
    base = minimal(contract, profile)

    def sinful(name: str, value: Any) -> Body:
        return settled(contract, profile, {**base, name: value}, [name])

    def breaks_it_alone(body: Body) -> bool:
        return broken(contract, body) == [clause.key]

    if clause.keyword == "unknown":
        wide = st.builds(sinful, st.text(READABLE, max_size=12), json_values)
    elif parameter is None or not parameter.supported or clause.keyword in NARROW:
        return None
    else:
        wide = st.builds(sinful, st.just(name), _wrong(parameter, clause.keyword))
    return wide.filter(breaks_it_alone)


def _wrong(parameter: Parameter, keyword: str) -> SearchStrategy[Any]:
    """Draw values that a keyword forbids, or may forbid."""
    if keyword == "maximum" and parameter.maximum is not None:
        return st.integers(int(parameter.maximum) + 1, int(parameter.maximum) + FAR)
    if keyword == "minimum" and parameter.minimum is not None:
        return st.integers(-(2**31), int(parameter.minimum) - 1)
    if keyword == "maxLength" and parameter.max_length is not None:
        sizes = st.integers(parameter.max_length + 1, parameter.max_length + 40)
        return st.builds(lambda unit, size: unit * size, st.sampled_from("aé猫😀"), sizes)
    if keyword == "enum":
        texts = [value for value in allowed(parameter) if isinstance(value, str)]
        return st.text(READABLE, max_size=10) | (st.sampled_from(texts).flatmap(_misspelled) if texts else json_values)
    return json_values


def _misspelled(text: str) -> SearchStrategy[str]:
    """Draw a text with one thing wrong: a character left out or added, another case, a blank around it."""
    gaps = st.integers(0, len(text))
    shorter = gaps.map(lambda at: text[:at] + text[at + 1 :])
    longer = st.builds(lambda at, added: text[:at] + added + text[at:], gaps, st.sampled_from(" x0-_\n\t"))
    return st.sampled_from([text.upper(), text.title(), text.swapcase(), f"{text},{text}"]) | shorter | longer
