"""Where requests come from, and how many of them from where."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from hypothesis.strategies import SearchStrategy

from images_contract import Contract

from ..exchange import Request
from ..planning.plan import Selection
from ..planning.values import minimal
from .drawing import endless
from .malformed import malformed
from .schemathesis_phases import Phases
from .sinful import known_sins, many_sins, one_sin
from .valid import Cost, valid

# The parts that they have in all requests. Each valid request is a picture at least, and may be paid for.
SHARES = {"one sin": 0.56, "many sins": 0.08, "malformed": 0.06, "schemathesis": 0.15, "valid": 0.15}


@dataclass(frozen=True)
class Source:
    """Requests of one kind, without end or nearly so; `share` is their part of all requests."""

    name: str
    share: float
    requests: Iterator[Request]


def sources(
    contract: Contract, selection: Selection, cost: Cost, shares: Mapping[str, float], seed: int, phases: Phases | None
) -> list[Source]:
    """Return a source for each share that is not nothing."""
    chosen = [each for name, each in contract.profiles.items() if not selection.models or name in selection.models]
    sinful = [key for key in known_sins(contract) if not selection.why_not(contract.clause(*key))]
    strategies: dict[str, dict[str, SearchStrategy[Any]]] = {
        "one sin": {str(key): one_sin(contract, contract.clause(*key), cost) for key in sinful},
        "many sins": {profile.name: many_sins(contract, profile, cost) for profile in chosen},
        "malformed": {profile.name: malformed(minimal(contract, profile)) for profile in chosen},
        "valid": {profile.name: valid(contract, profile, cost) for profile in chosen},
    }
    found = {name: _in_turns(each, f"{seed} {name}") for name, each in strategies.items()}
    if phases is not None:
        found["schemathesis"] = phases.requests(seed)
    return [Source(name, shares[name], requests) for name, requests in found.items() if shares.get(name)]


def _in_turns(strategies: Mapping[str, SearchStrategy[Any]], seed: str) -> Iterator[Request]:
    """Yield a value of every strategy, in an order that the seed gives, then another of every one, and so on."""
    streams = {name: endless(strategy, f"{seed} {name}") for name, strategy in strategies.items()}
    order = random.Random(seed)
    while streams:
        for name in order.sample(list(streams), len(streams)):
            for value in streams[name]:
                if (request := _as_request(value)) is not None:
                    yield request
                    break
            else:
                del streams[name]


def _as_request(value: Any) -> Request | None:
    """Return a drawn value as a request; None for a text that UTF-8 cannot hold."""
    try:
        return Request(value) if isinstance(value, bytes) else Request.from_json(value)
    except UnicodeEncodeError:
        return None
