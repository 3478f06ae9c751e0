"""What a dialect has to say of each of its actions."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from ..dialects import find
from ..reading import read_yaml
from .rules import Told


def read(dialect: Path | str) -> tuple[str, dict[str, Any]]:
    """Return the path of a dialect, and what it holds."""
    path = find(dialect)
    return str(path), read_yaml(path)[1]


def problems(overlay: dict[str, Any]) -> Told:
    """Yield the actions and deviations that do not say who says so, and when."""
    for index, action in enumerate(overlay["actions"]):
        yield from _source(action.get("x-source"), f"#/actions/{index}", "x-source", "the action")
    for index, deviation in enumerate(overlay.get("x-deviations", ())):
        yield from _source(deviation["source"], f"#/x-deviations/{index}", "source", "the deviation")


def _source(source: Any, pointer: str, word: str, what: str) -> Told:
    if not isinstance(source, str) or not source.strip():
        yield "dialect.source", pointer, f"{what} has no {word}", f"Add {word}: who says so, and when."
    elif not re.search(r"\b\d{4}-\d{2}\b", source):
        yield (
            "dialect.date",
            f"{pointer}/{word}",
            f"{what} does not say when",
            "Add the day or month: 2026-11 or 2026-11-24.",
        )
