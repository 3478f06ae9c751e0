"""What a check of the three models costs at a server that keeps the contract: as it was run, not as it was planned."""

from __future__ import annotations

import pytest

from images_conformance.judging.results import Result
from images_conformance.judging.verdicts import Verdict
from images_conformance.mutation.mutants import run_against
from images_conformance.planning.plan import Selection
from images_conformance.sending.run import Record
from images_contract import Contract

CONTRACT = Contract.load()


@pytest.fixture(scope="module", params=["smoke", "pairwise"])
def checked(request: pytest.FixtureRequest) -> tuple[str, Record, list[Result]]:
    """A run at a depth against the honest server."""
    return request.param, *run_against(CONTRACT, None, Selection(request.param))


def test_its_price(checked: tuple[str, Record, list[Result]]) -> None:
    """Requests, accepted ones, images and US dollars at list prices keep to what is promised."""
    depth, record, _ = checked
    most = {"smoke": (260, 12, 12, 0.40), "pairwise": (260, 70, 90, 4.00)}[depth]
    seen = (record.requests, record.accepted, record.images, record.usd)

    assert [] == [(got, bound) for got, bound in zip(seen, most, strict=True) if got > bound]


def test_its_verdicts(checked: tuple[str, Record, list[Result]]) -> None:
    """No clause fails, and no clause of level must goes untested."""
    _, _, results = checked
    undecided = (Verdict.UNTESTED, Verdict.ERROR)

    assert [] == [each.clause.key for each in results if each.verdict is Verdict.FAIL]
    assert [] == [each.clause.key for each in results if each.verdict in undecided and each.clause.level == "must"]
