"""Verdicts: what one exchange says of a clause, and what a whole run does."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

ClauseKey = tuple[str, str | None]


class Verdict(StrEnum):
    """What a run says of a clause."""

    PASS = "pass"
    FAIL = "fail"
    DEVIATION = "deviation"  # declared in the dialect or in a known-failures file
    SKIP = "skip"  # does not apply
    UNTESTED = "untested"  # nothing exercised it: not a pass
    ERROR = "error"  # ours


@dataclass(frozen=True)
class Judgement:
    """What one exchange says of one clause; `expected` and `seen` are phrases."""

    clause: ClauseKey
    verdict: Verdict
    expected: str = ""
    seen: str = ""


DECIDED = (Verdict.PASS, Verdict.FAIL, Verdict.DEVIATION)


@dataclass(frozen=True)
class Change:
    """A clause whose verdict is another one than it was; None on a side where nothing is said of it."""

    clause: ClauseKey
    before: Verdict | None
    after: Verdict | None


@dataclass(frozen=True)
class Changes:
    """The changes of verdict, new failures first; `since` names what the verdicts are compared with."""

    since: str
    listed: tuple[Change, ...]


def overall(verdicts: Iterable[Verdict]) -> Verdict:
    """Return the verdict on a clause from all that was said of it: one failure outweighs every pass."""
    said = set(verdicts)
    order = (Verdict.FAIL, Verdict.DEVIATION, Verdict.ERROR, Verdict.PASS, Verdict.SKIP)
    return next((verdict for verdict in order if verdict in said), Verdict.UNTESTED)
