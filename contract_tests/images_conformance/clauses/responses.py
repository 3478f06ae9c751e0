"""What a successful answer is: status, media type, JSON, schema, headers, and the fields that its model has."""

from __future__ import annotations

import json
from collections.abc import Iterable
from contextlib import suppress
from typing import Any

from ..exchange import EVENT_STREAM, JSON_TYPE
from ..judging.answer import COMPLETED
from ..judging.look import NOT_JSON, Look
from .errors import refused_for
from .registry import Failed, Outcome, Skipped, check, each_of, passed_if
from .schemas import first_error


@check("accept.status")
def _accepted(look: Look) -> Outcome:
    if not look.valid or (look.response.status != 200 and not look.plain):
        return None  # what refuses a spelling of a header is judged by the clause about that header
    if look.response.status != 200 and refused_for(look):
        return None  # the clause about that parameter tells it
    return passed_if(look.response.status == 200, "status 200", f"status {look.response.status}")


@check("response.media-type")
def _media_type(look: Look) -> Outcome:
    if not look.answered:
        return None
    if look.streamed and EVENT_STREAM not in look.exchange.request.accept:
        return None  # stream.accept tells it
    expected = EVENT_STREAM if look.streamed else JSON_TYPE
    return passed_if(look.response.media_type == expected, expected, look.response.media_type or "no Content-Type")


@check("response.json")
def _json(look: Look) -> Outcome:
    if not look.answered or look.streamed:
        return None
    expected = "one JSON text in UTF-8"
    try:
        look.response.json()
    except ValueError as error:
        return Failed(expected, f"{error}: {look.response.body[:80]!r}")
    return True


def _schema_pointer(look: Look, media_type: str) -> str:
    return f"{look.contract.operation}/responses/200/content/{media_type.replace('/', '~1')}/schema"


@check("response.schema")
def _schema(look: Look) -> Outcome:
    if look.streaming:
        return _events(look)
    if not look.answered or look.streamed or look.answer is NOT_JSON:
        return None  # response.media-type or response.json tells it
    problem = first_error(look.contract, _schema_pointer(look, JSON_TYPE), look.answer)
    return passed_if(problem is None, "a body that matches the response schema", problem or "")


def _events(look: Look) -> Outcome:
    pointer = _schema_pointer(look, EVENT_STREAM)
    told = [event for event in look.events if event.error is None and event.value is not NOT_JSON]
    for event in told:
        if problem := first_error(look.contract, pointer, event.value):
            return Failed("events that match the event schema", f"{event.place}: {problem}")
    return True if told else None  # stream.one-completed, stream.no-error or stream.json tells it


@check("response.unique-keys")
def _unique_keys(look: Look) -> Outcome:
    if not look.answered or (look.streamed and not look.streaming):
        return None
    texts = [event.data for event in look.raw_events] if look.streaming else [look.response.body]
    twice: list[str] = []

    def note(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        names = [name for name, _ in pairs]
        twice.extend(name for name in dict.fromkeys(names) if names.count(name) > 1)
        return dict(pairs)

    for text in texts:
        with suppress(ValueError, RecursionError):  # response.json or stream.json tells it
            json.loads(text, object_pairs_hook=note)
    return passed_if(not twice, "every key once", f"{', '.join(map(repr, twice))} more than once")


@check("response.request-id")
def _request_id(look: Look) -> Outcome:
    if not look.answered:
        return None
    return passed_if(bool(request_id(look)), "an X-Request-ID header", "none")


def request_id(look: Look) -> str:
    """Return the request id of an answer; empty where there is none."""
    return (look.response.header("x-request-id") or "").strip()


def _json_answer(look: Look) -> dict[str, Any] | None:
    return look.answer if look.answered and not look.streamed and isinstance(look.answer, dict) else None


@check("response.own-fields")
def _own_fields(look: Look) -> Outcome:
    answer = _json_answer(look)
    if answer is None:
        return None
    own = look.profile.fields or ()
    missing = [name for name in own if name not in answer]
    return passed_if(not missing, f"the fields {_listed(own)}", f"{_listed(missing)} missing")


@check("response.foreign-fields")
def _foreign_fields(look: Look) -> Outcome:
    answer, own = _json_answer(look), look.profile.fields or ()
    if answer is None:
        return None
    others = {name for profile in look.contract.models.values() for name in profile.fields or ()} - set(own)
    foreign = sorted(others & answer.keys())
    return passed_if(not foreign, f"no {_listed(sorted(others))}" if others else "no other fields", _listed(foreign))


@check("data.revised-prompt")
def _revised_prompt(look: Look) -> Outcome:
    if _json_answer(look) is None:
        return None
    if look.profile.image_fields is None or "revised_prompt" in look.profile.image_fields:
        return Skipped("the model may revise the prompt")
    data = look.answer.get("data")
    items = data if isinstance(data, list) else []
    return each_of((_revised(index, item) for index, item in enumerate(items)), "no image")


def _revised(index: int, item: Any) -> Failed | None:
    there = isinstance(item, dict) and "revised_prompt" in item
    return Failed("no revised_prompt", f"data[{index}]: {item['revised_prompt']!r:.80}") if there else None


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names)


def count_images(look: Look) -> int | None:
    """Return how many finished images an answer holds; None where it cannot be told."""
    if look.streamed and look.response.media_type == EVENT_STREAM:
        return len([event for event in look.events if event.type == COMPLETED])
    data = look.answer.get("data") if isinstance(look.answer, dict) else None
    return len(data) if isinstance(data, list) else None
