"""What a successful answer holds."""

from __future__ import annotations

import json
from typing import Any

from ..look import NOT_JSON, Look
from .registry import Failed, Outcome, check, passed_if
from .schemas import first_error

EVENT_STREAM = "text/event-stream"
COMPLETED = "image_generation.completed"


@check("accept.status")
def _accepted(look: Look) -> Outcome:
    if not look.valid:
        return None
    return passed_if(look.response.status == 200, "status 200", f"status {look.response.status}")


@check("response.media-type")
def _media_type(look: Look) -> Outcome:
    if not look.answered:
        return None
    expected = EVENT_STREAM if look.streamed else "application/json"
    return passed_if(look.response.media_type == expected, expected, look.response.media_type or "no Content-Type")


def _schema_pointer(look: Look, media_type: str) -> str:
    return f"{look.contract.operation}/responses/200/content/{media_type.replace('/', '~1')}/schema"


@check("response.schema")
def _schema(look: Look) -> Outcome:
    if not look.answered:
        return None
    if look.streamed:
        return _events(look)
    if look.answer is NOT_JSON:
        return Failed("a JSON body", f"{look.response.body[:80]!r}")
    problem = first_error(look.contract, _schema_pointer(look, "application/json"), look.answer)
    return passed_if(problem is None, "a body that matches the response schema", problem or "")


def _events(look: Look) -> Outcome:
    if look.response.media_type != EVENT_STREAM:
        return None  # response.media-type tells it
    for index, event in enumerate(look.events):
        data = _data(event.data)
        problem = (
            "not JSON" if data is NOT_JSON else first_error(look.contract, _schema_pointer(look, EVENT_STREAM), data)
        )
        if problem:
            return Failed("events that match the event schema", f"event {index}: {problem}")
    return passed_if(bool(look.events), "at least one event", "none")


def _data(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return NOT_JSON


@check("data.count")
def _count(look: Look) -> Outcome:
    if not look.answered:
        return None
    asked = look.body.get("n")
    asked = asked if isinstance(asked, int) else 1
    got = count_images(look)
    return None if got is None else passed_if(got == asked, f"{asked} image{'s' * (asked != 1)}", str(got))


def count_images(look: Look) -> int | None:
    """Return how many finished images an answer holds; None where it cannot be told."""
    if look.streamed and look.response.media_type == EVENT_STREAM:
        parsed = [_data(event.data) for event in look.events]
        return len([data for data in parsed if isinstance(data, dict) and data.get("type") == COMPLETED])
    data = look.answer.get("data") if isinstance(look.answer, dict) else None
    return len(data) if isinstance(data, list) else None
