"""The official Python SDK: each model, forms, streams, refusals; blocking and asynchronous."""

import asyncio

import openai
from trying import PROMPT, attempt, kind, told

client = openai.OpenAI()


def generate(**given) -> str:
    return told(client.images.generate(prompt=PROMPT, **given))


def streamed(**given) -> str:
    with client.images.generate(prompt=PROMPT, stream=True, **given) as events:
        return ", ".join(kind(event) for event in events)


async def streamed_asynchronously(**given) -> str:
    async with openai.AsyncOpenAI() as asynchronous:
        events = await asynchronous.images.generate(prompt=PROMPT, stream=True, **given)
        return ", ".join([kind(event) async for event in events])


async def all_at_once() -> str:
    async with openai.AsyncOpenAI() as asynchronous:
        calls = [asynchronous.images.generate(prompt=PROMPT, model="dall-e-2", size="256x256") for _ in range(8)]
        return f"{len(await asyncio.gather(*calls))} answers"


def left() -> str:
    """A reader that leaves a stream after its first event."""
    with client.images.generate(prompt=PROMPT, model="gpt-image-1", stream=True, partial_images=3) as events:
        return kind(next(iter(events)))


GPT = {"model": "gpt-image-1", "quality": "low"}
attempt("without a model", generate)
attempt("gpt-image-1", lambda: generate(**GPT))
attempt("gpt-image-1, transparent", lambda: generate(**GPT, background="transparent", output_format="webp", n=2))
attempt(
    "gpt-image-1, everything",
    lambda: generate(
        **GPT, moderation="low", output_format="jpeg", output_compression=50, size="1536x1024", user="u-1"
    ),
)
attempt("gpt-image-1, streamed", lambda: streamed(**GPT, partial_images=2))
attempt("gpt-image-1, streamed without partial images", lambda: streamed(**GPT))
attempt("gpt-image-1, streamed asynchronously", lambda: asyncio.run(streamed_asynchronously(**GPT, partial_images=1)))
attempt("gpt-image-1, a stream left", left)
attempt("dall-e-3", lambda: generate(model="dall-e-3"))
attempt(
    "dall-e-3, base64", lambda: generate(model="dall-e-3", response_format="b64_json", quality="hd", style="natural")
)
attempt("dall-e-2", lambda: generate(model="dall-e-2", n=3, size="256x256"))
attempt("dall-e-2, base64", lambda: generate(model="dall-e-2", response_format="b64_json", size="512x512"))
attempt("dall-e-2, eight at once", lambda: asyncio.run(all_at_once()))
attempt("dall-e-3, refused", lambda: generate(model="dall-e-3", n=2))
attempt("gpt-image-1, refused", lambda: generate(model="gpt-image-1", extra_body={"style": "vivid"}))
attempt("a model that is none", lambda: generate(model="dall-e-9"))
