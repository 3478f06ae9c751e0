"""One conformance run from settings to report."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from images_contract import Contract

from .budget import Budget
from .cases import Case
from .plan import Selection
from .prices import Prices
from .results import Report
from .run import Pacing, Record, Runner
from .target import Opened
from .transport import HttpTransport


@dataclass(frozen=True)
class Settings:
    """How a run is done: what to judge, at which level, how fast, and what it may cost."""

    selection: Selection
    gate: str
    pacing: Pacing
    timeout: float
    budget: float | None


def run_check(
    contract: Contract, opened: Opened, cases: Sequence[Case], prices: Prices, settings: Settings,
    on_exchange: Callable[[Record], None],
) -> Report:  # fmt: skip
    """Send the cases and judge what came back. Ctrl-C ends the run early; the report says what is known by then."""
    started = datetime.now(UTC)
    record = Record()

    async def send() -> None:
        connections = settings.pacing.concurrency
        async with HttpTransport(
            contract, opened.base_url, opened.key, timeout=settings.timeout, connections=connections
        ) as transport:
            budget = Budget(settings.budget)
            runner = Runner(contract, transport, prices, record, budget, settings.pacing, on_exchange)
            await runner.run(cases)

    try:
        asyncio.run(send())
    except KeyboardInterrupt:
        record.stopped = "interrupted"
    return Report.from_record(record, contract, opened.target, settings.selection, settings.gate, started)
