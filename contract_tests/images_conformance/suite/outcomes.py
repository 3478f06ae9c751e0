"""From a verdict to the outcome of a test."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ..judging.results import Report, Result
from ..judging.verdicts import Verdict
from ..reports.junit import plain_text

if TYPE_CHECKING:
    from ..fuzz.running import Explored


def settle(result: Result, report: Report) -> None:
    """Pass where a clause is kept, fail where it is broken, and skip, with the reason, where nothing can be said.

    A failure that does not decide the exit code, by its level or because it is known, is an expected one (xfail).
    """
    if result.verdict is Verdict.FAIL and report.decides(result):
        pytest.fail(plain_text(result, report), pytrace=False)
    if result.verdict is Verdict.FAIL:
        pytest.xfail(f"a rule of level {result.clause.level} is broken\n{plain_text(result, report)}")
    if result.verdict is Verdict.DEVIATION:
        pytest.xfail(result.reason)
    if result.verdict is Verdict.UNTESTED:
        pytest.skip(f"not tested: {result.reason}")
    if result.verdict is Verdict.SKIP:
        pytest.skip(result.reason)


def settle_explored(explored: Explored) -> None:
    """Pass where nothing broken was found; fail with the smallest requests that show what is."""
    from ..fuzz.report import told

    report = explored.report
    if explored.exit_code == 1:
        pytest.fail("\n".join(told(explored, {}, ())), pytrace=False)
    if report.of(Verdict.FAIL):
        pytest.xfail("\n".join(told(explored, {}, ())))
    if explored.exit_code:
        pytest.skip(f"not tested: {explored.ended}")
