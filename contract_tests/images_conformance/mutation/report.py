"""What a mutation run amounts to: counts by class, what slipped through, and what no fault singles out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from rich.console import Console
from rich.table import Table

from images_contract import Contract
from images_reference_server import Fault

from .mutants import Notes, Outcome, word

OPEN = "sources leave the rule open: neither answer is wrong"
FEW = 0.05  # share of the clauses that may go without a fault of their own
COLUMNS = ("class", "killed", "only thorough", "survived", "equivalent", "requests", "images", "seconds")


@dataclass(frozen=True)
class Summary:
    """The outcomes sorted. `equivalent` and `excepted` map faults and clauses to reasons.

    `problems` maps titles to lines.
    """

    outcomes: tuple[Outcome, ...]
    killed: tuple[Outcome, ...]
    survived: tuple[Outcome, ...]
    equivalent: dict[str, str]
    excepted: dict[str, str]
    clauses: tuple[str, ...]
    problems: dict[str, list[str]]

    @classmethod
    def of(
        cls, contract: Contract, outcomes: Iterable[Outcome], faults: Sequence[str], notes: Notes,
        alarms: Sequence[str], *, complete: bool,
    ) -> Summary:  # fmt: skip
        """Sort outcomes. Whether every clause is singled out by a fault can be told of a complete run alone."""
        listed = tuple(outcomes)
        reasons = {each.fault: reason for each in listed if (reason := _reason(each, notes))}
        judged = [each for each in listed if each.fault not in reasons]
        survived = tuple(each for each in judged if not each.spoke)
        clauses = tuple(word(clause.key) for clause in contract.clauses if clause.level != "may")
        excepted = {each: reason for each in clauses if (reason := _first(notes.not_singled_out, each))}
        single = singled_out(listed)
        problems = {
            "slipped through": [f"{each.fault} (failed: {', '.join(each.failed) or 'nothing'})" for each in survived],
            "false alarms on the honest server": list(alarms),
            "equivalent, but there is no such fault": [glob for glob in notes.equivalent if not _any(glob, faults)],
            "equivalent, but noticed": [
                f"{each.fault}, by {', '.join(each.failed)}" for each in listed if each.fault in reasons and each.failed
            ],
        }
        if complete:
            problems |= {
                "singled out by no fault": [each for each in clauses if each not in single | excepted.keys()],
                "excepted, but singled out": [each for each in excepted if each in single],
                "excepted, but there is no such clause": [g for g in notes.not_singled_out if not _any(g, clauses)],
                f"excepted are {FEW:.0%} of the clauses or more": [*excepted] * (len(excepted) >= FEW * len(clauses)),
            }
        killed = tuple(each for each in judged if each.spoke)
        return cls(listed, killed, survived, reasons, excepted, clauses, problems)

    @property
    def good(self) -> bool:
        """Whether nothing slipped through, nothing was alarmed without cause, and no note is out of date."""
        return not any(self.problems.values())

    @property
    def explained(self) -> dict[str, str]:
        """The equivalent faults that a note explains, beside those where the rule is open."""
        return {fault: reason for fault, reason in self.equivalent.items() if reason != OPEN}


def _reason(outcome: Outcome, notes: Notes) -> str | None:
    return notes.why_equivalent(outcome.fault) or (OPEN if outcome.level == "may" else None)


def _first(reasons: Mapping[str, str], name: str) -> str | None:
    return next((reason for glob, reason in reasons.items() if fnmatchcase(name, glob)), None)


def _any(glob: str, names: Iterable[str]) -> bool:
    return any(fnmatchcase(name, glob) for name in names)


def singled_out(outcomes: Iterable[Outcome]) -> set[str]:
    """Return the clauses that some fault makes fail alone, of all clauses of all models."""
    return {each.failed[0] for each in outcomes if each.whole and len(each.failed) == 1}


def show(summary: Summary, faults: Iterable[Fault], seeds: int) -> None:
    """Print the counts by class and whatever is wrong."""
    console = Console(highlight=False)
    table = Table(*COLUMNS)
    for row in rows(summary):
        table.add_row(*row)
    console.print(table)
    console.print(said(faults, seeds), soft_wrap=True)
    told = summary.explained
    _list(console, "equivalent", [f"{fault}: {reason}" for fault, reason in told.items()])
    console.print(f"equivalent, because {OPEN}: {len(summary.equivalent) - len(told)}")
    title = f"excepted from being singled out, of {len(summary.clauses)} clauses"
    _list(console, title, [f"{clause}: {reason}" for clause, reason in summary.excepted.items()])
    for title, lines in summary.problems.items():
        if lines:
            _list(console, title, lines)
    console.print("all faults noticed, and nothing else" if summary.good else "NOT GOOD")


def said(faults: Iterable[Fault], seeds: int) -> str:
    """Return what has to be said of the table."""
    named = [fault for fault in faults if fault.kind == "behaviour" and fault.model is None]
    return (
        "Requests and images are those of one fault on average. "
        f"{len(named)} behaviours have a name; the same in one model alone, and what is made from the document, is not "
        f"counted there. The honest server was checked {seeds} times, in another order each time."
    )


def rows(summary: Summary) -> Iterator[list[str]]:
    """Yield the rows of the table: each class, and all together."""
    for name in dict.fromkeys(each.category for each in summary.outcomes):
        yield [name, *_row(summary, name)]
    yield ["all", *_row(summary, None)]


def _list(console: Console, title: str, lines: Sequence[str]) -> None:
    console.print(f"{title}: {len(lines)}")
    for line in lines:
        console.print(f"  {line}", soft_wrap=True, markup=False)


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
