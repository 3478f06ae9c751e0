"""What a successful answer tells: pictures as asked, in the form asked for, and fields that agree with them."""

from __future__ import annotations

import base64
import io
import time
from typing import Any

import pytest
from PIL import Image
from starlette.testclient import TestClient

from images_contract import Contract, validator
from images_reference_server import create_app

PATH = "/v1/images/generations"
MODELS = Contract.load().models
SIZES = [(name, size) for name, model in MODELS.items() for size in model.parameters["size"].values or ()]
PAINTED = [
    (background, output_format)
    for background in MODELS["gpt-image-1"].parameters["background"].values or ()
    for output_format in MODELS["gpt-image-1"].parameters["output_format"].values or ()
    if (background, output_format) != ("transparent", "jpeg")
]


def ask(client: TestClient, **members: Any) -> dict[str, Any]:
    answer = client.post(PATH, json={"prompt": "A cat", **members})
    assert 200 == answer.status_code, answer.text
    body: dict[str, Any] = answer.json()
    return body


def pictures(client: TestClient, body: dict[str, Any]) -> list[Image.Image]:
    """Decode every picture of an answer, fetching those behind a URL."""
    files = [
        base64.b64decode(item["b64_json"], validate=True) if "b64_json" in item else client.get(item["url"]).content
        for item in body["data"]
    ]
    opened = [Image.open(io.BytesIO(file)) for file in files]
    for picture in opened:
        picture.load()
    return opened


class TestPictures:
    """Pictures are real, and as asked."""

    @pytest.mark.parametrize(("model", "size"), SIZES)
    def test_size(self, client: TestClient, model: str, size: str) -> None:
        """A picture has the asked size; auto becomes a size of the model, and is echoed as that."""
        body = ask(client, model=model, size=size)

        (picture,) = pictures(client, body)
        wanted = body["size"] if size == "auto" else size
        assert wanted == "{}x{}".format(*picture.size)
        assert wanted in (MODELS[model].parameters["size"].values or ())
        assert body.get("size", wanted) == wanted

    @pytest.mark.parametrize(("background", "output_format"), PAINTED)
    def test_format_and_alpha(self, client: TestClient, background: str, output_format: str) -> None:
        """A picture has the asked format; a transparent one is see-through somewhere, another one nowhere."""
        body = ask(client, model="gpt-image-1", background=background, output_format=output_format)

        (picture,) = pictures(client, body)
        lowest = picture.convert("RGBA").getchannel("A").getextrema()[0]
        assert output_format == (picture.format or "").lower() == body["output_format"]
        assert (background == "transparent") == (lowest == 0)
        assert ("transparent" if background == "transparent" else "opaque") == body["background"]

    def test_lossy(self, client: TestClient) -> None:
        """Lower output_compression gives a smaller file."""
        sizes = [
            len(
                ask(client, model="gpt-image-1", output_format="jpeg", output_compression=percent)["data"][0][
                    "b64_json"
                ]
            )
            for percent in (0, 50, 100)
        ]

        assert sorted(set(sizes)) == sizes

    @pytest.mark.parametrize("n", [1, 2, 10])
    def test_count(self, client: TestClient, n: int) -> None:
        """As many pictures come as n asks for, each another one."""
        body = ask(client, model="gpt-image-1", n=n)

        assert n == len({item["b64_json"] for item in body["data"]})

    def test_quick(self, client: TestClient) -> None:
        """A picture that was drawn before costs little: ten of 1024x1024 are small, and answered within a second."""
        ask(client, model="gpt-image-1", n=10)
        started = time.perf_counter()
        body = ask(client, model="gpt-image-1", n=10)

        assert time.perf_counter() - started < 1
        assert sum(len(item["b64_json"]) for item in body["data"]) < 500_000


class TestForm:
    """One image is a url or base64: as response_format asks, else as the model does it."""

    @pytest.mark.parametrize("model", ["dall-e-2", "dall-e-3"])
    @pytest.mark.parametrize(("asked", "field"), [({}, "url"), ({"response_format": "url"}, "url"),
                                                  ({"response_format": "b64_json"}, "b64_json")])  # fmt: skip
    def test_as_asked(self, client: TestClient, model: str, asked: dict[str, str], field: str) -> None:
        """response_format decides; without it, its default does. Only dall-e-3 revises prompts."""
        (item,) = ask(client, model=model, **asked)["data"]

        assert {field, *(["revised_prompt"] if model == "dall-e-3" else [])} == item.keys()

    def test_gpt(self, client: TestClient) -> None:
        """gpt-image-1 sends base64 only."""
        assert {"b64_json"} == ask(client, model="gpt-image-1")["data"][0].keys()

    def test_url(self, client: TestClient) -> None:
        """A URL is absolute, on this server, needs no key, and serves the picture as what it is."""
        (item,) = ask(client, model="dall-e-2")["data"]
        answer = client.get(item["url"], headers={"Authorization": ""})

        assert item["url"].startswith("http://testserver/images/")
        assert (200, "image/png") == (answer.status_code, answer.headers["Content-Type"])

    def test_url_expires(self, document: dict[str, Any]) -> None:
        """After its lifetime a URL leads nowhere."""
        late = TestClient(create_app(document, url_lifetime=0))
        (item,) = ask(late, model="dall-e-2")["data"]

        assert 404 == late.get(item["url"]).status_code


class TestFields:
    """Fields agree with the request, with the pictures and with each other."""

    @pytest.mark.parametrize("model", list(MODELS))
    def test_schema(self, client: TestClient, document: dict[str, Any], model: str) -> None:
        """An answer matches the response schema, has the fields of its model and no others."""
        body = ask(client, model=model)

        validator(document, "#/components/schemas/ImagesResponse").validate(body)
        assert {"created", "data", *(MODELS[model].fields or ())} == body.keys()

    def test_created(self, client: TestClient) -> None:
        """created is now, in seconds."""
        assert abs(ask(client, model="dall-e-2")["created"] - time.time()) < 5

    @pytest.mark.parametrize("quality", MODELS["gpt-image-1"].parameters["quality"].values or ())
    def test_quality(self, client: TestClient, quality: str) -> None:
        """quality is echoed; auto as what it came to."""
        echoed = ask(client, model="gpt-image-1", quality=quality)["quality"]

        assert echoed == (quality if quality != "auto" else echoed)
        assert echoed != "auto"

    @pytest.mark.parametrize("n", [1, 3])
    def test_usage(self, client: TestClient, n: int) -> None:
        """Tokens add up, and are those of one image times n."""
        one = ask(client, model="gpt-image-1")["usage"]
        usage = ask(client, model="gpt-image-1", n=n)["usage"]

        assert usage["total_tokens"] == usage["input_tokens"] + usage["output_tokens"] == n * one["total_tokens"]
        assert usage["input_tokens"] == sum(usage["input_tokens_details"].values())
        assert usage["output_tokens"] == sum(usage["output_tokens_details"].values())

    def test_counts(self, document: dict[str, Any]) -> None:
        """The server counts requests, those that it served, and images."""
        app = create_app(document)
        client = TestClient(app)
        ask(client, model="gpt-image-1", n=3)
        client.post(PATH, json={})
        client.get("/nowhere")

        counts = app.state.counts
        assert (3, 1, 3) == (counts.requests, counts.accepted_requests, counts.images)
