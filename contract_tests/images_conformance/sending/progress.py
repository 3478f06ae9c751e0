"""What a run shows while it is under way: a bar on a terminal, a line now and then elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from .run import Record

LINES = 4  # printed over a run where there is no terminal


def answered(record: Record) -> int:
    """Return how many cases are done."""
    return len(record.exchanges)


@contextmanager
def showing(
    console: Console, total: int, *, quiet: bool, done: Callable[[Record], int] = answered
) -> Iterator[Callable[[Record], None]]:
    """Yield a function to be called after every exchange; `done` tells how far a record is on the way to `total`."""
    if quiet or total == 0:
        yield lambda record: None
    elif not console.is_terminal:
        yield lambda record: _line(console, record, done(record), total)
    else:
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        with Progress(*columns, TextColumn("{task.fields[spent]}"), console=console, transient=True) as bar:
            task = bar.add_task("Checking", total=total, spent="")

            def update(record: Record) -> None:
                bar.update(task, completed=done(record), spent=_spent(record))

            yield update


def _line(console: Console, record: Record, done: int, total: int) -> None:
    if done % max(1, total // LINES) == 0:
        console.print(f"{done} of {total} cases, {_spent(record)}")


def _spent(record: Record) -> str:
    return f"{record.images} images, {record.usd:.2f} USD at most"
