"""What a successful answer shows and tells, whether it came as JSON or as an event stream."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ..exchange import Fetched
from .picture import Picture, read_picture
from .sse import Event

COMPLETED = "image_generation.completed"
PARTIAL = "image_generation.partial_image"


@dataclass(frozen=True)
class Shown:
    """One picture of an answer, at a place such as `data[0]`; `content` is its file where there is one to look at."""

    place: str
    b64: str | None = None
    url: str | None = None
    content: bytes | None = None

    @property
    def picture(self) -> Picture | str | None:
        """The decoded picture, why there is none, or None where there is no file to look at."""
        return None if self.content is None else read_picture(self.content)


@dataclass(frozen=True)
class Told:
    """What an answer or an event tells beside its pictures: its members, and which of the pictures they speak of."""

    place: str
    members: Mapping[str, Any]
    shown: tuple[Shown, ...]


@dataclass(frozen=True)
class StreamEvent:
    """An event of a stream: its `event` field, and the JSON value of its data (or a mark that it is none)."""

    place: str
    name: str
    value: Any

    @property
    def data(self) -> Mapping[str, Any]:
        """The data where it is an object, else an empty mapping."""
        return self.value if isinstance(self.value, Mapping) else {}

    @property
    def type(self) -> Any:
        """The type that the data tells."""
        return self.data.get("type")

    @property
    def error(self) -> Mapping[str, Any] | None:
        """The error that the event tells of, or None."""
        error = self.data.get("error")
        if isinstance(error, Mapping):
            return error
        return self.data if self.type == "error" or self.name == "error" else None


def strict_base64(text: str) -> bytes | None:
    """Return what base64 (RFC 4648 section 4) stands for; None where the text has anything else in it."""
    try:
        data = base64.b64decode(text, validate=True) if text.isascii() else None
    except binascii.Error:
        return None
    return data if data is not None and base64.b64encode(data) == text.encode() else None  # the last bits count, too


def of_json(answer: Any, fetched: tuple[Fetched, ...]) -> list[Told]:
    """Return the one thing that a JSON answer tells, with its pictures; nothing where it is no object."""
    if not isinstance(answer, Mapping):
        return []
    data = answer.get("data")
    files = {each.url: each.body for each in fetched if each.failure is None and each.status == 200}
    items = enumerate(data if isinstance(data, list) else [])
    shown = tuple(_shown(f"data[{index}]", item, files) for index, item in items if isinstance(item, Mapping))
    return [Told("the answer", answer, shown)]


def _shown(place: str, item: Mapping[str, Any], files: Mapping[str, bytes]) -> Shown:
    b64, url = (value if isinstance(value := item.get(name), str) and value else None for name in ("b64_json", "url"))
    content = strict_base64(b64) if b64 is not None else files.get(url or "")
    return Shown(place, b64, url, content)


def of_events(events: list[Event], parsed: list[Any]) -> Iterator[StreamEvent]:
    """Yield the events of a stream with their data."""
    for index, (event, data) in enumerate(zip(events, parsed, strict=True)):
        yield StreamEvent(f"event {index}", event.name, data)


def of_stream(events: list[StreamEvent], kind: str) -> list[Told]:
    """Return what the events of a type tell, each with its picture."""
    chosen = [event for event in events if event.type == kind]
    return [Told(each.place, each.data, (_shown(each.place, each.data, {}),)) for each in chosen]
