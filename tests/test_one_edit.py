"""One edit of the document, and everything follows: lint, server, check, mutants, SDK. No Python changes."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import httpx2
import pytest
from click.testing import CliRunner

from images_conformance.cli import main
from images_conformance.mutation.mutants import Notes, examine, failed, run_against
from images_conformance.planning.plan import Selection
from images_contract import Contract
from images_contract.lint import lint
from images_reference_server import list_faults, running
from images_sdkgen.generation import generate

SCHEMAS = "$.components.schemas"
NAMED = f"{SCHEMAS}.ImageGenerationRequest.oneOf[0]"
POST = "$.paths['/images/generations'].post"
Actions = list[dict[str, Any]]
Importing = Callable[[Path], AbstractContextManager[Any]]

EDITS: dict[str, Actions] = {
    "a model": [
        {
            "target": SCHEMAS,
            "update": {
                "HouseRequest": {
                    "title": "house-1",
                    "description": "The parameters of house-1.",
                    "type": "object",
                    "required": ["prompt", "model"],
                    "additionalProperties": False,
                    "x-source": "house",
                    "x-response": {"fields": [], "image": ["url"]},
                    "properties": {
                        "prompt": {"$ref": "#/components/schemas/Prompt", "maxLength": 1500},
                        "model": {"$ref": "#/components/schemas/Model", "const": "house-1"},
                        "n": {"$ref": "#/components/schemas/N", "maximum": 6},
                        "size": {
                            "$ref": "#/components/schemas/Size",
                            "enum": ["640x640", "1024x1024"],
                            "default": "640x640",
                        },
                        "user": {"$ref": "#/components/schemas/User"},
                    },
                }
            },
        },
        {"target": f"{NAMED}.oneOf", "update": {"$ref": "#/components/schemas/HouseRequest"}},
        {"target": f"{NAMED}.discriminator.mapping", "update": {"house-1": "#/components/schemas/HouseRequest"}},
    ],
    "an enum value": [{"target": f"{SCHEMAS}.DallE3Request.properties.quality.enum", "update": "ultra"}],
    "a parameter with bounds": [
        {
            "target": f"{SCHEMAS}.DallE2Request.properties",
            "update": {
                "strength": {
                    "description": "How strongly the prompt is followed.",
                    "type": "integer",
                    "minimum": 2,
                    "maximum": 30,
                    "default": 7,
                    "x-source": "house",
                }
            },
        }
    ],
    "a parameter with bounds that are excluded": [
        {
            "target": f"{SCHEMAS}.DallE2Request.properties",
            "update": {
                "weight": {
                    "description": "How much the prompt weighs.",
                    "type": "number",
                    "exclusiveMinimum": 0,
                    "exclusiveMaximum": 20,
                    "default": 7.5,
                    "x-source": "house",
                }
            },
        }
    ],
    "a condition": [
        {
            "target": f"{SCHEMAS}.DallE3Request",
            "update": {
                "allOf": [
                    {
                        "x-clause": {
                            "id": "quality.hd-is-square",
                            "level": "must",
                            "sentence": "hd pictures are square.",
                            "source": "house",
                        },
                        "if": {"properties": {"quality": {"const": "hd"}}, "required": ["quality"]},
                        "then": {"properties": {"size": {"enum": ["1024x1024"]}}},
                    }
                ]
            },
        },
        {
            "target": f"{POST}.requestBody.content['application/json'].examples['dall-e-3'].value",
            "update": {"size": "1024x1024"},
        },
    ],
    "a response field": [
        {
            "target": f"{SCHEMAS}.ImagesResponse.properties",
            "update": {"render_ms": {"description": "How long it took.", "type": "integer", "minimum": 1}},
        },
        {"target": f"{SCHEMAS}.DallE2Request['x-response'].fields", "update": "render_ms"},
        {
            "target": f"{SCHEMAS}.Image",
            "update": {
                "required": ["seed"],
                "properties": {"seed": {"description": "The seed.", "type": "integer", "minimum": 0}},
            },
        },
        {
            "target": f"{POST}.responses['200'].content['application/json'].examples.page.value.data[0]",
            "update": {"seed": 3},
        },
    ],
    "an error code": [
        {
            "target": f"{SCHEMAS}.Error.properties.code",
            "update": {
                "enum": [
                    None, "invalid_value", "invalid_api_key", "integer_above_max_value", "unknown_parameter",
                    "model_not_found", "method_not_allowed", "content_too_large", "unsupported_media_type",
                    "missing_required_parameter", "rate_limit_exceeded", "quota_spent",
                ]
            },
        },
        {"target": f"{SCHEMAS}.Error.properties.code['x-not-a-verdict'].account", "update": "quota_spent"},
        {
            "target": f"{POST}.responses",
            "update": {
                "402": {
                    "description": "The quota is spent.",
                    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/ErrorResponse"}}},
                }
            },
        },
    ],
    "a second operation": [
        {
            "target": "$.paths",
            "update": {
                "/images/descriptions": {
                    "post": {
                        "operationId": "describeImage",
                        "tags": ["images"],
                        "summary": "Say what is in a picture.",
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
                                            "properties": {"text": {"type": "string", "example": "A boat."}},
                                        }
                                    }
                                },
                            }
                        },
                    }
                }
            },
        }
    ],
}  # fmt: skip
ALL: Actions = [action for actions in EDITS.values() for action in actions]
KNOWN = {fault.name for fault in list_faults()}


def overlay(folder: Path, actions: Actions) -> Path:
    """Write an overlay of some actions."""
    path = folder / "edit.overlay.yaml"
    dated = [{**action, "x-source": "house, 2026-11"} for action in actions]
    path.write_text(json.dumps({"overlay": "1.0.0", "info": {"title": "Edit", "version": "1"}, "actions": dated}))
    return path


@pytest.mark.parametrize("name", EDITS)
def test_an_edit_is_followed(name: str, tmp_path: Path) -> None:
    """Lint is silent, the honest server conformant; of the faults that came with the edit, a sample is noticed."""
    dialect = overlay(tmp_path, EDITS[name])
    contract = Contract.load(dialect=dialect)
    _, results = run_against(contract, None, Selection("smoke"))
    new = [fault for fault in list_faults(contract.document) if fault.name not in KNOWN and fault.level != "may"]
    sample = new[:: max(1, len(new) // 3)][:3]

    assert [] == lint(dialect=dialect)
    assert [] == failed(results)
    assert [] == [fault.name for fault in sample if not examine(contract, fault, Notes.load()).spoke]
    assert new or name in ("a response field", "an error code", "a second operation")


def test_the_check_command_is_green_with_all_edits(tmp_path: Path) -> None:
    """All edits together: `check` of the embedded server finds it conformant, with nothing untested."""
    words = ["check", "--dialect", str(overlay(tmp_path, ALL)), "--models", "house-1,dall-e-3", "--no-journal"]
    result = CliRunner().invoke(main, words)

    assert 0 == result.exit_code, result.output
    assert "house-1" in result.output


def test_a_new_field_is_answered_and_demanded(tmp_path: Path) -> None:
    """The server answers with a field that only the document knows; without it, the check says so."""
    contract = Contract.load(dialect=overlay(tmp_path, EDITS["a response field"]))
    with running(contract.document) as server:
        answer = httpx2.post(
            f"{server.base_url}/images/generations", json={"prompt": "a cat", "model": "dall-e-2", "size": "256x256"}
        ).json()
    with running(Contract.load().document) as older:
        words = ["check", older.base_url, "--no-auth", "--dialect", str(tmp_path / "edit.overlay.yaml"), "--no-journal"]
        result = CliRunner().invoke(main, [*words, "--models", "dall-e-2", "--depth", "smoke"])

    assert answer["render_ms"] >= 1
    assert answer["data"][0]["seed"] >= 0
    assert 1 == result.exit_code
    assert "FAIL response.schema" in result.output


def test_a_second_operation_is_served(tmp_path: Path) -> None:
    """An operation beside the contract's own takes what its schema allows, and answers with a sample."""
    contract = Contract.load(dialect=overlay(tmp_path, EDITS["a second operation"]))
    with running(contract.document) as server:
        url = f"{server.base_url}/images/descriptions"
        good = httpx2.post(url, json={"url": "http://127.0.0.1/a.png", "words": 50})
        bad = httpx2.post(url, json={"url": "http://127.0.0.1/a.png", "words": 51})

    assert {"text": "A boat."} == good.json()
    assert (400, "words") == (bad.status_code, bad.json()["error"]["param"])


def test_the_sdk_knows_every_edit(tmp_path: Path, import_client: Importing) -> None:
    """The SDK of all edits calls the new model and the new operation, reads the new field, and judges the new rules."""
    contract = Contract.load(dialect=overlay(tmp_path, ALL))
    generate(contract, tmp_path / "client")
    with (
        import_client(tmp_path / "client") as sdk,
        running(contract.document) as server,
        sdk.Client(api_key="", base_url=server.base_url) as client,
    ):
        house = client.images.generate(model="house-1", prompt="a cat", size="640x640")
        small = client.images.generate(model="dall-e-2", prompt="a cat", size="256x256", strength=30)
        ultra = client.images.generate(model="dall-e-3", prompt="a cat", quality="ultra")
        told = client.images.describe_image(url="http://127.0.0.1/a.png")
        wrong = {
            "strength.maximum.dall-e-2": {"model": "dall-e-2", "strength": 31},
            "quality.hd-is-square": {"model": "dall-e-3", "quality": "hd", "size": "1792x1024"},
            "size.enum.house-1": {"model": "house-1", "size": "256x256"},
        }
        for clause, arguments in wrong.items():
            with pytest.raises(sdk.LocalValidationError) as caught:
                client.images.generate(prompt="a cat", **arguments)
            assert clause in str(caught.value)

    assert house.data[0].url
    assert small.render_ms >= 1
    assert ultra.data[0].seed >= 0
    assert "A boat." == told.text
