"""A server that answers at once and always the same, so that what is measured is the client.

`python server.py` prints its port. POST /small/... answers with a URL, POST /large/... with ten images of 8 MiB.
"""

from __future__ import annotations

import asyncio
import base64
import json
import random

PICTURES, SIZE = 10, 8 * 1024 * 1024


def small() -> bytes:
    """Return an answer with one URL."""
    return json.dumps({"created": 1589478378, "data": [{"url": "https://example.com/picture.png"}]}).encode()


def large() -> bytes:
    """Return an answer with ten images of 8 MiB, each different."""
    noise = random.Random(1)
    pictures = [b"\x89PNG\r\n\x1a\n" + noise.randbytes(SIZE - 8) for _ in range(PICTURES)]
    return json.dumps(
        {"created": 1589478378, "data": [{"b64_json": base64.b64encode(each).decode()} for each in pictures]}
    ).encode()


class Answering(asyncio.Protocol):
    """One connection: reads requests, writes the canned answer of their path."""

    def __init__(self, answers: dict[bytes, bytes]) -> None:
        self._answers = answers
        self._received = bytearray()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._received += data
        while (end := self._received.find(b"\r\n\r\n")) >= 0:
            head = bytes(self._received[:end]).lower()
            length = int(head.partition(b"content-length:")[2].split(b"\r\n", 1)[0] or 0)
            if len(self._received) < end + 4 + length:
                return
            del self._received[: end + 4 + length]
            self._transport.write(self._answers[head.split(b"/", 2)[1]])


def _whole(body: bytes) -> bytes:
    return b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n%b" % (len(body), body)


async def main() -> None:
    """Serve until killed."""
    answers = {b"small": _whole(small()), b"large": _whole(large())}
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Answering(answers), "127.0.0.1", 0, backlog=2000)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
