"""One exploration from settings to report."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from typing import Any

from images_contract import Contract

from ..about import About
from ..errors import JournalError
from ..exchange import Request
from ..journal import Journal
from ..plan import Selection, check_selection
from ..prices import Prices
from ..resume import Continued, begun
from ..target import Opened
from ..transport import HttpTransport, Transport
from ..verdicts import Verdict
from .campaign import Campaign
from .remembering import Remembered
from .report import FuzzReport
from .schemathesis_phases import Phases
from .sending import Limits, Sender
from .sources import sources

EMBEDDED = "the embedded server"


@dataclass(frozen=True)
class FuzzSettings:
    """How a server is explored: `served` is the share of requests that ask for pictures, `interval` is in seconds."""

    seed: int
    selection: Selection = field(default_factory=Selection)
    limits: Limits = field(default_factory=Limits)
    gate: str = "must"
    served: float = 0.1
    timeout: float = 300.0
    interval: float = 0.0
    schemathesis: bool = True


def run_fuzz(
    contract: Contract, opened: Opened, prices: Prices, settings: FuzzSettings, remembered: Remembered,
    journal: Journal | None = None, on_request: Callable[[Campaign], None] = lambda campaign: None,
    tell: Callable[[str], None] = lambda text: None, transport: Transport | None = None,
) -> FuzzReport:  # fmt: skip
    """Explore a server, keep what is sent in a journal, and judge what comes back.

    Ctrl-C and SIGTERM end the exploration; the report says what is known by then.
    """
    check_selection(contract, settings.selection)
    started = datetime.now(UTC)
    way = transport or HttpTransport(contract, opened.base_url, opened.key, timeout=settings.timeout, connections=1)
    about = About.of("fuzz", contract, opened.target, settings.selection, settings.gate, budget=settings.limits.usd)
    with (
        begun(journal, about, ()) if journal is not None else nullcontext(Continued(None, ())) as run,
        Sender(contract, way, prices, settings.limits, settings.interval, run.log, tell) as sender,
    ):
        campaign = _explored(contract, prices, settings, remembered, sender, on_request)
        report = _report(contract, opened, settings, campaign, sender, started)
        if run.log is not None:
            _finish(run.log.journal, run.log.run, report, tell)
    return report


def target_name(opened: Opened) -> str:
    """Return the name under which the failures of a target are remembered."""
    return EMBEDDED if opened.target.embedded else opened.target.url


def _explored(
    contract: Contract, prices: Prices, settings: FuzzSettings, remembered: Remembered, sender: Sender,
    on_request: Callable[[Campaign], None],
) -> Campaign:  # fmt: skip
    @cache
    def phases() -> Phases:
        return Phases(contract, settings.seed)

    def cost(body: Mapping[str, Any]) -> float:
        return prices.worst_case(contract, Request.from_json(dict(body)))

    campaign = Campaign(
        contract, sender, remembered, settings.selection, settings.served,
        phases if settings.schemathesis else None, on_request,
    )  # fmt: skip
    found = sources(contract, settings.selection, cost, settings.served, settings.seed, phases)
    campaign.run([each for each in found if settings.schemathesis or each.name != "schemathesis"])
    return campaign


def _report(
    contract: Contract, opened: Opened, settings: FuzzSettings, campaign: Campaign, sender: Sender, started: datetime
) -> FuzzReport:
    record = sender.record
    remarks = {check: text for check, (text, _) in campaign.complaints.items()}
    return FuzzReport(
        contract, opened.target, settings.gate, settings.seed, started, datetime.now(UTC), tuple(campaign.failures),
        remarks, campaign.sent, campaign.judged, record.requests, record.accepted, record.images, record.usd,
        record.stopped or _nothing_left(sender),
        record.stopped not in (None, sender.reached, "interrupted"), campaign.why_not,
    )  # fmt: skip


def _nothing_left(sender: Sender) -> str:
    """Say why nothing more was sent although no limit of number or time was reached."""
    reasons = [reason for _, reason in sender.record.unsent]
    return reasons[-1] if reasons else "nothing new to send"


def _finish(journal: Journal, run: int, report: FuzzReport, tell: Callable[[str], None]) -> None:
    verdicts = [(clause.id, clause.model, Verdict.FAIL.value) for _, clause, _ in report.broken]
    try:
        journal.finish(run, report.ended, verdicts)
    except JournalError as error:
        tell(f"note: {error}")
