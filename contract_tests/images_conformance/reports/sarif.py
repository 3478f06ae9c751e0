"""SARIF 2.1.0: every broken clause as a result that points into the document which states it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from images_contract import Lines

from .. import __version__
from ..judging.results import Report, Result
from ..judging.verdicts import Verdict
from .files import write_text
from .shown import plain

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def to_sarif(report: Report) -> dict[str, Any]:
    """Return the report as a SARIF log: an error per broken clause that decides, a warning per other one."""
    failing = report.of(Verdict.FAIL)
    document = report.contract.path
    lines, uri = Lines(document), _uri(document)
    driver = {
        "name": "images-conformance",
        "version": __version__,
        "rules": list(_rules(failing)),
    }
    run = {
        "tool": {"driver": driver},
        "results": [_result(each, report, lines, uri) for each in failing],
        "columnKind": "unicodeCodePoints",
    }
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def _uri(document: Path) -> str:
    """Return the place of the document as code hosts want it: relative to the working directory, if it is below."""
    path = document.resolve()
    return path.relative_to(Path.cwd()).as_posix() if path.is_relative_to(Path.cwd()) else path.name


def _rules(failing: Iterable[Result]) -> Iterable[dict[str, Any]]:
    for clause in {each.clause.id: each.clause for each in failing}.values():
        yield {
            "id": clause.id,
            "shortDescription": {"text": clause.sentence},
            "fullDescription": {
                "text": f"{clause.sentence} Level {clause.level}. Source: {clause.source or 'not told'}."
            },
        }


def _result(result: Result, report: Report, lines: Lines, uri: str) -> dict[str, Any]:
    clause, first = result.clause, result.evidence[0]
    line = lines.of(clause.pointer)
    place: dict[str, Any] = {"artifactLocation": {"uri": uri}, **({"region": {"startLine": line}} if line else {})}
    model = f" ({clause.model})" if clause.model else ""
    told = f"Expected {plain(first.expected)}; seen {plain(first.seen)}."
    text = f"{plain(report.target.url)}{model}: {clause.sentence} {told}"
    return {
        "ruleId": clause.id,
        "level": "error" if report.decides(result) else "warning",
        "message": {"text": text},
        "locations": [{"physicalLocation": place, "logicalLocations": [{"fullyQualifiedName": clause.pointer}]}],
        "partialFingerprints": {"clauseAndModel/v1": f"{clause.id} {clause.model or ''}".strip()},
    }


def write_sarif(report: Report, path: Path) -> None:
    """Write the report to a file, in whole or not at all."""
    write_text(path, json.dumps(to_sarif(report), ensure_ascii=False, indent=2))
