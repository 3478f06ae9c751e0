"""What lint complains of."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """What is wrong at a place: the name of the rule, file and JSON pointer, a sentence, and what to do about it."""

    rule: str
    path: str
    pointer: str
    problem: str
    fix: str

    def __str__(self) -> str:
        return f"{self.path}{self.pointer}: {self.problem} [{self.rule}]\n    {self.fix}"
