"""Calls that both type checkers must refuse: mypy at the call, pyright at the very argument.

A line ends in the words that a checker must say about it. Nothing else may be said about this file, but for pyright's
"No overloads" at a call that mypy refuses.
"""

from __future__ import annotations

from images_client import AsyncClient, Client
from images_client.models import ImagesResponse
from images_client.params import DallE3Params

client = Client("key")
name: str = input()

client.images.generate(  # mypy says: No overload variant of "generate" of "Images" matches argument types
    prompt="a cat",
    model="dall-e-3",
    n=2,  # pyright says: "Literal[2]" cannot be assigned to parameter "n" of type "Omit | Literal[1]"
)
client.images.generate(  # mypy says: No overload variant of "generate" of "Images" matches argument types
    prompt="a cat",
    model="dall-e-3",
    n=len(name),  # pyright says: "int" cannot be assigned to parameter "n"
)
client.images.generate(  # mypy says: No overload variant of "generate" of "Images" matches argument types
    prompt="a cat",
    model="dall-e-3",
    background="transparent",  # pyright says: parameter "background" of type "Unsupported"
)
client.images.generate(  # mypy says: No overload variant of "generate" of "Images" matches argument types
    prompt="a cat",
    model="dall-e-2",
    quality="standard",  # pyright says: parameter "quality" of type "Unsupported"
)
client.images.generate(  # mypy says: No overload variant of "generate" of "Images" matches argument types
    prompt="a cat",
    model="dall-e-2",
    size="1792x1024",  # pyright says: "Literal['1792x1024']" cannot be assigned to parameter "size"
)
client.images.generate(  # mypy says: No overload variant of "generate" of "Images" matches argument types
    prompt="a cat",
    model="gpt-image-1",
    quality="hd",  # pyright says: "Literal['hd']" cannot be assigned to parameter "quality"
)
client.images.generate(  # mypy says: No overload variant of "generate" of "Images" matches argument types
    prompt="a cat",
    model="gpt-image-1",
    stream=True,
    response_format="url",  # pyright says: parameter "response_format" of type "Unsupported"
)
client.images.generate(  # mypy says: No overload variant of "generate" of "Images" matches argument types
    prompt="a cat",
    model="dall-e-3",
    stream=True,  # pyright says: parameter "stream" of type "Unsupported"
)
client.images.generate(  # mypy says: No overload variant of "generate" of "Images" matches argument types
    prompt="a cat",
    n=2,  # pyright says: "Literal[2]" cannot be assigned to parameter "n"
)
client.images.generate(  # mypy says: No overload variant of "generate" of "Images" matches argument types
    prompt="a cat",
    model="dall-e-4",  # pyright says: "Literal['dall-e-4']" cannot be assigned to parameter "model"
)
client.images.generate(  # mypy says: No overload variant of "generate" of "Images" matches argument types
    prompt="a cat",
    model=name,  # pyright says: "str" cannot be assigned to parameter "model"
)
client.images.generate(model="dall-e-3")  # both say: "generate"
client.images.generate(prompt="a cat", model="dall-e-3", qualty="hd")  # both say: "generate"
client.images.generate("a cat")  # both say: "generate"
result: ImagesResponse = client.images.generate(  # both say: EventStream[ImagePartialEvent | ImageCompletedEvent, ImageCompletedEvent]
    prompt="a cat", model="gpt-image-1", stream=True
)
client.images.generate(  # mypy says: No overload variant of "generate" of "Images" matches argument types
    prompt="a cat",
    model="dall-e-3",
    timeout="5",  # pyright says: "Literal['5']" cannot be assigned to parameter "timeout"
)
client.images.generate(prompt="a cat", model="dall-e-3", timeot=5)  # both say: "generate"

two: DallE3Params = {"model": "dall-e-3", "prompt": "a cat", "n": 2}  # both say: "Literal[2]"
odd: DallE3Params = {"model": "dall-e-3", "prompt": "a cat", "background": "auto"}  # both say: "background"
mute: DallE3Params = {"model": "dall-e-3"}  # both say: "prompt"
two["size"] = "256x256"  # both say: "Literal['256x256']"


async def main() -> None:
    """The asynchronous client is as strict."""
    await AsyncClient().images.generate(  # mypy says: No overload variant of "generate" of "AsyncImages"
        prompt="a cat",
        model="dall-e-3",
        moderation="low",  # pyright says: parameter "moderation" of type "Unsupported"
    )
