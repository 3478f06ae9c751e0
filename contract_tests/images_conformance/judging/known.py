"""Known failures: what a dialect or a file excuses for a while, and what became of each entry in a run."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from images_contract import Clause, Deviation

from .verdicts import Verdict

if TYPE_CHECKING:
    from .results import Report, Result

LASTS = timedelta(days=90)  # what is written down anew is excused for
HEAD = """\
# Known failures: with `--known THIS-FILE`, a run fails only on what is not listed here. Each entry names
# a clause (an id, or a glob over ids) of one model, or of all; after the day `expires` its failures count again.
"""


class State(StrEnum):
    """What became of a known failure in a run."""

    HOLDS = "holds"
    FIXED = "fixed"
    EXPIRED = "expired"
    UNSEEN = "not seen"  # nothing told whether it still fails


def excused(results: Iterable[Result], known: Iterable[Deviation], today: date) -> tuple[Result, ...]:
    """Return the results with failures that are known, and not expired, turned into deviations."""
    known = tuple(known)
    return tuple(_excused(result, known, today) for result in results)


def _excused(result: Result, known: tuple[Deviation, ...], today: date) -> Result:
    found = [each for each in known if result.verdict is Verdict.FAIL and each.covers(result.clause)]
    for each in found:
        if not each.expired(today):
            return replace(result, verdict=Verdict.DEVIATION, reason=str(each))
    return replace(result, reason=f"expired; {found[0]}") if found else result


def known_failure(clause: Clause, known: Iterable[Deviation]) -> bool:
    """Tell whether failures of a clause are excused today."""
    return any(each.covers(clause) and not each.expired(datetime.now(UTC).date()) for each in known)


def states(report: Report) -> list[tuple[Deviation, State]]:
    """Return every known failure that the run speaks of, and what became of it."""
    return [(each, _state(each, report)) for each in report.contract.deviations]


def _state(deviation: Deviation, report: Report) -> State:
    verdicts = {result.verdict for result in report.results if deviation.covers(result.clause)}
    if verdicts & {Verdict.FAIL, Verdict.DEVIATION}:
        return State.EXPIRED if deviation.expired(report.finished.date()) else State.HOLDS
    decided = Verdict.PASS in verdicts and not verdicts & {Verdict.UNTESTED, Verdict.ERROR}
    return State.FIXED if decided else State.UNSEEN


def write_known(report: Report, path: Path) -> None:
    """Write a file that excuses all that fails in this run, with the words and days of what is excused already."""
    entries = [_entry(result, report) for result in report.of(Verdict.FAIL, Verdict.DEVIATION)]
    text = yaml.safe_dump(entries, sort_keys=False, allow_unicode=True, width=110)
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f"{path.name}.partial")
    partial.write_text(HEAD + text, encoding="utf-8")
    partial.replace(path)


def _entry(result: Result, report: Report) -> dict[str, Any]:
    clause, today = result.clause, report.finished.date()
    old = [each for each in report.contract.deviations if each.covers(clause) and not each.expired(today)]
    evidence = result.evidence[0]
    reason = old[0].reason if old else f"found on {today}: expected {evidence.expected}, seen {evidence.seen}"
    model = {"model": clause.model} if clause.model else {}
    return {"clause": clause.id, **model, "reason": reason, "expires": old[0].expires if old else today + LASTS}
