"""Whether a request is tried again, and when: never one that may have been billed, unless asked to."""

from __future__ import annotations

import random
import time
from collections.abc import Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import TYPE_CHECKING

from ._hooks import AttemptEnded, AttemptStarted, Hook, tell
from ._transport import request_id
from .errors import APIConnectionError, APIError, APIStatusError

if TYPE_CHECKING:
    import httpx2

_FIRST_WAIT, _LONGEST_WAIT = 0.5, 8.0
_PATIENCE = 60.0  # seconds; who is asked to wait longer is told so instead of being kept waiting
_PASSING = (408, 409, 429)


@dataclass(frozen=True)
class Retries:
    """How often a request is repeated, whether also where that may cost a second time, and who is told."""

    limit: int
    may_pay_twice: bool
    hook: Hook | None

    def wait(self, error: BaseException, tries: int) -> float | None:
        """Return how many seconds to wait before the next try; None where there is none."""
        if not isinstance(error, APIError) or tries > self.limit or not _passes(error):
            return None
        if error.maybe_billed and not self.may_pay_twice:
            return None
        backoff: float = min(_LONGEST_WAIT, _FIRST_WAIT * 2 ** (tries - 1))
        # Jitter, lest all who were refused together come back together.
        if error.retry_after is None:
            return backoff * random.uniform(0.5, 1.0)
        return None if error.retry_after > _PATIENCE else error.retry_after + backoff * random.uniform(0.0, 0.5)


class Tries:
    """The tries of one call. `with tries:` swallows a failure after which there is a next one, `wait` seconds later."""

    def __init__(self, retries: Retries, call: str, method: str, url: str) -> None:
        self.wait = 0.0
        self._retries = retries
        self._facts = (call, method, url)
        self._number = 0

    def __enter__(self) -> None:
        self._number += 1
        self._answer: httpx2.Response | None = None
        if hook := self._retries.hook:
            call, method, url = self._facts
            self._attempt = AttemptStarted(call=call, number=self._number, method=method, url=url)
            tell(hook, self._attempt)

    def answered(self, response: httpx2.Response) -> None:
        """Take note of an answer, for the hook."""
        self._answer = response

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        wait = None if error is None else self._retries.wait(error, self._number)
        if hook := self._retries.hook:
            tell(
                hook,
                AttemptEnded(
                    attempt=self._attempt,
                    seconds=time.time() - self._attempt.started,
                    status_code=self._answer.status_code if self._answer else None,
                    request_id=request_id(self._answer) if self._answer else None,
                    error=error,
                    retry_in=wait,
                ),
            )
        self.wait = wait or 0.0
        return wait is not None


def _passes(error: APIError) -> bool:
    """Whether a failure may pass by itself."""
    if isinstance(error, APIStatusError):
        passing = error.status_code in _PASSING or error.status_code >= 500
        return passing and error.headers.get("x-should-retry") != "false"
    return isinstance(error, APIConnectionError)


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Return how many seconds an answer asks to wait, as milliseconds, seconds or a date."""
    for name, unit in (("retry-after-ms", 0.001), ("retry-after", 1.0)):
        text = headers.get(name, "").strip()
        if text.replace(".", "", 1).isdecimal():
            return float(text) * unit
    return _until(headers.get("retry-after", ""))


def _until(date: str) -> float | None:
    from email.utils import parsedate_to_datetime

    try:
        return max(0.0, parsedate_to_datetime(date).timestamp() - time.time())
    except (ValueError, OverflowError):
        return None


def maybe_billed(status_code: int, wait: float | None) -> bool:
    """Whether a server that answers so may have done the work: not where it refuses, or says when to come back."""
    if status_code >= 500:
        return status_code != 503 or wait is None
    return status_code in (408, 409)
