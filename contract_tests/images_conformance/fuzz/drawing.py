"""Hypothesis as a source of values: drawn first, sent afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar

import hypothesis
from hypothesis import HealthCheck, Phase, configuration
from hypothesis.errors import Unsatisfiable
from hypothesis.strategies import SearchStrategy

T = TypeVar("T")

_SETTINGS = hypothesis.settings(
    phases=[Phase.generate], database=None, deadline=None, derandomize=False, suppress_health_check=list(HealthCheck)
)


def drawn(strategy: SearchStrategy[T], count: int, seed: int) -> list[T]:
    """Return up to so many values of a strategy, the simplest first; the same ones for the same seed.

    Nothing is sent from inside Hypothesis: it runs a function again whenever it likes, and here that may cost money.
    """
    values: list[T] = []

    def keep(value: T) -> None:
        values.append(value)

    test: Any = hypothesis.given(strategy)(keep)
    with suppress(Unsatisfiable):
        hypothesis.seed(seed)(hypothesis.settings(_SETTINGS, max_examples=count)(test))()
    return values[:count]


@contextmanager
def at_home(folder: Path) -> Iterator[None]:
    """While the block runs, have Hypothesis keep its tables in a folder of ours, not in the working directory."""
    configuration.set_hypothesis_home_dir(folder)
    try:
        yield
    finally:
        configuration.set_hypothesis_home_dir(None)
