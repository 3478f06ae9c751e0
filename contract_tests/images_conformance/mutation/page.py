"""The page of documentation that a complete mutation run writes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime

from images_contract import Contract
from images_reference_server import Fault

from .report import COLUMNS, OPEN, Summary, rows, said


def page(contract: Contract, summary: Summary, faults: Iterable[Fault], seeds: int) -> Iterator[str]:
    """Yield the lines of a Markdown page: what became of the faults, and which of them each clause notices alone."""
    yield from ("# Proof", "")
    yield f"Written by `make mutation` on {datetime.now(UTC):%Y-%m-%d} of contract {contract.version}"
    yield f"(`{contract.sha256[:12]}`). The reference server was told to have one fault after the other."
    yield "A fault is *killed* where a clause fails that speaks of it, and of its model. Those that depth"
    yield "pairwise lets through are tried at depth thorough."
    yield from ("", *_table(COLUMNS[:-1], (row[:-1] for row in rows(summary))), "", said(faults, seeds))
    yield from (
        "",
        "## What nobody can notice",
        "",
        f"{len(summary.equivalent)} faults are equivalent to no fault.",
        "",
    )
    yield from _reasons(summary.explained)
    open_cases = len(summary.equivalent) - len(summary.explained)
    yield f"- {open_cases} more: {OPEN} (level `may`)."
    yield from ("", "## What each clause notices", "")
    yield "For each clause, how many faults make it fail, and one that makes it fail and no other clause of any model."
    yield from ("", *_table(("clause", "faults", "it alone"), _clauses(summary)))
    yield from ("", "No fault can single out these:", "", *_reasons(summary.excepted))


def _reasons(told: Mapping[str, str]) -> Iterator[str]:
    yield from (f"- `{name}`: {reason}" for name, reason in told.items())


def _clauses(summary: Summary) -> Iterator[list[str]]:
    alone = {each.failed[0]: each.fault for each in reversed(summary.outcomes) if each.whole and len(each.failed) == 1}
    for clause in summary.clauses:
        count = sum(clause in each.failed for each in summary.outcomes)
        yield [f"`{clause}`", str(count), f"`{alone[clause]}`" if clause in alone else "-"]


def _table(columns: Iterable[str], lines: Iterable[list[str]]) -> Iterator[str]:
    listed = [*columns]
    yield f"| {' | '.join(listed)} |"
    yield f"|{'---|' * len(listed)}"
    yield from (f"| {' | '.join(line)} |" for line in lines)
