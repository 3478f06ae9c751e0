"""Whatever is sent, the honest server neither fails nor disagrees with the document."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from images_contract import validator
from images_reference_server import create_app

PATH = "/v1/images/generations"
NAMES = [
    "prompt", "model", "n", "size", "quality", "background", "output_format", "output_compression", "stream",
    "partial_images", "response_format", "style", "user", "moderation", "bogus",
]  # fmt: skip
WORDS = [
    "gpt-image-1",
    "dall-e-3",
    "dall-e-2",
    "auto",
    "1024x1024",
    "transparent",
    "jpeg",
    "png",
    "hd",
    "url",
    "vivid",
    "",
]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from(WORDS),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
BODIES = st.dictionaries(
    st.sampled_from(NAMES) | st.text(max_size=8), st.sampled_from(WORDS) | st.integers(-1, 12) | JSON, max_size=5
)
WILD = settings(
    max_examples=150, deadline=None, derandomize=True, database=None, phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip


@pytest.fixture(scope="module")
def judged(document: dict[str, Any]) -> Any:
    return validator(document, "#/components/schemas/ImageGenerationRequest")


@WILD
@given(raw=st.binary(max_size=200) | st.text(max_size=100).map(str.encode))
def test_any_bytes(client: TestClient, raw: bytes) -> None:
    """Any bytes are refused with 400."""
    answer = client.post(PATH, content=raw, headers={"Content-Type": "application/json"})

    assert 400 == answer.status_code


@WILD
@given(body=JSON)
def test_any_value(client: TestClient, body: Any) -> None:
    """Any JSON value, or what Python takes for one, is refused with 400."""
    answer = client.post(PATH, content=_json(body), headers={"Content-Type": "application/json"})

    assert 400 == answer.status_code


@WILD
@given(body=BODIES | BODIES.map(lambda body: {"model": "gpt-image-1", "prompt": "A cat", **body}))
def test_any_object(client: TestClient, judged: Any, body: dict[str, Any]) -> None:
    """What the document's schema accepts is served, and what names a model and is not accepted is refused with 400."""
    answer = client.post(PATH, content=_json(body), headers={"Content-Type": "application/json"})

    assert answer.status_code in (200, 400)
    if "model" in body and answer.json().get("error", {}).get("code") != "invalid_json":
        assert judged.is_valid(body) == (answer.status_code == 200)


def _json(body: Any) -> bytes:
    return json.dumps(body).encode()


@settings(WILD, max_examples=100)
@given(body=BODIES)
def test_nothing_checked(document: dict[str, Any], body: dict[str, Any]) -> None:
    """A server that is told to accept anything makes something of it; it does not fall over."""
    app = create_app(document, fault="status:accepts-anything")
    answer = TestClient(app).post(PATH, content=_json(body), headers={"Content-Type": "application/json"})

    assert answer.status_code in (200, 400)
