"""How fast requests go out, and when one goes out again."""

from __future__ import annotations

import asyncio
import math
import time
from email.utils import parsedate_to_datetime

from ..errors import ConformanceError
from ..exchange import Exchange, Response

LONGEST_WAIT = 60.0
_UNITS = {"s": 1.0, "m": 60.0, "h": 3600.0}


def parse_rate(text: str | None) -> float:
    """Return the seconds between two requests for a rate such as `2/s`, `30/m` or `2` (a second); 0 for None."""
    if text is None:
        return 0.0
    number, _, unit = text.partition("/")
    try:
        per_unit = float(number)
        if not 0 < per_unit < math.inf:
            raise ValueError
        return _UNITS[unit.strip() or "s"] / per_unit
    except (ValueError, KeyError) as error:
        raise ConformanceError(f"--rate: {text!r} is no rate; write 2/s, 30/m or 100/h") from error


def wait_before_retry(exchange: Exchange, attempt: int) -> float | None:
    """Return how long to wait before sending again: only where the server refused for load (429, 503)."""
    if exchange.response is None or exchange.response.status not in (429, 503):
        return None
    asked = _retry_after(exchange.response)
    return min(max(2.0**attempt if asked is None else asked, 0.0), LONGEST_WAIT)


def _retry_after(response: Response) -> float | None:
    """Read Retry-After: seconds or a date (RFC 9110, 10.2.3)."""
    text = response.header("retry-after") or ""
    try:
        seconds = float(text)
        return None if math.isnan(seconds) else seconds
    except ValueError:
        pass
    try:
        return parsedate_to_datetime(text).timestamp() - time.time()
    except ValueError:
        return None


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

    def hold(self, seconds: float) -> None:
        """Let nobody through for so long."""
        self._next = max(self._next, time.monotonic() + seconds)
