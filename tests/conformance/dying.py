"""A run that dies at a moment of its journal: `python dying.py URL JOURNAL CLAUSE MOMENT NUMBER`.

MOMENT is "before intent", "after intent" or "after exchange", NUMBER counts from 1. It dies as with kill -9: nothing is
flushed, no handler runs. Without a NUMBER that is reached it ends like any run.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any, ClassVar

from images_conformance.planning.plan import Selection, plan
from images_conformance.recordings.journal import Journal
from images_conformance.sending.checking import Settings, run_check
from images_conformance.sending.run import Pacing
from images_conformance.sending.target import opened
from images_conformance.spending.prices import Prices
from images_contract import Contract

url, file, clause, moment, number = sys.argv[1:]


class Dying(Journal):
    """A journal whose process ends at a moment."""

    reached: ClassVar[dict[str, int]] = {"before intent": 0, "after intent": 0, "after exchange": 0}

    def _moment(self, name: str) -> None:
        self.reached[name] += 1
        if (name, self.reached[name]) == (moment, int(number)):
            os._exit(9)

    def intend(self, *given: Any) -> int:
        """Write an intent, and die before or after it."""
        self._moment("before intent")
        entry = super().intend(*given)
        self._moment("after intent")
        return entry

    def answer(self, *given: Any) -> None:
        """Write an answer, and die after it."""
        super().answer(*given)
        self._moment("after exchange")


contract, prices = Contract.load(), Prices.load()
selection = Selection("smoke", models=("dall-e-2",), clauses=(clause,))
cases = plan(contract, selection, prices)
with Dying.open(Path(file)) as journal, opened(contract, url, "OPENAI_API_KEY", auth=True) as target:
    run_check(contract, target, cases, prices, Settings(selection, pacing=Pacing(1)), journal=journal)
print(len(cases))
