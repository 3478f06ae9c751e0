"""Behaviour clauses by id: the document declares them, a check implements each."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from ..judging.look import Look


@dataclass(frozen=True)
class Failed:
    """What the clause expected and what was seen instead, as phrases."""

    expected: str
    seen: str


@dataclass(frozen=True)
class Skipped:
    """Why the clause has nothing to say of an exchange that it was meant for, as a phrase."""

    reason: str


PASSED = True
Outcome = Failed | Skipped | bool | None  # None: the exchange does not bear on the clause
Check = Callable[[Look], Outcome]

CHECKS: dict[str, Check] = {}


def check(id: str) -> Callable[[Check], Check]:
    """Register the check of a declared clause."""

    def register(function: Check) -> Check:
        CHECKS[id] = function
        return function

    return register


def passed_if(condition: bool, expected: str, seen: str) -> Outcome:
    """Return PASSED where a condition holds, else what was expected and seen."""
    return PASSED if condition else Failed(expected, seen)


def each_of(problems: Iterable[Failed | None], nothing: str) -> Outcome:
    """Return the first problem, PASSED where there is none, and Skipped with a reason where nothing was to be seen."""
    listed = list(problems)
    if not listed:
        return Skipped(nothing)
    return next((problem for problem in listed if problem), PASSED)


def one_of(statuses: set[int] | list[int]) -> str:
    """Return statuses as a phrase: `400, 415 or 422`."""
    listed = [str(status) for status in sorted(statuses)]
    return listed[0] if len(listed) == 1 else f"{', '.join(listed[:-1])} or {listed[-1]}"
