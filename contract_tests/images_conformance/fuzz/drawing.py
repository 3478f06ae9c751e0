"""Hypothesis as a source of values: drawn first, sent afterwards."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar

import hypothesis
from hypothesis import HealthCheck, Phase, configuration
from hypothesis.errors import Unsatisfiable
from hypothesis.strategies import SearchStrategy

T = TypeVar("T")

BATCH = 8  # values drawn at a time; the first is the simplest
_SETTINGS = hypothesis.settings(
    phases=[Phase.generate], database=None, deadline=None, derandomize=False, suppress_health_check=list(HealthCheck)
)


def endless(strategy: SearchStrategy[T], seed: str) -> Iterator[T]:
    """Yield values of a strategy, the simplest first, the same ones for the same seed; ends where it has none.

    Nothing is sent from inside Hypothesis: it runs a function again whenever it likes, and here that may cost money.
    """
    for turn in itertools.count():
        values = _drawn(strategy, f"{seed} {turn}")
        if not values:
            return
        yield from values


def _drawn(strategy: SearchStrategy[T], seed: str) -> list[T]:
    values: list[T] = []

    def keep(value: T) -> None:
        values.append(value)

    test: Any = hypothesis.given(strategy)(keep)
    with suppress(Unsatisfiable):
        hypothesis.seed(seed)(hypothesis.settings(_SETTINGS, max_examples=BATCH)(test))()
    return values


@contextmanager
def at_home(folder: Path) -> Iterator[None]:
    """While the block runs, have Hypothesis keep its tables in a folder of ours, not in the working directory."""
    configuration.set_hypothesis_home_dir(folder)
    try:
        yield
    finally:
        configuration.set_hypothesis_home_dir(None)
