"""What the processes of one pytest run share: one planned run and one purse, through a journal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from images_contract import Clause, Contract

from ..commands import options as shared
from ..judging.results import Report
from ..planning.plan import Selection, plan
from ..recordings import open_recording
from ..recordings.journal import Journal, Run
from ..recordings.locks import locked
from ..recordings.places import state_folder
from ..recordings.replaying import replay
from ..sending.checking import Settings, run_check
from ..sending.target import Opened, is_free, opened
from ..spending.budget import may_be_billed
from ..spending.prices import Prices
from .properties import Property

if TYPE_CHECKING:
    from ..fuzz.running import Explored

TURN = 0  # the number of the lock, apart from those of runs: one process at a time sends


@dataclass(frozen=True)
class Shared:
    """One pytest run: its options, its contract, and the journal and name by which its processes find each other."""

    options: dict[str, Any]
    contract: Contract
    settings: Settings
    prices: Prices
    journal: Path

    @classmethod
    def of(cls, options: dict[str, Any], journal: Path, session: str) -> Shared:
        """Return the run that the options ask for; raises ConformanceError or ContractError for wrong ones."""
        contract = shared.contract(options)
        settings = replace(shared.settings({**options, "clauses": ()}), session=session)
        return cls(options, contract, settings, shared.prices(options, is_free(options["base_url"])), journal)

    def report(self, clauses: Sequence[Clause]) -> Report:
        """Return the report on clauses. The first process that wants it sends; the others read what came back."""
        settings = replace(self.settings, selection=self._selection(clauses))
        with self._turn() as journal:
            run = next((run for run in self._runs(journal) if run.about.kind == "check"), None)
            if run is not None and run.finished is not None:
                with open_recording(self.journal, self.contract, run.id) as recording:
                    return replay(self.contract, recording, settings.selection, settings.gate)
            # Another process was killed on the way: what it has paid for is kept.
            left = replace(settings, resume=run is not None, budget=self._left(journal, but=run))
            cases = plan(self.contract, settings.selection, self.prices)
            with self._opened() as target:
                return run_check(self.contract, target, cases, self.prices, left, journal=journal)

    def explore(self, subject: Property, part: float) -> Explored:
        """Explore a property with its part of the requests and of the time."""
        from ..fuzz.remembering import Remembered, database
        from ..fuzz.running import Exploration, chosen_seed, run_fuzz

        selection = replace(self.settings.selection, models=(subject.model,), clauses=subject.clauses)
        seconds = self.options["seconds"]
        exploration = Exploration(
            chosen_seed(self.options["seed"]),
            max(1, int(self.options["max_requests"] * part)),
            None if seconds is None else seconds * part,
            subject.shares,
        )
        with self._turn() as journal, self._opened() as target:
            settings = replace(self.settings, selection=selection, budget=self._left(journal))
            remembered = Remembered(database(self.options["database"], state_folder() / "fuzz"), target.target)
            return run_fuzz(self.contract, target, self.prices, settings, exploration, remembered, journal)

    def spent(self) -> tuple[int, float]:
        """Return how many requests were sent, and what they may have cost, in USD."""
        if not self.journal.exists():
            return 0, 0.0
        with Journal.open(self.journal, write=False) as journal:
            return self._spent(journal)

    def _selection(self, clauses: Sequence[Clause]) -> Selection:
        """Return the narrowest selection that has these clauses."""
        whole = self.settings.selection
        if len(clauses) == len(self.contract.clauses):
            return whole
        models = tuple(dict.fromkeys(clause.model for clause in clauses if clause.model is not None))
        narrow = all(clause.model is not None for clause in clauses)
        return replace(
            whole, models=models if narrow else whole.models, clauses=tuple(dict.fromkeys(each.id for each in clauses))
        )

    @contextmanager
    def _turn(self) -> Iterator[Journal]:
        """Wait until no other process sends, and open the journal while the block runs."""
        with (
            locked(self.journal, TURN, wait=True),
            Journal.open(self.journal, durable=not is_free(self.options["base_url"])) as journal,
        ):
            yield journal

    def _opened(self) -> AbstractContextManager[Opened]:
        return opened(
            self.contract, self.options["base_url"], self.options["api_key_env"], auth=self.settings.selection.auth
        )

    def _runs(self, journal: Journal) -> list[Run]:
        return [run for run in journal.runs() if run.about.session == self.settings.session]

    def _spent(self, journal: Journal, but: Run | None = None) -> tuple[int, float]:
        entries = [entry for run in self._runs(journal) if run != but for entry in journal.entries(run.id)]
        return len(entries), sum(entry.usd for entry in entries if may_be_billed(entry.exchange))

    def _left(self, journal: Journal, but: Run | None = None) -> float | None:
        """Return what is left of the budget after all runs but one; None where there is no ceiling."""
        budget = self.settings.budget
        return None if budget is None else max(0.0, budget - self._spent(journal, but)[1])
