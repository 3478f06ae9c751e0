"""One conformance run from settings to report."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace

from images_contract import Contract

from ..errors import JournalError
from ..judging.results import Report
from ..planning.cases import Case
from ..planning.plan import Selection
from ..recordings.about import About
from ..recordings.journal import Journal
from ..recordings.resume import Continued, begun, resumed
from ..spending.budget import Budget
from ..spending.prices import Prices
from .interruption import interruptible
from .run import Pacing, Record, Runner
from .target import Opened
from .transport import HttpTransport


@dataclass(frozen=True)
class Settings:
    """How a run is done: what to judge, at which level, how fast, and what it may cost.

    `resume` goes on with the latest run of the journal; `again` then repeats what may have been billed unanswered.
    `session` names a run that several processes share.
    """

    selection: Selection
    gate: str = "must"
    pacing: Pacing = field(default_factory=Pacing)
    timeout: float = 300.0
    budget: float | None = None
    resume: bool = False
    again: bool = False
    session: str = ""


def run_check(
    contract: Contract, opened: Opened, cases: Sequence[Case], prices: Prices, settings: Settings,
    on_exchange: Callable[[Record], None] = lambda record: None, journal: Journal | None = None,
    tell: Callable[[str], None] = lambda text: None,
) -> Report:  # fmt: skip
    """Send the cases, keep them in a journal, and judge what came back.

    Ctrl-C and SIGTERM end the run early; the report says what is known by then.
    """
    about = about_check(contract, opened, cases, settings)
    with continued(contract, about, cases, settings, journal) as run:
        if run.not_sent_again:
            tell(
                f"{run.not_sent_again} requests without a known answer may have been billed; --resend sends them again"
            )
        _send_all(contract, opened, prices, settings, run, on_exchange, tell)
        report = Report.from_record(run.record, contract, opened.target, settings.selection, settings.gate, run.started)
        return report if run.log is None else finished(report, run.log.journal, run.log.run)


def about_check(contract: Contract, opened: Opened, cases: Sequence[Case], settings: Settings) -> About:
    """Return what identifies a planned run."""
    return About.of(
        "check", contract, opened.target, settings.selection, settings.gate,
        cases=cases, budget=settings.budget, session=settings.session,
    )  # fmt: skip


def continued(
    contract: Contract, about: About, cases: Sequence[Case], settings: Settings, journal: Journal | None
) -> AbstractContextManager[Continued]:
    """Return the run that is to be begun or resumed, as a context that holds it."""
    if journal is None:
        return nullcontext(Continued(None, cases, budget=about.budget))
    if settings.resume:
        return resumed(journal, about, cases, contract, again=settings.again)
    return begun(journal, about, cases)


def _send_all(
    contract: Contract, opened: Opened, prices: Prices, settings: Settings, run: Continued,
    on_exchange: Callable[[Record], None], tell: Callable[[str], None],
) -> None:  # fmt: skip
    total = len(run.record.exchanges) + len(run.record.unsent) + len(run.cases)

    async def send() -> None:
        connections = settings.pacing.concurrency
        async with HttpTransport(
            contract, opened.base_url, opened.key, timeout=settings.timeout, connections=connections
        ) as transport:
            budget = Budget(run.budget, spent=run.record.usd)
            runner = Runner(contract, transport, prices, run.record, budget, settings.pacing, on_exchange, run.log)
            with interruptible(runner.stop, tell):
                await runner.run(run.cases)

    try:
        asyncio.run(send())
    except (KeyboardInterrupt, asyncio.CancelledError):
        run.record.stopped = run.record.stopped or "interrupted"
    run.record.stopped = _why_incomplete(run.record, total)


def _why_incomplete(record: Record, total: int) -> str | None:
    """Return why not all that was planned has been sent and answered; None where it has, whatever happened then."""
    missing = total - len(record.exchanges)
    if not missing:
        return None
    if record.stopped:
        return f"{record.stopped}; {missing} of {total} requests were not sent or not answered"
    reasons = Counter(reason.split(" (")[0] for _, reason in record.unsent)
    return "; ".join(f"{count} of {total} requests: {reason}" for reason, count in reasons.items())


def finished(report: Report, journal: Journal, run: int) -> Report:
    """Write down that a run has ended and what it says of every clause; return its report."""
    verdicts = [(each.clause.id, each.clause.model, each.verdict.value) for each in report.results]
    try:
        journal.finish(run, report.stopped, verdicts)
    except JournalError as error:
        return replace(report, stopped=str(error))  # what was paid for is worth a report all the same
    return report
