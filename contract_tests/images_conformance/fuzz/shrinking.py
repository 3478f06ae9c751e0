"""Making a failing request small: fewest keys first, then the plainest values, in few requests.

Hypothesis could shrink what it drew, but it knows neither prices nor the contract: it sends some fifty requests where
five do, and shrinks nothing that came from elsewhere. What cannot break the clause by the
contract's own words is not sent.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from images_contract import ABSENT, Contract

from ..exchange import Exchange, Request, Response
from ..judging.look import NOT_JSON, Look, parsed
from ..judging.verdicts import ClauseKey
from ..planning.values import allowed, minimal
from .malformed import is_malformed
from .sinful import known_sins

STEPS = 24  # requests spent on one failure
SERVED_STEPS = 8  # of them, requests that ask for pictures
LISTED = 1000  # more than any list of plain values is long

Outcome = bool | None  # None: it was not sent


def shrink(
    contract: Contract, key: ClauseKey, request: Request, fails: Callable[[Request], Outcome]
) -> tuple[Request, bool]:
    """Return the smallest request found for which `fails` holds, and whether nothing smaller is left to try."""
    steps, served = 0, 0
    best, tried = request, {request}
    waiting = simpler(contract, key, best)
    while (candidate := next(waiting, None)) is not None:
        if candidate in tried or not may_break(contract, key, candidate):
            continue
        tried.add(candidate)
        steps, served = steps + 1, served + asks_for_pictures(contract, candidate)
        outcome = fails(candidate) if steps <= STEPS and served <= SERVED_STEPS else None
        if outcome is None:
            return best, False
        if outcome:
            best = candidate
            waiting = simpler(contract, key, best)
    return best, True


def asks_for_pictures(contract: Contract, request: Request) -> bool:
    """Tell whether a conforming server may serve a request."""
    look = _look(contract, request)
    return look.well_formed and not look.broken


def may_break(contract: Contract, key: ClauseKey, request: Request) -> bool:
    """Tell whether a request can show that a clause is broken, as far as the request alone tells."""
    clause, look = contract.clause(*key), _look(contract, request)
    if clause.keyword == "behaviour":
        return look.body is not NOT_JSON or is_malformed(request.body)
    if clause.keyword == "accepted":
        return look.valid and look.model == clause.model and any(name in look.body for name in clause.parameters)
    return any(found.clause.key == key for found in look.broken)


def _look(contract: Contract, request: Request) -> Look:
    return Look(contract, Exchange(request), Response(0, (), b""))


def simpler(contract: Contract, key: ClauseKey, request: Request) -> Iterator[Request]:
    """Yield simpler requests, the most daring first."""
    body = parsed(request.body)
    if isinstance(body, dict):
        plain = _Plain(contract, key, body)
        for candidate in plain.candidates():
            if plain.measure(candidate) < plain.measure(body):
                yield _with(request, json.dumps(candidate, ensure_ascii=False).encode())
    elif body is NOT_JSON:
        yield from (_with(request, data) for data in _shorter(request.body))


def _with(request: Request, body: bytes) -> Request:
    return Request(body, request.method, request.content_type, request.credential, request.accept)


def _shorter(data: bytes) -> Iterator[bytes]:
    """Yield bytes with ever smaller pieces cut out."""
    size = len(data)
    while size:
        yield from (data[:start] + data[start + size :] for start in range(0, len(data), size))
        size //= 2


class _Plain:
    """What is plain in a body of one model, seen from the clause that it breaks."""

    def __init__(self, contract: Contract, key: ClauseKey, body: Mapping[str, Any]) -> None:
        self.body = dict(body)
        self.clause = contract.clause(*key)
        name = body.get(contract.discriminator)
        self.profile = contract.profiles.get(name if isinstance(name, str) else ABSENT)
        self.base = minimal(contract, self.profile) if self.profile else {}
        self._near = [near for near in known_sins(contract).get(key, []) if isinstance(near, dict)]

    def values(self, name: str) -> list[Any]:
        """Return the plain values of a parameter, the plainest first."""
        parameter = self.profile.parameters.get(name) if self.profile else None
        listed = [self.base[name]] if name in self.base else []
        if parameter is not None and parameter.supported:
            listed += allowed(parameter)
        return [*listed, *(near[name] for near in self._near if name in near)]

    def measure(self, body: Mapping[str, Any]) -> tuple[int, int]:
        """Return how far a body is from plain: its number of keys, then the plainness of its values."""
        return len(body), sum(self._rank(name, value) for name, value in body.items())

    def _rank(self, name: str, value: Any) -> int:
        same = [index for index, each in enumerate(self.values(name)) if _same(each, value)]
        text = json.dumps(value)  # where a character beyond ASCII counts six times
        return same[0] if same else LISTED + len(text) + (min(abs(int(value)), LISTED) if _is_number(value) else 0)

    def candidates(self) -> Iterator[dict[str, Any]]:
        """Yield simpler bodies: the bare ones, with one key less, with one plainer value."""
        about = {name: value for name, value in self.body.items() if self._is_about(name)}
        bare = {**{name: value for name, value in self.base.items() if name in self.body}, **about}
        yield bare
        for name in reversed(self.body):
            yield {other: value for other, value in self.body.items() if other != name}
        for name, value in self.body.items():
            rank = self._rank(name, value)
            plainer = [each for index, each in enumerate(self.values(name)) if index < rank]
            yield from ({**self.body, name: each} for each in (*plainer, *_smaller(value)))

    def _is_about(self, name: str) -> bool:
        known = self.profile is not None and name in self.profile.parameters
        return name in self.clause.parameters or (self.clause.keyword == "unknown" and not known)


def _same(one: Any, other: Any) -> bool:
    return type(one) is type(other) and bool(one == other)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _smaller(value: Any) -> Iterator[Any]:
    """Yield values like one, but smaller."""
    if isinstance(value, str):
        half = len(value) // 2
        yield from (value[:half], value[half:], "".join(filter(str.isascii, value)))
        if len(value) <= 12:
            yield from (value[:at] + value[at + 1 :] for at in range(len(value)))
    elif isinstance(value, list):
        yield from ([], value[:1])
    elif isinstance(value, dict):
        yield from ({}, dict(list(value.items())[:1]))
    elif _is_number(value):
        yield from (int(value), int(value) // 2)
