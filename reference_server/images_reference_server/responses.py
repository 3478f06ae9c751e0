"""Responses with a JSON body."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from starlette.responses import Response

from .errors import Refusal


def json_response(status: int, body: Any, headers: Mapping[str, str] | None = None) -> Response:
    """Return a response with a value as JSON, non-ASCII characters as they are."""
    content = json.dumps(body, ensure_ascii=False).encode("utf-8", "replace")
    return Response(content, status, headers, media_type="application/json")


def refusal_response(refusal: Refusal, envelope: Callable[[Refusal], Any] = Refusal.envelope) -> Response:
    """Return the response that a refusal stands for, its body in the shape that `envelope` gives it."""
    return json_response(refusal.status, envelope(refusal), refusal.headers)
