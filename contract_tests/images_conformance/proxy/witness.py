"""What becomes of the exchanges that pass: they are written down, judged, and told when they break a clause."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from types import TracebackType

import httpx2

from images_contract import Clause, Contract

from ..errors import JournalError
from ..exchange import Exchange
from ..judging.judge import no_verdict
from ..judging.results import Tally
from ..judging.verdicts import Judgement, Verdict
from ..planning.cases import Case
from ..planning.plan import Selection
from ..recordings.resume import RunLog
from ..reports.shown import plain
from ..sending.fetching import fetch_all
from ..sending.run import Record
from .passage import Passage

WAITING = 64  # exchanges that may wait for the judge before new requests wait, too


class Judge:
    """Writes down and judges what passes, on threads of its own, so that traffic goes on meanwhile; a context manager.

    `tell` gets a line when a clause is broken for the first time, the tenth, the hundredth. `files`, where there is
    one, fetches what stands behind the URLs of answers.
    """

    def __init__(
        self, contract: Contract, selection: Selection, gate: str, codings: Collection[str], log: RunLog | None,
        tell: Callable[[str], None], files: httpx2.AsyncClient | None = None,
    ) -> None:  # fmt: skip
        self.contract = contract
        self.record = Record()
        self.tally = Tally(contract)
        self._selection = selection
        self._gate = gate
        self._codings = codings
        self._log = log
        self._tell = tell
        self._files = files
        self._cases: dict[Passage, Case] = {}
        self._entries: dict[Passage, int] = {}
        self._told: Counter[str] = Counter()
        # One thread writes, so that no request waits until a picture of another has been judged.
        self._writing, self._judging = ThreadPoolExecutor(1), ThreadPoolExecutor(1)
        self._waiting = 0
        self._room = asyncio.Event()
        self._room.set()

    def __enter__(self) -> Judge:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._writing.shutdown()
        self._judging.shutdown()

    async def sends(self, passage: Passage) -> None:
        """Write down that a request is about to leave."""
        await self._room.wait()
        await asyncio.get_running_loop().run_in_executor(self._writing, self._intend, passage)

    async def ends(self, passage: Passage) -> None:
        """Write down what came of it, and judge that."""
        self._waiting += 1
        if self._waiting >= WAITING:
            self._room.clear()
        loop = asyncio.get_running_loop()
        try:
            case, exchange = await loop.run_in_executor(self._writing, self._write, passage)
            if self._files is not None and exchange.response is not None:
                exchange = replace(exchange, fetched=await fetch_all(self._files, exchange.response))
                await loop.run_in_executor(self._writing, self._rewrite, passage, exchange)
            await loop.run_in_executor(self._judging, self._judge, case, exchange)
        finally:
            self._cases.pop(passage, None)
            self._entries.pop(passage, None)
            self._waiting -= 1
            self._room.set()

    def _intend(self, passage: Passage) -> None:
        if passage in self._cases:
            return
        self.record.requests += 1
        case = self._cases[passage] = Case(f"exchange {self.record.requests}", passage.request, ())
        if self._log is not None:
            try:
                self._entries[passage] = self._log.intend(case, 0.0, None)
            except JournalError as error:
                self._do_without(error)

    def _write(self, passage: Passage) -> tuple[Case, Exchange]:
        exchange = passage.exchange(self._codings)
        self._intend(passage)  # where it never came to that
        self._rewrite(passage, exchange)
        return self._cases[passage], exchange

    def _rewrite(self, passage: Passage, exchange: Exchange) -> None:
        if self._log is not None and passage in self._entries:
            try:
                self._log.answer(self._entries[passage], exchange)
            except JournalError as error:
                self._do_without(error)

    def _do_without(self, error: JournalError) -> None:
        self._log = None  # the traffic is not ours to stop
        self._tell(f"note: nothing more is written down: {error}")

    def _judge(self, case: Case, exchange: Exchange) -> None:
        self.record.count(self.contract, exchange)
        judgements = self.tally.add(case, exchange)
        if reason := no_verdict(self.contract, exchange):
            self._tell_of(f"no verdict ({plain(reason)})", "")
        for told in judgements:
            clause = self.contract.clause(*told.clause)
            if told.verdict is Verdict.FAIL and self._counts(clause):
                self._tell_of(*self._words(clause, told))

    def _counts(self, clause: Clause) -> bool:
        today = datetime.now(UTC).date()
        known = any(each.covers(clause) and not each.expired(today) for each in self.contract.deviations)
        return not known and self._selection.why_not(clause) is None

    def _words(self, clause: Clause, told: Judgement) -> tuple[str, str]:
        decides = clause.level == "must" or self._gate == "should"
        model = f" ({clause.model})" if clause.model else ""
        said = f"expected {plain(told.expected)}; seen {plain(told.seen, 400)}"
        return f"{'FAIL' if decides else 'warning'} {clause.id}{model}", said

    def _tell_of(self, what: str, details: str) -> None:
        """Tell of something the first time, the tenth, the hundredth: `details` once, then how often it was."""
        self._told[what] += 1
        count = self._told[what]
        if count == 1:
            self._tell(f"{what}: {details}" if details else what)
        elif str(count).strip("0") == "1":
            self._tell(f"{what}: {count} times by now")
