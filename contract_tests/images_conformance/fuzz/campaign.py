"""Exploring a server: what is sent next, what came of it, and what is left of it when it is made small."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice
from typing import Any

from images_contract import ABSENT, Contract

from ..exchange import Exchange, Request
from ..judging.judge import no_verdict
from ..judging.known import known_failure
from ..judging.look import NOT_JSON, parsed
from ..judging.results import Tally
from ..judging.verdicts import ClauseKey, Judgement, Verdict
from ..planning.cases import Case
from ..planning.plan import Selection
from ..sending.run import Record
from ..spending.prices import asked_for
from .malformed import is_malformed
from .remembering import Remembered
from .schemathesis_phases import Phases
from .sending import Sender
from .shrinking import asks_for_pictures, shrink
from .sources import Source

REMEMBERED, SHRINKING, AGAIN = "an earlier run", "shrinking", "again"
MOST_IMAGES = 20  # a server that takes more at its word is not to be tried
FIRST_IMAGES = 4  # that may be asked for before the share of valid requests allows it
TRIES = 40  # requests that a source may offer in vain before it counts as dry
UNSENT = 40  # requests in a row that the budget does not cover end a run
SENDS = 4  # of a small failure, to see whether it stays


@dataclass(frozen=True)
class Failure:
    """A small request that breaks clauses, with what came of it.

    `source` tells where it was first seen, `small` whether shrinking came to its end; it failed `failed` times of
    `sent`, once made small.
    """

    exchange: Exchange
    broken: tuple[Judgement, ...]
    source: str
    small: bool
    failed: int
    sent: int

    @property
    def case(self) -> Case:
        """The request as a case that aims at the clauses it breaks."""
        return Case(f"fuzz: {self.source}", self.exchange.request, tuple(each.clause for each in self.broken))


class Campaign:
    """Tries requests until a limit is reached; tells each broken clause once, by the smallest request that shows it."""

    def __init__(
        self, contract: Contract, sender: Sender, remembered: Remembered, selection: Selection, sources: list[Source],
        phases: Phases | None = None, on_request: Callable[[Record], None] = lambda record: None,
    ) -> None:  # fmt: skip
        self.contract = contract
        self.tally = Tally(contract)
        self.failures: list[Failure] = []
        self.remarks: dict[str, str] = {}  # what schemathesis' checks say where the contract says nothing
        self.sent: Counter[str] = Counter()
        self._sender = sender
        self._remembered = remembered
        self._selection = selection
        self._sources = list(sources)
        self._served = sum(source.share for source in sources if source.name == "valid")
        self._phases = phases
        self._on_request = on_request
        self._heads: dict[str, Request] = {}  # what each source offers next
        self._broken: set[ClauseKey] = set()
        self._known: dict[Request, dict[ClauseKey, Judgement]] = {}
        self._evidence: dict[Request, Exchange] = {}
        self._harmless: set[Request] = set()  # whose answers were judged, and nothing was wrong with them
        self._images = 0

    def run(self) -> None:
        """Try what failed before, then whatever source is furthest behind its share."""
        for memory in filter(lambda memory: self._may_be_tried(memory.request), self._remembered.memories()):
            exchange = self._try(memory.request, REMEMBERED, small=memory.small)
            if exchange is not None and memory.request in self._harmless:
                self._remembered.forget(memory.request)
        unsent = 0
        while not self._sender.ended and unsent < UNSENT and (source := self._next()):
            exchange = self._try(self._heads.pop(source.name), source.name)
            unsent = unsent + 1 if exchange is None else 0

    def _next(self) -> Source | None:
        """Return the source whose turn it is; None where all are dry. Pictures come later while others can be sent."""
        later = None
        for source in sorted(self._sources, key=lambda source: self.sent[source.name] / source.share):
            if not self._offers(source):
                self._sources.remove(source)
            elif self._affords(self._heads[source.name]):
                return source
            else:
                later = later or source
        return later

    def _offers(self, source: Source) -> bool:
        """Have a source's next request at hand; False where it has no new one."""
        if source.name not in self._heads:
            fresh = filter(self._may_be_tried, islice(source.requests, TRIES))
            if (head := next(fresh, None)) is None:
                return False
            self._heads[source.name] = head
        return True

    def _affords(self, request: Request) -> bool:
        """Tell whether a request asks for no more pictures than the share of valid requests allows by now."""
        images = self._asked_for(request)
        allowed = FIRST_IMAGES + self._served * (self._sender.record.requests + 1)
        return not images or self._images + images <= allowed

    def _asked_for(self, request: Request) -> int:
        """Return how many images a conforming server makes for a request."""
        return _images(parsed(request.body)) if asks_for_pictures(self.contract, request) else 0

    def _may_be_tried(self, request: Request) -> bool:
        """Tell whether a request is new, of a chosen model, and its verdict beyond dispute."""
        body = parsed(request.body)
        if request in self._known or request in self._heads.values() or _images(body) > MOST_IMAGES:
            return False
        if body is NOT_JSON and not is_malformed(request.body):
            return False
        return not self._selection.models or _model(self.contract, body) in self._selection.models

    def _try(self, request: Request, source: str, *, small: bool = False) -> Exchange | None:
        """Send a request and follow up what it breaks; None where it was not sent."""
        exchange = self._send(request, source)
        if exchange is not None and no_verdict(self.contract, exchange) is None:
            self._weigh(exchange, source, small)
        return exchange

    def _send(self, request: Request, source: str) -> Exchange | None:
        """Send a request and judge its answer; None where it was not sent."""
        images = self._asked_for(request)
        case = Case(f"fuzz: {source}", request, (), accept=images > 0)
        exchange = self._sender.exchange(case)
        if exchange is None:
            return None
        self.sent[source] += 1
        self._images += images
        failed = [each for each in self.tally.add(case, exchange) if each.verdict is Verdict.FAIL]
        self._known[request] = self._chosen(failed)
        if self._known[request].keys() - self._broken:
            self._evidence[request] = exchange
        elif not failed and no_verdict(self.contract, exchange) is None:
            self._harmless.add(request)
        self._on_request(self._sender.record)
        return exchange

    def _chosen(self, failed: list[Judgement]) -> dict[ClauseKey, Judgement]:
        """Return the failures that are asked for and not known: those that decide first, structure before behaviour."""
        clauses = {each.clause: self.contract.clause(*each.clause) for each in failed}

        def rank(judgement: Judgement) -> tuple[bool, bool, str]:
            clause = clauses[judgement.clause]
            return clause.level != "must", clause.keyword == "behaviour", str(clause.key)

        chosen = [each for each in failed if not self._selection.why_not(clauses[each.clause])]
        news = [each for each in chosen if not known_failure(clauses[each.clause], self.contract.deviations)]
        return {each.clause: each for each in sorted(news, key=rank)}

    def _weigh(self, exchange: Exchange, source: str, small: bool) -> None:
        request = exchange.request
        new = [key for key in self._known[request] if key not in self._broken]
        if not new:
            self._second_opinion(exchange)
            return
        self._remembered.save(request, small=small)  # this process may be killed before it is small
        followed = {self._follow(key, request, source, small) for key in new if key not in self._broken}
        if request not in followed:
            self._remembered.forget(request)

    def _follow(self, key: ClauseKey, request: Request, source: str, small: bool) -> Request:
        """Make a failure small, see whether it stays, and note every clause that the small request breaks."""

        def fails(request: Request) -> bool | None:
            if request not in self._known and self._send(request, SHRINKING) is None:
                return None
            return key in self._known[request]

        if not small:
            request, small = shrink(self.contract, key, request, fails)
        failed, sent = self._again(key, request)
        told = [judgement for each, judgement in self._known[request].items() if each not in self._broken]
        self._broken |= {judgement.clause for judgement in told}
        self._remembered.save(request, small=small)
        self.failures.append(Failure(self._evidence[request], tuple(told), source, small, failed, sent))
        return request

    def _again(self, key: ClauseKey, request: Request) -> tuple[int, int]:
        """Send a small failure again, more often where it does not fail; return how often it failed and was sent."""
        first, failed, sent = self._known[request], 1, 1
        while sent < SENDS and (sent == 1 or failed < sent) and self._send(request, AGAIN) is not None:
            sent, failed = sent + 1, failed + (key in self._known[request])
        self._known[request] = first
        return failed, sent

    def _second_opinion(self, exchange: Exchange) -> None:
        """Note what schemathesis says against an answer of which our judge says nothing."""
        if self._phases is not None and not self._known[exchange.request]:
            for check, text in self._phases.complaints(exchange).items():
                self.remarks.setdefault(check, text)


def _model(contract: Contract, body: object) -> str:
    name = body.get(contract.discriminator) if isinstance(body, dict) else None
    return name if isinstance(name, str) and name in contract.models else ABSENT


def _images(body: Any) -> int:
    """Return how many images a server could read out of a body."""
    return asked_for(body.get("n")) if isinstance(body, dict) else 1
