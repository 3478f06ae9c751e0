"""Servers for tests: any ASGI application on a loopback port, and one that remembers what it was sent."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn

from images_conformance.exchange import Exchange, Request, Response
from images_conformance.sending.transport import Answered


@contextmanager
def serving(app: Any) -> Iterator[str]:
    """Serve an application while the block runs; yields its origin."""
    # It names its protocol, or asyncio would leave Nagle's delay of 40 ms on.
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(512)
        config = uvicorn.Config(app, log_level="critical", lifespan="off", timeout_graceful_shutdown=1)
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.002)
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(10)


class Remembering:
    """Passes requests on to an application and remembers the body and the status of each POST."""

    def __init__(self, app: Any) -> None:
        self.app = app
        self.seen: list[tuple[bytes, int]] = []

    def bodies(self, status: int = 200) -> list[bytes]:
        """Return the bodies of the requests that were answered with a status."""
        return [body for body, answered in self.seen if answered == status]

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        body, status, gone = bytearray(), 0, False

        async def listening() -> Any:
            nonlocal gone
            message = await receive()
            gone = gone or message["type"] == "http.disconnect"
            body.extend(message.get("body", b""))
            return message

        async def answering(message: Any) -> None:
            nonlocal status
            status = message.get("status", status)
            ended = message["type"] == "http.response.body" and not message.get("more_body")
            if ended and not gone and scope["method"] == "POST":  # nobody is billed for half a request
                self.seen.append((bytes(body), status))  # before the answer is complete: nobody can be faster
            await send(message)

        await self.app(scope, listening, answering)


class Canned:
    """A transport that answers with what a function returns, after a moment, and remembers the requests."""

    def __init__(self, answer: Any) -> None:
        self.answer = answer
        self.sent: list[Request] = []

    async def send(self, request: Request, answered: Answered) -> Exchange:
        """Return the canned exchange."""
        self.sent.append(request)
        answer = self.answer(len(self.sent), request)
        if not isinstance(answer, Exchange):
            status, headers, body = answer
            answer = Exchange(request, Response(status, tuple(headers.items()), body), sent_at=time.time())
        answered(answer)
        return answer
