"""The journal that a command's options ask for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from ..errors import ConformanceError, JournalError
from ..recordings.journal import Journal
from ..recordings.places import KEPT, default_journal


@contextmanager
def kept(
    options: dict[str, Any], free: bool, place: Callable[[str], Path] = default_journal
) -> Iterator[Journal | None]:
    """Open the journal, by default at the place of the URL.

    A free run goes on without one that nobody asked for and that cannot be had.
    """
    path: Path | None = options["journal_file"]
    resume = options.get("resume", False)
    if options["no_journal"] or (path is None and options["base_url"] is None):
        if resume:
            raise ConformanceError("--resume needs a journal; name it with --journal")
        yield None
        return
    try:
        journal = Journal.open(path or place(options["base_url"]), durable=not free)
        if path is None:
            journal.prune(KEPT)
    except JournalError as error:
        if path is not None or not free or resume:
            raise ConformanceError(f"{error}, or keep nothing with --no-journal") from error
        click.echo(f"note: the run is not kept: {error}", err=True)
        yield None
        return
    with journal:
        yield journal
