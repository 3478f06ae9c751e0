"""A test per kind of rule and model, with requests that are drawn: `pytest contract_tests --base-url URL -m fuzz`."""

import pytest

from images_conformance.fuzz.running import Explored
from images_conformance.suite.outcomes import settle_explored


@pytest.mark.fuzz
def test_property(explored: Explored) -> None:
    """The server keeps these clauses, whatever is drawn for them."""
    settle_explored(explored)
