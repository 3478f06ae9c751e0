"""The document is valid OpenAPI, has every rule of the endpoint's page, and its examples keep its own rules."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

import images_contract
from images_contract import Contract, validator
from images_contract.document import escape, nodes

from .conftest import SPEC
from .documents import REQUEST

# What the endpoint's page says of each parameter: type, options, range, default and note, in its own words.
PAGE: dict[str, dict[str, Any]] = {
    "prompt": {"type": "string", "note": "Text prompt for the desired image"},
    "model": {"type": "string", "values": ["gpt-image-1", "dall-e-3", "dall-e-2"], "note": "Image generation model"},
    "background": {
        "type": "string",
        "values": ["transparent", "opaque", "auto"],
        "only": ["gpt-image-1"],
        "note": "Only supported by gpt-image-1",
    },
    "moderation": {
        "type": "string",
        "values": ["auto", "low"],
        "only": ["gpt-image-1"],
        "note": "Only supported by gpt-image-1",
    },
    "n": {
        "type": "integer",
        "range": (1, 10),
        "default": 1,
        "note": "Number of images to generate. dall-e-3 only supports 1",
    },
    "output_compression": {
        "type": "integer",
        "range": (0, 100),
        "default": 100,
        "only": ["gpt-image-1"],
        "note": "for gpt-image-1 jpeg/webp output",
    },
    "output_format": {
        "type": "string",
        "values": ["png", "jpeg", "webp"],
        "only": ["gpt-image-1"],
        "note": "Only supported by gpt-image-1",
    },
    "partial_images": {
        "type": "integer",
        "range": (0, 3),
        "default": 0,
        "note": "Number of partial images for streaming previews",
    },
    "quality": {
        "type": "string",
        "values": ["auto", "high", "medium", "low", "hd", "standard"],
        "note": "Supported values vary by model",
    },
    "response_format": {
        "type": "string",
        "values": ["url", "b64_json"],
        "only": ["dall-e-3", "dall-e-2"],
        "note": "Only applies to dall-e-2 and dall-e-3",
    },
    "size": {
        "type": "string",
        "values": [
            "1024x1024", "1536x1024", "1024x1536", "auto", "256x256", "512x512", "1792x1024", "1024x1792",
        ],
        "note": "Allowed values depend on the selected model",
    },
    "stream": {"type": "boolean", "default": False, "only": ["gpt-image-1"], "note": "Only supported by gpt-image-1"},
    "style": {
        "type": "string",
        "values": ["vivid", "natural"],
        "only": ["dall-e-3"],
        "note": "Only supported by dall-e-3",
    },
    "user": {"type": "string", "note": "Unique identifier for the end user"},
}  # fmt: skip
PAGE_ANSWER: dict[str, Any] = {
    "created": {"type": "integer", "format": "int64"},
    "data": {"type": "array"},
    "background": {"type": "string", "enum": ["transparent", "opaque", "auto"]},
    "output_format": {"type": "string", "enum": ["png", "jpeg", "webp"]},
    "quality": {"type": "string", "enum": ["auto", "high", "medium", "low", "hd", "standard"]},
    "size": {"type": "string"},
    "usage": {"type": "object"},
}
PAGE_NOTES = [
    "Create images from text prompts",
    "Authorization: Bearer",
    "Bearer authentication header of the form `Bearer <token>`",
    "Use this as the text-to-image route; for edits, inpainting or image expansion, use `/v1/images/edits`",
    "gpt-image-1, dall-e-3 and dall-e-2 expose different parameter sets",
    "temporary `url` values, mirror them server-side quickly",
    "`b64_json`, avoid decoding too many large images on the main thread",
    "一只可爱的小猫在花园里玩耍,阳光明媚,油画风格",
]


@pytest.fixture(scope="module")
def text() -> str:
    """The document's text on one line."""
    return " ".join(SPEC.read_text(encoding="utf-8").split())


def test_the_document_is_valid_openapi(document: dict[str, Any]) -> None:
    """openapi-spec-validator finds no error."""
    assert [] == [error.message for error in OpenAPIV31SpecValidator(document).iter_errors()]


def test_the_document_has_the_parameters_of_the_page(contract: Contract) -> None:
    """There are the page's parameters and no others."""
    for profile in contract.models.values():
        assert set(PAGE) == set(profile.parameters)


@pytest.mark.parametrize("name", PAGE)
def test_a_parameter_is_as_on_the_page(contract: Contract, text: str, name: str) -> None:
    """Type, options, range, default, the models that have it and the note are those of the page."""
    said = PAGE[name]
    having = {
        model: each.parameters[name] for model, each in contract.models.items() if each.parameters[name].supported
    }
    values = {value for each in having.values() for value in each.values or ()}
    minima, maxima = ([getattr(each, end) for each in having.values()] for end in ("minimum", "maximum"))

    assert {said["type"]} == {each.type for each in having.values()}
    assert set(said.get("values", ())) == values
    if "range" in said:
        assert said["range"] == (min(minima), max(maxima))
    else:
        assert {None} == {*minima, *maxima}
    if "default" in said:
        assert {said["default"]} == {each.default for each in having.values()}
    if "only" in said:
        assert said["only"] == list(having)
    assert said["note"].lower() in text.lower()


def test_only_the_prompt_is_required(contract: Contract) -> None:
    """The page requires prompt and nothing else."""
    assert contract.absent is not None

    assert ["prompt"] == [each.name for each in contract.absent.parameters.values() if each.required]
    assert ["prompt", "model"] == [
        each.name for each in contract.models["dall-e-3"].parameters.values() if each.required
    ]


@pytest.mark.parametrize("name", PAGE_ANSWER)
def test_a_field_of_the_answer_is_as_on_the_page(contract: Contract, name: str) -> None:
    """The answer's field has the page's type, format and options."""
    answer = contract.resolve("#/components/schemas/ImagesResponse")
    field = contract.resolve(answer["properties"][name])

    assert PAGE_ANSWER[name] == {key: field.get(key) for key in PAGE_ANSWER[name]}
    assert set(PAGE_ANSWER) == set(answer["properties"])
    assert ["created", "data"] == answer["required"]


@pytest.mark.parametrize("note", PAGE_NOTES)
def test_a_note_of_the_page_is_there(text: str, note: str) -> None:
    """What the page tells its readers, the document tells them too."""
    assert note in text


def test_every_clause_has_a_source_a_level_and_a_place(contract: Contract) -> None:
    """Each clause says where it comes from, how binding it is, and stands where its pointer says."""
    assert [] == [clause.id for clause in contract.clauses if not clause.source or not clause.sentence.endswith(".")]
    assert {"must", "should", "may"} == {clause.level for clause in contract.clauses}
    assert all(contract.resolve(clause.pointer) is not None for clause in contract.clauses)


def test_clause_ids_are_unique_and_can_be_said(contract: Contract) -> None:
    """No two clauses have id and model in common, and ids are words joined by dots."""
    keys = [clause.key for clause in contract.clauses]
    words = re.compile(r"[a-z][a-z0-9_]*(\.[A-Za-z0-9_-]+)+")

    assert len(keys) == len(set(keys))
    assert [] == [clause.id for clause in contract.clauses if not words.fullmatch(clause.id)]


def test_every_open_case_has_a_reason(contract: Contract) -> None:
    """The list of open cases is closed: these, and what depends on the model that a server chooses."""
    ids = {clause.id for clause in contract.clauses if clause.level == "may" and clause.model != "absent"}
    nulls = {f"{name}.null" for name in PAGE if name != "prompt"}
    floats = {
        f"{name}.json-integer.{model}"
        for model, each in contract.models.items()
        for name in ("n", "output_compression", "partial_images")
        if each.parameters[name].supported
    }
    others = {
        "quality.auto", "quality.auto-or-standard", "stream.false", "partial_images.needs-stream", "n.one-per-stream",
    }  # fmt: skip

    assert nulls | floats | others == ids


def test_which_open_cases_the_sdk_refuses(contract: Contract) -> None:
    """Of the open cases, partial images without a stream are refused before a request is sent."""
    assert ["partial_images.needs-stream"] == [clause.id for clause in contract.clauses if clause.refuse_locally]


def test_an_invalid_body_is_told_by_status(contract: Contract) -> None:
    """An invalid body is refused with 400 or 422, an unknown model with 404 as well."""
    wrong_n = contract.violations({"prompt": "a", "model": "dall-e-3", "n": 2})
    wrong_model = contract.violations({"prompt": "a", "model": "no-such-model"})

    assert {400, 422} == contract.refusals(wrong_n)
    assert {400, 404, 422} == contract.refusals(wrong_model)


def examples_of(document: dict[str, Any]) -> Iterator[tuple[str, str, Any]]:
    """Yield (pointer of the example, pointer of its schema, value) for every example in a document."""
    for here, node in nodes(document):
        schema = f"{here}/schema" if "schema" in node else here
        if "example" in node:
            yield f"{here}/example", schema, node["example"]
        if isinstance(node.get("examples"), list):
            yield from ((f"{here}/examples/{index}", schema, value) for index, value in enumerate(node["examples"]))
        if isinstance(node.get("examples"), dict):
            yield from (
                (f"{here}/examples/{escape(key)}", schema, each["value"]) for key, each in node["examples"].items()
            )


def test_every_example_keeps_the_rules(contract: Contract) -> None:
    """Every example satisfies the schema that it stands beside, and no example of a request breaks a clause."""
    wrong, checked = [], 0
    for pointer, schema, value in examples_of(dict(contract.document)):
        checked += 1
        wrong += [] if validator(contract.document, schema).is_valid(value) else [pointer]
        if "/requestBody/" in pointer:
            wrong += [pointer] if contract.violations(value) else []

    assert [] == wrong
    assert checked > 20


def test_the_request_schema_is_where_everybody_looks(contract: Contract) -> None:
    """The operation's JSON body is the schema that the other tests of the contract judge by."""
    schema = contract.document["paths"]["/images/generations"]["post"]["requestBody"]["content"]["application/json"][
        "schema"
    ]

    assert {"$ref": REQUEST} == schema


def test_the_package_exports_what_it_says() -> None:
    """`__all__` is sorted and is what `__init__` imports."""
    tree = ast.parse(Path(images_contract.__file__).read_text(encoding="utf-8"))
    imported = [alias.name for node in tree.body if isinstance(node, ast.ImportFrom) for alias in node.names]

    assert sorted(images_contract.__all__) == images_contract.__all__
    assert sorted(imported) == images_contract.__all__
