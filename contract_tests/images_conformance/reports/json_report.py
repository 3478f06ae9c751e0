"""The JSON report; its schema is report.schema.json beside this file."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from images_contract import Deviation

from .. import __version__
from ..judging.known import State, states
from ..judging.results import Evidence, Report, Result
from ..judging.verdicts import Changes
from .files import write_text
from .reproduce import curl
from .shown import body_excerpt
from .snippets import python

SCHEMA = Path(__file__).with_name("report.schema.json")
_HEADERS = ("content-type", "allow", "www-authenticate", "retry-after", "x-request-id", "location")


def to_json(report: Report) -> dict[str, Any]:
    """Return the report as JSON values that satisfy report.schema.json."""
    contract = report.contract
    return {
        "tool": {"name": "images-conformance", "version": __version__},
        "contract": {"version": contract.version, "sha256": contract.sha256, "dialect": contract.dialect},
        "target": {"url": report.target.url, "embedded": report.target.embedded},
        "level": report.gate,
        "planned": report.planned,
        "depth": report.selection.depth if report.planned else None,
        "started": report.started.isoformat(timespec="milliseconds"),
        "finished": report.finished.isoformat(timespec="milliseconds"),
        "exit_code": report.exit_code,
        "stopped": report.stopped,
        "requests": report.requests,
        "accepted_requests": report.accepted,
        "images": report.images,
        "estimated_usd": None if report.usd is None else round(report.usd, 4),
        "deviations": [_deviation(each, state) for each, state in states(report)],
        "changes": report.changes and _changes(report.changes),
        "coverage": [asdict(each) for each in report.coverage],
        "clauses": [_clause(result, report) for result in report.results],
    }


def _deviation(deviation: Deviation, state: State) -> dict[str, Any]:
    return {**asdict(deviation), "expires": deviation.expires.isoformat(), "state": state.value}


def _changes(changes: Changes) -> dict[str, Any]:
    listed = [(*each.clause, each.before, each.after) for each in changes.listed]
    return {
        "since": changes.since,
        "clauses": [
            {"id": id, "model": model, "before": before, "after": after} for id, model, before, after in listed
        ],
    }


def _clause(result: Result, report: Report) -> dict[str, Any]:
    clause = result.clause
    return {
        "id": clause.id,
        "level": clause.level,
        "model": clause.model,
        "parameters": list(clause.parameters),
        "sentence": clause.sentence,
        "pointer": clause.pointer,
        "source": clause.source,
        "verdict": result.verdict.value,
        "reason": result.reason or None,
        "passes": result.passes,
        "failures": result.failures,
        "evidence": [evidence_json(each, report) for each in result.evidence],
    }


def evidence_json(evidence: Evidence, report: Report) -> dict[str, Any]:
    """Return one failure as JSON values: what was sent, expected and seen, and a command that reproduces it."""
    request, response = evidence.exchange.request, evidence.exchange.response
    url = evidence.exchange.url or report.target.url
    return {
        "case": evidence.case.name,
        "expected": evidence.expected,
        "seen": evidence.seen,
        "request": {
            "method": request.method,
            "content_type": request.content_type,
            "accept": request.accept,
            "credential": request.credential,
            "body": body_excerpt(request.body),
        },
        "response": response
        and {
            "status": response.status,
            "headers": {key: value for key, value in response.headers if key in _HEADERS},
            "body": body_excerpt(response.body),
            "seconds": round(response.seconds, 3),
        },
        "curl": curl(request, url, report.target.key_variable, report.contract.access),
        "python": python(request, url, report.target.key_variable, report.contract.access),
    }


def write_json(report: Report, path: Path) -> None:
    """Write the report to a file, in whole or not at all."""
    write_text(path, json.dumps(to_json(report), ensure_ascii=False, indent=2))
