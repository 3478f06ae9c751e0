"""Faults in what an answer tells beside its pictures."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from ...catalogue import Model
from ...jobs import AUTO, OPAQUE
from ...seams import Call
from .data import each_image
from .registry import every, fault, hiding, telling

Payload = dict[str, Any]


def _replaced(payload: Payload, name: str, value: Any) -> Payload:
    """Return an answer in which a field, if it is there, has another value."""
    return {**payload, name: value} if name in payload else payload


def _model(call: Call) -> Model:
    assert call.job is not None
    return call.job.model


def _another(call: Call, payload: Payload, parameter: str) -> Payload:
    """Return an answer that echoes another value of a parameter than the one that was used."""
    used = (payload.get(parameter), AUTO)
    others = [value for value in _model(call).choices(parameter) if value not in used]
    return _replaced(payload, parameter, others[0]) if others else payload


@fault("fields", "payload")
def created_missing(payload: Payload, call: Call) -> Payload:
    """created is missing."""
    return {name: value for name, value in payload.items() if name != "created"}


@fault("fields", "payload")
def created_in_milliseconds(payload: Payload, call: Call) -> Payload:
    """created counts milliseconds."""
    return {**payload, "created": payload["created"] * 1000}


@fault("fields", "payload", each=every)
def created_as_text(payload: Payload, call: Call) -> Payload:
    """created is a string of digits."""
    return {**payload, "created": str(payload["created"])}


@fault("fields", "payload")
def created_as_date(payload: Payload, call: Call) -> Payload:
    """created is a date in ISO 8601."""
    return {**payload, "created": datetime.fromtimestamp(payload["created"], UTC).isoformat()}


@fault("fields", "payload")
def created_as_fraction(payload: Payload, call: Call) -> Payload:
    """created has a fraction of a second."""
    return {**payload, "created": payload["created"] + 0.5}


@fault("fields", "payload")
def created_null(payload: Payload, call: Call) -> Payload:
    """created is null."""
    return {**payload, "created": None}


@fault("fields", "payload", each=every)
def created_zero(payload: Payload, call: Call) -> Payload:
    """created is 0."""
    return {**payload, "created": 0}


@fault("fields", "payload")
def created_in_future(payload: Payload, call: Call) -> Payload:
    """created lies a day ahead."""
    return {**payload, "created": payload["created"] + 86_400}


@fault("fields", "payload", each=telling("quality"))
def quality_echo_wrong(payload: Payload, call: Call) -> Payload:
    """The echo of quality is another value than the one asked for."""
    return _another(call, payload, "quality")


@fault("fields", "payload")
def quality_of_no_kind(payload: Payload, call: Call) -> Payload:
    """The echo of quality is a word that nobody documents."""
    return _replaced(payload, "quality", "best")


@fault("fields", "payload", each=telling("size"))
def size_echo_wrong(payload: Payload, call: Call) -> Payload:
    """The echo of size is another size."""
    return _another(call, payload, "size")


@fault("fields", "payload")
def size_echo_in_words(payload: Payload, call: Call) -> Payload:
    """The echo of size is an orientation."""
    return _replaced(payload, "size", "square")


@fault("fields", "payload")
def size_echo_as_numbers(payload: Payload, call: Call) -> Payload:
    """The echo of size is a list of two numbers."""
    return _replaced(payload, "size", [int(side) for side in payload.get("size", "1x1").split("x")])


@fault("fields", "payload", each=telling("output_format"))
def format_echo_wrong(payload: Payload, call: Call) -> Payload:
    """The echo of output_format is another format."""
    return _another(call, payload, "output_format")


@fault("fields", "payload")
def format_echo_as_media_type(payload: Payload, call: Call) -> Payload:
    """The echo of output_format is a media type."""
    return _replaced(payload, "output_format", f"image/{payload.get('output_format')}")


@fault("fields", "payload")
def format_echo_always_default(payload: Payload, call: Call) -> Payload:
    """The echo of output_format is always the default."""
    return _replaced(payload, "output_format", _model(call).default("output_format"))


@fault("fields", "payload", each=telling("background"))
def background_echo_wrong(payload: Payload, call: Call) -> Payload:
    """The echo of background is another value."""
    return _another(call, payload, "background")


@fault("fields", "payload")
def background_echo_as_flag(payload: Payload, call: Call) -> Payload:
    """The echo of background is a boolean."""
    return _replaced(payload, "background", payload.get("background") == "transparent")


@fault("fields", "payload")
def nulls(payload: Payload, call: Call) -> Payload:
    """Fields that do not apply are null instead of absent."""
    return {**dict.fromkeys(("background", "output_format", "quality", "size", "usage")), **payload}


@fault("fields", "payload", level="should", each=hiding("quality"))
def of_other_models(payload: Payload, call: Call) -> Payload:
    """Fields of other models appear."""
    return {"background": AUTO, "quality": AUTO, **payload}


@fault("fields", "payload", level="should", each=hiding("revised_prompt"))
def revised_prompt_for_all(payload: Payload, call: Call) -> Payload:
    """Every model revises the prompt."""
    return each_image(payload, lambda item: {"revised_prompt": "A better one.", **item})


@fault("fields", "payload")
def revised_prompt_null(payload: Payload, call: Call) -> Payload:
    """revised_prompt is null where it should be a text, or absent."""
    return each_image(payload, lambda item: {**item, "revised_prompt": None})


@fault("fields", "payload")
def revised_prompt_is_list(payload: Payload, call: Call) -> Payload:
    """revised_prompt, where there is one, is a list of sentences."""
    return each_image(
        payload, lambda item: {**item, "revised_prompt": [item["revised_prompt"]]} if "revised_prompt" in item else item
    )


@fault("fields", "payload")
def created_in_another_time_zone(payload: Payload, call: Call) -> Payload:
    """created is an hour off, as where local time was taken for UTC."""
    return {**payload, "created": payload["created"] + 3600}


@fault("fields", "payload")
def quality_of_another_family(payload: Payload, call: Call) -> Payload:
    """Where the server chose the quality, its echo is a word that only other models have."""
    own = _model(call).choices("quality")
    others = [value for model in call.catalogue.models for value in model.choices("quality") if value not in own]
    chosen = call.members.get("quality", AUTO) == AUTO
    return _replaced(payload, "quality", others[0]) if chosen and others else payload


@fault("fields", "payload")
def size_echo_always_first(payload: Payload, call: Call) -> Payload:
    """The echo of size is always the first one that the model has."""
    return _replaced(payload, "size", _model(call).choices("size")[0])


@fault("fields", "payload")
def background_echo_always_opaque(payload: Payload, call: Call) -> Payload:
    """The echo of background is always opaque."""
    return _replaced(payload, "background", OPAQUE)


@fault("fields", "payload", level="should")
def no_echo(payload: Payload, call: Call) -> Payload:
    """An answer tells nothing of the settings that were used."""
    return {name: value for name, value in payload.items() if name in ("created", "data", "usage")}
