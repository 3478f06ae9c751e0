"""Coming from the official SDK: the same code, with either client, against the reference server."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import httpx2
import openai
import pytest

import images_client
from images_contract import Contract
from images_reference_server import RunningServer, running

from .conftest import KEY

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "sdk.md"
CLIENTS = [
    (openai.OpenAI, openai.AsyncOpenAI, openai),
    (images_client.Client, images_client.AsyncClient, images_client),
]


@pytest.fixture(scope="module")
def reference() -> Iterator[RunningServer]:
    with running(Contract.load().document, key=KEY) as server:
        yield server


@pytest.fixture(params=CLIENTS, ids=["official", "ours"])
def sdk(request: pytest.FixtureRequest, reference: RunningServer, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Two client classes and their module; the environment says where the server is."""
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    monkeypatch.setenv("OPENAI_BASE_URL", reference.base_url)
    return request.param


def test_an_answer(sdk: Any) -> None:
    """A call, its options and what is read of the answer are the same."""
    blocking, _, _ = sdk
    with blocking(timeout=60.0, max_retries=1, default_headers={"X-A": "1"}, default_query={"b": "2"}) as client:
        result = client.with_options(timeout=30.0).images.generate(
            **{"model": "gpt-image-1", "prompt": "a cat", "n": 2, "size": "1536x1024", "quality": "low", "user": "me"},
            **{
                "extra_headers": {"X-C": "3"},
                "extra_query": {"d": "4"},
                "extra_body": {"moderation": "low"},
                "timeout": 9.0,
            },
        )

    assert (2, "1536x1024", "low") == (len(result.data), result.size, result.quality)
    assert result.usage.total_tokens == result.usage.input_tokens + result.usage.output_tokens
    assert (int, str, str, None) == (
        type(result.created),
        type(result._request_id),
        type(result.data[0].b64_json),
        result.data[0].url,
    )


def test_a_stream(sdk: Any) -> None:
    """Events have the same types and fields, and a client of one's own is lent in the same way."""
    blocking, _, _ = sdk
    with httpx2.Client() as http:
        events = blocking(http_client=http).images.generate(
            model="gpt-image-1", prompt="a cat", stream=True, partial_images=2
        )
        seen = [(event.type.rpartition(".")[2], getattr(event, "partial_image_index", None)) for event in events]

    assert [("partial_image", 0), ("partial_image", 1), ("completed", None)] == seen


def test_the_asynchronous_client(sdk: Any) -> None:
    """The asynchronous client is awaited, and its streams iterated over, in the same way."""
    _, asynchronous, _ = sdk

    async def run() -> list[str]:
        async with asynchronous(organization="org", project="proj") as client:
            assert (
                (await client.images.generate(model="dall-e-3", prompt="a cat", style="natural")).data[0].revised_prompt
            )
            return [
                event.type
                async for event in await client.images.generate(model="gpt-image-1", prompt="a cat", stream=True)
            ]

    assert ["image_generation.completed"] == asyncio.run(run())


def test_errors(sdk: Any) -> None:
    """Errors have the same names and the same facts."""
    blocking, _, module = sdk
    options: dict[str, Any] = {} if module is openai else {"check_locally": False}
    with blocking(max_retries=0) as client, pytest.raises(module.BadRequestError) as refused:
        client.images.generate(model="dall-e-3", prompt="two cats", n=2, **options)
    with blocking(api_key="wrong") as client, pytest.raises(module.AuthenticationError):
        client.images.generate(prompt="a cat")
    nowhere = "http://127.0.0.1:1/v1"
    with blocking(base_url=nowhere, max_retries=0) as client, pytest.raises(module.APIConnectionError):
        client.images.generate(prompt="a cat")

    error = refused.value
    assert ("n", "invalid_request_error", 400) == (error.param, error.type, error.status_code)
    assert isinstance(error, module.APIStatusError)
    assert error.code
    assert error.request_id


@pytest.mark.parametrize("module", [openai, images_client], ids=lambda module: module.__name__)
def test_what_the_guide_names_is_there(module: ModuleType) -> None:
    """Classes that the guide's table names for both exist in both."""
    table = GUIDE.read_text(encoding="utf-8").partition("## Coming from the official SDK")[2]
    named = {
        name
        for name in re.findall(r"\b[A-Z]\w+Error\b", table)
        if name not in ("ContentPolicyError", "LocalValidationError")
    }

    assert len(named) > 2
    assert [] == [name for name in named if not hasattr(module, name)]
