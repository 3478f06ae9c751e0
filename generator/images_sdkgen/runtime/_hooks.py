"""What a hook is told of each request that goes out, for logs and traces; the key is never in it."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True, eq=False)
class AttemptStarted:
    """A request is about to be sent, the `number`-th for one call; `started` is seconds since 1970."""

    call: str
    number: int
    method: str
    url: str
    started: float = field(default_factory=time.time)


@dataclass(frozen=True, kw_only=True, eq=False)
class AttemptEnded:
    """An answer is here (of a stream: its beginning), or the `error`; `retry_in` says when the next attempt begins."""

    attempt: AttemptStarted
    seconds: float
    status_code: int | None = None
    request_id: str | None = None
    error: BaseException | None = None
    retry_in: float | None = None


Hook = Callable[[AttemptStarted | AttemptEnded], object]


def tell(hook: Hook, event: AttemptStarted | AttemptEnded) -> None:
    """Call a hook; one that fails must not cost an answer that is paid for, so that its failure is logged."""
    try:
        hook(event)
    except Exception:
        import logging

        logging.getLogger("images_client").exception("the hook %r failed", hook)
