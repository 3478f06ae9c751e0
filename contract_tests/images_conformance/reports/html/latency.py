"""How long answers took, drawn: a dot per answer on one logarithmic scale."""

from __future__ import annotations

import math
from dataclasses import dataclass

from .gallery import Timing

WIDTH, HEIGHT = 320, 24
LOW, HIGH = 0.001, 600.0  # seconds at the ends of the scale
DOTS = 200


@dataclass(frozen=True)
class Chart:
    """A row of the table: words for the numbers, and where the dots and the median stand (in units of the drawing)."""

    timing: Timing
    least: str
    median: str
    most: str
    dots: tuple[float, ...]
    middle: float


def chart(timing: Timing) -> Chart:
    """Return the chart of some timings."""
    seconds = timing.seconds
    middle = seconds[len(seconds) // 2]
    step = max(1, math.ceil(len(seconds) / DOTS))
    dots = tuple(round(_place(each), 1) for each in seconds[::step])
    return Chart(timing, _told(seconds[0]), _told(middle), _told(seconds[-1]), dots, round(_place(middle), 1))


def _place(seconds: float) -> float:
    bounded = min(max(seconds, LOW), HIGH)
    return WIDTH * math.log(bounded / LOW) / math.log(HIGH / LOW)


def _told(seconds: float) -> str:
    return f"{seconds * 1000:.0f} ms" if seconds < 1 else f"{seconds:.1f} s"
