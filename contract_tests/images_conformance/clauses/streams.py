"""The order of an event stream, and what its events hold."""

from __future__ import annotations

from collections.abc import Iterable

from ..exchange import ANY_ANSWER, EVENT_STREAM
from ..judging.answer import COMPLETED, Shown
from ..judging.look import NOT_JSON, Look
from .registry import Failed, Outcome, Skipped, check, each_of, passed_if

PATIENCE = 3.0  # seconds between the last event and the end


@check("stream.accept")
def _accept(look: Look) -> Outcome:
    accept = look.exchange.request.accept
    if not (look.answered and look.streamed) or accept == ANY_ANSWER:
        return None
    seen = f"{look.response.media_type or 'no Content-Type'} for Accept: {accept}"
    return passed_if(look.response.media_type == EVENT_STREAM, EVENT_STREAM, seen)


@check("stream.json")
def _json(look: Look) -> Outcome:
    if not look.streaming:
        return None
    try:
        look.response.body.decode("utf-8")
    except UnicodeDecodeError as error:
        return Failed("UTF-8", f"{error.reason} at byte {error.start}")
    told = zip(look.events, look.raw_events, strict=True)
    wrong = (Failed("JSON", f"{e.place}: {raw.data[:80]!r}") if e.value is NOT_JSON else None for e, raw in told)
    return each_of(wrong, "no event came")


@check("stream.event-name")
def _event_name(look: Look) -> Outcome:
    if not look.streaming:
        return None
    typed = [event for event in look.events if isinstance(event.type, str)]
    wrong = (
        None if event.name == event.type else Failed(f"event: {event.type}", f"{event.place}: event: {event.name}")
        for event in typed
    )
    return each_of(wrong, "no event tells its type")


@check("stream.partial-index")
def _partial_index(look: Look) -> Outcome:
    if not look.previews or _several(look):
        return Skipped("no partial image came") if look.streaming else None
    got = [told.members.get("partial_image_index") for told in look.previews]
    expected = list(range(len(got)))
    return passed_if(got == expected, f"partial_image_index {_listed(expected)}", _listed(got))


@check("stream.partial-count")
def _partial_count(look: Look) -> Outcome:
    if not look.streaming or _several(look):
        return None
    asked = look.asked("partial_images")
    most = asked if isinstance(asked, int) and not isinstance(asked, bool) else 0
    got = len(look.previews)
    return passed_if(got <= most, f"at most {most} partial images" if most else "no partial image", str(got))


def _several(look: Look) -> bool:
    """Whether several images were asked for: no source says what their stream looks like."""
    return look.body.get("n") not in (None, 1)


@check("stream.partial-picture")
def _partial_picture(look: Look) -> Outcome:
    if not look.streaming:
        return None
    shown = [each for told in look.previews for each in told.shown]
    return each_of(map(_undecoded, shown), "no partial image came")


def _undecoded(shown: Shown) -> Failed | None:
    if shown.b64 is None:
        return Failed("a picture", f"{shown.place}: an empty b64_json")
    return Failed("a picture", f"{shown.place}: {shown.picture}") if isinstance(shown.picture, str) else None


@check("stream.one-completed")
def _one_completed(look: Look) -> Outcome:
    if not look.streaming or _several(look) or any(event.error is not None for event in look.events):
        return None
    types = [event.type for event in look.events]
    if types.count(COMPLETED) == 1 and types[-1] == COMPLETED:
        return True
    return Failed(f"one {COMPLETED}, and last", _listed(types) or "no events")


@check("stream.completed-picture")
def _completed_picture(look: Look) -> Outcome:
    if not look.streaming:
        return None
    wrong = (Failed("a picture", f"{each.place}: an empty b64_json") if not each.b64 else None for each in look.shown)
    return each_of(wrong, "no completed event came")


@check("stream.no-error")
def _no_error(look: Look) -> Outcome:
    if not look.streaming:
        return None
    errors = [event for event in look.events if event.error is not None]
    if not errors:
        return True
    message = (errors[0].error or {}).get("message")
    return Failed("no error", f"{errors[0].place}: {message!r:.200}")


@check("stream.ends")
def _ends(look: Look) -> Outcome:
    if not look.streaming:
        return None
    seen = f"{look.response.tail:.1f} seconds after the last event"
    return passed_if(look.response.tail <= PATIENCE, "the end of the stream", seen)


def _listed(values: Iterable[object]) -> str:
    return ", ".join(str(value) for value in values)
