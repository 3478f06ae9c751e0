"""HAR 1.2: what was sent and what came back, for programs that look at HTTP traffic."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from http.client import responses
from pathlib import Path
from typing import Any

from .. import __version__
from ..exchange import Exchange, Request, Response
from ..judging.results import Report
from ..sending.credentials import REDACTED
from .files import write_text


def to_har(report: Report) -> dict[str, Any]:
    """Return the exchanges of a run as a HAR log. Where the key was sent, it says so; no key stands in it."""
    creator = {"name": "images-conformance", "version": __version__}
    return {"log": {"version": "1.2", "creator": creator, "entries": list(_entries(report))}}


def _entries(report: Report) -> Iterator[dict[str, Any]]:
    for case, exchange in report.exchanges:
        seconds = exchange.response.seconds if exchange.response else 0.0
        yield {
            "startedDateTime": datetime.fromtimestamp(exchange.sent_at, UTC).isoformat(timespec="milliseconds"),
            "time": seconds * 1000,
            "request": _request(exchange.request, exchange.url or report.target.url),
            "response": _response(exchange),
            "cache": {},
            "timings": {"send": 0, "wait": seconds * 1000, "receive": 0},
            "comment": case.name,
        }


def _request(request: Request, url: str) -> dict[str, Any]:
    headers = {"Accept": request.accept}
    if request.content_type is not None:
        headers["Content-Type"] = request.content_type
    if request.credential != "none":
        headers["Authorization"] = f"{REDACTED.decode()} ({request.credential})"
    told = {
        "method": request.method, "url": url, "httpVersion": "HTTP/1.1", "cookies": [], "queryString": [],
        "headers": _pairs(headers.items()), "headersSize": -1, "bodySize": len(request.body),
    }  # fmt: skip
    if request.method in ("GET", "HEAD"):
        return told
    text, encoding = _text(request.body)
    return told | {"postData": {"mimeType": request.content_type or "", "params": [], "text": text, **encoding}}


def _response(exchange: Exchange) -> dict[str, Any]:
    response = exchange.response or Response(0, (), b"")
    text, encoding = _text(response.body)
    content = {"size": len(response.body), "mimeType": response.header("content-type") or "", "text": text, **encoding}
    told = {
        "status": response.status, "statusText": responses.get(response.status, ""), "httpVersion": "HTTP/1.1",
        "cookies": [], "headers": _pairs(response.headers), "content": content,
        "redirectURL": response.header("location") or "", "headersSize": -1, "bodySize": len(response.body),
    }  # fmt: skip
    return told | ({"_error": exchange.failure} if exchange.failure else {})


def _pairs(headers: Any) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in headers]


def _text(body: bytes) -> tuple[str, dict[str, str]]:
    """Return (a body as text, the encoding where that text is not the body itself)."""
    try:
        return body.decode(), {}
    except UnicodeDecodeError:
        return base64.b64encode(body).decode(), {"encoding": "base64"}


def write_har(report: Report, path: Path) -> None:
    """Write the exchanges to a file, in whole or not at all."""
    write_text(path, json.dumps(to_har(report), ensure_ascii=False))
