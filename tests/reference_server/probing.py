"""What a server is asked to find out whether it behaves as another one does, and what counts of its answers."""

from __future__ import annotations

import asyncio
import hashlib
import json
import time
from collections.abc import AsyncIterator, Mapping
from typing import Any

import httpx2

KEY = "Probe-Key"
PATH = "/v1/images/generations"
GPT = {"model": "gpt-image-1", "prompt": "A cat"}
DALLE3 = {"model": "dall-e-3", "prompt": "A cat"}
DALLE2 = {"model": "dall-e-2", "prompt": "A cat", "size": "256x256"}
STREAM = {**GPT, "stream": True}
JSON = {"Content-Type": "application/json", "Authorization": f"Bearer {KEY}"}
TOLD = ("content-type", "allow", "www-authenticate", "location", "x-api-key")

Probe = tuple[str, Mapping[str, str], bytes]


def _post(body: Any, **headers: str) -> Probe:
    raw = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return "POST", {name: value for name, value in {**JSON, **named}.items() if value}, raw


RAW = json.dumps(DALLE2).encode()
PROBES: tuple[Probe, ...] = (
    _post(DALLE2, Authorization=""),
    _post({**DALLE2, "n": 11}),
    *(_post(body) for body in (
        {"prompt": "A cat"}, {"prompt": "A cat", "size": "1024x1024", "n": 1, "user": "a"},
        {"prompt": "猫" * 400}, {**DALLE3, "prompt": "猫" * 2000}, {**GPT, "prompt": "猫" * 20000},
        {**GPT, "prompt": "a" * 31998 + "🐈b"}, {**DALLE2, "user": "a", "response_format": "url"},
        {**DALLE3, "response_format": "b64_json", "size": "1792x1024", "quality": "hd", "style": "vivid"},
        {"model": "dall-e-2", "prompt": "A cat"}, {**DALLE2, "n": 2, "response_format": "b64_json"},
        {**GPT, "background": "opaque", "output_format": "png", "quality": "medium"}, {**DALLE2, "User": "a"},
        {**STREAM, "background": "transparent", "quality": "low"}, {**DALLE2, "model": 5},
    )),
    _post({**GPT, "size": "1536x1024", "background": "transparent", "output_format": "webp", "n": 5}),
    _post({**GPT, "quality": "low", "size": "1024x1536", "output_format": "jpeg"}),
    _post({**STREAM, "partial_images": 2, "output_format": "webp"}),
    _post(STREAM),
    _post(DALLE3),
    _post({**DALLE2, "n": 2}),
    _post({**DALLE2, "response_format": "b64_json"}),
    _post(DALLE2, Authorization=""),
    *(_post(DALLE2, Authorization=each) for each in (
        "Bearer", "Bearer wrong", KEY, f"Basic {KEY}", "Basic wrong", f"bearer {KEY}",
        f"Bearer {KEY}x", f"Bearer {KEY.lower()}",
    )),
    *((method, JSON, RAW) for method in ("GET", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")),
    *(_post(DALLE2, Content_Type=each) for each in (
        "text/plain", "application/json; charset=utf-8", "Application/JSON", "application/json-seq",
        "application/x-www-form-urlencoded", "multipart/form-data; boundary=a",
        "application/json;charset=UTF-8", 'application/json; charset="utf-8"',
    )),
    _post(STREAM, Accept="text/event-stream"),
    _post({**STREAM, "partial_images": 0}),
    _post(GPT, Accept="text/event-stream, application/json"),
    *(_post(raw) for raw in (b"", b"{", RAW + b"}", b'{"prompt": "\xff"}', b"[1]", b"[" * 1000, RAW[:-1] + b",}")),
    _post(RAW.replace(b'"', b"'")),
    _post(RAW.replace(b"A cat", b"\\u732b")),
    _post({**DALLE2, "prompt": "猫" * 400}),
    *(_post(body) for body in (
        {**DALLE2, "model": "no-such-model"}, {"model": "dall-e-2"}, {**DALLE2, "n": "2"}, {**DALLE2, "style": "vivid"},
        {**DALLE2, "user": 3}, {**GPT, "size": "auto"}, {**GPT, "output_format": "webp"},
    )),
    *[_post({**DALLE2, "n": 12})] * 3,
    *[_post(DALLE2)] * 15,
)  # fmt: skip


async def answers(app: Any) -> AsyncIterator[Any]:
    """Yield the answers of a server to every probe, one after the other, and then to two at the same time."""
    transport = httpx2.ASGITransport(app, raise_app_exceptions=False)
    seen: set[str] = set()
    async with httpx2.AsyncClient(transport=transport, base_url="https://testserver") as client:
        for method, headers, content in PROBES:
            yield await _answer(client, seen, client.build_request(method, PATH, headers=headers, content=content))
        asked = [client.build_request("POST", PATH, headers=JSON, content=RAW) for _ in range(2)]
        together = await asyncio.gather(*(_answer(client, seen, request) for request in asked))
        yield sorted(together, key=repr)


async def _answer(client: httpx2.AsyncClient, seen: set[str], request: httpx2.Request) -> Any:
    started = time.monotonic()
    response = await client.send(request)
    slow = time.monotonic() - started > 1
    headers = {name: response.headers[name] for name in TOLD if name in response.headers}
    request_id = response.headers.get("x-request-id", "")
    fresh = bool(request_id) and request_id not in seen
    seen.add(request_id)
    return response.status_code, headers, fresh, slow, await _content(client, response)


async def _content(client: httpx2.AsyncClient, response: httpx2.Response) -> Any:
    """Return a body without what differs from one honest answer to the next: the time, and the names of files."""
    try:
        body = json.loads(response.content)
        images = body["data"]
        created = body["created"] if abs(body["created"] - time.time()) > 60 or body["created"] % 1 else "now"
        told = {**body, "created": created, "data": [await _image(client, image) for image in images]}
        return response.content[:14], told  # a byte order mark, or a first key that stands twice
    except (ValueError, KeyError, TypeError, AttributeError):
        return _without_time(response.content)


def _without_time(content: bytes) -> str:
    text = content.decode("utf-8", "backslashreplace")
    for now in range(int(time.time()) - 5, int(time.time()) + 1):
        text = text.replace(f": {now},", ": now,")
    return text


async def _image(client: httpx2.AsyncClient, image: Any) -> Any:
    if not isinstance(image.get("url"), str) or not image["url"].startswith(
        ("http://testserver/images/", "https://testserver/images/")
    ):
        return image
    answer = await client.get(image["url"])
    fetched = answer.status_code, answer.headers.get("content-type"), hashlib.sha256(answer.content).hexdigest()
    return {**image, "url": (image["url"].partition(":")[0], *fetched)}
