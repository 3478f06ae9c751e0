"""How fast requests go out."""

from __future__ import annotations

import asyncio
import time

from .errors import ConformanceError

_UNITS = {"s": 1.0, "m": 60.0, "h": 3600.0}


def parse_rate(text: str | None) -> float:
    """Return the seconds between two requests for a rate such as `2/s`, `30/m` or `2` (a second); 0 for None."""
    if text is None:
        return 0.0
    number, _, unit = text.partition("/")
    try:
        per_unit = float(number)
        if per_unit <= 0:
            raise ValueError
        return _UNITS[unit.strip() or "s"] / per_unit
    except (ValueError, KeyError) as error:
        raise ConformanceError(f"--rate: {text!r} is no rate; write 2/s, 30/m or 100/h") from error


class Pace:
    """Lets one caller through per interval."""

    def __init__(self, interval: float) -> None:
        self._interval = interval
        self._next = 0.0

    async def turn(self) -> None:
        """Wait for one's turn."""
        now = time.monotonic()
        start = max(now, self._next)
        self._next = start + self._interval
        if start > now:
            await asyncio.sleep(start - now)
