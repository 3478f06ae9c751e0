"""litellm's SDK: each model, blocking and asynchronous, and what it refuses by itself."""

import asyncio
import os

os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"  # nothing is fetched

import litellm
from trying import BASE_URL, PROMPT, attempt, kind, told

litellm.suppress_debug_info = True
litellm.telemetry = False


def generate(model: str, **given) -> str:
    return told(litellm.image_generation(PROMPT, f"openai/{model}", api_base=BASE_URL, **given))


def asynchronously(model: str, **given) -> str:
    return told(
        asyncio.run(litellm.aimage_generation(prompt=PROMPT, model=f"openai/{model}", api_base=BASE_URL, **given))
    )


def streamed() -> str:
    events = litellm.image_generation(
        PROMPT, "openai/gpt-image-1", api_base=BASE_URL, quality="low", stream=True, partial_images=1
    )
    return ", ".join(kind(event) for event in events)


attempt("gpt-image-1", lambda: generate("gpt-image-1", quality="low", n=2))
attempt(
    "gpt-image-1, transparent",
    lambda: generate("gpt-image-1", quality="low", background="transparent", output_format="png"),
)
attempt("gpt-image-1, streamed", streamed)
attempt("gpt-image-1, asynchronously", lambda: asynchronously("gpt-image-1", quality="low"))
attempt("dall-e-3", lambda: generate("dall-e-3", quality="hd", style="natural", size="1024x1792"))
attempt("dall-e-3, base64", lambda: generate("dall-e-3", response_format="b64_json"))
attempt("dall-e-2", lambda: generate("dall-e-2", n=3, size="256x256"))
attempt("dall-e-3, refused", lambda: generate("dall-e-3", n=2))
