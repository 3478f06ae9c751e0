"""Exchanges made up by hand: the smallest that make a point."""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import count
from typing import Any

from PIL import Image

from images_conformance.exchange import EVENT_STREAM, Exchange, Fetched, Request, Response
from images_conformance.judging.judge import judge, judge_together
from images_conformance.judging.verdicts import Verdict
from images_contract import Contract

CONTRACT = Contract.load()
NOW = 1_790_000_000
URL = "https://files.example/a.png"
ERROR = {"type": "invalid_request_error", "message": "No.", "param": None, "code": None}
USAGE = {
    "input_tokens": 15,
    "input_tokens_details": {"image_tokens": 0, "text_tokens": 15},
    "output_tokens": 272,
    "output_tokens_details": {"image_tokens": 272, "text_tokens": 0},
    "total_tokens": 287,
}
GPT = {"model": "gpt-image-1", "prompt": "a cat", "size": "1024x1024", "quality": "low", "output_format": "png"}
GPT |= {"background": "opaque"}
DALLE3 = {"model": "dall-e-3", "prompt": "a cat"}
DALLE2 = {"model": "dall-e-2", "prompt": "a cat", "size": "256x256"}


@lru_cache
def picture(size: str = "1024x1024", kind: str = "png", *, hole: bool = False, shade: int = 9) -> bytes:
    """A picture file of one colour, with a transparent hole if asked for."""
    width, height = map(int, size.split("x"))
    image = Image.new("RGBA" if hole else "RGB", (width, height), (shade, 9, 9, 255)[: 4 if hole else 3])
    if hole:
        image.putpixel((1, 1), (0, 0, 0, 0))
    file = io.BytesIO()
    image.save(file, kind)
    return file.getvalue()


def b64(data: bytes) -> str:
    """Base64 as text."""
    return base64.b64encode(data).decode()


def respond(status: int, body: Any, *, media_type: str | None = "application/json", **headers: str) -> Response:
    """A response; the body is JSON unless it is bytes."""
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    pairs = {"content-type": media_type, "x-request-id": f"req_{next(_COUNTER)}"}
    pairs |= {name.replace("_", "-"): value for name, value in headers.items()}
    return Response(status, tuple((name, value) for name, value in pairs.items() if value is not None), data, 1.0)


_COUNTER = count(1)


def request(body: dict[str, Any] | bytes | None = None, **fields: Any) -> Request:
    """A request; a plain one for gpt-image-1 if nothing else is said."""
    data = body if isinstance(body, bytes) else json.dumps(GPT if body is None else body).encode()
    return Request(data, **fields)


def exchange(sent: Request, response: Response, **fields: Any) -> Exchange:
    """A live exchange with an https server."""
    return Exchange(sent, response, sent_at=NOW, url="https://api.example/v1/images/generations", **fields)


def gpt(body: dict[str, Any] | None = None, *, data: Any = None, **told: Any) -> Exchange:
    """A good answer of gpt-image-1, with members changed; None leaves one out."""
    asked = GPT | (body or {})
    answer = {"created": NOW, "data": data or [{"b64_json": b64(picture())}], "usage": USAGE}
    answer |= {name: asked[name] for name in ("size", "quality", "output_format", "background")}
    answer = {name: value for name, value in (answer | told).items() if value is not None}
    return exchange(request(asked), respond(200, answer))


def dalle(body: dict[str, Any], items: Sequence[Any], fetched: Sequence[Fetched] = (), **told: Any) -> Exchange:
    """A good answer of a DALL-E model with these images."""
    return exchange(request(body), respond(200, {"created": NOW, "data": list(items)} | told), fetched=tuple(fetched))


def linked(url: str = URL, **found: Any) -> Exchange:
    """An answer of dall-e-2 with a url, and what stands behind it."""
    there = {"status": 200, "content_type": "image/png", "body": picture("256x256")} | found
    return dalle(DALLE2, [{"url": url}], [Fetched(url, **there)])


def refusal(body: dict[str, Any] | None = None, status: int = 400, **error: Any) -> Exchange:
    """A refusal of a body that has a bad n."""
    sent = request(GPT | {"n": 0} if body is None else body)
    return exchange(sent, respond(status, {"error": ERROR | error}))


def refused(sent: Request, status: int, **headers: str) -> Exchange:
    """A refusal of whatever was sent, with a good envelope."""
    return exchange(sent, respond(status, {"error": ERROR}, **headers))


def event(kind: str = "completed", **told: Any) -> dict[str, Any]:
    """The data of an event."""
    data = {"type": f"image_generation.{kind}", "b64_json": b64(picture()), "created_at": NOW}
    data |= {name: GPT[name] for name in ("size", "quality", "output_format", "background")}
    data |= {"usage": {k: v for k, v in USAGE.items() if k != "output_tokens_details"}} if kind == "completed" else {}
    return data | told


def preview(index: int = 0, **told: Any) -> dict[str, Any]:
    """The data of a partial image."""
    return event("partial_image", partial_image_index=index, **told)


def stream(*events: Any, asked: int = 1, names: Sequence[str] = (), tail: float = 0.0, **fields: Any) -> Exchange:
    """An answer as a stream of events; `names` replace their types in the event field."""
    body = GPT | {"stream": True, "partial_images": asked}
    lines = [
        f"event: {name}\ndata: {json.dumps(data)}\n\n"
        for data, name in zip(events, names or [str(data.get("type")) for data in events], strict=True)
    ]
    response = respond(200, "".join(lines).encode(), media_type=fields.pop("media_type", EVENT_STREAM))
    return exchange(request(body, **fields), replace(response, tail=tail))


def verdicts(*exchanges: Exchange) -> dict[str, Verdict]:
    """What exchanges say of every clause, by id; a failure outweighs the rest."""
    judgements = [judgement for each in exchanges for judgement in judge(CONTRACT, each)]
    judgements += [judgement for _, judgement in judge_together(CONTRACT, exchanges)]
    said: dict[str, Verdict] = {}
    for judgement in judgements:
        if said.get(judgement.clause[0]) is not Verdict.FAIL:
            said[judgement.clause[0]] = judgement.verdict
    return said


def failing(*exchanges: Exchange) -> set[str]:
    """The ids of the clauses that exchanges break."""
    return {id for id, verdict in verdicts(*exchanges).items() if verdict is Verdict.FAIL}
