"""Faults in the count of tokens."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ...seams import Call
from .registry import fault, telling

Payload = dict[str, Any]
Usage = dict[str, Any]


def _changed(payload: Payload, change: Callable[[Usage], Any]) -> Payload:
    return {**payload, "usage": change(payload["usage"])} if "usage" in payload else payload


@fault("usage", "payload", each=telling("usage"))
def total_wrong(payload: Payload, call: Call) -> Payload:
    """total_tokens is not the sum of input and output."""
    return _changed(payload, lambda usage: {**usage, "total_tokens": usage["total_tokens"] + 1})


@fault("usage", "payload")
def total_zero(payload: Payload, call: Call) -> Payload:
    """total_tokens is 0."""
    return _changed(payload, lambda usage: {**usage, "total_tokens": 0})


@fault("usage", "payload", each=telling("usage"))
def input_details_wrong(payload: Payload, call: Call) -> Payload:
    """The details of the input do not add up."""
    details = {"image_tokens": 1_000_000, "text_tokens": 0}
    return _changed(payload, lambda usage: {**usage, "input_tokens_details": details})


@fault("usage", "payload", each=telling("usage"))
def output_details_wrong(payload: Payload, call: Call) -> Payload:
    """The details of the output do not add up."""
    details = {"image_tokens": 1_000_000, "text_tokens": 0}
    return _changed(payload, lambda usage: {**usage, "output_tokens_details": details})


@fault("usage", "payload")
def negative(payload: Payload, call: Call) -> Payload:
    """Tokens are negative, though they add up."""
    counts = {"input_tokens": -1, "input_tokens_details": {"image_tokens": 0, "text_tokens": -1}}
    return _changed(payload, lambda usage: {**usage, **counts, "total_tokens": usage["output_tokens"] - 1})


@fault("usage", "payload")
def as_text(payload: Payload, call: Call) -> Payload:
    """Tokens are strings of digits."""
    return _changed(payload, lambda usage: {**usage, "total_tokens": str(usage["total_tokens"])})


@fault("usage", "payload")
def as_fraction(payload: Payload, call: Call) -> Payload:
    """Tokens are fractions."""
    return _changed(payload, lambda usage: {**usage, "output_tokens": usage["output_tokens"] + 0.5})


@fault("usage", "payload")
def total_missing(payload: Payload, call: Call) -> Payload:
    """total_tokens is missing."""
    return _changed(payload, lambda usage: {name: usage[name] for name in usage if name != "total_tokens"})


@fault("usage", "payload")
def details_missing(payload: Payload, call: Call) -> Payload:
    """input_tokens_details is missing."""
    return _changed(payload, lambda usage: {name: usage[name] for name in usage if name != "input_tokens_details"})


@fault("usage", "payload")
def details_null(payload: Payload, call: Call) -> Payload:
    """input_tokens_details is null."""
    return _changed(payload, lambda usage: {**usage, "input_tokens_details": None})


@fault("usage", "payload")
def of_a_chat(payload: Payload, call: Call) -> Payload:
    """Usage has the fields that a chat answer has."""
    chat = {"prompt_tokens": "input_tokens", "completion_tokens": "output_tokens", "total_tokens": "total_tokens"}
    return _changed(payload, lambda usage: {name: usage[ours] for name, ours in chat.items()})


@fault("usage", "payload")
def is_null(payload: Payload, call: Call) -> Payload:
    """Usage is null."""
    return _changed(payload, lambda usage: None)


@fault("usage", "payload")
def is_number(payload: Payload, call: Call) -> Payload:
    """Usage is a mere number."""
    return _changed(payload, lambda usage: usage["total_tokens"])


@fault("usage", "payload", level="should", each=telling("usage"))
def missing(payload: Payload, call: Call) -> Payload:
    """Usage is missing."""
    return {name: value for name, value in payload.items() if name != "usage"}
