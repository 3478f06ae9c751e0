"""Calls that both type checkers must accept, with the types that they must see."""

from __future__ import annotations

from typing import Unpack, assert_type

from images_client import OMIT, AsyncClient, AsyncEventStream, CallOptions, Client, EventStream
from images_client.models import Image, ImageCompletedEvent, ImagePartialEvent, ImagesResponse, Usage
from images_client.params import DallE3Params, GptImage1StreamParams, NoModelParams

client = Client("key")
name: str = input()
small: bool = bool(name)

assert_type(client.images.generate(prompt="a cat"), ImagesResponse)
assert_type(client.images.generate(prompt="a cat", n=1, size="1024x1024"), ImagesResponse)
assert_type(client.images.generate(prompt="a cat", model="dall-e-2", n=len(name), size="256x256"), ImagesResponse)
assert_type(
    client.images.generate(prompt="a cat", model="dall-e-3", n=1, quality="hd", style="vivid", response_format="url"),
    ImagesResponse,
)
assert_type(
    client.images.generate(prompt="a cat", model="gpt-image-1", background="opaque", n=10, stream=False), ImagesResponse
)
# A parameter that depends on something is left out with OMIT.
client.images.generate(prompt="a cat", model="dall-e-2", size="256x256" if small else OMIT)

stream = client.images.generate(prompt="a cat", model="gpt-image-1", stream=True, partial_images=2)
assert_type(stream, EventStream[ImagePartialEvent | ImageCompletedEvent, ImageCompletedEvent])
for event in stream:
    assert_type(event, ImagePartialEvent | ImageCompletedEvent)
    if event.type == "image_generation.completed":
        assert_type(event, ImageCompletedEvent)
        assert_type(event.usage, Usage)
    else:
        assert_type(event.partial_image_index, int)

# A TypedDict per model: for a dictionary built step by step, and for functions that pass arguments on.
params: DallE3Params = {"model": "dall-e-3", "prompt": "a cat"}
if small:
    params["size"] = "1024x1792"
assert_type(client.images.generate(**params), ImagesResponse)
assert_type(client.images.generate(**params, timeout=5, extra_headers={"X-Trace": "7"}), ImagesResponse)
anyone: NoModelParams = {"prompt": "a cat"}
assert_type(client.images.generate(**anyone), ImagesResponse)


def draw(**arguments: Unpack[DallE3Params]) -> ImagesResponse:
    """A function of one's own with the arguments of one model."""
    return client.images.generate(**arguments)


def watch(**arguments: Unpack[GptImage1StreamParams]) -> EventStream[ImagePartialEvent | ImageCompletedEvent, ImageCompletedEvent]:
    """The same for a stream."""
    return client.images.generate(**arguments)


def hurry(prompt: str, **options: Unpack[CallOptions]) -> ImagesResponse:
    """The same with the options of any call."""
    return client.images.generate(prompt=prompt, model="dall-e-3", **options)


draw(model="dall-e-3", prompt="a cat", style="vivid")
hurry("a cat", timeout=None, check_locally=False)

result = client.images.generate_untyped(model=name, prompt="a cat", n=2)
assert_type(result, ImagesResponse)
assert_type(result.data, tuple[Image, ...])
assert_type(result.data[0].url, str | None)
assert_type(result.usage, Usage | None)
assert_type(result.request_id, str | None)
assert_type(
    client.images.generate_untyped(model=name, prompt="a cat", stream=True),
    EventStream[ImagePartialEvent | ImageCompletedEvent, ImageCompletedEvent],
)


async def main() -> None:
    """The asynchronous client has the same types, awaited."""
    async with AsyncClient() as awaited:
        assert_type(await awaited.images.generate(prompt="a cat", model="dall-e-3"), ImagesResponse)
        events = await awaited.images.generate(prompt="a cat", model="gpt-image-1", stream=True)
        assert_type(events, AsyncEventStream[ImagePartialEvent | ImageCompletedEvent, ImageCompletedEvent])
        async for event in events:
            assert_type(event, ImagePartialEvent | ImageCompletedEvent)
