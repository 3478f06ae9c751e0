"""Recorded traffic, wherever it comes from: what `replay` judges."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from ..exchange import Exchange
from ..judging.results import Target
from ..judging.verdicts import ClauseKey, Verdict
from ..planning.cases import Case
from ..planning.plan import Selection


@dataclass(frozen=True)
class Recorded:
    """One exchange with what it may have cost; one that was `repeated` counts, and the last of its kind is judged."""

    case: Case
    exchange: Exchange
    usd: float = 0.0
    repeated: bool = False


@dataclass(frozen=True)
class Baseline:
    """What was said of clauses before: `by` names who said it.

    Where `failures_only`, clauses that are not among them had not failed, and nothing more is known.
    """

    by: str
    verdicts: Mapping[ClauseKey, Verdict]
    failures_only: bool = False


@dataclass(frozen=True)
class Recording:
    """Traffic in a file. `recorded` may be read again and again, and reads the file each time where that is large.

    `passed_over` counts what the file holds beside the exchanges, by what it is. `planned`, `selection`, `gate` and
    `stopped` are those of the run, `usd_known` tells whether it counted its money, `before` what it said. `sendable` is
    a single request, which may be sent again.
    """

    title: str
    target: Target
    recorded: Iterable[Recorded] = field(repr=False)
    passed_over: Mapping[str, int] = field(default_factory=dict)
    planned: bool = False
    selection: Selection = field(default_factory=Selection)
    gate: str = "must"
    stopped: str | None = None
    usd_known: bool = False
    before: Baseline | None = None
    sendable: bool = False


@dataclass(frozen=True)
class Judged:
    """What is judged of something recorded, as an iterable that may be read again."""

    recorded: Iterable[Recorded] = field(repr=False)

    def __iter__(self) -> Iterator[tuple[Case, Exchange]]:
        """Yield each case with its last exchange."""
        return ((each.case, each.exchange) for each in self.recorded if not each.repeated)
