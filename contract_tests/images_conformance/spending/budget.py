"""A ceiling on what a run can cost at worst."""

from __future__ import annotations

import asyncio

from ..exchange import Exchange

TOLERANCE = 1e-9  # USD: what adding floats may be off by


def may_be_billed(exchange: Exchange | None) -> bool:
    """Tell whether a request that was sent may have been billed; None where nothing is known of its answer.

    A refusal (4xx) costs nothing, nor does what never left this machine. Whatever was served, failed (5xx) or was lost
    on the way may be billed, also where the server should have refused it. 408 and 499 say that somebody stopped
    waiting, not that nothing was made.
    """
    if exchange is None or exchange.response is None:
        return exchange is None or not exchange.unsent
    status = exchange.response.status
    return not 400 <= status < 500 or status in (408, 499)


class Budget:
    """Counts what was spent and what requests under way may still cost; `limit` None is no ceiling.

    `spent` begins with what earlier parts of the same run may have cost. For use within one event loop.
    """

    def __init__(self, limit: float | None, spent: float = 0.0) -> None:
        self.limit = limit
        self.spent = spent
        self._under_way: list[float] = []
        self._settled = asyncio.Condition()

    async def reserve(self, usd: float) -> bool:
        """Set an amount aside; False where the ceiling does not allow it.

        Waits for requests under way where it fits only once they turn out to cost nothing.
        """
        async with self._settled:
            await self._settled.wait_for(lambda: self._fits(usd) or self._hopeless(usd))
            if not self._fits(usd):
                return False
            self._under_way.append(usd)
            return True

    async def settle(self, usd: float, exchange: Exchange | None) -> None:
        """Book what a reserved request came to; None where it may have been sent but nothing is known."""
        self._under_way.remove(usd)
        if may_be_billed(exchange):
            self.spent += usd
        async with self._settled:
            self._settled.notify_all()

    def _fits(self, usd: float) -> bool:
        return self.limit is None or self.spent + sum(self._under_way) + usd <= self.limit + TOLERANCE

    def _hopeless(self, usd: float) -> bool:
        return not self._under_way or (self.limit is not None and self.spent + usd > self.limit + TOLERANCE)
