"""One exploration from settings to report."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from images_contract import Contract

from ..exchange import Request
from ..judging.results import Report
from ..planning.plan import check_selection
from ..recordings.about import About
from ..recordings.journal import Journal
from ..recordings.resume import Continued, begun
from ..sending.checking import Settings, finished
from ..sending.interruption import noticed
from ..sending.run import Record
from ..sending.target import Opened
from ..sending.transport import HttpTransport, Transport
from ..spending.budget import Budget
from ..spending.prices import Prices
from .campaign import Campaign, Failure
from .remembering import Remembered
from .schemathesis_phases import Phases
from .sending import Sender
from .sources import SHARES, sources


@dataclass(frozen=True)
class Exploration:
    """How far an exploration goes: so many requests, retries included, or so many seconds; `shares` by source."""

    seed: int
    requests: int = 300
    seconds: float | None = None
    shares: Mapping[str, float] = field(default_factory=lambda: SHARES)


@dataclass(frozen=True)
class Explored:
    """What an exploration found. Each broken clause of the report that was asked for has its failure.

    `remarks` has what schemathesis' checks say where the contract says nothing, by the name of the check; `sent` counts
    requests by source; `ended` tells what ended it.
    """

    report: Report
    seed: int
    failures: tuple[Failure, ...]
    remarks: Mapping[str, str]
    sent: Mapping[str, int]
    ended: str

    @property
    def exit_code(self) -> int:
        """0 nothing found, 1 a deciding clause is broken, 3 nothing could be judged, or it broke off."""
        return self.report.exit_code or (3 if self.report.stopped else 0)


def chosen_seed(given: int | None) -> int:
    """Return the seed that was given, or one by chance."""
    return secrets.randbelow(2**32) if given is None else given


def run_fuzz(
    contract: Contract, opened: Opened, prices: Prices, settings: Settings, exploration: Exploration,
    remembered: Remembered, journal: Journal | None = None,
    on_request: Callable[[Record], None] = lambda record: None, transport: Transport | None = None,
) -> Explored:  # fmt: skip
    """Explore a server, keep what is sent in a journal, and judge what comes back.

    Ctrl-C and SIGTERM end the exploration; the report says what is known by then.
    """
    check_selection(contract, settings.selection)
    started, budget = datetime.now(UTC), Budget(settings.budget)
    way = transport or HttpTransport(contract, opened.base_url, opened.key, timeout=settings.timeout, connections=1)
    about = About.of(
        "fuzz", contract, opened.target, settings.selection, settings.gate,
        budget=settings.budget, session=settings.session,
    )  # fmt: skip
    with (
        begun(journal, about, ()) if journal is not None else nullcontext(Continued(None, ())) as run,
        Sender(
            contract, way, prices, exploration.requests, exploration.seconds, budget, settings.pacing.interval,
            run.log,
        ) as sender,
        noticed(sender.interrupt),
    ):  # fmt: skip
        campaign = _campaign(contract, prices, settings, exploration, remembered, sender, on_request)
        campaign.run()
        explored = _explored(opened, settings, exploration.seed, campaign, sender, started)
        if run.log is not None:
            finished(explored.report, run.log.journal, run.log.run)
    return explored


def _campaign(
    contract: Contract, prices: Prices, settings: Settings, exploration: Exploration, remembered: Remembered,
    sender: Sender, on_request: Callable[[Record], None],
) -> Campaign:  # fmt: skip
    def cost(body: Mapping[str, Any]) -> float:
        return prices.worst_case(contract, Request.from_json(dict(body)))

    phases = Phases(contract) if exploration.shares.get("schemathesis") else None
    found = sources(contract, settings.selection, cost, exploration.shares, exploration.seed, phases)
    return Campaign(contract, sender, remembered, settings.selection, found, phases, on_request)


def _explored(
    opened: Opened, settings: Settings, seed: int, campaign: Campaign, sender: Sender, started: datetime
) -> Explored:
    record = sender.record
    ended = record.stopped or (record.unsent[-1][1] if record.unsent else "nothing new to send")
    if sender.reached == record.stopped:
        record.stopped = None  # it was to end there
    report = Report.from_tally(
        campaign.tally, record, opened.target, settings.selection, settings.gate, started, datetime.now(UTC),
        planned=False, exchanges=[(failure.case, failure.exchange) for failure in campaign.failures],
    )  # fmt: skip
    return Explored(report, seed, tuple(campaign.failures), campaign.remarks, campaign.sent, ended)
