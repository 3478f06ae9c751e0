"""Sending one request after the other, within limits of number, time and money."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from types import TracebackType

from images_contract import Contract

from ..exchange import Exchange, Request
from ..planning.cases import Case
from ..sending.run import Log, Pacing, Record, Runner
from ..sending.transport import Answered, HttpTransport, Transport
from ..spending.budget import Budget
from ..spending.prices import Prices


class Sender:
    """A synchronous way to a server for what explores it; a context manager.

    It is the planned run's own runner that sends, so that retries, money and the journal are the same. Nothing is sent
    after so many requests, retries included, or so many seconds.
    """

    def __init__(
        self, contract: Contract, transport: Transport, prices: Prices, requests: int, seconds: float | None,
        budget: Budget, interval: float = 0.0, log: Log | None = None,
    ) -> None:  # fmt: skip
        self.record = Record()
        self.reached: str | None = None  # the limit that was reached
        self._transport = transport
        self._requests, self._seconds = requests, seconds
        self._deadline: float | None = None  # is known when the first is sent: getting ready takes time as well
        self._runner = Runner(contract, self, prices, self.record, budget, Pacing(1, interval), log=log)
        self._loop = asyncio.Runner()
        self._task: asyncio.Task[None] | None = None  # the latest

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

    def interrupt(self, reason: str, grace: float) -> None:
        """Send nothing more, and wait no longer than so many seconds for what is under way; for signal handlers."""
        self.record.stopped = self.record.stopped or reason
        loop = self._loop.get_loop()
        loop.call_soon_threadsafe(self._runner.stop, reason)
        loop.call_soon_threadsafe(loop.call_later, grace, self._cancel)

    def _cancel(self) -> None:
        if self._task is not None:
            self._task.cancel()

    def exchange(self, case: Case) -> Exchange | None:
        """Return what came of a case; None where a limit is reached or the budget does not cover it."""
        if self._deadline is None and self._seconds is not None:
            self._deadline = time.monotonic() + self._seconds
        if self.ended:
            return None
        self.record.exchanges.clear()  # each is judged at once, and a long run has many
        with suppress(asyncio.CancelledError):
            self._loop.run(self._run(case))
        return self.record.exchanges[-1][1] if self.record.exchanges else None

    async def _run(self, case: Case) -> None:
        self._task = asyncio.current_task()
        await self._runner.run([case])

    async def send(self, request: Request, answered: Answered = lambda exchange: None) -> Exchange:
        """Send once, for the runner, and see whether that was the last request."""
        exchange = await self._transport.send(request, answered)
        if self.record.requests >= self._requests:
            self._end(f"{self._requests} requests (--max-requests)")
        self._look_at_the_clock()
        return exchange

    def _look_at_the_clock(self) -> None:
        if self._deadline is not None and time.monotonic() >= self._deadline:
            self._end(f"{self._seconds:g} s (--time)")

    def _end(self, limit: str) -> None:
        if self.record.stopped is None:
            self.reached = limit
            self._runner.stop(limit)
