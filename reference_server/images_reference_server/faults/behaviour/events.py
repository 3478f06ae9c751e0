"""What faults do to the events of a stream."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ...streaming import Event

Events = list[Event]


def is_partial(event: Event) -> bool:
    """Say whether an event is a partial image."""
    return "partial_image_index" in event.data


def told(event: Event, **members: Any) -> Event:
    """Return an event with some members changed."""
    return replace(event, data={**event.data, **members})


def untold(event: Event, *names: str) -> Event:
    """Return an event without some members."""
    return replace(event, data={name: value for name, value in event.data.items() if name not in names})


def completed_told(events: Events, **members: Any) -> Events:
    """Return events of which the completed ones have some members changed."""
    return [event if is_partial(event) else told(event, **members) for event in events]
