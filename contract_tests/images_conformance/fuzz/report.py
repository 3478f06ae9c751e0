"""What exploration found, and what it took."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from images_contract import Clause, Contract

from ..results import Target
from ..verdicts import Judgement
from .campaign import Failure


@dataclass(frozen=True)
class FuzzReport:
    """A finished exploration. `gate` is the weakest level whose failures decide the exit code.

    `sent` counts requests by source; `ended` tells what ended it; `why_not` why an exchange had no verdict, where none
    had one; `remarks` has what schemathesis' checks say where the contract says nothing, by the name of the check.
    """

    contract: Contract
    target: Target
    gate: str
    seed: int
    started: datetime
    finished: datetime
    failures: tuple[Failure, ...]
    remarks: Mapping[str, str]
    sent: Mapping[str, int]
    judged: int
    requests: int
    accepted: int
    images: int
    usd: float
    ended: str
    cut_short: bool
    why_not: str

    def decides(self, clause: Clause) -> bool:
        """Tell whether a failure of a clause bears on the exit code."""
        return clause.level == "must" or self.gate == "should"

    @property
    def broken(self) -> list[tuple[Failure, Clause, Judgement]]:
        """Every broken clause, those that decide first."""
        found = [(failure, clause, told) for failure in self.failures for clause, told in failure.broken]
        return sorted(found, key=lambda each: not self.decides(each[1]))

    @property
    def exit_code(self) -> int:
        """0 nothing found, 1 a deciding clause is broken, 3 the server could not be judged."""
        if any(self.decides(clause) for _, clause, _ in self.broken):
            return 1
        return 3 if self.judged == 0 or self.cut_short else 0
