"""A server that failed may close the connection without a word; no request is lost with it."""

from __future__ import annotations

import asyncio
import socketserver
import threading
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
from canned import CONTRACT
from test_proxy import PATH, proxied

from images_conformance.exchange import Request
from images_conformance.sending.transport import HttpTransport


class OneAnswer(socketserver.StreamRequestHandler):
    """Fails at the first request of each connection, and hangs up at the second, as servers do that crashed."""

    def handle(self) -> None:
        """Answer once."""
        self._read()
        self.wfile.write(b"HTTP/1.1 500 Internal Server Error\r\nContent-Length: 4\r\n\r\noops")
        self._read()

    def _read(self) -> None:
        length = 0
        while (line := self.rfile.readline().strip()) != b"":
            if line.lower().startswith(b"content-length:"):
                length = int(line.partition(b":")[2])
        self.rfile.read(length)


@pytest.fixture
def failing() -> Iterator[str]:
    """The origin of such a server."""
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), OneAnswer) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


def test_the_next_request_of_a_run_gets_a_connection_of_its_own(failing: str) -> None:
    """Every request has its answer."""

    async def send() -> list[int | None]:
        async with HttpTransport(CONTRACT, f"{failing}/v1", None, timeout=10, connections=1) as transport:
            exchanges = [await transport.send(Request.from_json({"prompt": "a cat"})) for _ in range(3)]
            return [each.response and each.response.status for each in exchanges]

    assert [500, 500, 500] == asyncio.run(send())


def test_so_does_the_next_one_that_passes_the_proxy(failing: str, tmp_path: Path) -> None:
    """What a client gets is the server's 500, not a 502 of the proxy."""
    with proxied(f"{failing}/v1", tmp_path) as proxy, httpx2.Client(trust_env=False) as client:
        statuses = [client.post(proxy.url.removesuffix("/v1") + PATH, json={}).status_code for _ in range(3)]

    assert [500, 500, 500] == statuses
