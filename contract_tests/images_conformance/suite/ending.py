"""What is told at the end of a pytest run, and its exit code."""

from __future__ import annotations

from typing import Any

import pytest

from ..judging.verdicts import Verdict
from .sharing import Shared

INCONCLUSIVE = 3  # as of the command


class Ending:
    """Ends a run that is green but for rules that could not be tested with exit code 3, and says what was sent."""

    def __init__(self, shared: Shared) -> None:
        self._shared = shared
        self._untested = 0

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Count what decides and could not be tested."""
        told = dict(report.user_properties)
        if report.when == "call" and told.get("decides") and told.get("verdict") == Verdict.UNTESTED.value:
            self._untested += 1

    @pytest.hookimpl(tryfirst=True)  # before the terminal says how it ended
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Set the exit code."""
        if self._untested and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = INCONCLUSIVE

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """Say what was sent, what it may have cost, and what could not be tested."""
        requests, usd = self._shared.spent()
        if requests:
            terminalreporter.line(f"images-conformance: {requests} requests, at most {usd:.2f} USD at list prices")
        if self._untested:
            terminalreporter.line(f"inconclusive: {self._untested} rules that decide could not be tested (exit code 3)")
