"""Ctrl-C and SIGTERM: end a run without losing what is being paid for."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager

GRACE = {"SIGINT": 30.0, "SIGTERM": 5.0, "SIGHUP": 5.0}  # seconds that requests under way have to end


@contextmanager
def interruptible(stop: Callable[[str], None], tell: Callable[[str], None]) -> Iterator[None]:
    """While the block runs in a task, call `stop` at the first signal; cancel the task at the second or after a while.

    Where the platform has no such handlers, or this is not the main thread, signals do what they always do.
    """
    loop, task = asyncio.get_running_loop(), asyncio.current_task()
    assert task is not None
    seen: list[str] = []

    def handle(name: str) -> None:
        if seen:
            task.cancel()
            return
        seen.append(name)
        stop("interrupted" if name == "SIGINT" else f"ended by {name}")
        tell(f"waiting up to {GRACE[name]:.0f} s for answers under way, which may be billed; once more ends at once")
        loop.call_later(GRACE[name], task.cancel)

    installed = [name for name in GRACE if _install(loop, name, handle)]
    try:
        yield
    finally:
        for name in installed:
            loop.remove_signal_handler(getattr(signal, name))


def _install(loop: asyncio.AbstractEventLoop, name: str, handle: Callable[[str], None]) -> bool:
    number = getattr(signal, name, None)
    if number is None or signal.getsignal(number) is signal.SIG_IGN:  # nohup
        return False
    try:
        loop.add_signal_handler(number, handle, name)
    except (NotImplementedError, RuntimeError, ValueError):
        return False
    return True
