"""LangChain's DALL-E wrapper and the tool around it: each model, with what the wrapper can say."""

from langchain_community.tools.openai_dalle_image_generation import OpenAIDALLEImageGenerationTool
from langchain_community.utilities.dalle_image_generator import DallEAPIWrapper
from trying import BASE_URL, PROMPT, attempt


def run(**given) -> str:
    urls = DallEAPIWrapper(base_url=BASE_URL, **given).run(PROMPT).split("\n")
    return f"{len(urls)} x {'a URL' if all(url.startswith('http') for url in urls) else urls}"


def tool() -> str:
    answer = OpenAIDALLEImageGenerationTool(api_wrapper=DallEAPIWrapper(base_url=BASE_URL)).invoke(PROMPT)
    return "1 x a URL" if answer.startswith("http") else answer


attempt("as it comes", run)
attempt("as a tool", tool)
attempt("dall-e-2", lambda: run(model="dall-e-2", n=2, size="256x256"))
attempt("dall-e-3", lambda: run(model="dall-e-3", size="1792x1024", quality="hd"))
attempt("gpt-image-1", lambda: run(model="gpt-image-1", quality="low"))
