"""Running a plan: send, count, stay within the budget, keep what happened."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Protocol

from images_contract import Contract

from ..clauses.responses import count_images
from ..errors import JournalError
from ..exchange import Exchange
from ..judging.judge import no_verdict
from ..judging.look import Look
from ..planning.cases import Case
from ..spending.budget import Budget
from ..spending.prices import Prices
from .pacing import Pace, wait_before_retry
from .transport import Transport

RETRIES = 3
HOPELESS = 5  # so many first exchanges without a verdict end the run
LOST = 10  # so many in a row without any answer end it later


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

    def add(self, contract: Contract, case: Case, exchange: Exchange) -> None:
        """Keep an exchange and count what it brought."""
        self.exchanges.append((case, exchange))
        self.count(contract, exchange)

    def count(self, contract: Contract, exchange: Exchange) -> None:
        """Count what an exchange brought."""
        if exchange.response is not None and exchange.response.status == 200:
            self.accepted += 1
            self.images += count_images(Look(contract, exchange, exchange.response)) or 0


@dataclass(frozen=True)
class Pacing:
    """How many requests are under way at once, and how far apart they start, in seconds."""

    concurrency: int = 4
    interval: float = 0.0


class Log(Protocol):
    """Where a run writes down what it is about to send and what came of it; both may raise JournalError."""

    def intend(self, case: Case, usd: float, repeats: int | None) -> int:
        """Note that a request is about to be sent, perhaps again; return a number for it."""

    def answer(self, entry: int, exchange: Exchange) -> None:
        """Note what came of it."""


class NoLog:
    """A log that keeps nothing."""

    def intend(self, case: Case, usd: float, repeats: int | None) -> int:
        """Return 0."""
        return 0

    def answer(self, entry: int, exchange: Exchange) -> None:
        """Do nothing."""


class Runner:
    """Sends the cases of a plan through a transport and fills a record; `on_exchange` is called after each."""

    def __init__(
        self, contract: Contract, transport: Transport, prices: Prices, record: Record, budget: Budget, pacing: Pacing,
        on_exchange: Callable[[Record], None] = lambda record: None, log: Log | None = None,
    ) -> None:  # fmt: skip
        self.contract = contract
        self.transport = transport
        self.prices = prices
        self.budget = budget
        self.pacing = pacing
        self.on_exchange = on_exchange
        self.record = record
        self.log = log or NoLog()
        self._pace = Pace(pacing.interval)
        self._stopped = asyncio.Event()
        self._judged = False
        self._silence = 0

    async def run(self, cases: Sequence[Case]) -> None:
        """Send every case, refusals before what is to be served."""
        for group in ([case for case in cases if not case.accept], [case for case in cases if case.accept]):
            waiting = iter(group)
            workers = [self._work(waiting) for _ in range(self.pacing.concurrency)]
            await asyncio.gather(*workers)

    def stop(self, reason: str) -> None:
        """Send nothing more; what is under way goes on to its end."""
        self.record.stopped = self.record.stopped or reason
        self._stopped.set()

    async def _work(self, waiting: Iterator[Case]) -> None:
        for case in waiting:
            exchange = None if self.record.stopped else await self._send(case)
            if exchange is not None:
                self._note(case, exchange)
            elif self.record.stopped:
                self.record.unsent.append((case, self.record.stopped))

    async def _send(self, case: Case) -> Exchange | None:
        """Send a case, again where the server says that it is busy; None where it was not sent."""
        usd = self.prices.worst_case(self.contract, case.request)
        exchange, entry = None, None
        for attempt in range(RETRIES + 1):
            if not await self.budget.reserve(usd):
                if exchange is None:
                    self.record.unsent.append((case, self._over_budget(usd)))
                break
            exchange, entry = await self._attempt(case, usd, exchange, entry)
            wait = wait_before_retry(exchange, attempt) if exchange else None
            if exchange is None or wait is None or self.record.stopped:
                break
            if attempt < RETRIES:
                await self._rest(exchange, wait)
        return exchange

    async def _attempt(
        self, case: Case, usd: float, last: Exchange | None, repeats: int | None
    ) -> tuple[Exchange | None, int | None]:
        """Send once what was reserved; return the exchange before where the run was stopped meanwhile."""
        outcome: Exchange | None = Exchange(case.request, unsent=True)
        try:
            await self._unless_stopped(self._pace.turn())
            if self.record.stopped:
                return last, repeats
            entry = self.log.intend(case, usd, repeats)
            self.record.requests += 1
            outcome = None  # from here on it may be billed, whatever happens to this process
            # Kept before its files are fetched: that may take long, and the answer is paid for.
            exchange = outcome = await self.transport.send(case.request, partial(self._write, entry))
        except JournalError as error:
            self.stop(str(error))
            return last, repeats
        finally:
            await self.budget.settle(usd, outcome)
            self.record.usd = self.budget.spent
        if exchange.fetched:
            self._write(entry, exchange)
        return exchange, entry

    def _write(self, entry: int, exchange: Exchange) -> None:
        try:
            self.log.answer(entry, exchange)
        except JournalError as error:
            self.stop(str(error))

    def _over_budget(self, usd: float) -> str:
        return f"the budget of {self.budget.limit:g} USD does not cover it ({usd:.3f} USD at worst)"

    async def _rest(self, exchange: Exchange, seconds: float) -> None:
        if exchange.response is not None and exchange.response.status == 429:
            self._pace.hold(seconds)  # a limit on the rate is one for all
        else:
            await self._unless_stopped(asyncio.sleep(seconds))

    async def _unless_stopped(self, wait: Coroutine[None, None, None]) -> None:
        """Wait, but no longer than until the run is stopped."""
        waiting, stopped = asyncio.ensure_future(wait), asyncio.ensure_future(self._stopped.wait())
        try:
            await asyncio.wait((waiting, stopped), return_when=asyncio.FIRST_COMPLETED)
        finally:
            for each in (waiting, stopped):
                each.cancel()
                with suppress(asyncio.CancelledError):
                    await each

    def _note(self, case: Case, exchange: Exchange) -> None:
        self.record.add(self.contract, case, exchange)
        self._give_up(exchange)
        self.on_exchange(self.record)

    def _give_up(self, exchange: Exchange) -> None:
        """Stop where nothing comes of it: paying on in the dark helps nobody."""
        reason = no_verdict(self.contract, exchange)
        if reason is None:
            self._judged, self._silence = True, 0
        elif not self._judged or exchange.response is None:
            self._silence += 1
            if self._silence >= (LOST if self._judged else HOPELESS):
                self.stop(f"stopped after {self._silence} requests without an answer to judge: {reason}")
