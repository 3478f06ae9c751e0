"""Whatever is added to the document reaches the client without another edit."""

from __future__ import annotations

import typing
from copy import deepcopy
from typing import Any

import httpx2
import pytest

from .conftest import ANSWER, Workshop

DESCRIBE = {
    "operationId": "describeImage",
    "tags": ["images"],
    "summary": "Say what is in a picture",
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": {
                    "type": "object",
                    "additionalProperties": False,
                    "required": ["url"],
                    "properties": {
                        "url": {"type": "string", "description": "The picture."},
                        "words": {"type": "integer", "minimum": 1, "maximum": 50},
                        "class": {"type": "string", "enum": ["short", "long"]},
                        "hints": {"type": "array", "items": {"type": "string"}},
                    },
                }
            }
        },
    },
    "responses": {
        "200": {
            "description": "The description.",
            "content": {
                "application/json": {
                    "schema": {
                        "type": "object",
                        "required": ["text"],
                        "properties": {
                            "text": {"type": "string"},
                            "score": {"type": ["number", "null"]},
                            "usage": {"$ref": "#/components/schemas/Usage"},
                        },
                    }
                }
            },
        }
    },
}


def called(package: Any, answer: Any = ANSWER) -> tuple[Any, list[httpx2.Request]]:
    """Return a client of a generated package, and the list that its requests go to."""
    seen: list[httpx2.Request] = []

    def serve(request: httpx2.Request) -> httpx2.Response:
        seen.append(request)
        return httpx2.Response(200, json=answer)

    http = httpx2.Client(transport=httpx2.MockTransport(serve))
    return package.Client("key", "http://fake", http_client=http), seen


def test_a_model_a_value_and_a_parameter(workshop: Workshop, document: dict[str, Any]) -> None:
    """A new model with a new value and a new parameter named `from` can be called; its rules are judged locally."""
    schemas = document["components"]["schemas"]
    new = deepcopy(schemas["DallE3Request"])
    new["title"] = new["properties"]["model"]["const"] = "dall-e-4"
    new["properties"]["size"]["enum"] = ["2048x2048"]
    new["properties"]["size"]["default"] = "2048x2048"
    new["properties"]["from"] = {"type": "integer", "minimum": 3, "maximum": 3}
    schemas["DallE4Request"] = new
    named = schemas["ImageGenerationRequest"]["oneOf"][0]
    named["oneOf"].append({"$ref": "#/components/schemas/DallE4Request"})
    named["discriminator"]["mapping"]["dall-e-4"] = "#/components/schemas/DallE4Request"
    client, seen = called(package := workshop.load(document))
    client.images.generate(prompt="a cat", model="dall-e-4", size="2048x2048", from_=3)

    assert seen[0].content == b'{"prompt":"a cat","model":"dall-e-4","size":"2048x2048","from":3}'
    with pytest.raises(package.LocalValidationError) as caught:
        client.images.generate(prompt="a cat", model="dall-e-3", from_=3)
    assert [problem.clause for problem in caught.value.problems] == ["from.unsupported.dall-e-3"]
    source = (workshop.folder / "client" / "images_client" / "api" / "images.py").read_text(encoding="utf-8")
    assert "from_: Literal[3] | Omit = OMIT" in source
    assert "from_: Unsupported = OMIT" in source


def test_a_second_operation(workshop: Workshop, document: dict[str, Any]) -> None:
    """A second JSON operation becomes a method of its own, with its own rules and its own answer."""
    document["paths"]["/images/descriptions"] = {"post": DESCRIBE}
    client, seen = called(package := workshop.load(document), {"text": "a cat", "score": None})
    answer = client.images.describe_image(url="http://x/y.png", class_="short", hints=["fur"])

    assert (answer.text, answer.score, answer.usage) == ("a cat", None, None)
    assert seen[0].url.path == "/images/descriptions"
    assert seen[0].content == b'{"url":"http://x/y.png","class":"short","hints":["fur"]}'
    with pytest.raises(package.LocalValidationError, match=r"'words' must be at most 50, got 51 \[words.maximum.desc"):
        client.images.describe_image(url="http://x/y.png", words=51)


def test_an_operation_under_another_tag_and_name(workshop: Workshop, document: dict[str, Any]) -> None:
    """A tag makes a namespace; `x-sdk-method` names the method."""
    other = {**DESCRIBE, "operationId": "askModeration", "tags": ["moderation tools"], "x-sdk-method": "ask"}
    document["paths"]["/moderations"] = {"post": other}
    client, _ = called(workshop.load(document), {"text": "harmless"})

    assert client.moderation_tools.ask(url="http://x").text == "harmless"


def test_two_methods_of_one_name_are_refused(workshop: Workshop, document: dict[str, Any]) -> None:
    """Two operations that would share a method are an error, not a method less."""
    from images_sdkgen import GenerateError

    document["paths"]["/images/descriptions"] = {"post": {**DESCRIBE, "x-sdk-method": "describe"}}
    document["paths"]["/images/essays"] = {"post": {**DESCRIBE, "operationId": "essay", "x-sdk-method": "describe"}}

    with pytest.raises(GenerateError, match=r"two would be called method images\.describe"):
        workshop.build(document)


@pytest.mark.parametrize(
    "name", ["Images", "Any", "EventStream", "str", "dataclass", "models", "Client", "OMIT", "Reader"]
)
def test_a_schema_by_any_name(name: str, workshop: Workshop, document: dict[str, Any]) -> None:
    """A schema may be called as something that the client's own code uses, or there is one clear message."""
    from images_sdkgen import GenerateError

    schemas = document["components"]["schemas"]
    schemas[name] = schemas.pop("ImagesResponse")
    content = document["paths"]["/images/generations"]["post"]["responses"]["200"]["content"]
    content["application/json"]["schema"] = {"$ref": f"#/components/schemas/{name}"}
    if name in ("Any", "Reader"):
        with pytest.raises(GenerateError, match=rf"would be a class '{name}', which the client has already"):
            workshop.build(document)
    else:
        client, _ = called(package := workshop.load(document))
        answer = client.images.generate(prompt="a cat")

        assert typing.get_type_hints(type(answer))["created"] is int
        assert type(answer) in vars(package.models).values()
        assert typing.get_overloads(type(client.images).generate)


@pytest.mark.parametrize("tag", ["Any", "client", "async client", "event stream", "literal", "str", "close", "models"])
def test_a_tag_by_any_name(tag: str, workshop: Workshop, document: dict[str, Any]) -> None:
    """A tag may be called as something that the client's own code uses."""
    document["paths"]["/images/generations"]["post"]["tags"] = [tag]
    client, _ = called(workshop.load(document))
    (namespace,) = (value for name, value in vars(client).items() if not name.startswith("_"))

    assert namespace.generate(prompt="a cat").raw == ANSWER
    assert all(typing.get_type_hints(way) for way in typing.get_overloads(type(namespace).generate))


def test_no_model_value_or_bound_stands_in_the_generator() -> None:
    """Neither generator nor templates know a model's name or a value of an enum: those live in the document alone."""
    from pathlib import Path

    import images_sdkgen

    folder = Path(images_sdkgen.__file__).parent
    sources = {path.name: path.read_text(encoding="utf-8") for path in folder.rglob("*.*") if path.suffix != ".pyc"}
    words = ("dall-e", "gpt-image", "1024", "vivid", "opaque", "partial_image", "revised_prompt", "output_format")

    assert [(name, word) for name, text in sources.items() for word in words if word in text] == []
