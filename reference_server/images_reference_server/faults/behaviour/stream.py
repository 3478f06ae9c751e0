"""Faults in the event stream."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from starlette.responses import Response, StreamingResponse

from ...errors import Refusal, failure
from ...jobs import Job
from ...pictures import Sketch
from ...seams import Call
from ...streaming import Event
from .registry import fault

Events = list[Event]
HANG = 5.0  # seconds


def _partial(event: Event) -> bool:
    return "partial_image_index" in event.data


def _told(event: Event, **members: Any) -> Event:
    return replace(event, data={**event.data, **members})


def _untold(event: Event, *names: str) -> Event:
    return replace(event, data={name: value for name, value in event.data.items() if name not in names})


def _completed_told(events: Events, **members: Any) -> Events:
    return [event if _partial(event) else _told(event, **members) for event in events]


@fault("stream", "reply")
def says_json(response: Response, call: Call) -> Response:
    """A stream says that it is JSON."""
    if isinstance(response, StreamingResponse):
        response.headers["content-type"] = "application/json"
    return response


@fault("stream", "job")
def json_instead(job: Job, call: Call) -> Job:
    """Who asks for a stream gets a JSON answer."""
    return replace(job, stream=False)


@fault("stream", "job")
def only_if_accepted(job: Job, call: Call) -> Job:
    """Only who sends Accept: text/event-stream gets a stream."""
    return replace(job, stream=job.stream and "text/event-stream" in call.headers.get("accept", ""))


@fault("stream", "job")
def uninvited(job: Job, call: Call) -> Job:
    """A stream comes unless stream is false, even if nobody asked for one."""
    return replace(job, stream="stream" in job.model.parameters and call.members.get("stream") is not False)


@fault("stream", "contract")
def crashes(refusal: Refusal | None, call: Call) -> Refusal | None:
    """Who asks for a stream gets 500."""
    return refusal or (failure() if call.members.get("stream") is True else None)


@fault("stream", "events")
def no_event_names(events: Events, call: Call) -> Events:
    """Events have no event field."""
    return [replace(event, name=None) for event in events]


@fault("stream", "events")
def event_names_differ(events: Events, call: Call) -> Events:
    """The event field differs from the type."""
    return [replace(event, name="message") for event in events]


@fault("stream", "events")
def type_unknown(events: Events, call: Call) -> Events:
    """Events are of a type that nobody documents, in both places."""
    return [replace(_told(event, type="image.done"), name="image.done") for event in events]


@fault("stream", "events")
def type_missing(events: Events, call: Call) -> Events:
    """Events have no type in their data."""
    return [_untold(event, "type") for event in events]


@fault("stream", "events")
def metadata_missing(events: Events, call: Call) -> Events:
    """Events have only type, index and picture."""
    return [_untold(event, "created_at", "size", "quality", "background", "output_format") for event in events]


@fault("stream", "events")
def created_in_milliseconds(events: Events, call: Call) -> Events:
    """created_at counts milliseconds."""
    return [_told(event, created_at=event.data["created_at"] * 1000) for event in events]


@fault("stream", "events")
def index_from_one(events: Events, call: Call) -> Events:
    """Partial images are counted from 1."""
    return [
        _told(event, partial_image_index=event.data["partial_image_index"] + 1) if _partial(event) else event
        for event in events
    ]


@fault("stream", "events")
def index_stuck(events: Events, call: Call) -> Events:
    """Every partial image is number 0."""
    return [_told(event, partial_image_index=0) if _partial(event) else event for event in events]


@fault("stream", "events")
def partials_backwards(events: Events, call: Call) -> Events:
    """Partial images come in reverse order."""
    partials = [event for event in events if _partial(event)]
    return [*reversed(partials), *(event for event in events if not _partial(event))]


@fault("stream", "job")
def too_many_partials(job: Job, call: Call) -> Job:
    """One partial image more than asked for comes, where any is asked for."""
    return replace(job, previews=job.previews + 1 if job.previews else 0)


@fault("stream", "job")
def partials_unasked(job: Job, call: Call) -> Job:
    """A partial image comes even if none is asked for."""
    return replace(job, previews=job.previews or 1)


@fault("stream", "events")
def two_completed(events: Events, call: Call) -> Events:
    """The completed event comes twice."""
    return [*events, events[-1]]


@fault("stream", "events")
def no_completed(events: Events, call: Call) -> Events:
    """No completed event comes."""
    return [event for event in events if _partial(event)]


@fault("stream", "events")
def completed_first(events: Events, call: Call) -> Events:
    """The completed event comes before the partial images."""
    return [events[-1], *events[:-1]]


@fault("stream", "events")
def nothing(events: Events, call: Call) -> Events:
    """A stream has no events."""
    return []


@fault("stream", "events")
def no_usage(events: Events, call: Call) -> Events:
    """The completed event has no usage."""
    return [_untold(event, "usage") for event in events]


@fault("stream", "events")
def usage_wrong(events: Events, call: Call) -> Events:
    """The usage in the completed event does not add up."""
    return [
        event if _partial(event) else _told(event, usage={**event.data["usage"], "total_tokens": 1}) for event in events
    ]


@fault("stream", "events")
def blank_pictures(events: Events, call: Call) -> Events:
    """Events have empty pictures."""
    return [_told(event, b64_json="") for event in events]


@fault("stream", "events")
def blank_partials(events: Events, call: Call) -> Events:
    """Partial images are empty."""
    return [_told(event, b64_json="") if _partial(event) else event for event in events]


@fault("stream", "events")
def undecodable(events: Events, call: Call) -> Events:
    """The picture of the completed event is none."""
    return _completed_told(events, b64_json="SGVsbG8sIHdvcmxkIQ==")


@fault("stream", "events")
def partials_undecodable(events: Events, call: Call) -> Events:
    """The pictures of partial events are none."""
    return [_told(event, b64_json="SGVsbG8sIHdvcmxkIQ==") if _partial(event) else event for event in events]


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
    return [_told(event, size="64x64") for event in events]


@fault("stream", "events")
def url_instead(events: Events, call: Call) -> Events:
    """The completed event has a url in place of the picture."""
    return [event if _partial(event) else _told(_untold(event, "b64_json"), url="/a.png") for event in events]


@fault("stream", "events")
def data_not_json(events: Events, call: Call) -> Events:
    """The data of an event is not JSON."""
    return [replace(event, data=str(event.data)) for event in events]


@fault("stream", "events")
def error_inside(events: Events, call: Call) -> Events:
    """A stream breaks off with an error event."""
    return [*events[:-1], Event("error", {"error": failure().envelope()["error"]})]


@fault("stream", "events")
def trailing_chatter(events: Events, call: Call) -> Events:
    """After the completed event comes one that nobody documents."""
    return [*events, Event("image_generation.goodbye", {"type": "image_generation.goodbye"})]


@fault("stream", "events")
def hangs(events: Events, call: Call) -> Events:
    """A stream does not end for 5 seconds after its last event."""
    return [*events, Event(None, "[DONE]", delay=HANG)]
