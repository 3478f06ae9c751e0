"""The official openai SDK works against the honest server, unchanged."""

from __future__ import annotations

import asyncio
import base64
import io
from collections.abc import Iterator
from typing import Any

import openai
import pytest
from PIL import Image

from images_reference_server import RunningServer, running


@pytest.fixture(scope="module")
def server(document: dict[str, Any]) -> Iterator[RunningServer]:
    with running(document, key="sdk-key") as running_server:
        yield running_server


@pytest.fixture
def client(server: RunningServer) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(api_key="sdk-key", base_url=server.base_url, max_retries=0) as sdk:
        yield sdk


def _size(b64: str | None) -> tuple[int, int]:
    return Image.open(io.BytesIO(base64.b64decode(b64 or ""))).size


class TestBlocking:
    """client.images.generate(...)"""

    def test_gpt(self, client: openai.OpenAI) -> None:
        """gpt-image-1 answers with typed fields and pictures in base64."""
        answer = client.images.generate(
            model="gpt-image-1", prompt="A cat", n=2, size="1536x1024", background="transparent", quality="low"
        )

        assert [(1536, 1024)] * 2 == [_size(image.b64_json) for image in answer.data or []]
        assert ("transparent", "low", "png", "1536x1024") == (
            answer.background, answer.quality, answer.output_format, answer.size,
        )  # fmt: skip
        assert answer.usage is not None
        assert answer.usage.total_tokens == answer.usage.input_tokens + answer.usage.output_tokens

    def test_dall_e(self, client: openai.OpenAI) -> None:
        """dall-e-3 answers with a URL and a revised prompt."""
        (image,) = client.images.generate(model="dall-e-3", prompt="A cat", style="natural").data or []

        assert image.url is not None
        assert (True, None) == (bool(image.revised_prompt), image.b64_json)

    def test_no_model(self, client: openai.OpenAI) -> None:
        """A request without model is served."""
        assert 1 == len(client.images.generate(prompt="A cat").data or [])

    def test_models(self, client: openai.OpenAI) -> None:
        """The models are listed."""
        assert "gpt-image-1" in [model.id for model in client.models.list()]


class TestErrors:
    """Refusals become the SDK's typed exceptions."""

    def test_bad_request(self, client: openai.OpenAI) -> None:
        """An invalid body is a BadRequestError with param, code, type and the request id."""
        with pytest.raises(openai.BadRequestError) as caught:
            client.images.generate(model="dall-e-3", prompt="A cat", n=2)

        error = caught.value
        assert ("n", "integer_above_max_value", "invalid_request_error") == (error.param, error.code, error.type)
        assert error.request_id

    def test_wrong_key(self, server: RunningServer) -> None:
        """A wrong key is an AuthenticationError."""
        with openai.OpenAI(api_key="wrong", base_url=server.base_url) as sdk, pytest.raises(openai.AuthenticationError):
            sdk.images.generate(model="dall-e-2", prompt="A cat")


class TestStreaming:
    """client.images.generate(..., stream=True)"""

    def test_events(self, client: openai.OpenAI) -> None:
        """Partial images come first, typed, and then the completed one."""
        stream = client.images.generate(model="gpt-image-1", prompt="A cat", stream=True, partial_images=2)
        events = list(stream)

        assert ["image_generation.partial_image"] * 2 + ["image_generation.completed"] == [e.type for e in events]
        assert {(1024, 1024)} == {_size(event.b64_json) for event in events}


def test_async(server: RunningServer) -> None:
    """The asynchronous client works too, streaming and not."""

    async def ask() -> tuple[int, list[str]]:
        async with openai.AsyncOpenAI(api_key="sdk-key", base_url=server.base_url) as sdk:
            answers = await asyncio.gather(
                *(sdk.images.generate(model="dall-e-2", prompt="A cat", size="256x256", n=2) for _ in range(5))
            )
            stream = await sdk.images.generate(model="gpt-image-1", prompt="A cat", stream=True, partial_images=1)
            return sum(len(answer.data or []) for answer in answers), [event.type async for event in stream]

    assert (10, ["image_generation.partial_image", "image_generation.completed"]) == asyncio.run(ask())
