"""Values on both sides of every limit that keywords draw."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from functools import cache
from typing import Any

from images_contract.dimensions import FORM, Dimensions

KINDS: tuple[Any, ...] = ("a", 1, 0.5, True, False, None, [], {})  # one value of each JSON type, both booleans
STRANGER = "no-such-value"
# Strings of the shapes that patterns usually ask for.
SHAPED = (
    "", "A", "0", "a1", "aa", "A1", "-1", "1024x1024", "a-b", "a_b", "a.b", "a b", "é", "2026-01-31",
    "2026-01-31T12:00:00Z", "https://example.com/a.png", "http://example.com/a.png", "aGVsbG8=", "someone@example.com",
    "00ff", "123e4567-e89b-12d3-a456-426614174000",
)  # fmt: skip
MAX_NUMBER = 1e15  # beyond it, a step of 1 may be none
MAX_LENGTH = 1_000_000  # of a text or list that is made


def unique(values: Iterable[Any]) -> list[Any]:
    """Return the values without repetition, told apart as JSON text: 1 and 1.0 and true are three."""
    return list({json.dumps(value, sort_keys=True): value for value in values}.values())


def corners(*schemas: Mapping[str, Any]) -> list[Any]:
    """Return values at, just inside and just outside what the keywords of schemas demand, and one of each type."""
    rules = [rule for schema in schemas for rule in schema.items()]
    sizes = [found for schema in schemas if (found := Dimensions.of(schema))]
    made = (value for rule in rules for value in at_limit(*rule))
    return unique([*made, *(each for size in sizes for each in (*size.corners, *size.beyond)), STRANGER, *KINDS])


def at_limit(keyword: str, argument: Any) -> Iterator[Any]:
    """Yield values on both sides of what one keyword demands."""
    if keyword == "const":
        yield argument
    elif keyword in ("enum", FORM):
        yield from argument
        yield from _others(argument)
    elif keyword in ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"):
        yield from (argument + step for step in (-1, 0, 1))
        if abs(argument) < MAX_NUMBER:  # a number with a fraction is another matter to some keywords
            yield from (float(argument), argument - 0.5, argument + 0.5)
    elif keyword == "multipleOf":
        yield from (0, argument, 2 * argument, argument / 2, argument + 1)
    elif keyword in ("minLength", "maxLength"):
        yield from ("a" * length for length in _around(argument))
    elif keyword in ("minItems", "maxItems"):
        yield from ([0] * length for length in _around(argument))
    elif keyword == "pattern":
        yield from SHAPED
        yield from matching(argument)
    elif keyword == "uniqueItems":
        yield from ([0], [0, 0])


@cache
def matching(pattern: str) -> list[str]:
    """Return texts in ASCII that a pattern matches, always the same; none where Python does not know its syntax."""
    from hypothesis import HealthCheck, Phase, given, settings  # costs as much to import as the rest of the command
    from hypothesis.errors import HypothesisException
    from hypothesis.strategies import characters, from_regex

    found: list[str] = []

    def keep(text: str) -> None:
        found.append(text)

    quiet = settings(
        max_examples=50, derandomize=True, database=None, deadline=None, phases=[Phase.generate],
        suppress_health_check=[*HealthCheck],
    )  # fmt: skip
    with suppress(HypothesisException, re.error):
        texts = from_regex(re.compile(pattern), alphabet=characters(min_codepoint=32, max_codepoint=126))
        quiet(given(texts)(keep))()
    return unique(found)


def _others(listed: list[Any]) -> Iterator[Any]:
    """Yield values of the types of those listed that are none of them."""
    numbers = [value for value in listed if isinstance(value, int | float) and not isinstance(value, bool)]
    if numbers:
        yield from (max(numbers) + 1, min(numbers) - 1)
    yield from ([STRANGER], {STRANGER: STRANGER})


def out_of_reach(schema: Mapping[str, Any]) -> bool:
    """Tell whether a schema draws a limit beyond any text, list or number that is made."""
    sizes = ("minLength", "maxLength", "minItems", "maxItems")
    bounds = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")
    far = any(abs(schema[word]) > MAX_NUMBER for word in bounds if word in schema)
    return far or any(schema[word] > MAX_LENGTH for word in sizes if word in schema)


def _around(length: int) -> Iterator[int]:
    return (each for each in (length - 1, length, length + 1) if 0 <= each <= MAX_LENGTH)
