"""What a run says of every clause: a pure function of the record and the contract."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from images_contract import Clause, Contract

from .cases import Case
from .coverage import Coverage, certificate
from .exchange import Exchange
from .judge import judge, judge_together, no_verdict
from .plan import Selection
from .run import Record
from .verdicts import ClauseKey, Judgement, Verdict, overall

SHOWN = 3  # failures kept per clause
DECIDED = (Verdict.PASS, Verdict.FAIL, Verdict.DEVIATION)


@dataclass(frozen=True)
class Evidence:
    """An exchange that broke a clause: the case that it came from, what was expected and what was seen."""

    case: Case
    exchange: Exchange
    expected: str
    seen: str


@dataclass(frozen=True)
class Result:
    """The verdict on one clause. `passes` and `failures` count exchanges; `reason` says why there is no verdict."""

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
    """A finished run. `gate` is the weakest level whose failures decide the exit code: "must" or "should"."""

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
    usd: float
    stopped: str | None
    coverage: tuple[Coverage, ...] = ()
    exchanges: tuple[tuple[Case, Exchange], ...] = field(default=(), repr=False)

    @classmethod
    def from_record(
        cls, record: Record, contract: Contract, target: Target, selection: Selection, gate: str, started: datetime
    ) -> Report:
        """Judge a record."""
        results = tuple(judged(record, contract, selection))
        return cls(
            contract, target, selection, gate, started, datetime.now(UTC), results,
            record.requests, record.accepted, record.images, record.usd, record.stopped,
            certificate(contract, (exchange for _, exchange in record.exchanges), selection.models),
            tuple(record.exchanges),
        )  # fmt: skip

    def decides(self, result: Result) -> bool:
        """Tell whether a result bears on the exit code."""
        return result.clause.level == "must" or self.gate == "should"

    @property
    def exit_code(self) -> int:
        """0 conformant, 1 a deciding clause fails, 3 inconclusive: one untested or in error, or the run broke off."""
        verdicts = {result.verdict for result in self.results if self.decides(result)}
        if Verdict.FAIL in verdicts:
            return 1
        return 3 if self.stopped or verdicts & {Verdict.UNTESTED, Verdict.ERROR} else 0

    def of(self, *verdicts: Verdict, level: str | None = None) -> list[Result]:
        """Return the results with one of these verdicts, of one level or of all."""
        return [each for each in self.results if each.verdict in verdicts and level in (None, each.clause.level)]


def judged(record: Record, contract: Contract, selection: Selection) -> Iterable[Result]:
    """Yield the verdict on every clause of the contract, in its order."""
    said: dict[ClauseKey, list[tuple[Judgement, Case, Exchange]]] = {}
    reasons: dict[ClauseKey, str] = {key: reason for case, reason in record.unsent for key in case.aims}
    for case, exchange in record.exchanges:
        for judgement in judge(contract, exchange):
            said.setdefault(judgement.clause, []).append((judgement, case, exchange))
        if reason := no_verdict(contract, exchange):
            reasons |= dict.fromkeys(case.aims, f"{case.name}: {reason}")
    for place, judgement in judge_together(contract, [exchange for _, exchange in record.exchanges]):
        said.setdefault(judgement.clause, []).append((judgement, *record.exchanges[place]))
    for clause in contract.clauses:
        if reason := selection.why_not(clause):
            yield Result(clause, Verdict.SKIP, reason=reason)
        else:
            fallback = record.stopped or "no exchange bore on it"
            yield _result(clause, said.get(clause.key, []), reasons.get(clause.key, fallback))


def _result(clause: Clause, said: list[tuple[Judgement, Case, Exchange]], reason: str) -> Result:
    verdict = overall(judgement.verdict for judgement, _, _ in said)
    failures = [(judgement, case, exchange) for judgement, case, exchange in said if judgement.verdict is Verdict.FAIL]
    failures.sort(key=lambda failure: len(failure[2].request.body))  # the smallest reproduction first
    evidence = tuple(Evidence(case, exchange, told.expected, told.seen) for told, case, exchange in failures[:SHOWN])
    passes = sum(judgement.verdict is Verdict.PASS for judgement, _, _ in said)
    if verdict is Verdict.SKIP:
        reason = next(judgement.seen for judgement, _, _ in said)
    return Result(clause, verdict, passes, len(failures), evidence, "" if verdict in DECIDED else reason)
