"""Streams as servers write them: what is no fault, what is one, and what never ends."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from typing import Any

import pytest
from canned import CONTRACT, GPT, NOW, event, failing, preview, request, stream
from serving import serving

from images_conformance.exchange import Exchange
from images_conformance.judging import arriving
from images_conformance.sending.transport import HttpTransport

GOOD = stream(preview(), event())
BODY = GOOD.response.body if GOOD.response else b""


def rewritten(body: bytes) -> Exchange:
    """The good stream, written in another way."""
    assert GOOD.response is not None
    return replace(GOOD, response=replace(GOOD.response, body=body))


LIBERTIES = {
    "lines end with CRLF": BODY.replace(b"\n", b"\r\n"),
    "comments keep it alive": b": hello\n\n" + BODY.replace(b"event:", b": still here\nevent:"),
    "a closing [DONE]": BODY + b"data: [DONE]\n\n",
    "no blank after the colon": BODY.replace(b"event: ", b"event:").replace(b"data: ", b"data:"),
    "ids and retry times": b"retry: 10000\n\n" + BODY.replace(b"event:", b"id: 7\nevent:"),
    "data in several lines": BODY.replace(b', "size"', b',\ndata: "size"'),
    "a byte order mark": b"\xef\xbb\xbf" + BODY,
    "fewer partial images": (stream(event(), asked=3).response or GOOD.response).body,  # type: ignore[union-attr]
    "members that nobody documents": (stream(preview(seed=1), event(id="a")).response).body,  # type: ignore[union-attr]
}
BREACHES = {
    "nothing but [DONE]": (b"data: [DONE]\n\n", {"stream.one-completed"}),
    "[DONE] before the picture": (b"data: [DONE]\n\n" + BODY, {"stream.json"}),
    "the last event is not closed": (BODY[:-1], {"stream.one-completed"}),
    "JSON instead of events": (json.dumps(event()).encode(), {"stream.one-completed"}),
    "a heartbeat that is an event": (b"event: ping\ndata: {}\n\n" + BODY, {"response.schema"}),
}


@pytest.mark.parametrize("name", LIBERTIES)
def test_liberties(name: str) -> None:
    """What the format of event streams allows, and what the contract leaves open, is no fault."""
    assert set() == failing(rewritten(LIBERTIES[name]))


@pytest.mark.parametrize("name", BREACHES)
def test_breaches(name: str) -> None:
    """What is wrong is told by the clause that speaks of it."""
    body, clauses = BREACHES[name]

    assert clauses == failing(rewritten(body))


def test_a_stream_that_never_ends_is_judged_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """What came is kept, and that the end did not come is held against the server."""
    monkeypatch.setattr(arriving, "LINGER", 4.0)

    async def endless(scope: Any, receive: Any, send: Any) -> None:
        await receive()
        headers = [(b"content-type", b"text/event-stream"), (b"x-request-id", b"req_1")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": BODY, "more_body": True})
        while (await receive())["type"] != "http.disconnect":
            pass

    async def sent(url: str) -> Exchange:
        async with HttpTransport(CONTRACT, f"{url}/v1", "key", timeout=60, connections=1) as sending:
            return await sending.send(request(GPT | {"stream": True, "partial_images": 1}))

    with serving(endless) as url:
        exchange = asyncio.run(sent(url))

    assert exchange.failure is None
    assert {"stream.ends"} == failing(replace(exchange, sent_at=NOW))
