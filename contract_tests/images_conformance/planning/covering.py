"""Covering arrays: few rows that hold every combination of so many values, and cheap ones."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import combinations
from typing import Any, TypeVar

import covertable

SALTS = ("d", "h", "k", "q")  # the library builds another array for each; the cheapest is taken
Row = dict[str, Any]
T = TypeVar("T")
Held = tuple[tuple[str, int], ...]  # a combination: factors and the places of their values


def covering(
    factors: Mapping[str, Sequence[Any]],
    strength: int,
    valid: Callable[[Row], bool],
    spoken: Sequence[Sequence[str]],
    cost: Callable[[Row], float],
) -> list[Row]:
    """Return rows that hold every valid combination of `strength` values, made as cheap as that allows.

    `valid` judges a row, whole or in part; `spoken` lists the groups of factors that its rules speak of.
    """
    if len(factors) <= strength:
        strength = max(1, len(factors))
    if not factors:
        return []
    rules = [{"operator": "fn", "requires": [*names], "evaluate": _part(valid, names)} for names in spoken]
    valid, cost = _remembered(valid), _remembered(cost)
    tried = []
    for salt in SALTS:
        made = covertable.make(dict(factors), strength=strength, constraints=rules, salt=salt)
        rows = [{name: row[name] for name in factors} for row in made]
        tried.append(_cheapened(rows, factors, strength, valid, cost))
    return min(tried, key=lambda rows: round(sum(map(cost, rows)), 6))


def _part(valid: Callable[[Row], bool], names: Sequence[str]) -> Callable[[Any], bool]:
    known = _remembered(valid)
    return lambda row: known({name: row[name] for name in names if name in row})


def _remembered(function: Callable[[Row], T]) -> Callable[[Row], T]:
    """Return a function of rows that is asked once for each."""
    known: dict[str, T] = {}

    def remembering(row: Row) -> T:
        told = repr(row)
        if told not in known:
            known[told] = function(row)
        return known[told]

    return remembering


def _cheapened(
    rows: list[Row], factors: Mapping[str, Sequence[Any]], strength: int, valid: Callable[[Row], bool],
    cost: Callable[[Row], float],
) -> list[Row]:  # fmt: skip
    """Replace values by cheaper ones, dearest rows first, for as long as every combination stays covered."""
    held = Counter(each for row in rows for each in _held(row, factors, strength))
    changed = True
    while changed:
        changed = False
        for row in sorted(rows, key=cost, reverse=True):
            before = set(_held(row, factors, strength))
            for trial in _cheaper(row, factors, cost):
                lost = before - set(_held(trial, factors, strength))
                if all(held[each] > 1 for each in lost) and valid(trial):
                    held.subtract(before)
                    held.update(_held(trial, factors, strength))
                    row.update(trial)
                    changed = True
                    break
    return rows


def _cheaper(row: Row, factors: Mapping[str, Sequence[Any]], cost: Callable[[Row], float]) -> Iterator[Row]:
    """Yield the row with one value changed, cheapest first, where that makes it cheaper."""
    trials = [{**row, name: value} for name, values in factors.items() for value in values if value != row[name]]
    priced = sorted(((cost(trial), index) for index, trial in enumerate(trials)))
    yield from (trials[index] for usd, index in priced if usd < cost(row) - 1e-9)


def _held(row: Row, factors: Mapping[str, Sequence[Any]], strength: int) -> Iterator[Held]:
    places = [(name, list(values).index(row[name])) for name, values in factors.items()]
    return combinations(places, strength)
