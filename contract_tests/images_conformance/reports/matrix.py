"""Models beside parameters: which cell stands for which clauses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

ABSENT = "absent"
WORST = ("fail", "error", "untested", "deviation", "pass", "skip")
SAID = {
    "fail": "broken", "warn": "warning", "error": "error", "untested": "not tested", "deviation": "deviation",
    "pass": "kept", "skip": "does not apply",
}  # fmt: skip
SIGNS = {"fail": "✗", "warn": "!", "error": "‼", "untested": "?", "deviation": "±", "pass": "✓", "skip": "–"}


@dataclass(frozen=True)
class Cell:
    """One verdict on the clauses of one row and model; `first` is the one to look at."""

    verdict: str
    clauses: Sequence[Mapping[str, Any]]

    @property
    def sign(self) -> str:
        """One character."""
        return SIGNS[self.verdict]

    @property
    def said(self) -> str:
        """The verdict as a phrase, with how many clauses it stands for."""
        bearing = [each for each in self.clauses if each["verdict"] not in ("skip",)]
        bad = [each for each in bearing if each["verdict"] == ("fail" if self.verdict == "warn" else self.verdict)]
        if self.verdict in ("pass", "skip"):
            return f"{SAID[self.verdict]}, {len(bearing)} clauses" if bearing else SAID[self.verdict]
        return f"{SAID[self.verdict]}, {len(bad)} of {len(bearing)} clauses"

    @property
    def first(self) -> Mapping[str, Any] | None:
        """The clause behind the verdict."""
        wanted = "fail" if self.verdict == "warn" else self.verdict
        return next((each for each in self.clauses if each["verdict"] == wanted), None)


@dataclass(frozen=True)
class Matrix:
    """Rows of cells, first those of parameters, then those of behaviours; `shared` speaks of no model."""

    models: Sequence[str]
    parameters: Mapping[str, Sequence[Cell]]
    behaviours: Mapping[str, Sequence[Cell]]
    shared: Mapping[str, Cell]


def matrix(clauses: Sequence[Mapping[str, Any]]) -> Matrix:
    """Return the matrix of the clauses of a JSON report."""
    models = list(dict.fromkeys(each["model"] for each in clauses if each["model"]))
    own = [each for each in clauses if each["model"]]
    names = dict.fromkeys(name for each in own for name in each["parameters"])
    words = dict.fromkeys(_word(each) for each in own if not each["parameters"])

    def row(chosen: Sequence[Mapping[str, Any]]) -> list[Cell]:
        return [_cell([each for each in chosen if each["model"] == model]) for model in models]

    shared = [each for each in clauses if not each["model"]]
    return Matrix(
        models,
        {name: row([each for each in own if name in each["parameters"]]) for name in names},
        {word: row([each for each in own if not each["parameters"] and _word(each) == word]) for word in words},
        {word: _cell([each for each in shared if _word(each) == word]) for word in dict.fromkeys(map(_word, shared))},
    )


def _word(clause: Mapping[str, Any]) -> str:
    return str(clause["id"].split(".")[0])


def _cell(clauses: Sequence[Mapping[str, Any]]) -> Cell:
    bearing = [each for each in clauses if each["level"] != "may"]
    worst = next((word for word in WORST if any(each["verdict"] == word for each in bearing)), "skip")
    if worst == "fail" and not any(each["verdict"] == "fail" and each["level"] == "must" for each in bearing):
        worst = "warn"
    return Cell(worst, bearing)
