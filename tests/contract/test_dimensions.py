"""Sizes told as arithmetic: every size is judged, covered at its corners, and refused just beyond them."""

from __future__ import annotations

import pytest

from images_conformance.planning.near_misses import near_misses
from images_conformance.planning.plan import Selection, plan
from images_conformance.spending.prices import Prices
from images_contract import Contract
from images_contract.dimensions import Dimensions

# By hand, from the vendor's description: multiples of 16, longest edge 3840, ratio 3:1, 655,360 to 8,294,400 pixels.
SIZES = {
    "auto": None,
    "1024x1024": None,
    "2048x1152": None,
    "1024x640": None,
    "816x816": None,
    "3840x2160": None,
    "2160x3840": None,
    "3840x1280": None,
    "480x1440": None,
    "2880x2880": None,
    "1024x1032": "multiple-of",
    "1000x1024": "multiple-of",
    "3856x1296": "max-edge",
    "1296x3856": "max-edge",
    "3840x1264": "max-ratio",
    "1264x3840": "max-ratio",
    "800x816": "min-pixels",
    "2896x2880": "max-pixels",
    "1024": "dimensions",
    "1024X1024": "dimensions",
    "1024x": "dimensions",
    "01024x1024": "dimensions",
    "1024x1024 ": "dimensions",
    "١٠٢٤x1024": "dimensions",
    "": "dimensions",
}


@pytest.fixture(scope="module")
def newer() -> Contract:
    """The contract with models that draw any size."""
    return Contract.load(dialect="openai-2026")


@pytest.mark.parametrize("size", SIZES)
def test_a_size_breaks_the_rule_that_it_breaks(newer: Contract, size: str) -> None:
    """A size within the arithmetic is valid; one outside breaks one rule, which has an id that a person can say."""
    expected = [f"size.{SIZES[size]}.gpt-image-2"] if SIZES[size] else []
    found = newer.violations({"prompt": "A cat", "model": "gpt-image-2", "size": size})

    assert expected == [each.id for each in found]


def test_the_plan_sends_every_corner_and_one_step_beyond(newer: Contract) -> None:
    """Corners are among the requests to be served; each rule has near misses that lie and that stand."""
    cases = plan(newer, Selection(models=("gpt-image-2",)), Prices.load())
    served = {case.request.json().get("size") for case in cases if case.accept}
    refused = [case for case in near_misses(newer, 2) if case.aims[0][1] == "gpt-image-2"]
    beyond = {case.aims[0][0]: 0 for case in refused} | {}
    for case in refused:
        beyond[case.aims[0][0]] += 1

    assert {"1024x640", "816x816", "1440x480", "1280x3840", "3840x2160", "2880x2880", "auto"} <= served
    assert {2} == {beyond[f"size.{rule}.gpt-image-2"] for rule in set(SIZES.values()) - {None}}


def test_corners_follow_from_the_rules() -> None:
    """Fewer rules leave other corners; rules that leave no size leave no corner."""
    assert ("1x1", "1x100", "100x100") == Dimensions.of({"x-dimensions": [], "x-max-edge": 100}).corners  # type: ignore[union-attr]
    assert () == Dimensions.of({"x-dimensions": [], "x-max-edge": 16, "x-multiple-of": 32}).corners  # type: ignore[union-attr]
    assert Dimensions.of({"type": "string"}) is None


def test_retired_models_are_sent_and_must_be_refused(newer: Contract) -> None:
    """A name that was a model once is a near miss of the rule that a model has to be a known one."""
    sent = {case.request.json()["model"] for case in near_misses(newer, None) if case.aims[0][0] == "model.enum"}

    assert {"dall-e-2", "dall-e-3", "gpt-image-1"} <= sent
