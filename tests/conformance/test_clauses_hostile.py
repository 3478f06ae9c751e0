"""No answer, however odd, upsets the judge."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import httpx2
import pytest
from canned import CONTRACT, DALLE2, GPT, event, exchange, failing, gpt, linked, preview, request, respond
from hypothesis import given, settings
from hypothesis import strategies as st

from images_conformance.clauses import CHECKS
from images_conformance.exchange import EVENT_STREAM, Exchange, Fetched
from images_conformance.judging.coverage import certificate
from images_conformance.judging.judge import judge, judge_together
from images_conformance.judging.verdicts import Verdict
from images_conformance.sending.fetching import fetch_all

VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.sampled_from(["auto", "1x1"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
FIELDS = st.sampled_from(["created", "data", "size", "quality", "output_format", "background", "usage", "error"])
ITEMS = st.lists(st.dictionaries(st.sampled_from(["url", "b64_json", "revised_prompt"]), VALUES), max_size=3)
USAGES = st.dictionaries(
    st.sampled_from(["input_tokens", "input_tokens_details", "output_tokens", "total_tokens"]), VALUES
)
MEMBERS = st.sampled_from(["type", "message", "param", "code"])
ERRORS = st.fixed_dictionaries({"error": st.dictionaries(MEMBERS, VALUES)})
BODIES = st.sampled_from([GPT, DALLE2, GPT | {"n": 0}, GPT | {"stream": True, "partial_images": 2}, {"prompt": "a"}])
EVENTS = st.lists(st.sampled_from([event(), preview()]).flatmap(lambda data: st.dictionaries(
    st.sampled_from([*data, "error"]), VALUES).map(lambda odd: data | odd)), max_size=3)  # fmt: skip


@st.composite
def odd_exchanges(draw: st.DrawFn) -> Exchange:
    sent = request(draw(BODIES))
    status = draw(st.sampled_from([200, 200, 200, 204, 302, 400, 401, 404, 429, 500]))
    kind = draw(st.sampled_from(["json", "near", "error", "stream", "bytes"]))
    media_type = EVENT_STREAM if kind == "stream" else draw(st.sampled_from(["application/json", "text/html", None]))
    if kind == "near":
        told: Any = json.loads(gpt().response.body)  # type: ignore[union-attr]
        told |= draw(st.dictionaries(FIELDS, VALUES)) | {"data": draw(ITEMS)} | {"usage": draw(USAGES | VALUES)}
    elif kind == "stream":
        told = "".join(f"data: {json.dumps(each)}\n\n" for each in draw(EVENTS)).encode()
    else:
        told = draw({"json": VALUES, "error": ERRORS, "bytes": st.binary(max_size=40)}[kind])
    found = tuple(Fetched(url, status, None, b"x") for url in draw(st.lists(st.text(max_size=4), max_size=2)))
    return exchange(sent, respond(status, told, media_type=media_type), fetched=found)


@settings(max_examples=300, deadline=None)
@given(st.lists(odd_exchanges(), min_size=1, max_size=3))
def test_odd_answers(exchanges: list[Exchange]) -> None:
    """Whatever comes back is judged, alone, together and for the certificate, and no check breaks."""
    judgements = [judgement for each in exchanges for judgement in judge(CONTRACT, each)]
    judgements += [judgement for _, judgement in judge_together(CONTRACT, exchanges)]
    certificate(CONTRACT, exchanges)

    assert [] == [each for each in judgements if each.verdict is Verdict.ERROR]


@pytest.mark.parametrize("url", ["http://127.0.0.1:99999/a", "http://127.0.0.1:-1/a", "http://\ud800/"])
def test_odd_urls(url: str) -> None:
    """A url that leads nowhere is told as such, and ends no run."""

    async def fetched() -> tuple[Fetched, ...]:
        async with httpx2.AsyncClient() as client:
            return await fetch_all(client, respond(200, {"data": [{"url": url}]}))

    assert all(each.failure for each in asyncio.run(fetched()))
    assert "url.absolute" in failing(linked(url))


def test_a_check_that_breaks_is_our_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    """It costs no verdict but its own, and is not held against the server."""
    monkeypatch.setitem(CHECKS, "created.now", lambda look: 1 / 0)
    said = {each.clause[0]: each.verdict for each in judge(CONTRACT, gpt())}

    assert Verdict.ERROR == said.pop("created.now")
    assert {Verdict.PASS, Verdict.SKIP} == set(said.values())
