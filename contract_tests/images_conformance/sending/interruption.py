"""Ctrl-C and SIGTERM: end a run without losing what is being paid for."""

from __future__ import annotations

import asyncio
import signal
import threading
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
        stop(_reason(name))
        tell(f"waiting up to {GRACE[name]:.0f} s for answers under way, which may be billed; once more ends at once")
        loop.call_later(GRACE[name], task.cancel)

    installed = [name for name in GRACE if _install(loop, name, handle)]
    try:
        yield
    finally:
        for name in installed:
            loop.remove_signal_handler(getattr(signal, name))


@contextmanager
def noticed(interrupt: Callable[[str, float], None]) -> Iterator[None]:
    """While the block runs, call `interrupt` at every signal, with the seconds that what is under way has to end.

    For what runs tasks one after the other: a signal that comes while one ends would be lost to handlers of its loop.
    """

    def handle(number: int, _: object) -> None:
        name = signal.Signals(number).name
        interrupt(_reason(name), 0.0 if number in seen else GRACE[name])
        seen.add(number)

    seen: set[int] = set()
    numbers = [number for name in GRACE if (number := getattr(signal, name, None))]
    main = threading.current_thread() is threading.main_thread()
    before = {number: signal.getsignal(number) for number in numbers if main}
    for number, handler in before.items():
        if handler is not signal.SIG_IGN:  # nohup
            signal.signal(number, handle)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler or signal.SIG_DFL)


def _reason(name: str) -> str:
    return "interrupted" if name == "SIGINT" else f"ended by {name}"


def _install(loop: asyncio.AbstractEventLoop, name: str, handle: Callable[[str], None]) -> bool:
    number = getattr(signal, name, None)
    if number is None or signal.getsignal(number) is signal.SIG_IGN:  # nohup
        return False
    try:
        loop.add_signal_handler(number, handle, name)
    except (NotImplementedError, RuntimeError, ValueError):
        return False
    return True
