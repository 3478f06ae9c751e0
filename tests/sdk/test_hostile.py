"""Hostile documents: whatever a string says, it is data. `make hostile` tries many more than run by default."""

from __future__ import annotations

import ast
import importlib
import json
import os
import tomllib
import typing
from pathlib import Path
from typing import Any

import httpx2
import pytest

from images_contract import Contract, ContractError

from .conftest import ANSWER, Workshop
from .corpus import CANARY, PAYLOADS, Slot, poisoned, rich, sample

# `make hostile` sets these.
COUNT = int(os.environ.get("HOSTILE_DOCUMENTS", "24"))
SEED = int(os.environ.get("HOSTILE_SEED", "20261122"))
AT_ONCE = [*PAYLOADS] if "HOSTILE_DOCUMENTS" in os.environ else [*PAYLOADS][:: len(PAYLOADS) // 15]

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
    schemas["ImageStreamEvent"]["x-final"] = [text]
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


@pytest.mark.parametrize("name", AT_ONCE)
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


def test_the_rich_document_is_sound(workshop: Workshop, contract: Contract) -> None:
    """Before anything is poisoned, the document gives a client: what follows is not refused for another reason."""
    _evaluate_annotations(workshop.load(rich(contract.document)))
    _check_sound(workshop.folder)


@pytest.mark.parametrize(
    ("slot", "payload", "everywhere"),
    [
        pytest.param(*each, id=f"{number}-{each[1]}-{'everywhere' if each[2] else 'once'}-{each[0]}"[:150])
        for number, each in enumerate(sample(rich(Contract.load().document), COUNT, SEED))
    ],
)
def test_any_string(slot: Slot, payload: str, everywhere: bool, workshop: Workshop, contract: Contract) -> None:
    """Whatever stands in any one string, the client is sound and runs none of it, or there is one clear message."""
    document = poisoned(rich(contract.document), slot, PAYLOADS[payload], everywhere=everywhere)
    refusal = ""
    try:
        package = workshop.load(document)
    except ContractError as error:
        refusal = str(error)
    else:
        _check_sound(workshop.folder)
        _evaluate_annotations(package)

    assert CANARY not in os.environ
    assert refusal == "" or (refusal.isprintable() and 10 < len(refusal) < 2000), refusal


def _check_sound(folder: Path) -> None:
    # Python leaves caches of what the test imports there, unless it is told not to.
    for path in (each for each in (folder / "client").rglob("*") if "__pycache__" not in each.parts):
        assert path.parent.name in (*LAYOUT, "client"), path
        if path.suffix == ".py":
            source = path.read_text(encoding="utf-8")
            ast.parse(source)
            assert [each for each in source if not (each.isprintable() or each == "\n")] == []
    tomllib.loads((folder / "client" / "pyproject.toml").read_text(encoding="utf-8"))


def _evaluate_annotations(package: Any) -> None:
    """Evaluate what nothing evaluates on import: annotations are code, too."""
    params = importlib.import_module("images_client.params")
    for each in (*vars(params).values(), *vars(package.models).values()):
        if isinstance(each, type) and each.__module__.startswith(("images_client.params", "images_client.models")):
            assert typing.get_type_hints(each) is not None
    client = package.Client("key", "http://fake")
    for namespace in (each for name, each in vars(client).items() if not name.startswith("_")):
        for name in (name for name in dir(namespace) if not name.startswith("_")):
            for way in typing.get_overloads(getattr(type(namespace), name)):
                typing.get_type_hints(way)
