"""Faults in the order and the form of the event stream."""

from __future__ import annotations

import json
from dataclasses import replace

from starlette.responses import Response, StreamingResponse

from ...errors import Refusal, failure
from ...jobs import Job
from ...seams import Call
from ...streaming import Event
from .events import Events, is_partial, told, untold
from .registry import fault

HANG = 5.0  # seconds


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
    return [replace(told(event, type="image.done"), name="image.done") for event in events]


@fault("stream", "events")
def type_missing(events: Events, call: Call) -> Events:
    """Events have no type in their data."""
    return [untold(event, "type") for event in events]


@fault("stream", "events")
def index_from_one(events: Events, call: Call) -> Events:
    """Partial images are counted from 1."""
    return [
        told(event, partial_image_index=event.data["partial_image_index"] + 1) if is_partial(event) else event
        for event in events
    ]


@fault("stream", "events")
def index_stuck(events: Events, call: Call) -> Events:
    """Every partial image is number 0."""
    return [told(event, partial_image_index=0) if is_partial(event) else event for event in events]


@fault("stream", "events")
def partials_backwards(events: Events, call: Call) -> Events:
    """Partial images come in reverse order."""
    partials = [event for event in events if is_partial(event)]
    return [*reversed(partials), *(event for event in events if not is_partial(event))]


@fault("stream", "job")
def too_many_partials(job: Job, call: Call) -> Job:
    """One partial image more than asked for comes, where any is asked for."""
    return replace(job, previews=job.previews + 1 if job.previews else 0)


@fault("stream", "job")
def partials_unasked(job: Job, call: Call) -> Job:
    """A partial image comes even if none is asked for."""
    return replace(job, previews=job.previews or 1)


@fault("stream", "job")
def partials_by_default(job: Job, call: Call) -> Job:
    """A partial image comes where the request does not say how many."""
    return job if "partial_images" in call.members else replace(job, previews=1)


@fault("stream", "events")
def two_completed(events: Events, call: Call) -> Events:
    """The completed event comes twice."""
    return [*events, events[-1]]


@fault("stream", "events")
def no_completed(events: Events, call: Call) -> Events:
    """No completed event comes."""
    return [event for event in events if is_partial(event)]


@fault("stream", "events")
def completed_first(events: Events, call: Call) -> Events:
    """The completed event comes before the partial images."""
    return [events[-1], *events[:-1]]


@fault("stream", "events")
def nothing(events: Events, call: Call) -> Events:
    """A stream has no events."""
    return []


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


@fault("stream", "job")
def by_accept_header(job: Job, call: Call) -> Job:
    """Whoever would accept a stream gets one, even without asking for it."""
    invited = "stream" in job.model.parameters and "text/event-stream" in call.headers.get("accept", "")
    return replace(job, stream=job.stream or invited)


@fault("stream", "events")
def index_skips(events: Events, call: Call) -> Events:
    """The second partial image is number 2."""
    return [
        told(event, partial_image_index=2) if is_partial(event) and event.data["partial_image_index"] == 1 else event
        for event in events
    ]


@fault("stream", "events")
def done_alone(events: Events, call: Call) -> Events:
    """A stream says that it is done, and nothing else."""
    return [Event(None, "[DONE]")]


@fault("stream", "events")
def last_event_open(events: Events, call: Call) -> Events:
    """No blank line closes the last event, so that clients never see it."""
    return [*events[:-1], replace(events[-1], end="\n")]


@fault("stream", "events")
def not_utf_8(events: Events, call: Call) -> Events:
    """Events hold a byte that is not UTF-8."""
    return [told(event, note="\udcff") for event in events]


@fault("stream", "events", level="should")
def keys_twice(events: Events, call: Call) -> Events:
    """Events have the same key twice."""
    return [replace(event, data='{"size": "auto", ' + json.dumps(event.data)[1:]) for event in events]
