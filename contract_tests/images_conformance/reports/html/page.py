"""The page as words and numbers: what the template prints."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ...judging.results import Report
from ..files import write_text
from ..grouping import Group, groups
from ..json_report import to_json
from ..matrix import Matrix, matrix
from .gallery import Gallery, gallery
from .latency import Chart, chart
from .rendering import rendered

Clause = Mapping[str, Any]
VERDICTS = {0: ("conformant", "pass"), 1: ("not conformant", "fail"), 3: ("inconclusive", "untested")}


@dataclass(frozen=True)
class Page:
    """Everything that the template needs, as ready words."""

    report: Mapping[str, Any]
    verdict: str
    tone: str
    counts: Mapping[str, int]
    matrix: Matrix
    broken: Sequence[Group]
    warned: Sequence[Group]
    untested: Sequence[tuple[str, list[Clause]]]
    gallery: Gallery | None
    charts: Sequence[Chart]

    @classmethod
    def of(cls, report: Mapping[str, Any], gallery: Gallery | None) -> Page:
        """Return the page of a JSON report."""
        verdict, tone = VERDICTS[report["exit_code"]]
        if not report["planned"] and report["exit_code"] == 0:
            verdict = "nothing broken"  # as far as it was seen
        clauses: list[Clause] = report["clauses"]
        failing = [each for each in clauses if each["verdict"] == "fail"]
        decides = [each for each in failing if each["level"] == "must" or report["level"] == "should"]
        counts = {
            "kept": sum(each["verdict"] == "pass" for each in clauses),
            "broken": len(decides),
            "warnings": len(failing) - len(decides),
            "not tested": sum(each["verdict"] in ("untested", "error") for each in clauses),
            "deviations": sum(each["verdict"] == "deviation" for each in clauses),
        }
        return cls(
            report, verdict, tone, counts, matrix(clauses), groups(decides),
            groups([each for each in failing if each not in decides]), _untested(clauses), gallery,
            [chart(timing) for timing in gallery.timings] if gallery else [],
        )  # fmt: skip


def _untested(clauses: Sequence[Clause]) -> list[tuple[str, list[Clause]]]:
    reasons: dict[str, list[Clause]] = {}
    for each in clauses:
        if each["verdict"] in ("untested", "error"):
            reasons.setdefault(each["reason"] or "", []).append(each)
    return list(reasons.items())


def to_html(report: Report) -> str:
    """Return the page of a run, with the pictures that came."""
    return render(to_json(report), gallery(report.contract, report.exchanges))


def render(report: Mapping[str, Any], shown: Gallery | None = None) -> str:
    """Return the page of a JSON report, with pictures where a gallery has them."""
    return rendered("report.html.jinja", page=Page.of(report, shown))


def write_html(report: Report, path: Path) -> None:
    """Write the page to a file, in whole or not at all."""
    write_text(path, to_html(report))
