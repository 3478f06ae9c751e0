"""Passing requests on to a server and its answers back, byte by byte as they come."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any, Protocol

import httpx2

from ..clauses.streams import PATIENCE
from ..sending.transport import NEVER_SENT, let_go
from .headers import Headers, as_text, end_to_end, to_upstream
from .passage import IDENTITY, Passage

CONNECT = 10.0  # seconds; an answer may take as long as client and server have patience
STOPPED = "the proxy was stopped before the answer was complete"


class Witness(Protocol):
    """Who is told of each exchange with the endpoint."""

    async def sends(self, passage: Passage) -> None:
        """Take note that a request is complete, and about to be."""

    async def ends(self, passage: Passage) -> None:
        """Take note of what came of it."""


class Forwarder:
    """An ASGI application that stands in place of a server: the paths are the same, only the origin is another."""

    def __init__(
        self, client: httpx2.AsyncClient, upstream: str, route: str, witness: Witness, *, auth: bool = True
    ) -> None:
        """`upstream` is a URL of which the origin counts; `route` the end of the path of the endpoint."""
        self._client = client
        self._origin = httpx2.URL(upstream).copy_with(raw_path=b"/")
        self._route = route
        self._witness = witness
        self._auth = auth

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer one request."""
        passage = self._passage(scope)
        upload, answer = _Upload(receive, passage, self._witness), _Answer(send, passage)
        passing = asyncio.ensure_future(self._pass(scope, upload, answer))
        leaving = asyncio.ensure_future(upload.left())
        try:
            await asyncio.wait((passing, leaving), return_when=asyncio.FIRST_COMPLETED)
            if answer.over or (passage is not None and passage.said_all):
                # The client knows all; whether a stream ends, too, is a question to the server.
                await asyncio.wait((passing,), timeout=2 * PATIENCE)
                self._note(passage, None)
            elif not passing.done():
                self._note(passage, "the client left before the answer was complete")
        except asyncio.CancelledError:
            self._note(passage, STOPPED)
            raise
        finally:
            for each in (passing, leaving):
                each.cancel()
            await asyncio.wait((passing, leaving))
            if passage is not None:
                await self._witness.ends(passage)
        if not passing.cancelled():
            passing.result()

    @staticmethod
    def _note(passage: Passage | None, failure: str | None) -> None:
        if passage is not None:
            passage.ends() if failure is None else passage.fails(failure)

    def _passage(self, scope: Any) -> Passage | None:
        """Return what keeps an exchange with the endpoint; None for any other, which nobody judges."""
        path = scope["raw_path"].decode("latin-1")
        coded = dict(as_text(scope["headers"])).get("content-encoding", "") not in IDENTITY
        if not path.endswith(self._route) or coded:  # no clause speaks of bodies in other codings
            return None
        url = str(self._origin).rstrip("/") + path
        return Passage(scope["method"], url, scope["headers"], auth=self._auth)

    async def _pass(self, scope: Any, upload: _Upload, answer: _Answer) -> None:
        query = scope["query_string"]
        target = scope["raw_path"] + (b"?" + query if query else b"")
        if not target.startswith(b"/") and target != b"*":
            await answer.refuse(400, "bad_request", "This stands in place of a server: use it as the base URL.")
            return
        request = httpx2.Request(
            scope["method"], self._origin, headers=to_upstream(scope["headers"], self._origin.netloc), stream=upload,
            extensions={"target": target, "timeout": {"connect": CONNECT, "read": None, "write": None, "pool": None}},
        )  # fmt: skip
        try:
            response = await self._client.send(request, stream=True, follow_redirects=False)
        except (httpx2.HTTPError, httpx2.InvalidURL, OSError, _Left) as error:
            await upload.read_on()
            await answer.fail(error)
            return
        try:
            await answer.begin(response.status_code, end_to_end(response.headers.raw))
            async for part in response.aiter_raw():
                await answer.go_on(part)
            if not upload.over.is_set():
                answer.give_up("the server answered before the request was complete")
            await answer.end()
        except (httpx2.HTTPError, OSError) as error:
            answer.give_up(f"the answer broke off: {_told(error)}")
        finally:
            await let_go(response)
            await response.aclose()


class _Left(Exception):
    """The client is gone."""

    def __str__(self) -> str:
        return "the client left before its request was complete"


class _Upload(httpx2.AsyncByteStream):
    """The body of a request on its way to the server."""

    def __init__(self, receive: Any, passage: Passage | None, witness: Witness) -> None:
        self.over = asyncio.Event()
        self._receive = receive
        self._passage = passage
        self._witness = witness

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while not self.over.is_set():
            part = await self._part()
            if part:
                yield part

    async def _part(self) -> bytes:
        message = await self._receive()
        if message["type"] == "http.disconnect":
            raise _Left
        part: bytes = message.get("body", b"")
        if self._passage is not None:
            self._passage.sends(part)
        if not message.get("more_body"):
            if self._passage is not None:
                await self._witness.sends(self._passage)
            self.over.set()
        return part

    async def read_on(self) -> None:
        """Read what the server did not want, so that the client can hear of it."""
        try:
            while not self.over.is_set():
                await self._part()
        except _Left:
            pass

    async def left(self) -> None:
        """Return when the client is gone, once its request is complete."""
        await self.over.wait()
        while (await self._receive())["type"] != "http.disconnect":
            pass


class _Answer:
    """The answer on its way back to the client."""

    def __init__(self, send: Any, passage: Passage | None) -> None:
        self.over = False
        self._send = send
        self._passage = passage

    async def begin(self, status: int, headers: Headers) -> None:
        """Send status and headers."""
        if self._passage is not None:
            self._passage.answers(status, headers)
        await self._send({"type": "http.response.start", "status": status, "headers": headers})

    async def go_on(self, part: bytes) -> None:
        """Send a part of the body."""
        if self._passage is not None:
            self._passage.receives(part)
        await self._send({"type": "http.response.body", "body": part, "more_body": True})

    async def end(self) -> None:
        """Send the end."""
        if self._passage is not None:
            self._passage.ends()
        self.over = True
        await self._send({"type": "http.response.body"})

    def give_up(self, why: str) -> None:
        """Note why the answer is none to be judged; where it is left incomplete, the client's connection ends."""
        if self._passage is not None:
            self._passage.fails(why)

    async def fail(self, error: Exception) -> None:
        """Tell the client that there is no answer."""
        if self._passage is not None:
            self._passage.fails(_told(error), unsent=isinstance(error, (*NEVER_SENT, _Left)))
        await self.refuse(502, "bad_gateway", f"The proxy had no answer from the server: {_told(error)}")

    async def refuse(self, status: int, code: str, message: str) -> None:
        """Answer in place of the server."""
        told = {"error": {"message": message, "type": "proxy_error", "param": None, "code": code}}
        body = json.dumps(told).encode()
        headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body))]
        await self._send({"type": "http.response.start", "status": status, "headers": headers})
        await self._send({"type": "http.response.body", "body": body})


def _told(error: Exception) -> str:
    told = f": {error}" if str(error) else ""
    return f"{type(error).__name__.lstrip('_')}{told}"
