"""stream: true gives partial images, then one completed event."""

from __future__ import annotations

import base64
import io
import json
from typing import Any

import pytest
from PIL import Image
from starlette.testclient import TestClient

from images_contract import validator

PATH = "/v1/images/generations"


def events(client: TestClient, **members: Any) -> list[tuple[str, dict[str, Any]]]:
    """Return (event, data) of every event of a stream."""
    answer = client.post(PATH, json={"model": "gpt-image-1", "prompt": "A cat", "stream": True, **members})
    assert (200, "text/event-stream; charset=utf-8") == (answer.status_code, answer.headers["Content-Type"])
    blocks = [block.split("\n") for block in answer.text.removesuffix("\n\n").split("\n\n")]
    return [(name.removeprefix("event: "), json.loads(data.removeprefix("data: "))) for name, data in blocks]


@pytest.mark.parametrize("previews", [None, 0, 1, 2, 3])
def test_order(client: TestClient, previews: int | None) -> None:
    """As many partial images come as asked for, counted from 0, then one completed event."""
    told = events(client, **({} if previews is None else {"partial_images": previews}))

    partial = ["image_generation.partial_image"] * (previews or 0)
    assert [*partial, "image_generation.completed"] == [name for name, _ in told]
    assert list(range(previews or 0)) == [data["partial_image_index"] for _, data in told[:-1]]


def test_schema(client: TestClient, document: dict[str, Any]) -> None:
    """Every event repeats its type in its data, and matches its schema."""
    rule = validator(document, "#/components/schemas/ImageStreamEvent")
    told = events(client, partial_images=2)

    assert [name for name, _ in told] == [data["type"] for _, data in told]
    assert all(rule.is_valid(data) for _, data in told)


@pytest.mark.parametrize(("size", "output_format"), [("1536x1024", "webp"), ("1024x1536", "jpeg"), ("auto", "png")])
def test_pictures(client: TestClient, size: str, output_format: str) -> None:
    """All pictures, the partial ones too, have the size and format that the events tell and the request asked for."""
    told = [data for _, data in events(client, partial_images=3, size=size, output_format=output_format)]
    opened = [Image.open(io.BytesIO(base64.b64decode(data["b64_json"], validate=True))) for data in told]

    assert {(output_format, told[0]["size"])} == {
        ((picture.format or "").lower(), "{}x{}".format(*picture.size)) for picture in opened
    }
    assert {(output_format, size if size != "auto" else told[0]["size"])} == {
        (data["output_format"], data["size"]) for data in told
    }
    assert 4 == len({data["b64_json"] for data in told})


def test_usage(client: TestClient) -> None:
    """The completed event tells the tokens, and they add up."""
    usage = events(client, partial_images=1)[-1][1]["usage"]

    assert usage["total_tokens"] == usage["input_tokens"] + usage["output_tokens"]


def test_accept_header(client: TestClient) -> None:
    """A stream comes also to who accepts JSON only: that is what the official SDK sends."""
    body = {"model": "gpt-image-1", "prompt": "A cat", "stream": True}
    answer = client.post(PATH, json=body, headers={"Accept": "application/json"})

    assert answer.headers["Content-Type"].startswith("text/event-stream")


def test_refused_as_json(client: TestClient) -> None:
    """A refused stream is an ordinary refusal."""
    answer = client.post(PATH, json={"model": "gpt-image-1", "prompt": "A cat", "stream": True, "n": 11})

    assert (400, "n") == (answer.status_code, answer.json()["error"]["param"])


def test_stream_false(client: TestClient) -> None:
    """stream: false gives the JSON answer."""
    answer = client.post(PATH, json={"model": "gpt-image-1", "prompt": "A cat", "stream": False})

    assert 1 == len(answer.json()["data"])
