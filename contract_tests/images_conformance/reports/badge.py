"""A badge: the verdict in three words, as an SVG picture or as the JSON that badge services read."""

from __future__ import annotations

import json
from pathlib import Path

from ..judging.results import Report
from ..judging.verdicts import Verdict
from .files import write_text

LABEL = "images contract"
COLOURS = {0: ("brightgreen", "#4c1"), 1: ("red", "#e05d44"), 3: ("lightgrey", "#9f9f9f")}


def message(report: Report) -> str:
    """Return the verdict in a few words."""
    broken = sum(report.decides(each) for each in report.of(Verdict.FAIL))
    return {0: "conformant", 1: f"{broken} broken", 3: "inconclusive"}[report.exit_code]


def to_endpoint(report: Report) -> dict[str, object]:
    """Return what the endpoint badge of shields.io reads."""
    colour, _ = COLOURS[report.exit_code]
    told = {"schemaVersion": 1, "label": LABEL, "message": message(report), "color": colour}
    return told | ({"isError": True} if report.exit_code == 1 else {})


def to_svg(report: Report) -> str:
    """Return the badge as a picture."""
    import anybadge  # takes a while to import

    _, colour = COLOURS[report.exit_code]
    return str(anybadge.Badge(LABEL, message(report), default_color=colour).badge_svg_text)


def write_badge(report: Report, path: Path) -> None:
    """Write the badge to a file: JSON where its name ends so, else SVG."""
    write_text(path, json.dumps(to_endpoint(report)) if path.suffix == ".json" else to_svg(report))
