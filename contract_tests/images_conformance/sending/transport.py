"""The one place that touches the network, and the only one that knows the key."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from dataclasses import replace
from typing import Protocol

import httpx2

from images_contract import Contract

from ..exchange import EVENT_STREAM, Exchange, Request, Response
from ..judging.arriving import MAX_BODY, Arriving, TooLarge
from .credentials import REDACTED, Key
from .fetching import fetch_all

__all__ = ["MAX_BODY", "REDACTED", "HttpTransport", "Transport"]

NEVER_SENT = (
    httpx2.ConnectError,
    httpx2.ConnectTimeout,
    httpx2.PoolTimeout,
    httpx2.UnsupportedProtocol,
    httpx2.InvalidURL,
)

Answered = Callable[[Exchange], None]


class Transport(Protocol):
    """Sends a request and tells what came of it; never raises for what the server or the network did."""

    async def send(self, request: Request, answered: Answered = lambda exchange: None) -> Exchange:
        """Return the exchange, with a failure in place of the response where there was none.

        `answered` gets the exchange as soon as its answer is complete, before any file behind it is fetched.
        """


class HttpTransport:
    """Sends requests to the operation's path below a base URL.

    The key goes into its header in requests with the right credential and is blotted out of whatever
    comes back, so that no exchange ever holds it.
    """

    def __init__(
        self, contract: Contract, base_url: str, key: str | None, *, timeout: float, connections: int,
        backend: httpx2.AsyncBaseTransport | None = None,
    ) -> None:  # fmt: skip
        """`backend` is what sends, the network by default; an ASGI application needs no socket."""
        self.url = contract.access.url(base_url)
        self._key = Key(key, contract.access.key_scheme)
        self._key_header = contract.access.key_header
        limits = httpx2.Limits(max_connections=connections, max_keepalive_connections=connections)
        self._timeout = timeout
        timeouts = httpx2.Timeout(timeout, connect=10)
        self._client = httpx2.AsyncClient(timeout=timeouts, limits=limits, trust_env=True, transport=backend)

    async def __aenter__(self) -> HttpTransport:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._client.aclose()

    def __repr__(self) -> str:
        return f"HttpTransport({self.url!r})"

    async def send(self, request: Request, answered: Answered = lambda exchange: None) -> Exchange:
        """Return the exchange; network failures and oversized answers are told in its `failure`.

        The URLs of the answer are fetched as well, without the key.
        """
        authorization = self._key.authorization(request.credential)
        exchange = await self._exchange(request, authorization)
        answered(exchange)
        if exchange.response is None:
            return exchange
        return replace(exchange, fetched=await fetch_all(self._client, exchange.response))

    async def _exchange(self, request: Request, authorization: str | None) -> Exchange:
        sent_at, start = time.time(), time.monotonic()
        try:
            content = request.body if request.method not in ("GET", "HEAD") else b""
            headers = _headers(request) | ({self._key_header: authorization} if authorization else {})
            async with (
                asyncio.timeout(self._timeout),  # the client's own is for each read, and a server may drip
                self._client.stream(request.method, self.url, content=content, headers=headers) as response,
            ):
                arriving = Arriving(start, EVENT_STREAM in response.headers.get("content-type", ""))
                parts = response.aiter_bytes()
                with suppress(StopAsyncIteration):
                    while True:
                        arriving.add(await _next(parts, arriving.patience))
                await let_go(response)
        except TooLarge as error:
            return Exchange(request, failure=str(error), sent_at=sent_at, url=self.url)
        except (httpx2.HTTPError, httpx2.InvalidURL, OSError) as error:
            told = self._key.blot(_told(error).encode(), authorization).decode()
            unsent = isinstance(error, NEVER_SENT)
            return Exchange(request, failure=told, sent_at=sent_at, unsent=unsent, url=self.url)
        end = time.monotonic()
        pairs = tuple(
            (name.lower(), self._key.blot(value.encode(), authorization).decode())
            for name, value in response.headers.multi_items()
        )
        blotted, arrivals = self._key.blot(bytes(arriving.body), authorization), tuple(arriving.arrivals)
        answer = Response(response.status_code, pairs, blotted, end - start, end - arriving.last, arrivals)
        return Exchange(request, answer, sent_at=sent_at, url=self.url)


async def let_go(response: httpx2.Response) -> None:
    """Close the connection of a server that failed: it may be about to, and would take the next request with it."""
    connection = response.extensions.get("network_stream")
    if response.is_server_error and connection is not None:
        await connection.aclose()


async def _next(parts: AsyncIterator[bytes], patience: float | None) -> bytes:
    """Return the next part; a stream that does not end in time, though all of it is there, has ended."""
    try:
        async with asyncio.timeout(patience):
            return await anext(parts)
    except TimeoutError as error:
        raise StopAsyncIteration from error


def _headers(request: Request) -> dict[str, str]:
    headers = {"Accept": request.accept, "User-Agent": "images-conformance"}
    if request.content_type is not None:
        headers["Content-Type"] = request.content_type
    return headers


def _told(error: Exception) -> str:
    if isinstance(error, TimeoutError | httpx2.ReadTimeout):
        return "no complete answer in time (--timeout)"
    kind = type(error).__name__
    return f"{kind}: {error}" if str(error) else kind
