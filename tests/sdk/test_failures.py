"""Failures: what is tried again and what is not, what an exception tells, and what a hook is told."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from email.utils import formatdate
from typing import Any

import anyio
import httpx2
import pytest

from images_client import (
    APIConnectionError,
    APIError,
    APIStatusError,
    APITimeoutError,
    AttemptEnded,
    AttemptStarted,
    BadRequestError,
    ConfigurationError,
    ContentPolicyError,
    RateLimitError,
)

from .conftest import ANSWER, KEY, FakeServer

Answering = Callable[..., FakeServer]
GOOD = httpx2.Response(200, json=ANSWER, headers={"x-request-id": "req_2"})


def refused(status: int, **headers: str) -> httpx2.Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return httpx2.Response(status, json={"error": {"message": "no"}}, headers={"x-request-id": "req_1", **named})


@pytest.fixture(autouse=True)
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How long a client slept; it does not really."""
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    monkeypatch.setattr(time, "sleep", slept.append)
    monkeypatch.setattr(anyio, "sleep", sleep)
    return slept


SAFE = [
    httpx2.ConnectError("refused"),
    httpx2.ConnectTimeout("slow"),
    httpx2.PoolTimeout("busy"),
    refused(429),
    refused(503, retry_after="1"),
]
PAID = [
    httpx2.ReadTimeout(""),
    httpx2.ReadError("cut"),
    httpx2.WriteTimeout(""),
    httpx2.RemoteProtocolError("cut"),
    refused(408),
    refused(409),
    refused(500),
    refused(502),
    refused(503),
]
HOPELESS = [refused(400), refused(401), refused(404), refused(422), refused(429, x_should_retry="false")]


def name(failure: httpx2.Response | Exception) -> str:
    return str(failure.status_code) if isinstance(failure, httpx2.Response) else type(failure).__name__


@pytest.mark.parametrize("failure", SAFE, ids=name)
def test_what_cannot_have_been_billed_is_tried_again(
    answering: Answering, failure: httpx2.Response | Exception, waits: list[float]
) -> None:
    """A request that never left, or was turned away at the door, is sent again, by either client."""
    server = answering(failure, GOOD)
    result = server.client().images.generate(prompt="a cat")
    awaited = answering(failure, failure, GOOD)

    assert result.request_id == "req_2"
    assert asyncio.run(awaited.async_client().images.generate(prompt="a cat")).request_id == "req_2"
    assert (len(server.requests), len(awaited.requests), len(waits)) == (2, 3, 3)


@pytest.mark.parametrize("failure", PAID, ids=name)
def test_what_may_have_been_billed_is_not_repeated_unless_asked(
    answering: Answering, failure: httpx2.Response | Exception
) -> None:
    """After the request was sent a failure may cost money: it is raised at once, and says so."""
    server, asked = answering(failure, GOOD), answering(failure, GOOD)
    with pytest.raises(APIError) as caught:
        server.client().images.generate(prompt="a cat")

    assert caught.value.maybe_billed
    assert len(server.requests) == 1
    assert asked.client(may_pay_twice=True).images.generate(prompt="a cat").request_id == "req_2"
    assert asked.requests[0].content == asked.requests[1].content


@pytest.mark.parametrize("failure", HOPELESS, ids=name)
def test_what_does_not_pass_by_itself_is_not_repeated(answering: Answering, failure: httpx2.Response) -> None:
    """A request that is wrong, or whose server says that another try is in vain, is not repeated, even where asked."""
    server = answering(failure, GOOD)
    with pytest.raises(APIStatusError) as caught:
        server.client(may_pay_twice=True).images.generate(prompt="a cat")

    assert (len(server.requests), caught.value.maybe_billed) == (1, False)


def test_tries_are_counted(answering: Answering, waits: list[float]) -> None:
    """Two retries where nothing else is said, with growing, jittered waits; as many as the client was given; none."""
    for settings, tries in (({}, 3), ({"max_retries": 4}, 5), ({"max_retries": 0}, 1)):
        server = answering(httpx2.ConnectError("refused"))
        with pytest.raises(APIConnectionError):
            server.client(**settings).images.generate(prompt="a cat")

        assert len(server.requests) == tries
    assert all(0.25 * 2**number <= wait <= 0.5 * 2**number for number, wait in enumerate(waits[2:]))
    assert len(set(waits)) == len(waits)


@pytest.mark.parametrize(
    ("headers", "low", "high"),
    [
        ({"retry_after": "7"}, 7.0, 7.3),
        ({"retry_after": "0.5"}, 0.5, 0.8),
        ({"retry_after_ms": "1500", "retry_after": "9"}, 1.5, 1.8),
        ({"retry_after": "soon"}, 0.25, 0.5),
    ],
)
def test_retry_after_is_honoured(
    answering: Answering, waits: list[float], headers: dict[str, str], low: float, high: float
) -> None:
    """A server that says when to come back is not bothered before, whether in seconds, milliseconds or as a date."""
    answering(refused(429, **headers), GOOD).client().images.generate(prompt="a cat")

    assert low <= waits[0] <= high


def test_retry_after_may_be_a_date(answering: Answering, waits: list[float]) -> None:
    """A date is waited for; one that has passed is not."""
    for seconds in (30, -30):
        header = formatdate(time.time() + seconds, usegmt=True)
        answering(refused(429, retry_after=header), GOOD).client().images.generate(prompt="a cat")

    assert 25 <= waits[0] <= 30.3
    assert waits[1] <= 0.3


def test_nobody_is_kept_waiting_for_long(answering: Answering, waits: list[float]) -> None:
    """Who would have to wait for more than a minute is told how long, and not made to."""
    with pytest.raises(RateLimitError) as caught:
        answering(refused(429, retry_after="3600"), GOOD).client().images.generate(prompt="a cat")

    assert (waits, caught.value.retry_after) == ([], 3600.0)


def test_options_can_change_for_one_call(answering: Answering) -> None:
    """`with_options` gives a client with other settings on the same connections, which stay open."""
    server = answering(refused(429), GOOD)
    client = server.client()
    with pytest.raises(RateLimitError), client.with_options(max_retries=0, timeout=5.0) as other:
        other.images.generate(prompt="a cat")
    client.images.generate(prompt="a cat")

    timeouts = [request.extensions["timeout"]["read"] for request in server.requests]
    assert timeouts == [5.0, 600.0]


def test_timeouts_suit_pictures(server: FakeServer) -> None:
    """Pictures take minutes; that nobody listens is known after seconds."""
    server.client().images.generate(prompt="a cat")
    server.client(timeout=httpx2.Timeout(9.0, read=None)).images.generate(prompt="a cat")
    first, second = (request.extensions["timeout"] for request in server.requests)

    assert (first["connect"], first["read"]) == (10.0, 600.0)
    assert second == {"connect": 9.0, "read": None, "write": 9.0, "pool": 9.0}


@pytest.mark.parametrize("status", [400, 403])
def test_a_refusal_of_content_has_its_class(answering: Answering, status: int) -> None:
    """A refusal of content, by the codes that the document lists, is a ContentPolicyError whatever its status."""
    errors = [{"error": {"message": "no", "code": code}} for code in ("moderation_blocked", "content_policy_violation")]
    for error in errors:
        with pytest.raises(ContentPolicyError) as caught:
            answering(httpx2.Response(status, json=error)).client().images.generate(prompt="a cat")

        assert isinstance(caught.value, BadRequestError)


def test_a_hook_is_told_of_each_attempt(answering: Answering) -> None:
    """A hook sees every request and how it ended, with what a log or a trace needs, and never the key."""
    events: list[Any] = []
    server = answering(refused(429, retry_after="1"), httpx2.ReadTimeout("too slow"))
    client = server.client(base_url="http://user:password@fake/v1?key=secret", hook=events.append)
    with pytest.raises(APITimeoutError):
        client.images.generate(prompt="a cat")
    first, refusal, second, failure = events

    assert isinstance(first, AttemptStarted)
    assert (first.call, first.method, first.url) == ("images.generate", "POST", "http://fake/v1/images/generations")
    assert (first.number, second.number) == (1, 2)
    assert isinstance(refusal, AttemptEnded)
    assert (refusal.attempt, refusal.status_code, refusal.request_id) == (first, 429, "req_1")
    assert isinstance(refusal.error, RateLimitError)
    assert refusal.retry_in is not None
    assert refusal.retry_in >= 1.0
    assert (failure.status_code, failure.retry_in, type(failure.error)) == (None, None, APITimeoutError)
    assert not [event for event in events if any(word in repr(event) for word in (KEY, "password", "secret"))]


def test_a_broken_hook_costs_no_answer(server: FakeServer, caplog: pytest.LogCaptureFixture) -> None:
    """What a hook raises is logged; the answer, which is paid for, is returned."""

    def hook(event: object) -> None:
        raise RuntimeError("out of order")

    assert server.client(hook=hook).images.generate(prompt="a cat").raw == ANSWER
    assert "out of order" in caplog.text


def test_a_key_may_be_made_for_each_request(answering: Answering) -> None:
    """A function gives the key anew for every request, also one that is to be awaited, for the asynchronous client."""
    keys = iter(["first", "second", "third"])
    server = answering(refused(429), GOOD)
    server.client(api_key=lambda: next(keys)).images.generate(prompt="a cat")

    async def key() -> str:
        return next(keys)

    async def call(give: Callable[[], Awaitable[str]]) -> None:
        await server.async_client(api_key=give).images.generate(prompt="a cat")

    asyncio.run(call(key))
    with pytest.raises(ConfigurationError, match="AsyncClient"):
        server.client(api_key=lambda: 5).images.generate(prompt="a cat")
    with pytest.raises(ConfigurationError, match="newline"):
        server.client(api_key=lambda: "sk-1\n").images.generate(prompt="a cat")
    sent = [each.headers["authorization"] for each in server.requests]
    assert sent == ["Bearer first", "Bearer second", "Bearer third"]


def test_cancellation_hangs_up() -> None:
    """Who gives up waiting closes the connection: the server sees it go."""

    async def run() -> bool:
        gone = asyncio.Event()

        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.readuntil(b"\r\n\r\n")
            while await reader.read(1000):
                pass
            gone.set()
            writer.close()

        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        from images_client import AsyncClient

        async with server, AsyncClient(KEY, f"http://127.0.0.1:{port}/v1") as client:
            with anyio.move_on_after(0.2):
                await client.images.generate(prompt="a cat")
            await asyncio.wait_for(gone.wait(), 5)
        return gone.is_set()

    assert asyncio.run(run())
