"""The event stream: partial images, then one completed event for each image."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import dataclass
from typing import Any

from .answers import completed, facts
from .catalogue import Catalogue, Document, Schema
from .jobs import Job
from .pictures import Picture, Sketch

MEDIA_TYPE = "text/event-stream; charset=utf-8"


@dataclass(frozen=True)
class Event:
    """One server-sent event; `delay` is the number of seconds to wait before it, `end` what closes it."""

    name: str | None
    data: Any
    delay: float = 0
    end: str = "\n\n"

    def encode(self) -> bytes:
        """Return the event as it goes over the wire."""
        data = self.data if isinstance(self.data, str) else json.dumps(self.data, ensure_ascii=False)
        name = "" if self.name is None else f"event: {self.name}\n"
        return f"{name}data: {data}{self.end}".encode("utf-8", "surrogateescape")


def events(document: Document, catalogue: Catalogue, job: Job, draw: Callable[[Sketch], Picture]) -> list[Event]:
    """Return the events of a job: its previews in order, then the picture."""
    made = []
    for index in range(job.count):
        for stage in range(job.previews):
            told = {"b64_json": draw(job.sketch(index, stage)).b64, "partial_image_index": stage}
            made.append(_event(document, catalogue.partial, job, told))
        made.append(_event(document, catalogue.completed, job, {"b64_json": draw(job.sketch(index)).b64}))
    return made


def _event(document: Document, schema: Schema, job: Job, told: dict[str, Any]) -> Event:
    """Fill in an event as its schema lists it: constants, what is known under a property's name, what is required."""
    properties: dict[str, Schema] = schema["properties"]
    constant = {name: each["const"] for name, each in properties.items() if "const" in each}
    known = {**facts(job), "created_at": job.created, **told, **constant}
    data = completed(document, schema, [name for name in properties if name in known], known)
    return Event(data.get("type"), data)


async def send(made: Iterable[Event]) -> AsyncIterator[bytes]:
    """Yield events one by one, as they go over the wire."""
    for event in made:
        await asyncio.sleep(event.delay)
        yield event.encode()
