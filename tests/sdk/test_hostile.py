"""Hostile documents: whatever a string says, it is data. A sample; every payload in every slot at once."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from typing import Any

import httpx2
import pytest

from images_contract import ContractError

from .conftest import ANSWER, Workshop

CANARY = "IMAGES_CLIENT_CANARY"
CODE = f"__import__('os').environ.__setitem__('{CANARY}', 'sang')"
PAYLOADS = {
    "docstring": f'"""\n{CODE}\n"""',
    "double": f'"\n{CODE}\n#',
    "single": f"'); {CODE} #",
    "subscript": f'"]] = 1; {CODE} #',
    "backslash": f'\\"""\n{CODE}\n\\',
    "template": "{{ " + CODE + " }}{% for x in y %}{#",
    "braces": "{" + CODE + "} %s %(x)s ${x}",
    "bidi": "\u202e\u2066safe\u2069\u200b\ufeff",
    "control": "\x07\x1b[31m\x85\u2028\u2029\x0c",
    "path": "../../../../tmp/../x.py",
    "keyword": "class",
    "builtin": "str",
    "markdown": "`]|<script>\n# heading\n```",
    "long": "a b" * 2000,
    "unicode": "\uff43\uff4c\uff41\uff53\uff53 小猫 \ufb01",  # a keyword, once Python has normalised it
    "digits": "12 34",
}


LAYOUT = {"images_client", "models", "api"}


def poison(document: dict[str, Any], text: str) -> None:
    """Put a text into every slot that the document has for words."""
    schemas = document["components"]["schemas"]
    operation = document["paths"]["/images/generations"]["post"]
    document["info"].update(title=text, description=text, version=text, summary=text)
    document["servers"][0].update(description=text, url=f"http://host/{text}")
    operation.update(operationId=f"make {text}", tags=[text], summary=text, description=text)
    operation["x-sdk-method"] = text
    operation["requestBody"]["content"]["application/json"]["examples"] = {text: {"summary": text, "value": {}}}
    for schema in schemas.values():
        schema.update(description=text, title=text)
    poison_model(schemas, text)
    schemas["Image"]["properties"][text] = {"type": "string", "description": text, "enum": [text], "default": text}
    schemas["Image"]["properties"]["inner"] = {
        "type": "object",
        "title": text,
        "properties": {text: {"type": "string"}},
    }
    schemas["ImageCompletedEvent"]["properties"]["type"]["const"] = text
    mapping = schemas["ImageStreamEvent"]["discriminator"]["mapping"]
    mapping[text] = mapping.pop("image_generation.completed")


def poison_model(schemas: dict[str, Any], text: str) -> None:
    """Rename a model, and give it a parameter, a value, a default, a condition and an open case of that name."""
    model = schemas["DallE2Request"]
    model["properties"]["model"]["const"] = text
    mapping = schemas["ImageGenerationRequest"]["oneOf"][0]["discriminator"]["mapping"]
    mapping[text] = mapping.pop("dall-e-2")
    model["properties"][text] = {"type": "string", "enum": [text], "default": text, "description": text}
    branch = {"properties": {text: {"const": text}}, "required": [text]}
    clause = {"id": "odd.condition", "sentence": text, "source": text}
    model["allOf"] = [{"x-clause": clause, "if": branch, "then": branch}]
    model["x-open"] = [
        {"id": "odd.open", "parameter": text, "schema": {"const": text * 2}, "sentence": text, "source": text}
    ]


@pytest.mark.parametrize("name", PAYLOADS)
def test_text_is_only_text(name: str, workshop: Workshop, document: dict[str, Any]) -> None:
    """The client of a poisoned document imports, runs none of the text, and sends and reads names as they are."""
    text = PAYLOADS[name]
    poison(document, text)
    package = workshop.load(document)
    seen: list[httpx2.Request] = []

    def serve(request: httpx2.Request) -> httpx2.Response:
        seen.append(request)
        return httpx2.Response(200, json={**ANSWER, "data": [{text: text}]})

    client = package.Client("key", "http://fake", http_client=httpx2.Client(transport=httpx2.MockTransport(serve)))
    namespace = next(each for key, each in vars(client).items() if not key.startswith("_"))
    method = getattr(namespace, next(each for each in dir(namespace) if each.endswith("_untyped")))
    result = method(prompt="a cat", model=text, **{text: text})

    assert CANARY not in os.environ
    assert {"prompt": "a cat", "model": text, text: text} == json.loads(seen[0].content)
    assert {text: text} == result.data[0].raw
    assert result.data[0].extra == {}
    with pytest.raises(package.LocalValidationError):
        method(prompt="a cat", model=text, **{text: "other"})
    assert {path.parent.name for path in workshop.folder.rglob("*.py")} == LAYOUT


@pytest.mark.parametrize("name", PAYLOADS)
def test_a_component_by_any_name(name: str, workshop: Workshop, document: dict[str, Any]) -> None:
    """A component schema's name is a class and a file, or an error; never a path or code."""
    text = PAYLOADS[name]
    schemas = document["components"]["schemas"]
    schemas[text] = {"type": "object", "properties": {"x": {"type": "string"}}}
    target = text.replace("~", "~0").replace("/", "~1")
    schemas["Image"]["properties"]["odd"] = {"$ref": f"#/components/schemas/{target}"}
    with suppress(ContractError):
        workshop.load(document)
    names = {path.parent.name for path in workshop.folder.rglob("*.py")}

    assert names <= LAYOUT
    assert CANARY not in os.environ
