"""The contract says of every request what the hand-written ledger says of it."""

from __future__ import annotations

import csv
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from images_contract import Contract, Finding

FILES = sorted((Path(__file__).resolve().parents[1] / "ledger").glob("*.csv"))
COLUMNS = ["parameter", "model", "value", "verdict", "level", "source"]
STRENGTH = ("may", "should", "must")
WHOLE = ("several", "body", "model")  # rows whose value is more than that of one parameter


@dataclass(frozen=True)
class Row:
    """One line of the ledger."""

    parameter: str
    model: str
    value: str
    verdict: str
    level: str
    source: str

    @property
    def body(self) -> Any:
        """The request body that this line is about."""
        named = {} if self.model in ("absent", "any") else {"model": self.model}
        whole = {"prompt": "A cat", **named}
        if self.value == "missing":
            del whole[self.parameter]
            return whole
        value = _value(self.value)
        if self.parameter == "body":
            return value
        return {**whole, **(value if self.parameter == "several" else {self.parameter: value})}

    def __str__(self) -> str:
        """A readable id for the test."""
        return f"{self.model}-{self.parameter}={self.value[:40]}-{self.verdict}"


def _value(text: str) -> Any:
    if repeated := re.fullmatch(r'"(.)" x (\d+)', text):
        return repeated[1] * int(repeated[2])
    return json.loads(text)


def _rows(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        lines = csv.reader(file)
        assert next(lines) == COLUMNS, path
        return [Row(*line) for line in lines]


LEDGER = [row for path in FILES for row in _rows(path)]


def verdict(findings: tuple[Finding, ...]) -> tuple[str, str]:
    """Return what a server may do with a body that has these findings, and how binding that is."""
    level = max((found.level for found in findings), key=STRENGTH.index, default=None)
    return ("accept", "") if level is None else ("open", "") if level == "may" else ("reject", level)


@pytest.mark.parametrize("row", LEDGER, ids=str)
def test_the_contract_agrees_with_the_ledger(contract: Contract, row: Row) -> None:
    """What the page and its fellow sources say of a request, the contract says as well."""
    findings = contract.violations(row.body)

    assert (row.verdict, row.level) == verdict(findings), [found.message for found in findings]


@pytest.mark.parametrize(
    "row", [row for row in LEDGER if row.verdict != "accept" and row.parameter not in WHOLE], ids=str
)
def test_the_parameter_of_the_row_is_to_blame(contract: Contract, row: Row) -> None:
    """A finding about a single parameter blames this parameter, or none where nobody documents it."""
    blamed = {found.parameters for found in contract.violations(row.body)}

    assert all(row.parameter in parameters or parameters == () for parameters in blamed)


def test_the_ledger_is_complete(contract: Contract) -> None:
    """Every parameter has rows for every model, and each allowed value of each model is accepted by a row."""
    accepted = {(row.model, row.parameter, row.value) for row in LEDGER if row.verdict == "accept"}
    about = {(row.model, row.parameter) for row in LEDGER}
    profiles = contract.profiles.values()
    pairs = {(each.name, name) for each in profiles for name in each.parameters if name != contract.discriminator}
    values = {
        (each.name, parameter.name, json.dumps(value))
        for each in contract.models.values()
        for parameter in each.parameters.values()
        for value in parameter.values or ()
        if parameter.supported and parameter.name != contract.discriminator
    }

    assert set() == pairs - about
    assert set() == values - accepted


def test_every_bound_has_a_row_on_either_side(contract: Contract) -> None:
    """For each bound of each model one row stands at the bound and one row stands a step beyond it."""
    rows = {(row.model, row.parameter, row.value): row.verdict for row in LEDGER}
    missing = []
    for profile in contract.models.values():
        for parameter in (each for each in profile.parameters.values() if each.supported):
            for bound, step in ((parameter.minimum, -1), (parameter.maximum, 1)):
                if bound is not None:
                    at, beyond = (rows.get((profile.name, parameter.name, str(n))) for n in (bound, bound + step))
                    missing += [] if at and beyond == "reject" else [(profile.name, parameter.name, bound)]
            if parameter.max_length is not None:
                texts = [f'"a" x {n}' for n in (parameter.max_length, parameter.max_length + 1)]
                found = [rows.get((profile.name, parameter.name, text)) for text in texts]
                missing += [] if found == ["accept", "reject"] else [(profile.name, parameter.name, texts)]

    assert [] == missing


def test_every_request_clause_is_broken_by_a_row(contract: Contract) -> None:
    """There is no rule about requests that the ledger does not exercise."""
    broken = {found.clause.key for row in LEDGER for found in contract.violations(row.body)}
    rules = {clause.key for clause in contract.clauses if clause.keyword not in ("behaviour", "accepted")}

    assert set() == rules - broken


def test_every_row_is_well_formed() -> None:
    """Each row has a verdict of three, a level exactly where it rejects, and a source; no row stands twice."""
    wrong = [
        str(row)
        for row in LEDGER
        if row.verdict not in ("accept", "reject", "open")
        or (row.level in ("must", "should")) != (row.verdict == "reject")
        or not row.source
    ]

    assert [] == wrong
    assert len(LEDGER) == len({(row.model, row.parameter, row.value) for row in LEDGER})
