"""A ceiling on what a run can cost at worst."""

from __future__ import annotations

from .exchange import Exchange


class Budget:
    """Counts what was spent and what requests under way may still cost; `limit` None is no ceiling.

    A refused request (4xx) costs nothing. Whatever was served, failed (5xx) or was lost on the way counts in full,
    also when the server should have refused it.
    """

    def __init__(self, limit: float | None) -> None:
        self.limit = limit
        self.spent = 0.0
        self._reserved = 0.0

    def reserve(self, usd: float) -> bool:
        """Set an amount aside; False where the ceiling does not allow it."""
        if self.limit is not None and self.spent + self._reserved + usd > self.limit + 1e-9:
            return False
        self._reserved += usd
        return True

    def settle(self, usd: float, exchange: Exchange | None) -> None:
        """Book what a reserved request came to; None where it may have been sent but nothing is known."""
        self._reserved -= usd
        response = exchange.response if exchange else None
        if response is None or not 400 <= response.status < 500:
            self.spent += usd
