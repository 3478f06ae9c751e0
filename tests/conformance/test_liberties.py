"""What a good server may do as it likes: no clause minds, of whatever level."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from canned import (
    CONTRACT,
    DALLE2,
    DALLE3,
    ERROR,
    GPT,
    NOW,
    USAGE,
    b64,
    dalle,
    event,
    exchange,
    failing,
    gpt,
    linked,
    picture,
    preview,
    refusal,
    refused,
    request,
    respond,
    stream,
)  # fmt: skip

from images_conformance.exchange import Exchange, Fetched

URL = "https://files.example/a.png?sig=a%2Fb"
FOUND = [Fetched(URL, 200, "image/png", picture())]
CHOSEN = dict.fromkeys(("size", "quality", "background"), "auto")
PLAIN_USAGE = {name: value for name, value in USAGE.items() if name != "output_tokens_details"}


def told(**members: Any) -> Exchange:
    """A good answer of gpt-image-1 to a request that leaves everything open."""
    answer = {"created": NOW, "data": [{"b64_json": b64(picture())}], "usage": USAGE, "output_format": "png"}
    return exchange(request({"model": "gpt-image-1", "prompt": "a"}), respond(200, answer | members))


def twice(status: int, name: str, *values: str, **sent: str) -> Exchange:
    """A refusal that has the same header several times."""
    good = refused(request(**sent), status)
    headers = (*good.response.headers, *((name, value) for value in values))  # type: ignore[union-attr]
    return replace(good, response=replace(good.response, headers=headers))  # type: ignore[type-var]


def reply(body: dict[str, Any], status: int) -> Exchange:
    """A good answer, or a good refusal, to any body."""
    good = {"created": NOW, "data": [{"url": URL}]}
    sent = request(body)
    answered = respond(200, good) if status == 200 else respond(status, {"error": ERROR})
    return exchange(sent, answered, fetched=(Fetched(URL, 200, "image/png", picture("256x256")),))


LIBERTIES: dict[str, Exchange] = {
    "gpt-image-1 answers with a url": exchange(
        request(GPT),
        respond(200, {"created": NOW, "data": [{"url": URL}], "usage": USAGE} | {n: GPT[n] for n in CHOSEN}
                | {"output_format": "png"}), fetched=tuple(FOUND),
    ),
    "auto is told": told(**CHOSEN),
    "what was chosen is told": told(size="1024x1024", quality="medium", background="opaque"),
    "usage has no details of the output": gpt(usage=PLAIN_USAGE),
    "usage has kinds of tokens within others": gpt(usage=USAGE | {
        "input_tokens_details": {"image_tokens": 0, "text_tokens": 15, "cached_tokens": 7},
        "output_tokens_details": {"image_tokens": 272, "text_tokens": 0, "cached_tokens_details": {"text_tokens": 0}},
    }),
    "usage has one more kind of tokens": gpt(usage=USAGE | {
        "input_tokens_details": {"image_tokens": 0, "text_tokens": 8, "audio_tokens": 7},
    }),
    "a preview is rough": exchange(
        request({"model": "gpt-image-1", "prompt": "a", "stream": True, "partial_images": 1}),
        stream(preview(b64_json=b64(picture("256x256", hole=True))), event()).response,  # type: ignore[arg-type]
    ),
    "an unknown model is not found": refusal({"prompt": "a", "model": "x"}, 404, param="model"),
    "the clock is five minutes slow": gpt(created=NOW - 300),
    "members that nobody documents": gpt(id="img_1", data=[{"b64_json": b64(picture()), "seed": 7}]),
    "the media type has a charset": exchange(
        request(), respond(200, gpt().response.body, media_type="application/json; charset=utf-8"),  # type: ignore[union-attr]
    ),
    "the prompt is revised": dalle(DALLE3, [{"url": URL, "revised_prompt": "A cat."}]),
    "the prompt is not revised": dalle(DALLE3, [{"url": URL}]),
    "a url has a query": linked(URL),
    "a jpeg is behind a url of dall-e-2": linked(body=picture("256x256", "jpeg"), content_type="image/jpeg; q=1"),
    "an error has members of its own": refusal(inner_error={"code": "x"}),
    "an error names no parameter": refusal(param=None, code="invalid"),
    "an error has a charset": exchange(
        refusal().request, respond(400, {"error": ERROR}, media_type="application/json; charset=utf-8"),
    ),
    "two schemes are offered": refused(
        request(credential="none"), 401, www_authenticate='Basic realm="a", Bearer realm="b"'
    ),
    "two schemes are offered, a header each": twice(
        401, "www-authenticate", 'Basic realm="a"', 'Bearer realm="b"', credential="none"
    ),
    "more methods are allowed, a header each": twice(405, "allow", "OPTIONS", "POST", method="PUT"),
    "more methods are allowed": refused(request(method="PUT"), 405, allow="OPTIONS, post"),
    "a key is shown in part": exchange(
        request(credential="wrong"), respond(401, {"error": ERROR | {"message": "Incorrect: sk-0…wxyz"}},
                                             www_authenticate="Bearer"),
    ),
}  # fmt: skip
OPEN: list[dict[str, Any]] = [
    DALLE2 | {"n": None}, DALLE2 | {"n": 1.0}, DALLE2 | {"quality": "auto"}, DALLE2 | {"quality": "standard"},
    DALLE2 | {"stream": False}, DALLE2 | {"user": None},
]  # fmt: skip


@pytest.mark.parametrize("name", LIBERTIES)
def test_liberties(name: str) -> None:
    """Sources allow it, or say nothing about it."""
    assert set() == failing(LIBERTIES[name])


@pytest.mark.parametrize("status", [200, 400])
@pytest.mark.parametrize("body", OPEN, ids=str)
def test_open_cases(body: dict[str, Any], status: int) -> None:
    """What sources leave open is neither wrong to serve nor wrong to refuse."""
    assert {"may"} == {found.level for found in CONTRACT.violations(body)}
    assert set() == failing(reply(body, status))
