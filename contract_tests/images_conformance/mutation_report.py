"""What a mutation run amounts to: counts by class, what slipped through, and what no fault singles out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from rich.console import Console
from rich.table import Table

from images_contract import Contract

from .mutants import Notes, Outcome

OPEN = "sources leave the rule open: neither answer is wrong"


@dataclass(frozen=True)
class Summary:
    """The outcomes sorted; `equivalent` maps faults to reasons, everything after it is a problem where not empty."""

    outcomes: tuple[Outcome, ...]
    killed: tuple[Outcome, ...]
    equivalent: dict[str, str]
    survived: tuple[Outcome, ...]
    alarms: tuple[str, ...]
    stale: tuple[str, ...]
    not_singled_out: tuple[str, ...]

    @classmethod
    def of(
        cls, contract: Contract, outcomes: Iterable[Outcome], faults: Sequence[str], notes: Notes,
        alarms: Sequence[str], *, complete: bool,
    ) -> Summary:  # fmt: skip
        """Sort outcomes. Whether every clause is singled out by a fault can be told of a complete run alone."""
        listed = tuple(outcomes)
        reasons = {each.fault: reason for each in listed if (reason := _reason(each, notes))}
        judged = [each for each in listed if each.fault not in reasons]
        stale = [f"equivalent: {glob} fits no fault" for glob in notes.equivalent if not _fits(glob, faults)]
        stale += [f"{each.fault} is noticed, by {', '.join(each.failed)}" for each in listed
                  if each.fault in reasons and each.failed]  # fmt: skip
        if complete:
            single = singled_out(contract, listed)
            stale += [f"not-singled-out: {glob} is" for glob in notes.not_singled_out if _fits(glob, single)]
        return cls(
            listed, tuple(each for each in judged if each.spoke), reasons,
            tuple(each for each in judged if not each.spoke), tuple(alarms), tuple(stale),
            tuple(_unnamed(contract, listed, notes)) if complete else (),
        )  # fmt: skip

    @property
    def good(self) -> bool:
        """Whether nothing slipped through, nothing was alarmed without cause, and no note is out of date."""
        return not (self.survived or self.alarms or self.stale or self.not_singled_out)


def _reason(outcome: Outcome, notes: Notes) -> str | None:
    return notes.why_equivalent(outcome.fault) or (OPEN if outcome.level == "may" else None)


def _fits(glob: str, names: Iterable[str]) -> bool:
    return any(fnmatchcase(name, glob) for name in names)


def singled_out(contract: Contract, outcomes: Iterable[Outcome]) -> set[str]:
    """Return the ids of clauses that some fault makes fail alone."""
    return {each.failed[0] for each in outcomes if len(each.failed) == 1}


def _unnamed(contract: Contract, outcomes: Iterable[Outcome], notes: Notes) -> list[str]:
    single = singled_out(contract, outcomes)
    ids = dict.fromkeys(clause.id for clause in contract.clauses if clause.level != "may")
    return [id for id in ids if id not in single and not any(fnmatchcase(id, glob) for glob in notes.not_singled_out)]


def show(summary: Summary, seeds: int) -> None:
    """Print the counts by class and whatever is wrong."""
    console = Console(highlight=False)
    table = Table("class", "killed", "only thorough", "survived", "equivalent", "requests", "images", "seconds")
    for name in dict.fromkeys(each.category for each in summary.outcomes):
        table.add_row(name, *_row(summary, name))
    table.add_section()
    table.add_row("all", *_row(summary, None))
    console.print(table)
    console.print("requests, images and seconds are those of one fault on average")
    survived = [f"{each.fault} (failed: {', '.join(each.failed) or 'nothing'})" for each in summary.survived]
    for title, lines in (
        ("slipped through", survived),
        ("equivalent", [f"{fault}: {reason}" for fault, reason in summary.equivalent.items() if reason != OPEN]),
        (f"false alarms in {seeds} runs against the honest server", list(summary.alarms)),
        ("out of date", list(summary.stale)),
        ("no fault singles out", list(summary.not_singled_out)),
    ):
        console.print(f"{title}: {len(lines)}")
        for line in lines:
            console.print(f"  {line}", soft_wrap=True)


def _row(summary: Summary, category: str | None) -> list[str]:
    def own(outcomes: Iterable[Outcome]) -> list[Outcome]:
        return [each for each in outcomes if category in (None, each.category)]

    killed, all_of_it = own(summary.killed), own(summary.outcomes)
    counts = [
        len(killed), sum(each.depth == "thorough" for each in killed), len(own(summary.survived)),
        sum(each.fault in summary.equivalent for each in all_of_it),
    ]  # fmt: skip
    total = max(1, len(all_of_it))
    means = [sum(getattr(each, name) for each in all_of_it) / total for name in ("requests", "images", "seconds")]
    return [*map(str, counts), *(f"{mean:.0f}" for mean in means[:2]), f"{means[2]:.1f}"]
