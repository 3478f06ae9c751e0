"""Sending one request after the other, within limits of number, time and money."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType

from images_contract import Contract

from ..budget import Budget
from ..cases import Case
from ..exchange import Exchange, Request
from ..interruption import interruptible
from ..prices import Prices
from ..run import Log, Pacing, Record, Runner
from ..transport import Answered, HttpTransport, Transport


@dataclass(frozen=True)
class Limits:
    """When exploration ends: after so many requests (retries included), so many seconds, so many USD at worst."""

    requests: int = 300
    seconds: float | None = None
    usd: float | None = None


class Sender:
    """A synchronous way to a server for what explores it; a context manager. `tell` is called with lines for the user.

    It is the planned run's own runner that sends, so that retries, money and the journal are the same.
    """

    def __init__(
        self, contract: Contract, transport: Transport, prices: Prices, limits: Limits, interval: float = 0.0,
        log: Log | None = None, tell: Callable[[str], None] = lambda text: None,
    ) -> None:  # fmt: skip
        self.contract = contract
        self.limits = limits
        self.record = Record()
        self.reached: str | None = None  # the limit that was reached
        self._tell = tell
        self._transport = transport
        self._deadline = None if limits.seconds is None else time.monotonic() + limits.seconds
        pacing, budget = Pacing(1, interval), Budget(limits.usd)
        self._runner = Runner(contract, self, prices, self.record, budget, pacing, log=log)
        self._loop = asyncio.Runner()

    def __enter__(self) -> Sender:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if isinstance(self._transport, HttpTransport):
            self._loop.run(self._transport.__aexit__())
        self._loop.close()

    @property
    def ended(self) -> str | None:
        """Why nothing more is sent; None while something may be."""
        self._look_at_the_clock()
        return self.record.stopped

    def exchange(self, case: Case) -> Exchange | None:
        """Return what came of a case; None where a limit is reached or the budget does not cover it."""
        if self.ended:
            return None
        done = len(self.record.exchanges)
        try:
            self._loop.run(self._run(case))
        except (KeyboardInterrupt, asyncio.CancelledError):
            self._runner.stop("interrupted")
        added = self.record.exchanges[done:]
        self.record.exchanges.clear()  # each is judged at once, and a long run has many
        return added[-1][1] if added else None

    async def _run(self, case: Case) -> None:
        with interruptible(self._runner.stop, self._tell):
            await self._runner.run([case])

    async def send(self, request: Request, answered: Answered = lambda exchange: None) -> Exchange:
        """Send once, for the runner, and see whether that was the last request."""
        exchange = await self._transport.send(request, answered)
        if self.record.requests >= self.limits.requests:
            self._end(f"{self.limits.requests} requests (--max-requests)")
        self._look_at_the_clock()
        return exchange

    def _look_at_the_clock(self) -> None:
        if self._deadline is not None and time.monotonic() >= self._deadline:
            self._end(f"{self.limits.seconds:g} s (--time)")

    def _end(self, limit: str) -> None:
        if self.record.stopped is None:
            self.reached = limit
            self._runner.stop(limit)
