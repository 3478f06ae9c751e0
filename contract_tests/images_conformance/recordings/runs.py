"""The runs of a journal, as recordings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from ..errors import JournalError
from ..exchange import Exchange
from ..judging.verdicts import Verdict
from ..spending.budget import may_be_billed
from .journal import Journal, Run
from .recording import Baseline, Recorded, Recording

UNANSWERED = "no answer was written down; the run was killed before it came"


@dataclass(frozen=True)
class Entries:
    """The exchanges of one run, read from the journal each time."""

    journal: Journal
    run: int

    def __iter__(self) -> Iterator[Recorded]:
        """Yield every attempt, in the order in which they were sent."""
        repeated = self.journal.repeated(self.run)
        for entry in self.journal.entries(self.run):
            usd = entry.usd if may_be_billed(entry.exchange) else 0.0
            exchange = entry.exchange or Exchange(entry.case.request, failure=UNANSWERED)
            yield Recorded(entry.case, exchange, usd, entry.id in repeated)


def chosen(journal: Journal, number: int | None) -> Run:
    """Return a run by its number, the latest for None; raises JournalError where there is none."""
    runs = journal.runs()
    if not runs:
        raise JournalError(f"{journal.path} holds no run")
    for run in runs:
        if run.id == (runs[-1].id if number is None else number):
            return run
    raise JournalError(f"--run: {journal.path} holds no run {number}; it has {', '.join(str(run.id) for run in runs)}")


def of_run(journal: Journal, run: Run) -> Recording:
    """Return the recording of a run, which is read from the journal as long as that is open."""
    about = run.about
    planned, ended = about.kind == "check", "the run was not written down to its end"
    return Recording(
        title=f"run {run.id} in {journal.path}: {described(run)}",
        target=about.target,
        recorded=Entries(journal, run.id),
        planned=planned,
        selection=about.selection,
        gate=about.gate,
        stopped=(ended if run.finished is None else run.stopped) if planned else None,
        usd_known=about.kind != "proxy",
        before=_before(run),
    )


def described(run: Run) -> str:
    """Return what a run was, in a few words."""
    when = f"{datetime.fromtimestamp(run.started, UTC):%Y-%m-%d %H:%M UTC}"
    ended = "unfinished" if run.finished is None else run.stopped or "finished"
    return f"{run.about.kind} of {run.about.target.url}, {when}, contract {run.about.contract}, {ended}"


def listed(runs: Sequence[Run]) -> list[str]:
    """Return one line per run."""
    return [f"{run.id:4}  {described(run)}" for run in runs]


def _before(run: Run) -> Baseline | None:
    if run.verdicts is None:
        return None
    said = {(clause, model): Verdict(verdict) for clause, model, verdict in run.verdicts}
    return Baseline("the run", said, failures_only=run.about.kind == "fuzz")
