"""Beginning a run in a journal, and going on with one that did not come to its end.

What was answered is kept and not sent again. What was sent without a known answer may have been billed: it stays
charged to the budget. It is sent again only where a conforming server bills nothing for it (a request to be
refused), or on demand. Answers that say nothing and cost nothing (429, a wrong key, a server that was down) are asked
for again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

from images_contract import Contract

from ..errors import JournalError
from ..exchange import Exchange
from ..judging.judge import no_verdict
from ..planning.cases import Case
from ..sending.run import Record
from ..spending.budget import may_be_billed
from .about import About, digest
from .journal import Entry, Journal, Run
from .locks import locked

NOT_SENT_AGAIN = "sent before the run was interrupted; no answer is known, but it may have been billed"


class RunLog:
    """Writes down what one run does. `lost` has, by digest, the entries whose requests are to be sent again."""

    def __init__(self, journal: Journal, run: int, lost: dict[str, list[int]] | None = None) -> None:
        self.journal = journal
        self.run = run
        self._lost = lost or {}

    def intend(self, case: Case, usd: float, repeats: int | None) -> int:
        """Write the intent; return its id, or that of the first where it repeats another."""
        earlier = self._lost.get(digest(case))
        first = repeats if repeats is not None else earlier.pop() if earlier else None
        return self.journal.intend(self.run, case, usd, first)

    def answer(self, entry: int, exchange: Exchange) -> None:
        """Write what came of it."""
        self.journal.answer(entry, exchange)


@dataclass
class Continued:
    """A run that is to be begun or gone on with: what is known already and what is still to be sent."""

    log: RunLog | None
    cases: Sequence[Case]
    record: Record = field(default_factory=Record)
    budget: float | None = None
    started: datetime = field(default_factory=lambda: datetime.now(UTC))

    @property
    def not_sent_again(self) -> int:
        """How many requests have no known answer and are left at that."""
        return sum(reason == NOT_SENT_AGAIN for _, reason in self.record.unsent)


@contextmanager
def begun(journal: Journal, about: About, cases: Sequence[Case]) -> Iterator[Continued]:
    """Begin a run, and hold it while the block runs."""
    run = journal.begin(about)
    with _held(journal, run):
        yield Continued(RunLog(journal, run), cases, budget=about.budget)


@contextmanager
def resumed(
    journal: Journal, about: About, cases: Sequence[Case], contract: Contract, *, again: bool = False
) -> Iterator[Continued]:
    """Go on with the latest run, and hold it while the block runs; raises JournalError where it is not this one.

    `again`: also send again what may have been billed without a known answer.
    """
    run = latest(journal, about)
    with _held(journal, run.id):
        journal.reopen(run.id)
        sends = _sends(journal.entries(run.id))
        record, waiting, lost = _sorted_out(contract, cases, sends, again)
        limit = about.budget if about.budget is not None else run.about.budget
        started = datetime.fromtimestamp(run.started, UTC)
        yield Continued(RunLog(journal, run.id, lost), waiting, record, limit, started)


def latest(journal: Journal, about: About) -> Run:
    """Return the latest run of this kind and session; raises JournalError where there is none, and how it differs."""
    runs = [run for run in journal.runs() if (run.about.kind, run.about.session) == (about.kind, about.session)]
    if not runs:
        raise JournalError(f"--resume: there is no run in {journal.path} to go on with; leave --resume out")
    differences = list(runs[-1].about.differences(about))
    if differences:
        when = datetime.fromtimestamp(runs[-1].started, UTC).strftime("%Y-%m-%d %H:%M UTC")
        raise JournalError(
            f"--resume: the run of {when} in {journal.path} is another one: {'; '.join(differences)}. "
            "Repeat its options, or leave --resume out to begin a new run"
        )
    return runs[-1]


@contextmanager
def _held(journal: Journal, run: int) -> Iterator[None]:
    with locked(journal.path, run) as got:
        if not got:
            raise JournalError(f"the run in {journal.path} is still under way in another process; wait for it to end")
        yield


def _sends(entries: Iterator[Entry]) -> list[list[Entry]]:
    """Group entries into sends: a first attempt and what repeated it."""
    sends: dict[int, list[Entry]] = {}
    first_of: dict[int, int] = {}
    for entry in entries:
        first = first_of[entry.id] = first_of.get(entry.first or entry.id, entry.id)
        sends.setdefault(first, []).append(entry)
    return list(sends.values())


def _sorted_out(
    contract: Contract, cases: Sequence[Case], sends: list[list[Entry]], again: bool
) -> tuple[Record, list[Case], dict[str, list[int]]]:
    """Return what is known, what is to be sent, and the entries that it repeats."""
    record, waiting, lost = Record(), list[Case](), defaultdict[str, list[int]](list)
    done: dict[str, list[list[Entry]]] = defaultdict(list)
    for send in sends:
        done[digest(send[0].case)].append(send)
        record.requests += len(send)
        record.usd += sum(each.usd for each in send if may_be_billed(each.exchange))
    for case in cases:
        earlier = done[digest(case)]
        send = earlier.pop(0) if earlier else []
        exchange = send[-1].exchange if send else None
        if not send:
            waiting.append(case)
        elif exchange is not None and no_verdict(contract, exchange) is None:
            record.add(contract, case, exchange)
        elif again or not case.accept or not may_be_billed(exchange):
            waiting.append(case)
            lost[digest(case)].append(send[-1].id)
        elif exchange is not None:
            record.add(contract, case, exchange)
        else:
            record.unsent.append((case, NOT_SENT_AGAIN))
    return record, waiting, lost
