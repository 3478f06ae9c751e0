"""Typed events from an answer that is still arriving."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Generator, Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

from ._answers import is_error_event, read
from ._operation import Operation
from ._sse import EventParser, ServerSentEvent
from ._transport import request_id, translated
from .errors import APIError, APIResponseValidationError, APIStreamError, StreamInterruptedError, error_details

if TYPE_CHECKING:
    import httpx2

EventT = TypeVar("EventT")
FinalT = TypeVar("FinalT")
DONE = "[DONE]"


class _Reader:
    """Turns server-sent events into typed ones; `finished` once the server says that it is done."""

    def __init__(self, operation: Operation, request: str | None) -> None:
        self.finished = False
        self.arrived: list[Any] = []
        self.skipped: list[ServerSentEvent] = []
        self.completed: list[Any] = []
        self._operation = operation
        self._request = request
        self._parser = EventParser()

    @contextmanager
    def reading(self) -> Generator[None]:
        """What goes wrong inside tells what had arrived; so does an end that comes too early."""
        try:
            with translated():
                yield
                self._end()
        except APIError as error:
            error.arrived = tuple(self.arrived)
            raise

    def feed(self, chunk: bytes) -> Iterator[Any]:
        for event in self._parser.feed(chunk):
            if event.data.strip() == DONE:
                self.finished = True
            if self.finished:
                return
            if event.data.strip() and (typed := self._typed(event)) is not None:
                self.arrived.append(typed)
                yield typed

    def _end(self) -> None:
        if not self.completed:
            message = f"the stream ended before the picture was complete; {len(self.arrived)} events arrived"
            raise StreamInterruptedError(message, request_id=self._request)

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
        typed = read(model, said, self._request)
        if kind in self._operation.final or not self._operation.final:
            self.completed.append(typed)
        return typed

    def _json(self, event: ServerSentEvent) -> Any:
        try:
            return json.loads(event.data)
        except (ValueError, RecursionError) as error:
            if event.event not in (*self._operation.events, "message"):
                return event.data
            message = f"the answer breaks the contract: the data of event {event.event!r} is no JSON"
            raise APIResponseValidationError(message, request_id=self._request, body=event.data) from error


class _Stream(Generic[EventT, FinalT]):
    """What both kinds of stream have."""

    def __init__(self, operation: Operation, response: httpx2.Response) -> None:
        self.request_id = request_id(response)
        self.headers = response.headers
        self._reader = _Reader(operation, self.request_id)
        self._response = response

    @property
    def arrived(self) -> tuple[EventT, ...]:
        """The events so far."""
        return tuple(self._reader.arrived)

    @property
    def completed(self) -> tuple[FinalT, ...]:
        """The events so far that complete a picture."""
        return tuple(self._reader.completed)

    @property
    def skipped(self) -> tuple[ServerSentEvent, ...]:
        """The events so far that the contract does not name."""
        return tuple(self._reader.skipped)


class EventStream(_Stream[EventT, FinalT]):
    """The typed events of one answer, in the order in which they arrive.

    Iterate over it once; use it as a context manager to hang up before the end. Events of kinds that the contract does
    not name are not given but kept in `skipped`.

    >>> with client.images.generate(..., stream=True) as events:  # doctest: +SKIP
    ...     for event in events:
    ...         print(event.type)
    ...     picture = events.final()
    """

    def __init__(self, operation: Operation, response: httpx2.Response) -> None:
        super().__init__(operation, response)
        self._events = self._read()

    def _read(self) -> Iterator[EventT]:
        with self, self._reader.reading():
            for chunk in self._response.iter_bytes():
                yield from self._reader.feed(chunk)
                if self._reader.finished:
                    return

    def __iter__(self) -> Iterator[EventT]:
        return self._events

    def __next__(self) -> EventT:
        return next(self._events)

    def final(self) -> FinalT:
        """Return the event that completes the picture (the last one, if there are several), after all others."""
        for _ in self._events:
            pass
        final: FinalT = self._reader.completed[-1]
        return final

    def close(self) -> None:
        """Hang up; what has not arrived yet is lost."""
        self._response.close()

    def __enter__(self) -> EventStream[EventT, FinalT]:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class AsyncEventStream(_Stream[EventT, FinalT]):
    """As EventStream, for `async for` and `async with`."""

    def __init__(self, operation: Operation, response: httpx2.Response) -> None:
        super().__init__(operation, response)
        self._events = self._read()

    async def _read(self) -> AsyncIterator[EventT]:
        async with self:
            with self._reader.reading():
                async for chunk in self._response.aiter_bytes():
                    for event in self._reader.feed(chunk):
                        yield event
                    if self._reader.finished:
                        return

    def __aiter__(self) -> AsyncIterator[EventT]:
        return self._events

    async def __anext__(self) -> EventT:
        return await anext(self._events)

    async def final(self) -> FinalT:
        """Return the event that completes the picture (the last one, if there are several), after all others."""
        async for _ in self._events:
            pass
        final: FinalT = self._reader.completed[-1]
        return final

    async def close(self) -> None:
        """Hang up; what has not arrived yet is lost."""
        await self._response.aclose()

    async def __aenter__(self) -> AsyncEventStream[EventT, FinalT]:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()
