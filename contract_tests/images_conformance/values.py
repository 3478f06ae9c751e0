"""Values worth sending: what a parameter allows, and what looks almost like it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from images_contract import ABSENT, Contract, ModelProfile, Parameter

PROMPT = "A paper boat on a calm lake"
PROMPTS = (
    "一只可爱的小猫在花园里玩耍,阳光明媚,油画风格",  # the page's own example
    "Two 🦊 foxes and a 👩‍👩‍👧 family, e\u0301te\u0301",  # outside the basic plane, with joiners, combining
    "A \"cat\"\nin 'the' garden",
)
UNIT = "a calm lake "  # long prompts repeat it
TRICKY = "猫 🦊 e\u0301 \"a\" 'b' \\ \n"  # all that a careless server trips over


def text_of(length: int, prefix: str = "") -> str:
    """Return a plain text of exactly this many characters."""
    return (prefix + UNIT * (length // len(UNIT) + 1))[:length]


def tricky(length: int) -> str:
    """Return a text of exactly this many characters, with what careless servers trip over in it."""
    return (TRICKY * (length // len(TRICKY) + 1))[: length - 1] + "."


def allowed(parameter: Parameter) -> list[Any]:
    """Return the values of a parameter to be accepted: every listed one, both ends of a range, all corners of sizes."""
    if parameter.values is not None:
        return [value for value in parameter.values if value is not None]
    if parameter.dimensions is not None:
        return [*parameter.dimensions.words, *parameter.dimensions.corners]
    if parameter.type == "boolean":
        return [True, False]
    if parameter.type in ("integer", "number"):
        ends = [end for end in (parameter.minimum, parameter.maximum) if end is not None]
        return list(dict.fromkeys(ends)) or [1]
    if parameter.type == "string":
        if parameter.max_length is None:
            return [text_of(parameter.min_length or 1), tricky(2 * len(TRICKY))]
        lengths = [parameter.min_length or 1, parameter.max_length]
        return list(dict.fromkeys(text_of(length) for length in lengths))
    return []


def minimal(contract: Contract, profile: ModelProfile) -> dict[str, Any]:
    """Return the smallest body that a profile accepts."""
    body: dict[str, Any] = {}
    for parameter in profile.parameters.values():
        if parameter.name == contract.discriminator and profile.name != ABSENT:
            body[parameter.name] = profile.name
        elif parameter.required:
            free_text = parameter.type == "string" and parameter.values is None
            fits = (parameter.max_length or len(PROMPT)) >= len(PROMPT) >= (parameter.min_length or 0)
            body[parameter.name] = PROMPT if free_text and fits else allowed(parameter)[0]
    return body


def settled(contract: Contract, profile: ModelProfile, body: Mapping[str, Any], keep: Iterable[str]) -> dict[str, Any]:
    """Return a body with other parameters set so that it breaks no condition, as far as that goes."""
    result = dict(body)
    for rule in profile.conditions:
        if not any(found.clause.key == (rule.id, profile.name) for found in contract.violations(result)):
            continue
        for name in (*rule.then.get("properties", {}), *rule.then.get("required", ())):
            if name in keep:
                continue
            for value in allowed(profile.parameters[name]):
                trial = {**result, name: value}
                if all(found.clause.key != (rule.id, profile.name) for found in contract.violations(trial)):
                    result = trial
                    break
    return result


def one_past(parameter: Parameter) -> Iterator[Any]:
    """Yield what lies one past each end of a range, of numbers or of lengths, and past the corners of sizes."""
    if parameter.dimensions is not None:
        yield from parameter.dimensions.beyond
    if parameter.maximum is not None:
        yield parameter.maximum + 1
    if parameter.minimum is not None:
        yield parameter.minimum - 1
    if parameter.max_length is not None:
        yield text_of(parameter.max_length + 1)
    if parameter.min_length:
        yield text_of(parameter.min_length - 1)


def look_alikes(parameter: Parameter) -> Iterator[Any]:
    """Yield values that look almost like an allowed one, most telling first; some may be allowed all the same."""
    values = allowed(parameter)
    sample: Any = values[0] if values else PROMPT
    if parameter.type in ("integer", "number"):
        yield from (str(sample), sample + 0.5, True, [], {}, [sample])
    elif parameter.type == "boolean":
        yield from ("true", 1, "yes", 0, [], {})
    elif parameter.type == "string":
        if parameter.values is not None or parameter.dimensions is not None:
            yield from ("no-such-value", *_respelled(values), "")
        yield from (1, True, [], {}, [sample])


def _respelled(values: list[Any]) -> Iterator[str]:
    for value in values:
        if isinstance(value, str) and value:
            yield from (each for each in (value.upper(), value.title()) if each != value)
            yield f" {value}"
            yield f"{value} "


def of_siblings(contract: Contract, parameter: Parameter) -> Iterator[Any]:
    """Yield what the other models allow for a parameter, and what lies one past their ranges."""
    for profile in contract.models.values():
        sibling = profile.parameters[parameter.name]
        if sibling.supported:
            yield from allowed(sibling)
            yield from one_past(sibling)
