"""Every behaviour clause has an exchange that keeps it and one that breaks it, and nothing else."""

from __future__ import annotations

from dataclasses import replace

import pytest
from canned import (
    CONTRACT,
    DALLE2,
    DALLE3,
    GPT,
    NOW,
    URL,
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
    verdicts,
)  # fmt: skip

from images_conformance.clauses import CHECKS, TOGETHER
from images_conformance.exchange import Exchange
from images_conformance.judging.verdicts import Verdict
from images_conformance.sending.credentials import REDACTED

Exchanges = Exchange | list[Exchange]
GOOD = gpt()
STREAM = stream(preview(), event())
TEXT = b64(picture())
SMALL = picture("256x256")
HOLED = b64(picture(hole=True))
JPEG = b64(picture(kind="jpeg"))


def ids(one: str, other: str) -> list[Exchange]:
    """Two answers with request ids."""
    body = {"created": NOW, "data": [{"url": URL}]}
    first, second = (exchange(request(DALLE2), respond(200, body, x_request_id=each)) for each in (one, other))
    return [first, exchange(request(DALLE3), second.response)]


def wrong(**credential: str) -> Exchange:
    """A 401 to a request whose key is not right."""
    return refused(request(**credential), 401, www_authenticate='Bearer realm="a"')


def served(sent: object) -> Exchange:
    """The good answer, to another request."""
    return exchange(sent, GOOD.response)  # type: ignore[arg-type]


BAD_N = GPT | {"n": 0}
PLAIN = request(media := GPT)
BARE = request(b"{")
TEXT_BODY = request(content_type="text/plain")
CHARSET = request(content_type="application/json; charset=utf-8")
UPPER = request(content_type="Application/Json")
LOWER = request(credential="lower-case scheme")
JSON_ONLY = {"accept": "application/json"}
TRANSPARENT = {"background": "transparent"}
SOME = {"url": URL}

PAIRS: dict[str, tuple[Exchanges, Exchanges]] = {
    "accept.status": (GOOD, refused(request({"model": "dall-e-3", "prompt": "a cat"}), 400)),
    "auth.challenge": (wrong(credential="none"), refused(request(credential="none"), 401)),
    "auth.key-echo": (GOOD, exchange(request(), respond(200, GOOD.response.body, x_key=REDACTED.decode()))),
    "auth.malformed": (wrong(credential="empty"), refused(request(credential="empty"), 400)),
    "auth.missing": (wrong(credential="none"), refused(request(credential="none"), 400)),
    "auth.scheme-case": ([GOOD, served(LOWER)], [GOOD, wrong(credential="lower-case scheme")]),
    "auth.wrong-key": (wrong(credential="wrong"), refused(request(credential="wrong"), 403)),
    "created.now": (GOOD, gpt(created=NOW * 1000)),
    "data.base64": (GOOD, gpt(data=[{"b64_json": f"{TEXT[:76]}\n{TEXT[76:]}"}])),
    "data.count": (GOOD, gpt({"n": 2})),
    "data.form-asked": (dalle(DALLE2, [SOME]), dalle(DALLE2, [{"b64_json": b64(SMALL)}])),
    "data.one-form": (GOOD, gpt(data=[{}])),
    "data.revised-prompt": (GOOD, gpt(data=[{"b64_json": TEXT, "revised_prompt": "A cat."}])),
    "echo.background": (GOOD, gpt(background="transparent")),
    "echo.output_format": (GOOD, gpt(output_format="webp")),
    "echo.quality": (GOOD, gpt(quality="high")),
    "echo.size": (GOOD, gpt(size="1536x1024")),
    "error.envelope": (refusal(), refusal(type=None)),
    "error.media-type": (
        refusal(), exchange(refusal().request, respond(400, refusal().response.json(), media_type="text/html")),
    ),
    "error.no-html": (refusal(), refusal(message="<html><body>Bad Request</body></html>")),
    "error.message": (refusal(), refusal(message=" ")),
    "error.no-trace": (refusal(), refusal(message='Traceback (most recent call last):\n  File "a.py", line 1')),
    "error.param": (refusal(param="n"), refusal(param="size")),
    "http.charset": ([GOOD, served(CHARSET)], [GOOD, refused(CHARSET, 415)]),
    "http.head": (refused(request(method="HEAD"), 405), exchange(request(method="HEAD"), respond(200, b""))),
    "http.malformed-json": (refused(BARE, 400), refused(BARE, 409)),
    "http.malformed-json-400": (refused(BARE, 400), refused(BARE, 422)),
    "http.media-type": (refused(TEXT_BODY, 415), refused(TEXT_BODY, 409)),
    "http.media-type-415": (refused(TEXT_BODY, 415), refused(TEXT_BODY, 400)),
    "http.media-type-case": ([GOOD, served(UPPER)], [GOOD, refused(UPPER, 415)]),
    "http.method": (refused(request(method="PUT"), 405, allow="POST"), served(request(method="PUT"))),
    "http.method-405": (
        refused(request(method="PUT"), 405, allow="POST"), refused(request(method="PUT"), 405, allow="GET"),
    ),
    "http.options": (refused(request(method="OPTIONS"), 405), refused(request(method="OPTIONS"), 500)),
    "picture.alpha": (
        gpt(TRANSPARENT, data=[{"b64_json": HOLED}]), gpt(TRANSPARENT, data=[{"b64_json": TEXT}]),
    ),
    "picture.decodes": (GOOD, gpt(data=[{"b64_json": b64(picture()[:-30])}])),
    "picture.distinct": (
        gpt({"n": 2}, data=[{"b64_json": TEXT}, {"b64_json": b64(picture(shade=7))}]),
        gpt({"n": 2}, data=[{"b64_json": TEXT}, {"b64_json": TEXT}]),
    ),
    "picture.format": (GOOD, gpt(data=[{"b64_json": JPEG}])),
    "picture.opaque": (GOOD, gpt(data=[{"b64_json": HOLED}])),
    "picture.size": (GOOD, gpt(data=[{"b64_json": b64(picture("1024x1023"))}])),
    "picture.size-auto": (
        gpt({"size": "auto"}), gpt({"size": "auto"}, data=[{"b64_json": b64(picture("100x100"))}]),
    ),
    "reject.status-400": (refusal(), refusal(status=422)),
    "response.foreign-fields": (dalle(DALLE3, [SOME]), dalle(DALLE3, [SOME], quality="high")),
    "response.json": (GOOD, exchange(request(), respond(200, GOOD.response.body[:-1]))),
    "response.media-type": (GOOD, exchange(request(), respond(200, GOOD.response.body, media_type="text/html"))),
    "response.own-fields": (GOOD, gpt(usage=None)),
    "response.request-id": (GOOD, exchange(request(), respond(200, GOOD.response.body, x_request_id=""))),
    "response.schema": (GOOD, gpt(created="now")),
    "response.unique-keys": (GOOD, exchange(request(), respond(200, b'{"created": 1,' + GOOD.response.body[1:]))),
    "state.request-ids": (ids("a", "b"), ids("a", "a")),
    "state.same-verdict": ([refusal(), refusal()], [refusal({"prompt": "a", "model": "x"}, s) for s in (400, 404)]),
    "stream.accept": (stream(preview(), event(), **JSON_ONLY), served(request(GPT | {"stream": True}, **JSON_ONLY))),
    "stream.completed-picture": (STREAM, stream(event(b64_json=""))),
    "stream.ends": (STREAM, stream(event(), tail=5.0)),
    "stream.event-name": (STREAM, stream(event(), names=["message"])),
    "stream.json": (
        STREAM, exchange(STREAM.request, replace(STREAM.response, body=b": \xff\n" + STREAM.response.body)),
    ),
    "stream.no-error": (STREAM, stream({"type": "error", "error": {"message": "no"}})),
    "stream.one-completed": (STREAM, stream(event(), event())),
    "stream.partial-count": (STREAM, stream(preview(0), preview(1), event())),
    "stream.partial-index": (STREAM, stream(preview(1), event())),
    "stream.partial-picture": (STREAM, stream(preview(b64_json=b64(b"no picture")), event())),
    "url.absolute": (linked(), dalle(DALLE2, [{"url": "/a.png"}])),
    "url.content-type": (linked(), linked(content_type="application/octet-stream")),
    "url.fetchable": (linked(), linked(status=404)),
    "url.https": (linked(), linked("http://files.example/a.png")),
    "usage.input-details": (GOOD, gpt(usage=USAGE | {"input_tokens_details": {"image_tokens": 1, "text_tokens": 15}})),
    "usage.output-details": (GOOD, gpt(usage=USAGE | {"output_tokens_details": {"image_tokens": 1, "text_tokens": 0}})),
    "usage.total": (GOOD, gpt(usage=USAGE | {"total_tokens": 1})),
}  # fmt: skip


def listed(exchanges: Exchanges) -> list[Exchange]:
    return exchanges if isinstance(exchanges, list) else [exchanges]


DECLARED = {clause.id for clause in CONTRACT.clauses if clause.keyword == "behaviour"}


def test_what_is_declared_is_implemented_and_nothing_else() -> None:
    """No clause without a check, no check without a clause, and a pair for each."""
    assert sorted(DECLARED) == sorted({*CHECKS, *TOGETHER})
    assert sorted(DECLARED) == sorted(PAIRS)


def test_every_behaviour_names_a_source_and_common_sense_is_no_must() -> None:
    """Where a rule comes from decides how hard it is."""
    declared = {clause.id: clause for clause in CONTRACT.clauses if clause.keyword == "behaviour"}.values()
    kinds = ("page", "official", "RFC 9110", "RFC 6750", "common sense")
    named = {clause.id: {kind for kind in kinds if kind in clause.source} for clause in declared}
    must = [clause.id for clause in declared if clause.level == "must"]

    assert [] == [id for id, found in named.items() if not found]
    assert [] == [id for id in must if not named[id] & {"page", "official"}]


@pytest.mark.parametrize("id", PAIRS)
def test_kept(id: str) -> None:
    """The smallest exchange that keeps the clause."""
    assert Verdict.PASS == verdicts(*listed(PAIRS[id][0])).get(id)


@pytest.mark.parametrize("id", PAIRS)
def test_broken(id: str) -> None:
    """The smallest exchange that breaks the clause breaks no other."""
    assert {id} == failing(*listed(PAIRS[id][1]))
