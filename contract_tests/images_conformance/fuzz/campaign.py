"""Exploring a server: what is sent next, what came of it, and what is left of it when it is made small."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from images_contract import Clause, Contract

from ..cases import Case
from ..exchange import Exchange, Request
from ..judge import judge, no_verdict
from ..look import NOT_JSON, parsed
from ..plan import Selection
from ..verdicts import ClauseKey, Judgement, Verdict
from .malformed import is_malformed
from .remembering import Remembered
from .schemathesis_phases import Phases
from .sending import Sender
from .shrinking import asks_for_pictures, shrink
from .sources import SchemathesisSource, Source

REMEMBERED, SHRINKING, AGAIN = "an earlier run", "shrinking", "again"
MOST_IMAGES = 20  # a server that takes more at its word is not to be tried
FIRST_IMAGES = 4  # that may be asked for before their share allows it
SAVED_UP = 30  # requests whose share of pictures one request may use up
POSTPONED = 60  # requests that wait until pictures may be asked for
IDLE = 400  # offers in a row of which nothing is sent end a run
SENDS = 4  # of a small failure, to see whether it stays


@dataclass(frozen=True)
class Failure:
    """A small request that breaks clauses, with what came of it.

    `source` tells where it was first seen, `smallest` whether shrinking came to its end; it failed `failed` times of
    `sent`, once made small.
    """

    exchange: Exchange
    broken: tuple[tuple[Clause, Judgement], ...]
    source: str
    smallest: bool
    failed: int
    sent: int


class Campaign:
    """Tries requests until a limit is reached; tells each broken clause once, by the smallest request that shows it."""

    def __init__(
        self, contract: Contract, sender: Sender, remembered: Remembered, selection: Selection, served: float,
        phases: Callable[[], Phases] | None = None, on_request: Callable[[Campaign], None] = lambda campaign: None,
    ) -> None:  # fmt: skip
        self.contract = contract
        self.failures: list[Failure] = []
        self.complaints: dict[str, tuple[str, Exchange]] = {}
        self.sent: Counter[str] = Counter()
        self.judged = 0
        self.why_not = ""  # why the last exchange without a verdict had none
        self._sender = sender
        self._remembered = remembered
        self._selection = selection
        self._served = served
        self._phases = phases
        self._on_request = on_request
        self._broken: set[ClauseKey] = set()
        self._known: dict[Request, dict[ClauseKey, Judgement]] = {}
        self._evidence: dict[Request, Exchange] = {}
        self._postponed: list[tuple[Request, str]] = []
        self._images = 0

    def run(self, sources: list[Source | SchemathesisSource]) -> None:
        """Try what failed before, then whatever source is furthest behind its share."""
        for request in self._remembered.requests():
            if self._try(request, REMEMBERED) and not self._known[request]:
                self._remembered.forget(request)
        idle = 0
        offers: Counter[str] = Counter()  # a source whose requests are all known or postponed has had its turn too
        while sources and not self._sender.ended and idle < IDLE:
            source = min(sources, key=lambda each: max(self.sent[each.name], offers[each.name] / 4) / each.share)
            offers[source.name] += 1
            self._postponed += [(each, source.name) for each in source.offer() if self._may_be_tried(each)]
            idle = 0 if self._try_what_fits() else idle + 1

    def _try_what_fits(self) -> bool:
        """Try what waits, oldest first, pictures as far as their share goes; return whether anything was sent."""
        waiting, self._postponed = self._postponed[-POSTPONED:], []
        sent = held = False
        for request, source in waiting:
            if request in self._known:
                continue
            if asks_for_pictures(self.contract, request) and (held or not self._affords(request)):
                # A few pictures at once are saved up for; many would stop all others for long.
                held = held or _images(parsed(request.body)) <= SAVED_UP * self._served
                self._postponed.append((request, source))
            else:
                sent = self._try(request, source) or sent
        return sent

    def _affords(self, request: Request) -> bool:
        allowed = FIRST_IMAGES + self._served * (self._sender.record.requests + 1)
        return self._images + _images(parsed(request.body)) <= allowed

    def _may_be_tried(self, request: Request) -> bool:
        """Tell whether a request is new, and its verdict beyond dispute."""
        body = parsed(request.body)
        if (
            request in self._known
            or (body is NOT_JSON and not is_malformed(request.body))
            or _images(body) > MOST_IMAGES
        ):
            return False
        return not self._selection.models or _model(self.contract, body) in self._selection.models

    def _try(self, request: Request, source: str) -> bool:
        """Send a request and follow up what it breaks; False where it was not sent."""
        exchange = self._send(request, source)
        if exchange is None:
            return False
        if no_verdict(self.contract, exchange) is None:
            self._weigh(exchange, source)
        return True

    def _send(self, request: Request, source: str) -> Exchange | None:
        exchange = self._sender.exchange(
            Case(f"fuzz: {source}", request, (), asks_for_pictures(self.contract, request))
        )
        if exchange is None:
            return None
        self.sent[source] += 1
        if asks_for_pictures(self.contract, request):
            self._images += _images(parsed(request.body))
        self.why_not = no_verdict(self.contract, exchange) or self.why_not
        self.judged += no_verdict(self.contract, exchange) is None
        self._known[request] = self._breaks(exchange)
        if self._known[request].keys() - self._broken:
            self._evidence[request] = exchange
        self._on_request(self)
        return exchange

    def _breaks(self, exchange: Exchange) -> dict[ClauseKey, Judgement]:
        """Return what an exchange breaks, the clauses that decide first, structure before behaviour."""
        failed = {each.clause: each for each in judge(self.contract, exchange) if each.verdict is Verdict.FAIL}
        chosen = [key for key in failed if not self._selection.why_not(self.contract.clause(*key))]
        clauses = {key: self.contract.clause(*key) for key in chosen}
        order = sorted(
            chosen, key=lambda key: (clauses[key].level != "must", clauses[key].keyword == "behaviour", str(key))
        )
        return {key: failed[key] for key in order}

    def _weigh(self, exchange: Exchange, source: str) -> None:
        new = [key for key in self._known[exchange.request] if key not in self._broken]
        if not new:
            self._second_opinion(exchange)
            return
        self._remembered.save(exchange.request)  # this process may be killed before it is small
        small = {self._follow(key, exchange, source) for key in new if key not in self._broken}
        if exchange.request not in small:
            self._remembered.forget(exchange.request)

    def _follow(self, key: ClauseKey, exchange: Exchange, source: str) -> Request:
        """Make a failure small, see whether it stays, and note every clause that the small request breaks."""

        def fails(request: Request) -> bool | None:
            if request not in self._known and self._send(request, SHRINKING) is None:
                return None
            return key in self._known[request]

        request, smallest = shrink(self.contract, key, exchange.request, fails)
        failed, sent = self._again(key, request)
        told = {each: judgement for each, judgement in self._known[request].items() if each not in self._broken}
        self._broken |= told.keys()
        clauses = tuple((self.contract.clause(*each), judgement) for each, judgement in told.items())
        self._remembered.save(request)
        self.failures.append(Failure(self._evidence[request], clauses, source, smallest, failed, sent))
        return request

    def _again(self, key: ClauseKey, request: Request) -> tuple[int, int]:
        """Send a small failure again, more often where it does not fail; return how often it failed and was sent."""
        failed, sent = 1, 1
        while sent < SENDS and (sent == 1 or failed < sent):
            exchange = self._sender.exchange(Case(f"fuzz: {AGAIN}", request, ()))
            if exchange is None:
                break
            self.sent[AGAIN] += 1
            sent, failed = sent + 1, failed + (key in self._breaks(exchange))
        return failed, sent

    def _second_opinion(self, exchange: Exchange) -> None:
        """Note what schemathesis says against an answer of which our judge says nothing."""
        if self._phases is not None and not self._known[exchange.request]:
            for check, text in self._phases().complaints(exchange).items():
                self.complaints.setdefault(check, (text, exchange))


def _model(contract: Contract, body: object) -> str:
    name = body.get(contract.discriminator) if isinstance(body, dict) else None
    return name if isinstance(name, str) and name in contract.models else "absent"


def _images(body: object) -> int:
    """Return how many images a server could read out of a body."""
    value = body.get("n") if isinstance(body, dict) else None
    try:
        return max(1, int(float(value))) if isinstance(value, int | float | str) else 1
    except (ValueError, OverflowError):
        return 1 if isinstance(value, str) else MOST_IMAGES + 1
