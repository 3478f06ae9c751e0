"""Values worth sending: what a parameter allows, and what looks almost like it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from images_contract import ABSENT, Contract, ModelProfile, Parameter
from images_contract.keywords import holds

COUNT = "n"  # multiplies the price: exempt from pairing
PROMPT = "A paper boat on a calm lake"
PROMPTS = (
    "一只可爱的小猫在花园里玩耍,阳光明媚,油画风格",  # the page's own example
    "Two 🦊 foxes and a 👩‍👩‍👧 family, e\u0301te\u0301",  # outside the basic plane, with joiners, combining
    "A \"cat\"\nin 'the' garden",
)
UNIT = "a calm lake "  # long prompts repeat it
MANY = "猫🐈e\u0301."  # five characters, six code units of UTF-16, twelve bytes: where the longest text ends
TRICKY = "猫 🦊 e\u0301 \"a\" 'b' \\ \n"  # all that a careless server trips over


def text_of(length: int, prefix: str = "") -> str:
    """Return a plain text of exactly this many characters."""
    return (prefix + UNIT * (length // len(UNIT) + 1))[:length]


def longest(length: int) -> str:
    """Return a text of exactly this many characters, and more bytes: what a server accepts that counts characters."""
    return text_of(length - len(MANY)) + MANY if length > len(MANY) else text_of(length)


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
        return ends(parameter) or [1]
    if parameter.type == "string":
        if parameter.max_length is None:
            return [text_of(parameter.min_length or 1), tricky(2 * len(TRICKY))]
        return list(dict.fromkeys((text_of(parameter.min_length or 1), longest(parameter.max_length))))
    if parameter.type == "array":
        sizes = dict.fromkeys((parameter.min_items or 1, parameter.max_items or parameter.min_items or 1))
        return [["a"] * size for size in sizes]
    return [{}] if parameter.type == "object" else [text_of(1)]


def ends(parameter: Parameter) -> list[Any]:
    """Return both ends of a range of numbers: each bound, or what lies one step inside a bound that is excluded."""
    rules = {keyword: rule.argument for keyword, rule in parameter.constraints.items()}
    step = 1 if parameter.type == "integer" else 0.5
    inside = {"minimum": 0, "maximum": 0, "exclusiveMinimum": step, "exclusiveMaximum": -step}
    found = {rules[word] + by for word, by in inside.items() if word in rules}
    return sorted(value for value in found if holds(rules, value))


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


def suspects(contract: Contract, profile: ModelProfile, parameter: Parameter) -> Iterator[tuple[str, Any]]:
    """Yield (kind, value): what is almost allowed, most telling first; some may be allowed all the same.

    Of a parameter that a model lacks, what other models allow.
    """
    if parameter.supported:
        yield from (("one past", value) for value in one_past(parameter))
        if parameter.minimum is not None:  # somebody may take it without its sign
            yield "negative", -max(1, parameter.minimum)
        if parameter.max_length is not None:  # somebody may count what is seen, not what is sent
            yield "one past", tricky(parameter.max_length + 1)
    siblings = [each.parameters[parameter.name] for each in contract.models.values()]
    having = [each for each in siblings if each.supported]
    yield from (("sibling's", value) for sibling in having for value in allowed(sibling))
    if parameter.supported or profile.name == ABSENT:
        yield from (("one past sibling's", value) for sibling in having for value in one_past(sibling))
        yield from _look_alikes(parameter)


def one_past(parameter: Parameter) -> Iterator[Any]:
    """Yield what lies one past each end of a range, of numbers or of lengths, and past the corners of sizes."""
    if parameter.dimensions is not None:
        yield from parameter.dimensions.beyond
    if parameter.maximum is not None:
        yield parameter.maximum + 1
    if parameter.minimum is not None:
        yield parameter.minimum - 1
    excluded = ("exclusiveMaximum", "exclusiveMinimum")
    yield from (parameter.constraints[word].argument for word in excluded if word in parameter.constraints)
    if parameter.max_length is not None:
        yield text_of(parameter.max_length + 1)
    if parameter.min_length:
        yield text_of(parameter.min_length - 1)
    if parameter.max_items is not None:
        yield ["a"] * (parameter.max_items + 1)
    if parameter.min_items:
        yield ["a"] * (parameter.min_items - 1)
    numbers = [value for value in parameter.values or () if isinstance(value, int) and not isinstance(value, bool)]
    if numbers:
        yield from (max(numbers) + 1, min(numbers) - 1)


def _look_alikes(parameter: Parameter) -> Iterator[tuple[str, Any]]:
    values = allowed(parameter)
    sample: Any = values[0] if values else PROMPT
    if parameter.type in ("integer", "number"):
        yield from {"text": str(sample), "fraction": sample + 0.5, "boolean": True}.items()
    elif parameter.type == "boolean":
        yield from (("text", "true"), ("number", 1), ("text", "yes"), ("number", 0), ("stranger", not sample))
    elif parameter.type == "string":
        if parameter.values is not None or parameter.dimensions is not None:
            yield "stranger", "no-such-value"
            yield from _respelled(values)
            yield "empty", ""
        yield from {"number": 1, "boolean": True}.items()
    elif parameter.type in ("array", "object"):
        yield from {"text": "a", "number": 1, "boolean": True}.items()
    yield from {"list": [], "object": {}, "in a list": [sample], "null": None}.items()


def _respelled(values: list[Any]) -> Iterator[tuple[str, str]]:
    for value in values:
        if isinstance(value, str) and value:
            cases = {"upper case": value.upper(), "title case": value.title(), "lower case": value.lower()}
            yield from ((kind, text) for kind, text in cases.items() if text != value)
            yield from {"blank before": f" {value}", "blank after": f"{value} ", "blanks around": f" {value} "}.items()
