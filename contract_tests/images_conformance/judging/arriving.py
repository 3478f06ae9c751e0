"""An answer on its way: its parts, and when they came."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from .answer import COMPLETED

MAX_BODY = 256 * 1024 * 1024
MAX_ARRIVALS = 2_000
LINGER = 20.0  # seconds to wait for the end of a stream that has its picture


class TooLarge(Exception):
    """An answer has more than MAX_BODY bytes."""

    def __str__(self) -> str:
        return f"the answer is larger than {MAX_BODY >> 20} MiB"


@dataclass
class Arriving:
    """A body part by part; times are of `time.monotonic`. `arrivals` are told of a stream alone."""

    started: float
    streamed: bool
    body: bytearray = field(default_factory=bytearray)
    arrivals: list[tuple[float, int]] = field(default_factory=list)
    completed: bool = False  # whether the last picture of a stream is there
    last: float = field(default_factory=time.monotonic)  # when the last part came that says something

    def add(self, part: bytes) -> None:
        """Take the next part; raises TooLarge."""
        self.body += part
        if len(self.body) > MAX_BODY:
            raise TooLarge
        tail = bytes(self.body[-len(part) - len(COMPLETED) :])
        self.completed = self.completed or (self.streamed and COMPLETED.encode() in tail)
        if self.streamed and len(self.arrivals) < MAX_ARRIVALS:
            self.arrivals.append((round(time.monotonic() - self.started, 4), len(self.body)))
        if not says_nothing(part):
            self.last = time.monotonic()

    @property
    def patience(self) -> float | None:
        """How many seconds to wait for the next part; None where only the end of the whole is to be waited for."""
        return max(0.0, self.last + LINGER - time.monotonic()) if self.completed else None


def says_nothing(part: bytes) -> bool:
    """Tell whether a part of a stream is a comment or its closing `[DONE]`."""
    return part.strip() in (b"", b"data: [DONE]", b"data:[DONE]") or part.startswith(b":")
