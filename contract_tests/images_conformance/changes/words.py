"""How rules and their differences are said."""

from __future__ import annotations

from collections.abc import Mapping
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
    if keyword in KEYWORDS:
        return KEYWORDS[keyword].says(argument)
    return f"{keyword} {shown(argument)}"


def rewritten(old: Mapping[str, Any], new: Mapping[str, Any]) -> str:
    """Return which rules differ, as phrases in brackets, such as `(must be at most 10 → must be at most 20)`."""
    words = [word for word in {**old, **new} if word not in old or word not in new or not json_equal(old[word], new[word])]
    sides = ([says(word, side[word]) if word in side else "no rule" for word in words] for side in (old, new))
    told = [f"{before} → {after}" for before, after in zip(*sides, strict=True)]
    return f" ({'; '.join(told)})" if told else ""


def of(model: str | None) -> str:
    """Return the words that begin a sentence about a model."""
    return "" if model is None else "Without a model, " if model == ABSENT else f"For {model}, "


def sentence(model: str | None, told: str) -> str:
    """Return a whole sentence."""
    text = f"{of(model)}{told}"
    return f"{text[0].upper()}{text[1:]}" + ("" if text.endswith((".", "!", "?", "…")) else ".")
