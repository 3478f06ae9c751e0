"""Faults in what the events of a stream tell and show."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ...jobs import AUTO
from ...pictures import NO_ALPHA, Sketch
from ...seams import Call
from ...streaming import Event
from .events import Events, completed_told, is_partial, told, untold
from .registry import fault


@fault("stream", "events")
def metadata_missing(events: Events, call: Call) -> Events:
    """Events have only type, index and picture."""
    return [untold(event, "created_at", "size", "quality", "background", "output_format") for event in events]


@fault("stream", "events")
def created_in_milliseconds(events: Events, call: Call) -> Events:
    """created_at counts milliseconds."""
    return [told(event, created_at=event.data["created_at"] * 1000) for event in events]


@fault("stream", "events")
def no_usage(events: Events, call: Call) -> Events:
    """The completed event has no usage."""
    return [untold(event, "usage") for event in events]


@fault("stream", "events")
def usage_wrong(events: Events, call: Call) -> Events:
    """The usage in the completed event does not add up."""
    return [_with_usage(event, total_tokens=1) for event in events]


@fault("stream", "events")
def blank_pictures(events: Events, call: Call) -> Events:
    """Events have empty pictures."""
    return [told(event, b64_json="") for event in events]


@fault("stream", "events")
def blank_partials(events: Events, call: Call) -> Events:
    """Partial images are empty."""
    return [told(event, b64_json="") if is_partial(event) else event for event in events]


@fault("stream", "events")
def undecodable(events: Events, call: Call) -> Events:
    """The picture of the completed event is none."""
    return completed_told(events, b64_json="SGVsbG8sIHdvcmxkIQ==")


@fault("stream", "events")
def partials_undecodable(events: Events, call: Call) -> Events:
    """The pictures of partial events are none."""
    return [told(event, b64_json="SGVsbG8sIHdvcmxkIQ==") if is_partial(event) else event for event in events]


@fault("stream", "sketch")
def size_wrong(sketch: Sketch, call: Call) -> Sketch:
    """Pictures in a stream are thumbnails."""
    return replace(sketch, size=(64, 64)) if call.job and call.job.stream else sketch


@fault("stream", "sketch")
def format_wrong(sketch: Sketch, call: Call) -> Sketch:
    """Pictures in a stream are in another format than asked for."""
    other = "webp" if sketch.output_format == "png" else "png"
    return replace(sketch, output_format=other) if call.job and call.job.stream else sketch


@fault("stream", "events")
def size_echo_wrong(events: Events, call: Call) -> Events:
    """Events tell another size than the picture has."""
    return [told(event, size="64x64") for event in events]


@fault("stream", "events")
def url_instead(events: Events, call: Call) -> Events:
    """The completed event has a url in place of the picture."""
    return [event if is_partial(event) else told(untold(event, "b64_json"), url="/a.png") for event in events]


@fault("stream", "events")
def blank_completed(events: Events, call: Call) -> Events:
    """The picture of the completed event is empty."""
    return completed_told(events, b64_json="")


@fault("stream", "events")
def details_wrong(events: Events, call: Call) -> Events:
    """The details of the input in the completed event do not add up."""
    return [_with_usage(event, input_tokens_details={"image_tokens": 5, "text_tokens": 0}) for event in events]


def _with_usage(event: Event, **members: Any) -> Event:
    return event if is_partial(event) else told(event, usage={**event.data["usage"], **members})


@fault("stream", "events")
def quality_echo_wrong(events: Events, call: Call) -> Events:
    """Events tell another quality than the one asked for."""
    choices = call.job.model.choices("quality") if call.job else ()
    others = [value for value in choices if value not in (AUTO, call.members.get("quality"))]
    return [told(event, quality=others[0]) for event in events]


@fault("stream", "sketch")
def opaque(sketch: Sketch, call: Call) -> Sketch:
    """Pictures in a stream are never transparent."""
    return replace(sketch, alpha=NO_ALPHA) if call.job and call.job.stream else sketch
