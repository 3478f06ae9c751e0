"""Where requests come from, and in which turn."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from typing import Any

from hypothesis.strategies import SearchStrategy

from images_contract import Contract, ModelProfile

from ..exchange import Request
from ..plan import Selection
from ..values import minimal
from .drawing import drawn
from .malformed import malformed
from .schemathesis_phases import Phases
from .sinful import known_sins, many_sins, one_sin
from .valid import Cost, valid

AT_ONCE = 3  # values drawn of a strategy at a time; the first is its simplest


class Source:
    """Strategies that take turns, in an order that a seed gives; `share` is its part of all requests."""

    def __init__(self, name: str, share: float, strategies: dict[str, SearchStrategy[Any]], seed: int) -> None:
        self.name = name
        self.share = share
        self._strategies = strategies
        self._seed = seed
        self._turns = self._endless()

    def __bool__(self) -> bool:
        return bool(self._strategies)

    def offer(self) -> list[Request]:
        """Return the next requests."""
        return next(self._turns)

    def _endless(self) -> Iterator[list[Request]]:
        names, turn = list(self._strategies), 0
        order = random.Random(self._seed)
        while True:
            order.shuffle(names)
            for name in names:
                turn += 1
                values = drawn(self._strategies[name], AT_ONCE, self._seed + turn)
                yield [request for value in values if (request := as_request(value)) is not None]


class SchemathesisSource:
    """schemathesis' phases; made when they are first asked for, since that takes a second."""

    name = "schemathesis"

    def __init__(self, share: float, phases: Callable[[], Phases]) -> None:
        self.share = share
        self._phases = phases

    def offer(self) -> list[Request]:
        """Return the next requests."""
        return self._phases().requests(AT_ONCE)


def as_request(value: Any) -> Request | None:
    """Return a drawn value as a request; None for a text that UTF-8 cannot hold."""
    try:
        return Request(value) if isinstance(value, bytes) else Request.from_json(value)
    except (UnicodeEncodeError, ValueError):
        return None


def sources(
    contract: Contract, selection: Selection, cost: Cost, served: float, seed: int, phases: Callable[[], Phases]
) -> list[Source | SchemathesisSource]:
    """Return all sources; `served` is the share of requests that ask for pictures."""
    profiles = [
        profile for name, profile in contract.profiles.items() if not selection.models or name in selection.models
    ]
    sins = {
        f"{key}": one_sin(contract, contract.clause(*key), cost)
        for key in known_sins(contract)
        if not selection.why_not(contract.clause(*key))
    }
    many = {profile.name: many_sins(contract, profile, cost) for profile in profiles}
    good = {profile.name: valid(contract, profile, cost) for profile in profiles}
    raw = {profile.name: malformed(_smallest(contract, profile)) for profile in profiles}
    left = 1 - served
    found: list[Source | SchemathesisSource] = [
        Source("one sin", 0.60 * left, sins, seed),
        Source("many sins", 0.10 * left, many, seed + 1_000_000),
        Source("malformed", 0.08 * left, raw, seed + 2_000_000),
        Source("valid", served, good, seed + 3_000_000),
        SchemathesisSource(0.22 * left, phases),
    ]
    return [source for source in found if source.share and source]


def _smallest(contract: Contract, profile: ModelProfile) -> Any:
    return json.loads(json.dumps(minimal(contract, profile)))
