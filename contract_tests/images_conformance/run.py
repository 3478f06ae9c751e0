"""Running a plan: send, count, stay within the budget, keep what happened."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from images_contract import Contract

from .budget import Budget
from .cases import Case
from .clauses.responses import count_images
from .exchange import Exchange
from .judge import no_verdict
from .look import Look
from .pacing import Pace
from .prices import Prices
from .transport import Transport

RETRIES = 3
LONGEST_WAIT = 60.0
HOPELESS = 5  # so many first exchanges without a verdict end the run


@dataclass
class Record:
    """What a run did, in the order in which it happened: enough for every report."""

    exchanges: list[tuple[Case, Exchange]] = field(default_factory=list)
    unsent: list[tuple[Case, str]] = field(default_factory=list)
    requests: int = 0
    accepted: int = 0
    images: int = 0
    usd: float = 0.0
    stopped: str | None = None  # why the run ended early


@dataclass(frozen=True)
class Pacing:
    """How many requests are under way at once, and how far apart they start, in seconds."""

    concurrency: int = 4
    interval: float = 0.0


class Runner:
    """Sends the cases of a plan through a transport and fills a record; `on_exchange` is called after each."""

    def __init__(
        self, contract: Contract, transport: Transport, prices: Prices, record: Record, budget: Budget, pacing: Pacing,
        on_exchange: Callable[[Record], None] = lambda record: None,
    ) -> None:  # fmt: skip
        self.contract = contract
        self.transport = transport
        self.prices = prices
        self.budget = budget
        self.pacing = pacing
        self.on_exchange = on_exchange
        self.record = record
        self._pace = Pace(pacing.interval)

    async def run(self, cases: Sequence[Case]) -> None:
        """Send every case, refusals before what is to be served."""
        for group in ([case for case in cases if not case.accept], [case for case in cases if case.accept]):
            waiting = iter(group)
            workers = [self._work(waiting) for _ in range(self.pacing.concurrency)]
            await asyncio.gather(*workers)

    async def _work(self, waiting: Iterator[Case]) -> None:
        for case in waiting:
            if self.record.stopped:
                self.record.unsent.append((case, self.record.stopped))
                continue
            usd = self.prices.worst_case(self.contract, case.request)
            if not self.budget.reserve(usd):
                reason = f"the budget of {self.budget.limit:g} USD does not cover it ({usd:.3f} USD at worst)"
                self.record.unsent.append((case, reason))
                continue
            exchange: Exchange | None = None
            try:
                exchange = await self._send(case)
            finally:
                self.budget.settle(usd, exchange)
                self.record.usd = self.budget.spent
            self._note(case, exchange)

    async def _send(self, case: Case) -> Exchange:
        """Send a case, again where the server says that it is busy and so has not served it."""
        for attempt in range(RETRIES + 1):
            await self._pace.turn()
            self.record.requests += 1
            exchange = await self.transport.send(case.request)
            wait = _wait(exchange, attempt)
            if wait is None or attempt == RETRIES:
                break
            await asyncio.sleep(wait)
        return exchange

    def _note(self, case: Case, exchange: Exchange) -> None:
        self.record.exchanges.append((case, exchange))
        if exchange.response is not None and exchange.response.status == 200:
            self.record.accepted += 1
            self.record.images += count_images(Look(self.contract, exchange, exchange.response)) or 0
        self._give_up()
        self.on_exchange(self.record)

    def _give_up(self) -> None:
        reasons = [no_verdict(self.contract, exchange) for _, exchange in self.record.exchanges[:HOPELESS]]
        if len(reasons) == HOPELESS and all(reasons):
            self.record.stopped = f"stopped after {HOPELESS} requests without an answer to judge: {reasons[0]}"


def _wait(exchange: Exchange, attempt: int) -> float | None:
    """Return how long to wait before sending again: only where the server refused for load (429, 503)."""
    if exchange.response is None or exchange.response.status not in (429, 503):
        return None
    try:
        asked = float(exchange.response.header("retry-after") or "")
    except ValueError:
        asked = 2.0**attempt
    return min(max(asked, 0.0), LONGEST_WAIT)
