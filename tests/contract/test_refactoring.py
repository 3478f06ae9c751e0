"""A rewriting of the document that means nothing changes no clause's id or level, and no judgement."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from images_contract import Contract

from .conftest import Load
from .test_ledger import LEDGER

Document = dict[str, Any]
SCHEMAS = "#/components/schemas"


def schemas(document: Document) -> dict[str, Any]:
    """Return the named schemas of a document."""
    found: dict[str, Any] = document["components"]["schemas"]
    return found


def inline_every_parameter(document: Document) -> None:
    """Write each shared parameter out where it is referred to."""
    for name, schema in schemas(document).items():
        if name.endswith("Request") and "properties" in schema:
            for key, inner in schema["properties"].items():
                shared = schemas(document)[inner["$ref"].rpartition("/")[2]]
                own = {word: value for word, value in inner.items() if word != "$ref"}
                rules = {**shared.get("x-rules", {}), **own.get("x-rules", {})}
                merged = {**shared, **own, "x-rules": rules}
                if "unsupported" in rules:  # a rule for the models that lack it: it stays with the shared schema
                    continue
                schema["properties"][key] = merged


def inline_the_request(document: Document) -> None:
    """Write the request schema out in the operation."""
    content = document["paths"]["/images/generations"]["post"]["requestBody"]["content"]["application/json"]
    content["schema"] = schemas(document).pop("ImageGenerationRequest")


def split_with_all_of(document: Document) -> None:
    """Split parameters into parts, held together by allOf."""
    own = schemas(document)["GptImage1Request"]["properties"]
    own["size"] = {
        "allOf": [{"$ref": f"{SCHEMAS}/Size"}, {key: own["size"][key] for key in own["size"] if key != "$ref"}]
    }
    number = schemas(document)["N"]
    parts = [{"type": number.pop("type"), "x-source": "page"}, {"minimum": number.pop("minimum")}]
    number["allOf"] = parts


def split_a_model(document: Document) -> None:
    """Move the conditions of a model to a schema of their own."""
    model = schemas(document)["GptImage1Request"]
    schemas(document)["Conditions"] = {"allOf": model.pop("allOf")}
    model["$ref"] = f"{SCHEMAS}/Conditions"


def reverse_everything(document: Document) -> None:
    """Reverse the order of properties, schemas, models and required names."""
    components = schemas(document)
    for schema in components.values():
        for word in ("properties", "required"):
            if isinstance(schema.get(word), dict):
                schema[word] = dict(reversed(schema[word].items()))
            elif isinstance(schema.get(word), list):
                schema[word].reverse()
    document["components"]["schemas"] = dict(reversed(components.items()))
    models = components["ImageGenerationRequest"]["oneOf"][0]
    models["oneOf"].reverse()
    models["discriminator"]["mapping"] = dict(reversed(models["discriminator"]["mapping"].items()))


def rename_components(document: Document) -> None:
    """Give every schema another name."""
    text = json.dumps(document).replace(f"{SCHEMAS}/", f"{SCHEMAS}/Our")
    document.clear()
    document.update(json.loads(text))
    document["components"]["schemas"] = {f"Our{name}": each for name, each in schemas(document).items()}


def const_as_enum(document: Document) -> None:
    """Write a constant as an enum of one."""
    for schema in schemas(document).values():
        model = schema.get("properties", {}).get("model", {}) if isinstance(schema, dict) else {}
        if "const" in model:
            model["enum"] = [model.pop("const")]


def any_of(document: Document) -> None:
    """Write the alternatives, which exclude each other, as anyOf."""
    request = schemas(document)["ImageGenerationRequest"]
    request["anyOf"] = request.pop("oneOf")
    request["anyOf"][0]["anyOf"] = request["anyOf"][0].pop("oneOf")


def flat_alternatives(document: Document) -> None:
    """Put the absent model's schema beside those of the models."""
    request = schemas(document)["ImageGenerationRequest"]
    models, absent = request["oneOf"]
    request["oneOf"] = [*models["oneOf"], absent]
    request["discriminator"] = models["discriminator"]


def shared_request_body(document: Document) -> None:
    """Refer to the request body from the operation."""
    operation = document["paths"]["/images/generations"]["post"]
    document["components"]["requestBodies"] = {"Generate": operation["requestBody"]}
    operation["requestBody"] = {"$ref": "#/components/requestBodies/Generate"}


REFACTORINGS: list[Callable[[Document], None]] = [
    inline_every_parameter, inline_the_request, split_with_all_of, split_a_model, reverse_everything, rename_components,
    const_as_enum, any_of, flat_alternatives, shared_request_body,
]  # fmt: skip
BODIES = [row.body for row in LEDGER if len(row.value) < 200]


def standing(contract: Contract) -> list[tuple[str, str, str]]:
    """Return id, model and level of every clause."""
    return sorted((clause.id, str(clause.model), clause.level) for clause in contract.clauses)


def judgements(contract: Contract) -> list[list[tuple[str, str]]]:
    """Return what is found in each body of the ledger."""
    return [sorted((found.id, found.level) for found in contract.violations(body)) for body in BODIES]


@pytest.fixture(scope="module")
def before(contract: Contract) -> tuple[list[tuple[str, str, str]], list[list[tuple[str, str]]]]:
    """Clauses and judgements of our document."""
    return standing(contract), judgements(contract)


@pytest.mark.parametrize("refactoring", REFACTORINGS, ids=lambda refactoring: refactoring.__name__)
def test_a_refactoring_changes_nothing(
    document: Document, load: Load, before: tuple[Any, Any], refactoring: Callable[[Document], None]
) -> None:
    """Clauses keep their ids, models and levels, and every body of the ledger is judged as before."""
    refactoring(document)
    contract = load(document)

    assert before == (standing(contract), judgements(contract))
