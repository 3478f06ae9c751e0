"""How rules and their differences are said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from images_contract import ABSENT
from images_contract.keywords import KEYWORDS, json_equal, shown

STANDING = {
    "accepted": "is accepted",
    "may": "may be accepted or refused",
    "should": "should be refused",
    "must": "must be refused",
}


def says(keyword: str, argument: Any) -> str:
    """Return what a keyword demands, as a phrase."""
    return KEYWORDS[keyword].says(argument) if keyword in KEYWORDS else f"{keyword} {shown(argument)}"


def rewritten(old: Mapping[str, Any], new: Mapping[str, Any]) -> str:
    """Return which rules differ, in brackets, such as ` (must be at most 10 → must be at most 20)`."""
    words = [each for each in {**old, **new} if not (each in old and each in new and json_equal(old[each], new[each]))]
    sides = ([says(word, side[word]) if word in side else "no rule" for word in words] for side in (old, new))
    told = [f"{before} → {after}" for before, after in zip(*sides, strict=True)]
    return f" ({'; '.join(told)})" if told else ""


def sentence(models: Sequence[str | None], told: str) -> str:
    """Return a whole sentence about some models ("absent" for requests without one), or about none."""
    named = [each for each in models if each is not None and each != ABSENT]
    whose = [f"for {' and '.join(filter(None, (', '.join(named[:-1]), named[-1])))}"] if named else []
    whose += ["without a model"] if ABSENT in models else []
    text = f"{' or '.join(whose)}, {told}" if whose else told
    return f"{text[0].upper()}{text[1:].removesuffix('.')}."
