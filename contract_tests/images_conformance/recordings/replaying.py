"""Judging recorded traffic, without a server and for nothing."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime

from images_contract import Contract

from ..clauses.registry import one_of
from ..exchange import Exchange, Request, Response
from ..judging.look import Look
from ..judging.results import Report, Result, Tally
from ..judging.verdicts import DECIDED, Change, Changes, Verdict
from ..planning.plan import Selection, check_selection
from ..sending.run import Record
from . import Baseline, Judged, Recording
from .about import ContractId


def replay(
    contract: Contract, recording: Recording, selection: Selection, gate: str, other: Contract | None = None
) -> Report:
    """Judge a recording by a contract, and tell what is said differently than before.

    Where the recording has no verdicts, they are compared with those by another contract, if there is one.
    """
    check_selection(contract, selection)
    record, tally, times = Record(stopped=recording.stopped), Tally(contract), list[float]()
    reference = Tally(other) if other is not None and recording.before is None else None
    for each in recording.recorded:
        record.requests += 1
        record.usd += each.usd
        times += _times(each.exchange)
        if not each.repeated:
            record.count(contract, each.exchange)
            tally.add(each.case, each.exchange)
            if reference is not None:
                reference.add(each.case, each.exchange)
    started, finished = (datetime.fromtimestamp(choose(times or [time.time()]), UTC) for choose in (min, max))
    report = Report.from_tally(
        tally, record, recording.target, selection, gate, started, finished,
        exchanges=Judged(recording.recorded), planned=recording.planned,
        usd=record.usd if recording.usd_known else None,
    )  # fmt: skip
    before = recording.before
    if reference is not None:
        before = baseline(f"the contract {ContractId.of(reference.contract)}", reference.results(selection))
    return report if before is None else with_changes(report, before)


def _times(exchange: Exchange) -> list[float]:
    """Return when an exchange began and ended, where the file tells a time that there is."""
    end = exchange.sent_at + (exchange.response.seconds if exchange.response is not None else 0.0)
    return [exchange.sent_at, end] if 0 < exchange.sent_at <= end < LAST else []


LAST = 2.0**35  # Unix time: more than a thousand years from now


def expectation(contract: Contract, request: Request) -> str:
    """Return what the contract wants of whoever gets a request, as a sentence."""
    look = Look(contract, Exchange(request), Response(0, (), b""))
    if not look.well_formed:
        return "The contract judges how the request is sent, not its body."
    if not look.findings:
        return "The request breaks no rule: the contract wants it served."
    if not look.broken:
        return f"The contract leaves open whether it is served: {look.findings[0].message}."
    said = "; ".join(f"{found.message} [{found.id}]" for found in look.broken)
    return f"The contract wants it refused with {one_of(list(contract.refusals(look.broken)))}: {said}."


def baseline(by: str, results: Iterable[Result]) -> Baseline:
    """Return the verdicts of results as something to compare with."""
    return Baseline(by, {result.clause.key: result.verdict for result in results})


def with_changes(report: Report, before: Baseline) -> Report:
    """Return a report that also tells where something else was said before; verdicts alone count."""
    found = [change for change in _compared(before, report) if _tells(change, before)]
    found.sort(key=lambda change: (change.after is not Verdict.FAIL, change.before is not Verdict.FAIL))
    return replace(report, changes=Changes(before.by, tuple(found)))


def _compared(before: Baseline, report: Report) -> Iterator[Change]:
    for result in report.results:
        key = result.clause.key
        # What nobody chose is left out; what sources leave open now may have been decided before.
        if result.clause.level == "may" or not report.selection.why_not(result.clause):
            yield Change(key, before.verdicts.get(key), result.verdict)
    there = {result.clause.key for result in report.results}
    yield from (Change(key, verdict, None) for key, verdict in before.verdicts.items() if key not in there)


def _tells(change: Change, before: Baseline) -> bool:
    telling = (Verdict.FAIL,) if before.failures_only else DECIDED
    return change.before is not change.after and (change.before in telling or change.after in telling)
