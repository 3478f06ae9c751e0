"""Each known deviation of a real server is named by the clause that forbids it, or by none where none does."""

from __future__ import annotations

import base64
import io
import json
import re
import time
from typing import Any

import pytest
from PIL import Image

from images_conformance.exchange import Exchange, Request, Response
from images_conformance.judging.judge import judge, no_verdict
from images_contract import Contract

from .table import PAGE, ROWS, page

CONTRACT = Contract.load()
NOW = time.time()


def filled(value: Any) -> Any:
    """A canned value with its placeholders filled in."""
    if isinstance(value, dict):
        return {key: filled(each) for key, each in value.items()}
    if isinstance(value, list):
        return [filled(each) for each in value]
    if value == "NOW":
        return int(NOW)
    if isinstance(value, str) and (match := re.fullmatch(r"PICTURE\((\d+)x(\d+),(\w+)\)", value)):
        return picture(int(match[1]), int(match[2]), match[3])
    return value


def picture(width: int, height: int, kind: str) -> str:
    """The base64 of an opaque picture."""
    file = io.BytesIO()
    Image.new("RGB", (width, height), "teal").save(file, kind.upper())
    return base64.b64encode(file.getvalue()).decode()


def exchange(canned: dict[str, Any]) -> Exchange:
    """An exchange as it is written in deviations.yaml."""
    media_type, body = "application/json", canned.get("text", "").encode()
    if "json" in canned:
        body = json.dumps(filled(canned["json"])).encode()
    if "events" in canned:
        media_type = "text/event-stream"
        events = [filled(event) for event in canned["events"]]
        body = "".join(f"event: {event['type']}\ndata: {json.dumps(event)}\n\n" for event in events).encode()
        body += b"data: [DONE]\n\n"
    headers = (("content-type", media_type), ("x-request-id", "req-1"))
    response = Response(canned.get("status", 200), headers, body)
    return Exchange(Request.from_json(canned["request"]), response, sent_at=NOW)


def failures(canned: dict[str, Any]) -> set[str]:
    """The ids of the clauses that a canned exchange breaks."""
    return {told.clause[0] for told in judge(CONTRACT, exchange(canned)) if told.verdict == "fail"}


@pytest.mark.parametrize(
    "row", [row for row in ROWS if "broken" in row], ids=lambda row: f"{row['row']}-{row['server']}"
)
def test_a_deviation_is_named(row: dict[str, Any]) -> None:
    """The clauses that forbid a deviation fail."""
    broken = set().union(*(failures(canned) for canned in row["exchanges"]))

    assert set() == set(row["broken"]) - broken


@pytest.mark.parametrize(
    "row", [row for row in ROWS if "silent" in row], ids=lambda row: f"{row['row']}-{row['server']}"
)
def test_what_the_contract_leaves_open_is_no_failure(row: dict[str, Any]) -> None:
    """Where the contract is silent, so is the suite."""
    broken = set().union(*(failures(canned) for canned in row["exchanges"]))

    assert set() == broken


@pytest.mark.parametrize("row", [row for row in ROWS if "no-verdict" in row], ids=lambda row: str(row["row"]))
def test_a_refusal_for_other_reasons_is_no_verdict(row: dict[str, Any]) -> None:
    """A content policy is not the contract: neither pass nor fail."""
    (canned,) = row["exchanges"]

    assert no_verdict(CONTRACT, exchange(canned))
    assert () == judge(CONTRACT, exchange(canned))


def test_the_page_is_current() -> None:
    """docs/vendor-deviations.md is what the rows give; `make generate` writes it."""
    assert page() == PAGE.read_text(encoding="utf-8")
