"""A test per rule of the contract and model: `pytest contract_tests --base-url URL -k size`."""

from images_conformance.judging.results import Report, Result
from images_conformance.suite.outcomes import settle


def test_clause(result: Result, report: Report) -> None:
    """The server keeps this clause, as far as a planned run tells."""
    settle(result, report)
