"""The honest server refuses what the document forbids, blames the right parameter and says why."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from starlette.testclient import TestClient

from images_reference_server import create_app

PATH = "/v1/images/generations"
GPT = {"model": "gpt-image-1", "prompt": "A cat"}
DALLE3 = {"model": "dall-e-3", "prompt": "A cat"}
DALLE2 = {"model": "dall-e-2", "prompt": "A cat"}

# A body; the parameter to blame; the code; the message, or the beginning of it.
REFUSED: list[tuple[dict[str, Any], str, str, str]] = [
    (
        {**GPT, "n": 11}, "n", "integer_above_max_value",
        "Invalid 'n': integer above maximum value. Expected a value <= 10, but got 11 instead.",
    ),
    (
        {**DALLE3, "n": 11}, "n", "integer_above_max_value",
        "Invalid 'n': integer above maximum value. Expected a value <= 1, but got 11 instead.",
    ),
    (
        {**GPT, "n": 0}, "n", "integer_below_min_value",
        "Invalid 'n': integer below minimum value. Expected a value >= 1, but got 0 instead.",
    ),
    ({**GPT, "n": "2"}, "n", "invalid_type", "Invalid type for 'n': expected an integer, but got a string instead."),
    ({**GPT, "n": 1.5}, "n", "invalid_type", "Invalid type for 'n': expected an integer, but got a number instead."),
    ({**GPT, "n": True}, "n", "invalid_type", "Invalid type for 'n': expected an integer, but got a boolean instead."),
    ({**GPT, "n": 1.0}, "n", "invalid_value", "Invalid 'n': must be written without a fraction."),
    ({**GPT, "n": 10**400}, "n", "integer_above_max_value", "Invalid 'n': integer above maximum value."),
    (
        {**GPT, "stream": "yes"}, "stream", "invalid_type",
        "Invalid type for 'stream': expected a boolean, but got a string instead.",
    ),
    (
        {**GPT, "size": "512x512"}, "size", "invalid_value",
        "Invalid value: '512x512'. Supported values are: '1024x1024', '1536x1024', '1024x1536', and 'auto'.",
    ),
    (
        {**GPT, "moderation": "high"}, "moderation", "invalid_value",
        "Invalid value: 'high'. Supported values are: 'auto' and 'low'.",
    ),
    ({**GPT, "style": "vivid"}, "style", "unknown_parameter", "Unknown parameter: 'style'."),
    ({**GPT, "response_format": None}, "response_format", "unknown_parameter", "Unknown parameter: 'response_format"),
    ({**DALLE2, "stream": True}, "stream", "unknown_parameter", "Unknown parameter: 'stream'."),
    ({"model": "dall-e-2"}, "prompt", "missing_required_parameter", "Missing required parameter: 'prompt'."),
    (
        {**GPT, "prompt": ""}, "prompt", "empty_string",
        "Invalid 'prompt': empty string. Expected a string with minimum length 1, but got an empty string instead.",
    ),
    (
        {**DALLE2, "prompt": "a" * 1001}, "prompt", "string_above_max_length",
        "Invalid 'prompt': string too long. Expected a string with maximum length 1000,"
        " but got a string with length 1001 instead.",
    ),
    (
        {**GPT, "background": "transparent", "output_format": "jpeg"}, "output_format", "invalid_value",
        "A transparent background needs output_format png (the default) or webp.",
    ),
    ({**GPT, "output_compression": 50}, "output_format", "invalid_value", "output_compression below 100 needs"),
    ({**GPT, "partial_images": 1}, "stream", "invalid_value", "partial_images above 0 is for"),
    ({"model": "no-such-model", "prompt": "A cat"}, "model", "model_not_found", "The model 'no-such-model' does not"),
    ({"model": 3, "prompt": "A cat"}, "model", "invalid_type", "Invalid type for 'model': expected a string"),
    ({"model": None, "prompt": "A cat"}, "model", "invalid_type", "Invalid type for 'model': expected a string"),
]  # fmt: skip


class TestRefusals:
    """A request that breaks a rule is refused with exactly 400, in the error envelope."""

    @pytest.mark.parametrize(("body", "param", "code", "message"), REFUSED)
    def test_blame(self, client: TestClient, body: dict[str, Any], param: str, code: str, message: str) -> None:
        """A refusal blames the parameter that breaks a rule, in the words of the live endpoint."""
        answer = client.post(PATH, json=body)

        error = answer.json()["error"]
        assert (400, param, code, "invalid_request_error") == (
            answer.status_code, error["param"], error["code"], error["type"],
        )  # fmt: skip
        assert error["message"].startswith(message)

    @pytest.mark.parametrize(
        ("body", "param"),
        [
            ({**GPT, "n": 11, "zzz": 1, "prompt": 5}, "zzz"),
            ({**GPT, "n": 11, "prompt": 5}, "prompt"),
            ({**GPT, "n": 11, "background": "transparent", "output_format": "jpeg"}, "n"),
        ],
    )
    def test_order(self, client: TestClient, body: dict[str, Any], param: str) -> None:
        """Of several errors, an unknown parameter is named first, then prompt, then single values, then conditions."""
        error = client.post(PATH, json=body).json()["error"]

        assert param == error["param"]

    @pytest.mark.parametrize("raw", ["[]", "null", "7", '"prompt"', "true"])
    def test_no_object(self, client: TestClient, raw: str) -> None:
        """A body that is JSON but no object is refused, blaming no parameter."""
        answer = client.post(PATH, content=raw, headers={"Content-Type": "application/json"})

        assert (400, None) == (answer.status_code, answer.json()["error"]["param"])

    @pytest.mark.parametrize("moved", [False, True])
    def test_condition_elsewhere(self, document: dict[str, Any], moved: bool) -> None:
        """A condition is told in its own words, with other parts before it and in a schema elsewhere."""
        document = copy.deepcopy(document)
        model = document["components"]["schemas"]["GptImage1Request"]
        model["allOf"].insert(0, {"type": "object"})
        if moved:
            document["components"]["schemas"]["Conditions"] = {"allOf": model.pop("allOf")}
            model["$ref"] = "#/components/schemas/Conditions"

        answer = TestClient(create_app(document)).post(PATH, json={**GPT, "partial_images": 1})

        assert "partial_images above 0 is for" in answer.json()["error"]["message"]


class TestAbsentModel:
    """A request without `model` is served by a model of the server's choice."""

    @pytest.mark.parametrize(
        ("body", "fields"),
        [
            ({}, {"created", "data", "background", "output_format", "quality", "size", "usage"}),
            ({"style": "vivid"}, {"created", "data"}),
            ({"size": "256x256", "n": 10}, {"created", "data"}),
        ],
    )
    def test_chosen(self, client: TestClient, body: dict[str, Any], fields: set[str]) -> None:
        """The first model of the document that accepts the body serves it."""
        answer = client.post(PATH, json={"prompt": "A cat", **body})

        assert (200, fields) == (answer.status_code, answer.json().keys())

    @pytest.mark.parametrize(
        ("body", "param"),
        [
            ({"n": 11}, "n"),
            ({"size": "1x1"}, "size"),
            ({"style": "vivid", "moderation": "low"}, "style"),
            ({"bogus": 1}, "bogus"),
            ({"prompt": 7}, "prompt"),
        ],
    )
    def test_none(self, client: TestClient, body: dict[str, Any], param: str) -> None:
        """What no model accepts is refused."""
        answer = client.post(PATH, json={"prompt": "A cat", **body})

        assert (400, param) == (answer.status_code, answer.json()["error"]["param"])
