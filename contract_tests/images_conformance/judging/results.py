"""What a run says of every clause: a pure function of the record and the contract."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from images_contract import Clause, Contract

from ..clauses import CHECKS, TOGETHER
from ..exchange import Exchange
from ..planning.cases import Case
from ..planning.plan import Selection
from ..sending.run import Record
from .coverage import Coverage, certificate
from .judge import judge, judge_together, no_verdict, served_models
from .known import excused
from .look import Look
from .unserved import unserved_models
from .verdicts import DECIDED, Changes, ClauseKey, Judgement, Verdict, overall

SHOWN = 3  # failures kept per clause
KEPT, SERVED = 8_000, 2_000  # bytes kept of a refusal, which names what it minds, and of pictures


@dataclass(frozen=True)
class Evidence:
    """An exchange that broke a clause: the case that it came from, what was expected and what was seen."""

    case: Case
    exchange: Exchange
    expected: str
    seen: str


@dataclass(frozen=True)
class Result:
    """The verdict on one clause. `passes` and `failures` count exchanges.

    `reason` says why there is no verdict, or what is known of a failure.
    """

    clause: Clause
    verdict: Verdict
    passes: int = 0
    failures: int = 0
    evidence: tuple[Evidence, ...] = ()
    reason: str = ""


@dataclass(frozen=True)
class Target:
    """The server under test as reports name it; `key_variable` is the environment variable that holds its key."""

    url: str
    embedded: bool = False
    key_variable: str | None = "OPENAI_API_KEY"


@dataclass(frozen=True)
class Report:
    """A finished run. `gate` is the weakest level whose failures decide the exit code: "must" or "should".

    Not `planned` is traffic that others sent: what it leaves untested is not held against the server. `usd` is None
    where nobody counted it; `changes` tells what was said differently before, where there is anything to compare with.
    """

    contract: Contract
    target: Target
    selection: Selection
    gate: str
    started: datetime
    finished: datetime
    results: tuple[Result, ...]
    requests: int
    accepted: int
    images: int
    usd: float | None
    stopped: str | None
    coverage: tuple[Coverage, ...] = ()
    exchanges: Iterable[tuple[Case, Exchange]] = field(default=(), repr=False)
    planned: bool = True
    changes: Changes | None = None

    @classmethod
    def from_record(
        cls, record: Record, contract: Contract, target: Target, selection: Selection, gate: str, started: datetime
    ) -> Report:
        """Judge a record."""
        return cls.from_tally(
            Tally.of(record.exchanges, contract), record, target, selection, gate, started, datetime.now(UTC),
            exchanges=tuple(record.exchanges),
        )  # fmt: skip

    @classmethod
    def from_tally(
        cls, tally: Tally, record: Record, target: Target, selection: Selection, gate: str,
        started: datetime, finished: datetime, **more: Any,
    ) -> Report:  # fmt: skip
        """Return the report of exchanges that were judged one by one; the record has their counts."""
        results = excused(
            tally.results(selection, record.unsent, record.stopped), tally.contract.deviations, finished.date()
        )
        counts: dict[str, Any] = {
            "requests": record.requests, "accepted": record.accepted, "images": record.images, "usd": record.usd,
            "stopped": record.stopped, "coverage": tally.coverage(selection),
        }  # fmt: skip
        return cls(tally.contract, target, selection, gate, started, finished, results, **counts | more)

    def decides(self, result: Result) -> bool:
        """Tell whether a result bears on the exit code."""
        return result.clause.level == "must" or self.gate == "should"

    @property
    def exit_code(self) -> int:
        """0 conformant, 1 a deciding clause fails, 3 inconclusive: one untested or in error, or the run broke off.

        Of traffic that nobody planned: 3 where nothing could be judged.
        """
        verdicts = {result.verdict for result in self.results if self.decides(result)}
        if Verdict.FAIL in verdicts:
            return 1
        if not self.planned:
            return 0 if self.of(*DECIDED) else 3
        return 3 if self.stopped or verdicts & {Verdict.UNTESTED, Verdict.ERROR} else 0

    def of(self, *verdicts: Verdict, level: str | None = None) -> list[Result]:
        """Return the results with one of these verdicts, of one level or of all."""
        return [each for each in self.results if each.verdict in verdicts and level in (None, each.clause.level)]


def judged(record: Record, contract: Contract, selection: Selection) -> Iterable[Result]:
    """Yield the verdict on every clause of the contract, in its order."""
    yield from Tally.of(record.exchanges, contract).results(selection, record.unsent, record.stopped)


@dataclass
class _Said:
    """What was said of one clause; of its failures only the smallest are kept, as evidence."""

    counts: Counter[Verdict] = field(default_factory=Counter)
    evidence: list[Evidence] = field(default_factory=list)
    told: dict[Verdict, str] = field(default_factory=dict)

    def add(self, judgement: Judgement, case: Case, exchange: Exchange) -> None:
        self.counts[judgement.verdict] += 1
        if judgement.verdict is Verdict.FAIL:
            self.evidence.append(Evidence(case, exchange, judgement.expected, judgement.seen))
            self.evidence.sort(key=lambda each: len(each.exchange.request.body))  # the smallest reproduction first
            del self.evidence[SHOWN:]
        elif judgement.seen:
            self.told.setdefault(judgement.verdict, judgement.seen)

    def copy(self) -> _Said:
        return _Said(self.counts.copy(), self.evidence.copy(), dict(self.told))

    def result(self, clause: Clause, reason: str) -> Result:
        verdict = overall(self.counts)
        told = "" if verdict in DECIDED else self.told.get(verdict, reason)
        counts = self.counts[Verdict.PASS], self.counts[Verdict.FAIL]
        return Result(clause, verdict, *counts, tuple(self.evidence), told)


class Tally:
    """Takes exchanges one after the other and tells what they say of every clause.

    It keeps the request and the beginning of the answer, so that it can take a great many, and nothing where there is
    no verdict; whole are only those that show how a clause is broken, or may still have a verdict.
    """

    def __init__(self, contract: Contract) -> None:
        self.contract = contract
        self._said: dict[ClauseKey, _Said] = defaultdict(_Said)
        self._reasons: dict[ClauseKey, str] = {}
        self._seen: list[tuple[Case, Exchange]] = []
        self._denied: list[tuple[Case, Exchange]] = []  # have a verdict once the key is known to be good
        self._served: frozenset[str] = frozenset()  # the models that are known to serve the key

    @classmethod
    def of(cls, exchanges: Iterable[tuple[Case, Exchange]], contract: Contract) -> Tally:
        """Return a tally that has taken some exchanges."""
        tally = cls(contract)
        for case, exchange in exchanges:
            tally.add(case, exchange)
        return tally

    def add(self, case: Case, exchange: Exchange) -> tuple[Judgement, ...]:
        """Judge an exchange; return what it says by itself."""
        served = self._served | served_models(self.contract, [exchange])
        if served != self._served:
            self._served, denied, self._denied = served, self._denied, []
            for each in denied:
                self._judge(*each)
        return self._judge(case, exchange)

    def _judge(self, case: Case, exchange: Exchange) -> tuple[Judgement, ...]:
        if reason := no_verdict(self.contract, exchange, self._served):
            self._reasons |= dict.fromkeys(case.aims, f"{case.name}: {reason}")
            if exchange.response is not None and Look(self.contract, exchange, exchange.response).denied:
                ever = no_verdict(self.contract, exchange, frozenset(self.contract.profiles)) is None
                self._denied.append((case, exchange if ever else _beginning(exchange)))
            return ()
        self._seen.append((case, _beginning(exchange)))
        judgements = judge(self.contract, exchange, self._served)
        for judgement in judgements:
            self._said[judgement.clause].add(judgement, case, exchange)
        return judgements

    def results(
        self, selection: Selection, unsent: Iterable[tuple[Case, str]] = (), stopped: str | None = None
    ) -> Iterator[Result]:
        """Yield the verdict on every clause of the contract, in its order."""
        said = self._all_said()
        reasons = {key: reason for case, reason in unsent for key in case.aims} | self._reasons
        unserved = unserved_models(self.contract, (exchange for _, exchange in self._seen))
        for clause in self.contract.clauses:
            if reason := selection.why_not(clause):
                yield Result(clause, Verdict.SKIP, reason=reason)
            elif clause.model in unserved and clause.id != "accept.status":
                yield Result(clause, Verdict.UNTESTED, reason=unserved[clause.model])
            else:
                fallback = stopped or _unheard(clause)
                yield said.get(clause.key, _Said()).result(clause, reasons.get(clause.key, fallback))

    def _all_said(self) -> dict[ClauseKey, _Said]:
        """Return what the exchanges say one by one and together."""
        said = defaultdict(_Said, {key: each.copy() for key, each in self._said.items()})
        exchanges = [*self._seen, *self._denied]
        for place, judgement in judge_together(self.contract, [exchange for _, exchange in exchanges]):
            said[judgement.clause].add(judgement, *exchanges[place])
        return said

    def coverage(self, selection: Selection) -> tuple[Coverage, ...]:
        """Return which values and pairs of values were accepted."""
        return certificate(self.contract, (exchange for _, exchange in self._seen), selection.models)


def _unheard(clause: Clause) -> str:
    """Return why nothing was said of a clause in a run that came to its end."""
    if clause.keyword == "behaviour" and clause.id not in {*CHECKS, *TOGETHER}:
        return "no code judges this behaviour; lint tells where it is declared"
    return "no answer bears on it"


def _beginning(exchange: Exchange) -> Exchange:
    """Return an exchange with as much of its answer as reports show and exchanges together are judged by."""
    if exchange.response is None:
        return exchange
    body = exchange.response.body[: SERVED if exchange.response.status == 200 else KEPT]
    return replace(exchange, response=replace(exchange.response, body=body), fetched=())
