"""Typed events from an answer that is still arriving."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator
from types import TracebackType
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

from ._answers import is_error_event, read, request_id
from ._operation import Operation
from ._sse import EventParser, ServerSentEvent
from ._transport import translated
from .errors import APIResponseValidationError, APIStreamError, error_details

if TYPE_CHECKING:
    import httpx2

EventT = TypeVar("EventT")
DONE = "[DONE]"


class _EventReader:
    """Turns server-sent events into typed ones; `finished` once the server says that it is done."""

    def __init__(self, operation: Operation, request: str | None) -> None:
        self.finished = False
        self.skipped: list[ServerSentEvent] = []
        self._operation = operation
        self._request = request
        self._parser = EventParser()

    def feed(self, chunk: bytes) -> Iterator[Any]:
        for event in self._parser.feed(chunk):
            if event.data.strip() == DONE:
                self.finished = True
            if self.finished:
                return
            if (typed := self._typed(event)) is not None:
                yield typed

    def _typed(self, event: ServerSentEvent) -> Any:
        data = self._json(event)
        if event.event == "error" or is_error_event(data):
            details = error_details(data)
            message = details.pop("message", None) or "the stream reported an error"
            raise APIStreamError(message, request_id=self._request, body=data, **details)
        said = cast("dict[str, Any]", data) if isinstance(data, dict) else {}
        kind = said.get(self._operation.event_key, event.event)
        model = self._operation.events.get(kind) if isinstance(kind, str) else None
        if model is None:
            self.skipped.append(event)
            return None
        return read(model, said, self._request)

    def _json(self, event: ServerSentEvent) -> Any:
        try:
            return json.loads(event.data)
        except (ValueError, RecursionError) as error:
            if event.event == "error":
                return event.data
            message = f"the answer breaks the contract: the data of event {event.event!r} is no JSON"
            raise APIResponseValidationError(message, request_id=self._request, body=event.data) from error


class EventStream(Generic[EventT]):
    """The typed events of one answer, in the order in which they arrive.

    Iterate over it once; use it as a context manager to hang up before the end. Events of kinds that the contract does
    not name are not given but kept in `skipped`.

    >>> with client.images.generate(..., stream=True) as events:  # doctest: +SKIP
    ...     for event in events:
    ...         print(event.type)
    """

    def __init__(self, operation: Operation, response: httpx2.Response) -> None:
        self._reader = _EventReader(operation, request_id(response))
        self._response = response
        self.request_id = request_id(response)
        self.headers = response.headers
        self._events = self._read()

    @property
    def skipped(self) -> tuple[ServerSentEvent, ...]:
        """The events so far that the contract does not name."""
        return tuple(self._reader.skipped)

    def _read(self) -> Iterator[EventT]:
        with translated(), self:
            for chunk in self._response.iter_bytes():
                yield from self._reader.feed(chunk)
                if self._reader.finished:
                    return

    def __iter__(self) -> Iterator[EventT]:
        return self._events

    def __next__(self) -> EventT:
        return next(self._events)

    def close(self) -> None:
        """Hang up; what has not arrived yet is lost."""
        self._response.close()

    def __enter__(self) -> EventStream[EventT]:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class AsyncEventStream(Generic[EventT]):
    """As EventStream, for `async for` and `async with`."""

    def __init__(self, operation: Operation, response: httpx2.Response) -> None:
        self._reader = _EventReader(operation, request_id(response))
        self._response = response
        self.request_id = request_id(response)
        self.headers = response.headers
        self._events = self._read()

    @property
    def skipped(self) -> tuple[ServerSentEvent, ...]:
        """The events so far that the contract does not name."""
        return tuple(self._reader.skipped)

    async def _read(self) -> AsyncIterator[EventT]:
        with translated():
            async with self:
                async for chunk in self._response.aiter_bytes():
                    for event in self._reader.feed(chunk):
                        yield event
                    if self._reader.finished:
                        return

    def __aiter__(self) -> AsyncIterator[EventT]:
        return self._events

    async def __anext__(self) -> EventT:
        return await anext(self._events)

    async def close(self) -> None:
        """Hang up; what has not arrived yet is lost."""
        await self._response.aclose()

    async def __aenter__(self) -> AsyncEventStream[EventT]:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()
