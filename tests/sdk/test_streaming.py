"""Streams: typed events from bytes that are cut anywhere."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx2
import pytest

from images_client import (
    APIConnectionError,
    APIError,
    APIResponseValidationError,
    APIStreamError,
    APITimeoutError,
    Client,
    StreamInterruptedError,
)
from images_client._sse import EventParser, ServerSentEvent
from images_client.models import ImageCompletedEvent, ImagePartialEvent

from .conftest import FakeServer

COMMON = {
    "b64_json": "aGk=",
    "created_at": 1,
    "size": "1024x1024",
    "quality": "high",
    "background": "auto",
    "output_format": "png",
}
USAGE = {
    "input_tokens": 1,
    "input_tokens_details": {"image_tokens": 0, "text_tokens": 1},
    "output_tokens": 1,
    "total_tokens": 2,
}
PARTIAL = {"type": "image_generation.partial_image", "partial_image_index": 0, **COMMON}
COMPLETED = {"type": "image_generation.completed", "usage": USAGE, **COMMON}


def event(data: Any, name: str | None = None) -> str:
    named = name or (data["type"] if isinstance(data, dict) else None)
    return (f"event: {named}\n" if named else "") + f"data: {json.dumps(data)}\n\n"


WHOLE = ": hello\n\n" + event(PARTIAL) + ": still here\n\n" + event(COMPLETED) + "data: [DONE]\n\n"


class Chunks(httpx2.SyncByteStream, httpx2.AsyncByteStream):
    """A body that arrives in given pieces; remembers whether it was closed."""

    def __init__(self, *pieces: bytes | Exception) -> None:
        self.pieces = pieces
        self.closed = False

    def __iter__(self) -> Iterator[bytes]:
        for piece in self.pieces:
            if isinstance(piece, Exception):
                raise piece
            yield piece

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in self:
            yield piece

    def close(self) -> None:
        self.closed = True

    async def aclose(self) -> None:
        self.closed = True


def streaming(*pieces: bytes | Exception) -> tuple[Client, Chunks]:
    body = Chunks(*pieces)
    answer = httpx2.Response(200, headers={"content-type": "text/event-stream; charset=utf-8"}, stream=body)
    return FakeServer(answers=[answer]).client(), body


def events_of(*pieces: bytes | Exception) -> list[Any]:
    client, _ = streaming(*pieces)
    return list(client.images.generate(prompt="a cat", model="gpt-image-1", stream=True, partial_images=1))


def test_typed_events() -> None:
    """Events come typed and in order; [DONE] and comments are not among them."""
    partial, completed = events_of(WHOLE.encode())

    assert isinstance(partial, ImagePartialEvent)
    assert partial.partial_image_index == 0
    assert isinstance(completed, ImageCompletedEvent)
    assert (completed.type, completed.usage.total_tokens) == ("image_generation.completed", 2)


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_any_cut_gives_the_same_events(line_end: str) -> None:
    """Wherever the bytes are cut, also inside a character or between CR and LF, the same events come out."""
    text = ": ♥\n\nevent: a\ndata: 小猫\ndata:second\n\ndata: {}\nid: 1\nretry: 5\n\nevent: only-a-name\n\ndata: no end"
    data = ("\ufeff" + text.replace("\n", line_end)).encode()
    expected = [ServerSentEvent("a", "小猫\nsecond"), ServerSentEvent("message", "{}")]

    for cut in range(len(data) + 1):
        parser = EventParser()
        assert expected == [*parser.feed(data[:cut]), *parser.feed(data[cut:])], cut
    parser = EventParser()
    assert expected == [each for byte in data for each in parser.feed(bytes([byte]))]


def test_single_bytes_give_typed_events() -> None:
    """A server that sends byte by byte is understood."""
    assert len(events_of(*(bytes([each]) for each in WHOLE.encode()))) == 2


def test_unknown_events_are_kept_aside() -> None:
    """An event that the contract does not name raises nothing; `skipped` has it, and does not fill the screen."""
    client, _ = streaming(event({"type": "image_generation.thinking", "b64": "x" * 9999}).encode(), WHOLE.encode())
    stream = client.images.generate(prompt="a cat", model="gpt-image-1", stream=True)

    assert len(list(stream)) == 2
    assert [each.event for each in stream.skipped] == ["image_generation.thinking"]
    assert len(repr(stream.skipped)) < 200


def test_the_name_of_the_event_serves_where_the_data_has_no_type() -> None:
    """A server that leaves `type` to the event's name is understood."""
    nameless = {name: value for name, value in PARTIAL.items() if name != "type"}

    data = event(nameless, str(PARTIAL["type"])) + event(COMPLETED)
    assert isinstance(events_of(data.encode())[0], ImagePartialEvent)


@pytest.mark.parametrize(
    "data",
    [
        event({"type": "error", "error": {"message": "no", "type": "server_error", "param": None, "code": "busy"}}),
        event({"error": {"message": "no", "type": "server_error", "code": "busy"}}, "message"),
        event({"message": "no", "type": "server_error", "code": "busy"}, "error"),
    ],
)
def test_an_error_event_raises(data: str) -> None:
    """An error in the stream raises, after the events before it, with what the server said."""
    client, body = streaming((event(PARTIAL) + data).encode())
    stream = client.images.generate(prompt="a cat", model="gpt-image-1", stream=True)

    assert isinstance(next(stream), ImagePartialEvent)
    with pytest.raises(APIStreamError) as caught:
        next(stream)
    assert (caught.value.message, caught.value.type, caught.value.code) == ("no", "server_error", "busy")
    assert body.closed


def test_an_event_that_breaks_the_contract_raises() -> None:
    """A named event without a required field, or data that is no JSON, is a breach."""
    with pytest.raises(APIResponseValidationError, match="expected a field 'b64_json'"):
        events_of(event({"type": PARTIAL["type"]}).encode())
    with pytest.raises(APIResponseValidationError, match="is no JSON"):
        events_of(b"data: {oops\n\n")


@pytest.mark.parametrize(
    ("end", "error"),
    [
        (httpx2.RemoteProtocolError("cut off"), APIConnectionError),
        (httpx2.ReadTimeout(""), APITimeoutError),
        (b"", StreamInterruptedError),
        (b"data: [DONE]\n\n", StreamInterruptedError),
        (event(COMPLETED).encode()[:-1], StreamInterruptedError),
        (event({"error": {"message": "no"}}, "error").encode(), APIStreamError),
        (b"data: {oops\n\n", APIResponseValidationError),
    ],
)
def test_a_stream_that_is_cut_short_raises(end: bytes | Exception, error: type[APIError]) -> None:
    """However a stream ends before the picture is complete: a typed error, which has the previews that arrived."""
    client, body = streaming(event(PARTIAL).encode(), end)
    stream = client.images.generate(prompt="a cat", model="gpt-image-1", stream=True)
    with pytest.raises(error) as caught:
        stream.final()

    assert type(caught.value) is error
    assert [PARTIAL] == [each.raw for each in caught.value.arrived]
    assert caught.value.maybe_billed
    assert body.closed


def test_the_final_event() -> None:
    """`final` reads to the end and returns the completed event; what came is in `arrived` and `completed`."""
    client, body = streaming(WHOLE.encode())
    stream = client.images.generate(prompt="a cat", model="gpt-image-1", stream=True, partial_images=1)

    assert stream.final().usage.total_tokens == 2
    assert [PARTIAL["type"], COMPLETED["type"]] == [each.type for each in stream.arrived]
    assert [COMPLETED["type"]] == [each.type for each in stream.completed]
    assert body.closed


def test_heartbeats_of_any_kind_are_let_pass() -> None:
    """An event that the contract does not name may hold anything, or nothing at all."""
    beats = "event: ping\ndata: not JSON\n\nevent: ping\n\ndata:\n\n:\n\nevent: keepalive\ndata: {}\n\n"

    assert len(events_of((beats + event(PARTIAL) + beats + event(COMPLETED)).encode())) == 2


def test_json_instead_of_a_stream_is_kept() -> None:
    """A server that ignores `stream` breaks the contract; its answer is kept, for the images may be in it."""
    server = FakeServer()
    with pytest.raises(APIResponseValidationError) as caught:
        server.client().images.generate(prompt="a cat", model="gpt-image-1", stream=True)

    assert caught.value.body["created"] == 1589478378


def test_leaving_early_hangs_up() -> None:
    """Leaving the block closes the connection."""
    client, body = streaming(WHOLE.encode())
    with client.images.generate(prompt="a cat", model="gpt-image-1", stream=True) as stream:
        next(stream)

    assert body.closed
    assert len(stream.arrived) == 1


def test_the_asynchronous_stream() -> None:
    """The asynchronous client streams the same events."""
    headers = {"content-type": "text/event-stream"}
    answers = [httpx2.Response(200, headers=headers, stream=Chunks(WHOLE.encode())) for _ in range(2)]
    client = FakeServer(answers=answers).async_client()

    async def kinds() -> list[str]:
        async with await client.images.generate(prompt="a cat", model="gpt-image-1", stream=True) as stream:
            return [each.type async for each in stream]

    async def final() -> Any:
        stream = await client.images.generate(prompt="a cat", model="gpt-image-1", stream=True)
        return (await stream.final()).raw

    assert [PARTIAL["type"], COMPLETED["type"]] == asyncio.run(kinds())
    assert COMPLETED == asyncio.run(final())
