"""What a test gets: the verdict on a clause, or what the exploration of a property found."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from images_contract import Clause

from ..errors import ConformanceError
from ..judging.results import Report, Result
from ..judging.verdicts import Verdict
from .properties import Property
from .sharing import Shared

if TYPE_CHECKING:
    from ..fuzz.running import Explored

SHARED = pytest.StashKey[Shared]()


@pytest.fixture(scope="session")
def report(request: pytest.FixtureRequest) -> Report:
    """What a planned run says of the clauses whose tests were chosen."""
    return _unless_interrupted(request.config.stash[SHARED].report(_chosen(request, "clause")))


@pytest.fixture
def result(clause: Clause, report: Report, record_property: Callable[[str, object], None]) -> Result:
    """The verdict on a clause."""
    result = next(each for each in report.results if each.clause.key == clause.key)
    told = {"level": clause.level, "verdict": result.verdict.value, "decides": report.decides(result)}
    for name, value in told.items():
        record_property(name, value)
    if result.verdict is Verdict.ERROR:
        raise ConformanceError(result.reason)
    return result


@pytest.fixture
def explored(subject: Property, request: pytest.FixtureRequest) -> Explored:
    """What the exploration of a property found, with its part of the requests that are allowed."""
    explored = request.config.stash[SHARED].explore(subject, 1 / len(_chosen(request, "subject")))
    _unless_interrupted(explored.report)
    return explored


def _chosen(request: pytest.FixtureRequest, parameter: str) -> list[Any]:
    """Return the values that a parameter has in the tests that were chosen."""
    found = [each.callspec.params for each in request.session.items if isinstance(each, pytest.Function)]
    return [params[parameter] for params in found if parameter in params]


def _unless_interrupted(report: Report) -> Report:
    if report.stopped and report.stopped.startswith(("interrupted", "ended by")):
        pytest.exit(report.stopped, pytest.ExitCode.INTERRUPTED)
    return report
