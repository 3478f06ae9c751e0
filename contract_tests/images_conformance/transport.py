"""The one place that touches the network, and the only one that knows the key."""

from __future__ import annotations

import secrets
import time
from typing import Protocol

import httpx2

from images_contract import Contract

from .exchange import Exchange, Request, Response

MAX_BODY = 256 * 1024 * 1024
REDACTED = b"[API key]"
NEVER_SENT = (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout, httpx2.UnsupportedProtocol, httpx2.InvalidURL)


class Transport(Protocol):
    """Sends a request and tells what came of it; never raises for what the server or the network did."""

    async def send(self, request: Request) -> Exchange:
        """Return the exchange, with a failure in place of the response where there was none."""


class HttpTransport:
    """Sends requests to the operation's path below a base URL.

    The key goes into the Authorization header of requests with the right credential and is blotted out of whatever
    comes back, so that no exchange ever holds it.
    """

    def __init__(self, contract: Contract, base_url: str, key: str | None, *, timeout: float, connections: int) -> None:
        path = contract.operation.split("/")[2].replace("~1", "/").replace("~0", "~")
        self.url = base_url.rstrip("/") + path
        self._key = key
        limits = httpx2.Limits(max_connections=connections, max_keepalive_connections=connections)
        self._client = httpx2.AsyncClient(timeout=httpx2.Timeout(timeout, connect=10), limits=limits, trust_env=True)

    async def __aenter__(self) -> HttpTransport:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._client.aclose()

    def __repr__(self) -> str:
        return f"HttpTransport({self.url!r})"

    def _authorization(self, request: Request) -> str | None:
        if request.credential == "right":
            return f"Bearer {self._key}" if self._key else None
        if request.credential == "wrong":
            return f"Bearer sk-{secrets.token_hex(16)}"
        return "NotAScheme" if request.credential == "malformed" else None

    def _headers(self, request: Request) -> dict[str, str]:
        headers = {"Accept": "application/json, text/event-stream", "User-Agent": "images-conformance"}
        if request.content_type is not None:
            headers["Content-Type"] = request.content_type
        if authorization := self._authorization(request):
            headers["Authorization"] = authorization
        return headers

    async def send(self, request: Request) -> Exchange:
        """Return the exchange; network failures and oversized answers are told in its `failure`."""
        sent_at, start = time.time(), time.monotonic()
        try:
            content = request.body if request.method not in ("GET", "HEAD") else b""
            headers = self._headers(request)
            async with self._client.stream(request.method, self.url, content=content, headers=headers) as response:
                body = await _read(response)
        except _TooLarge:
            return Exchange(request, failure=f"the answer is larger than {MAX_BODY >> 20} MiB", sent_at=sent_at)
        except (httpx2.HTTPError, httpx2.InvalidURL, OSError) as error:
            told = self._blot(_told(error).encode()).decode()
            return Exchange(request, failure=told, sent_at=sent_at, unsent=isinstance(error, NEVER_SENT))
        pairs = tuple((k.lower(), self._blot(v.encode()).decode()) for k, v in response.headers.multi_items())
        answer = Response(response.status_code, pairs, self._blot(body), time.monotonic() - start)
        return Exchange(request, answer, sent_at=sent_at)

    def _blot(self, data: bytes) -> bytes:
        return data.replace(self._key.encode(), REDACTED) if self._key else data


class _TooLarge(Exception):
    pass


async def _read(response: httpx2.Response) -> bytes:
    body = bytearray()
    async for chunk in response.aiter_bytes():
        body += chunk
        if len(body) > MAX_BODY:
            raise _TooLarge
    return bytes(body)


def _told(error: Exception) -> str:
    kind = type(error).__name__
    return f"{kind}: {error}" if str(error) else kind
