"""Faulty servers as a test of the suite: what a fault should make fail, and what a run against it says."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import lru_cache
from pathlib import Path
from typing import Any

import httpx2

from images_contract import Contract
from images_contract.reading import read_yaml
from images_reference_server import Fault, create_app, running

from ..judging.results import Result, judged
from ..judging.verdicts import ClauseKey, Verdict
from ..planning.cases import Case
from ..planning.plan import Selection, plan
from ..sending.run import Pacing, Record, Runner
from ..sending.transport import HttpTransport
from ..spending.budget import Budget
from ..spending.prices import Prices

DATA = Path(__file__).with_name("mutation.yaml")
PRICES = Prices.load(unknown=0.0)  # nothing is paid here
KEY = "sk-0123456789abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True)
class Notes:
    """What is known beforehand, by globs: which clauses speak of a fault, which faults nobody can see, and why."""

    speaks: Mapping[str, list[str]]
    equivalent: Mapping[str, str]
    sockets: tuple[str, ...]
    not_singled_out: Mapping[str, str]

    @classmethod
    def load(cls) -> Notes:
        """Read mutation.yaml."""
        _, data = read_yaml(DATA)
        told: dict[str, Any] = dict(data)
        return cls(told["speaks"], told["equivalent"], tuple(told["sockets"]), told["not-singled-out"])

    def about(self, fault: str) -> list[Any]:
        """Return all that is known of a fault, as JSON values."""
        globs = next((globs for glob, globs in self.speaks.items() if fnmatchcase(fault, glob)), None)
        return [globs, self.why_equivalent(fault), fault in self.sockets]

    def why_equivalent(self, fault: str) -> str | None:
        """Return why no client can see a fault, or None."""
        return next((reason for glob, reason in self.equivalent.items() if fnmatchcase(fault, glob)), None)


@dataclass(frozen=True)
class Outcome:
    """What the suite made of a fault: all clauses that failed, and those among them that speak of it, as words.

    `kind` and `model` are the fault's. `whole` tells that the run was one over all models, so that what did not fail is
    known as well.
    """

    fault: str
    category: str
    kind: str
    model: str | None
    level: str
    failed: tuple[str, ...]
    spoke: tuple[str, ...]
    depth: str
    whole: bool
    requests: int
    images: int
    seconds: float = field(compare=False)


def word(key: ClauseKey) -> str:
    """Return what tells a clause from all others as one word or two: `n.maximum.dall-e-3`, `data.count (dall-e-3)`."""
    id, model = key
    return id if model is None or id.endswith(f".{model}") else f"{id} ({model})"


def speaks_of(contract: Contract, fault: Fault, key: ClauseKey, notes: Notes) -> bool:
    """Tell whether a clause speaks of a fault, so that its failure names what is wrong, and in which model."""
    id, model = key
    if fault.witness is None:
        globs, *_ = notes.about(fault.name.removesuffix(f".{fault.model}"))
        own = fault.model is None or model in (None, fault.model)
        return own and any(fnmatchcase(id, glob) for glob in globs or ())
    broken = [found for found in contract.violations(dict(fault.witness)) if found.level != "may"]
    if broken:
        return key in {found.clause.key for found in broken}
    return model == fault.model and (id == "accept.status" or ".accepted." in id)


def selections(fault: Fault, notes: Notes) -> Iterator[Selection]:
    """Yield what to run against a fault: all that depth pairwise sends, and if it slips through there, depth thorough.

    There a fault in the rules of one model needs that model's requests alone: the others are judged as ever.
    """
    yield Selection("pairwise")
    if fault.level != "may" and not notes.why_equivalent(fault.name):
        named = () if fault.witness is None or fault.model is None else (fault.model,)
        yield Selection("thorough", named)


@lru_cache(maxsize=32)
def _cases(contract: Contract, selection: Selection) -> tuple[Case, ...]:
    return tuple(plan(contract, selection, PRICES))


def run_against(
    contract: Contract, fault: Fault | None, selection: Selection, *, seed: int | None = None, socket: bool = False
) -> tuple[Record, list[Result]]:
    """Run a plan against the reference server in this process; a seed shuffles the order and the concurrency."""
    cases, concurrency = list(_cases(contract, selection)), 4
    if seed is not None:
        chance = random.Random(seed)
        chance.shuffle(cases)
        concurrency = chance.choice((1, 2, 4, 8))
    if socket:
        with running(contract.document, key=KEY, fault=fault) as server:
            record = asyncio.run(_run(contract, cases, concurrency, server.base_url, None))
    else:
        app: Any = create_app(contract.document, key=KEY, fault=fault)
        backend = httpx2.ASGITransport(app=app, raise_app_exceptions=False)
        url = f"https://in-process.example{contract.access.base}"
        record = asyncio.run(_run(contract, cases, concurrency, url, backend))
    return record, list(judged(record, contract, selection))


async def _run(
    contract: Contract, cases: Sequence[Case], concurrency: int, url: str, backend: httpx2.AsyncBaseTransport | None
) -> Record:
    record = Record()
    async with HttpTransport(contract, url, KEY, timeout=60, connections=concurrency, backend=backend) as transport:
        await Runner(contract, transport, PRICES, record, Budget(None), Pacing(concurrency)).run(cases)
    return record


def failed(results: Iterable[Result]) -> list[ClauseKey]:
    """Return the clauses that failed; raises RuntimeError where a check itself broke."""
    listed = list(results)
    for each in listed:
        if each.verdict is Verdict.ERROR:
            raise RuntimeError(f"{word(each.clause.key)}: {each.reason}")
    return [each.clause.key for each in listed if each.verdict is Verdict.FAIL]


def examine(contract: Contract, fault: Fault, notes: Notes) -> Outcome:
    """Return what the suite makes of a fault."""
    start = time.monotonic()
    for selection in selections(fault, notes):
        record, results = run_against(contract, fault, selection, socket=fault.name in notes.sockets)
        broken = failed(results)
        spoke = [key for key in broken if speaks_of(contract, fault, key, notes)]
        if spoke:
            break
    return Outcome(
        fault.name, fault.category, fault.kind, fault.model, fault.level, tuple(map(word, broken)),
        tuple(map(word, spoke)), selection.depth, not selection.models, record.requests, record.images,
        round(time.monotonic() - start, 2),
    )  # fmt: skip
