"""Documents that differ from ours: overlays that change what the models accept."""

from __future__ import annotations

from typing import Any

SCHEMAS = "$.components.schemas"
REQUEST = "#/components/schemas/ImageGenerationRequest"

Actions = list[dict[str, Any]]

NEW_MODEL: Actions = [
    {
        "target": SCHEMAS,
        "update": {
            "NewRequest": {
                "title": "new-model",
                "type": "object",
                "required": ["model", "prompt"],
                "additionalProperties": False,
                "properties": {
                    "prompt": {"$ref": "#/components/schemas/Prompt", "maxLength": 32000},
                    "model": {"$ref": "#/components/schemas/Model", "enum": ["new-model", "new-model-mini"]},
                    "n": {"allOf": [{"$ref": "#/components/schemas/N"}, {"maximum": 4}]},
                    "size": {"type": ["string", "null"], "enum": ["1024x1024", "2048x2048", None]},
                    "guidance": {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 20.5, "default": 7.5},
                    "style": {"type": "string", "minLength": 3, "maxLength": 5},
                    "tags": {"type": "array", "minItems": 1, "maxItems": 3},
                    "steps": {"enum": [1, 2.0, True, "many", [1], {"n": 1}]},
                },
            }
        },
    },
    {
        "target": f"{SCHEMAS}.ImageGenerationRequest.oneOf[0].oneOf",
        "update": {"$ref": "#/components/schemas/NewRequest"},
    },
    {
        "target": f"{SCHEMAS}.ImageGenerationRequest.oneOf[0].discriminator.mapping",
        "update": {
            "new-model": "#/components/schemas/NewRequest",
            "new-model-mini": "#/components/schemas/NewRequest",
        },
    },
]
NEW_VALUE: Actions = [
    {"target": f"{SCHEMAS}.Style.enum", "update": "ultra"},
    {"target": f"{SCHEMAS}.User", "update": {"maxLength": 64}},
    {"target": f"{SCHEMAS}.GptImage1Request.properties.quality.enum", "update": "ultra"},
    {"target": f"{SCHEMAS}.DallE2Request.properties.n", "update": {"maximum": 4}},
]
NEW_PARAMETER: Actions = [
    {
        "target": f"{SCHEMAS}.DallE3Request.properties",
        "update": {"seed": {"type": "integer", "minimum": 0, "maximum": 4294967295, "x-source": "vendor"}},
    },
    {
        "target": f"{SCHEMAS}.DallE2Request.properties",
        "update": {"seed": {"type": "integer", "minimum": 5, "maximum": 7, "x-source": "vendor"}},
    },
]
NEW_CONDITION: Actions = [
    {
        "target": f"{SCHEMAS}.DallE3Request",
        "update": {
            "allOf": [
                {
                    "x-clause": {
                        "id": "quality.hd-is-square",
                        "level": "should",
                        "sentence": "hd pictures are square.",
                        "source": "vendor",
                    },
                    "if": {"properties": {"quality": {"const": "hd"}}, "required": ["quality"]},
                    "then": {"properties": {"size": {"const": "1024x1024"}}, "required": ["size"]},
                }
            ]
        },
    }
]
NO_ABSENT_MODEL: Actions = [{"target": f"{SCHEMAS}.ImageGenerationRequest.oneOf[1]", "remove": True}]
OPEN_MODEL: Actions = [{"target": f"{SCHEMAS}.DallE2Request", "update": {"additionalProperties": True}}]
WIDER_ABSENT: Actions = [
    {"target": f"{SCHEMAS}.AbsentModelRequest.properties.n", "update": {"maximum": 5}},
    {"target": f"{SCHEMAS}.AbsentModelRequest.properties.user", "remove": True},
    {
        "target": f"{SCHEMAS}.AbsentModelRequest.properties",
        "update": {"style": {"$ref": "#/components/schemas/Style", "enum": ["vivid"]}},
    },
]
SLOPPY_NULL: Actions = [  # as in many a description
    {"target": f"{SCHEMAS}.ResponseFormat.type", "remove": True},
    {"target": f"{SCHEMAS}.DallE3Request.properties.response_format", "update": {"type": "string"}},
    {"target": f"{SCHEMAS}.DallE2Request.properties.response_format", "update": {"type": ["string", "null"]}},
    {"target": f"{SCHEMAS}.ImageGenerationRequest.x-open", "remove": True},
]

ANY_SIZE: Actions = [  # arithmetic beside a sibling's looser one and another's list of sizes
    {"target": f"{SCHEMAS}.DallE3Request.properties.size.enum", "remove": True},
    {
        "target": f"{SCHEMAS}.DallE3Request.properties.size",
        "update": {
            "x-dimensions": ["auto"],
            "x-multiple-of": 16,
            "x-max-edge": 3840,
            "x-max-ratio": 3,
            "x-min-pixels": 655360,
            "x-max-pixels": 8294400,
        },
    },
    {"target": f"{SCHEMAS}.DallE2Request.properties.size.enum", "remove": True},
    {"target": f"{SCHEMAS}.DallE2Request.properties.size", "update": {"x-dimensions": [], "x-multiple-of": 8}},
]
DISJOINT: Actions = [
    {"target": f"{SCHEMAS}.GptImage1Request.properties.n", "update": {"maximum": 3}},
    {"target": f"{SCHEMAS}.DallE2Request.properties.n", "update": {"minimum": 5}},
    {"target": f"{SCHEMAS}.DallE3Request.properties.n", "update": {"minimum": 8, "maximum": 9, "default": 8}},
    {"target": f"{SCHEMAS}.DallE2Request.properties.n", "update": {"default": 5}},
]

OTHERS: dict[str, Actions] = {
    "bounds that exclude each other": DISJOINT,
    "null by type, not by enum": SLOPPY_NULL,
    "any size": ANY_SIZE,
    "a new model": NEW_MODEL,
    "new values and bounds": NEW_VALUE,
    "a new parameter": NEW_PARAMETER,
    "a new condition": NEW_CONDITION,
    "no absent model": NO_ABSENT_MODEL,
    "an open model": OPEN_MODEL,
    "a wider absent model": WIDER_ABSENT,
    "a new model, parameter and condition": NEW_MODEL + NEW_PARAMETER + NEW_CONDITION + OPEN_MODEL,
}
