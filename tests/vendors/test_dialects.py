"""The shipped dialects say what they should of the vendors' known ways, and leave a contract that a server can keep."""

from __future__ import annotations

from typing import Any

import pytest

from images_conformance.judging.judge import judge
from images_conformance.judging.verdicts import Verdict
from images_conformance.mutation.mutants import run_against
from images_conformance.planning.plan import Selection
from images_contract import Contract
from images_contract.dialects import names

from .table import ROWS
from .test_vendors import exchange

# Rows of deviations.yaml that a dialect declares: by another rule, or as a deviation.
DECLARED = {
    "litellm": ["2", "3", "6", "7", "8"],
    "localai": ["9", "11", "14b"],
    "vllm-omni": ["15", "16", "17", "18", "19", "20", "21"],
    "sglang": ["24", "24b", "25"],
}


@pytest.mark.parametrize("dialect", names())
def test_an_honest_server_keeps_it(dialect: str) -> None:
    """The reference server, serving a dialect, keeps every clause of it, and none of level must is left untested."""
    contract = Contract.load(dialect=dialect)
    _, results = run_against(contract, None, Selection("smoke"))
    wrong = [
        (each.clause.id, each.clause.model, each.verdict.value, each.reason)
        for each in results
        if each.verdict is Verdict.FAIL or (each.verdict is Verdict.UNTESTED and each.clause.level == "must")
    ]

    assert [] == wrong


def adapted(contract: Contract, canned: dict[str, Any]) -> dict[str, Any]:
    """Return a canned exchange with a model of this contract, and a request that asks for the form of its answer."""
    request = dict(canned["request"])
    if "model" in request and request["model"] not in contract.models:
        request["model"] = next(iter(contract.models))
    if "b64_json" in str(canned.get("json")) and "response_format" in contract.profiles["absent"].parameters:
        request.setdefault("response_format", "b64_json")
    return {**canned, "request": request}


@pytest.mark.parametrize(("dialect", "row"), [(dialect, row) for dialect in DECLARED for row in DECLARED[dialect]])
def test_a_known_deviation_is_declared(dialect: str, row: str) -> None:
    """What a vendor is known to do is no failure under its dialect."""
    contract = Contract.load(dialect=dialect)
    (known,) = [each for each in ROWS if str(each["row"]) == row]
    told = [each for canned in known["exchanges"] for each in judge(contract, exchange(adapted(contract, canned)))]
    failing = [contract.clause(*each.clause) for each in told if each.verdict is Verdict.FAIL]
    undeclared = [each.id for each in failing if not any(known.covers(each) for known in contract.deviations)]

    assert [] == undeclared


def test_a_stream_that_the_dialect_does_not_know_is_judged() -> None:
    """An event stream from a server that should have none is no crash."""
    contract = Contract.load(dialect="sglang")
    (row,) = [each for each in ROWS if str(each["row"]) == "27"]

    assert all(judge(contract, exchange(adapted(contract, canned))) for canned in row["exchanges"])
