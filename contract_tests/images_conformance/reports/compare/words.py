"""A comparison as Markdown and as JSON."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from ..matrix import SAID
from ..shown import plain
from .comparison import Change, Comparison, Difference


def comparison_markdown(comparison: Comparison) -> str:
    """Return the comparison as Markdown: a support table per model, what differs, and what changed over time."""
    names = [_cell(column.name) for column in comparison.columns]
    lines = ["# Conformance, side by side", "", *_table(["", *names], _facts(comparison)), ""]
    lines += ["✓ kept, ✗ broken, ! warning, ? not tested, ± declared deviation, – does not apply"]
    for model in comparison.models:
        rows = [row for row in comparison.rows if row.model == model]
        cells = [[f"`{row.name}`" if row.parameter else row.name, *(cell.sign for cell in row.cells)] for row in rows]
        lines += ["", f"## {_cell(model)}", "", *_table(["rule", *names], cells)]
    if comparison.differences:
        cells = [[_named(each), *map(_said, each.verdicts)] for each in comparison.differences]
        lines += ["", "## Where they differ", "", *_table(["clause", *names], cells)]
    for before, after, changes in comparison.changes:
        lines += ["", f"## From {_cell(before)} to {_cell(after)}", ""]
        lines += [f"- {_named(each)}: {_said(each.before)}, now {_said(each.after)}" for each in changes]
        lines += [] if changes else ["Nothing changed."]
    return "\n".join(lines) + "\n"


def _facts(comparison: Comparison) -> list[list[str]]:
    reports = [column.report for column in comparison.columns]
    return [
        ["verdict", *(column.verdict for column in comparison.columns)],
        ["tested", *(str(each["started"])[:10] for each in reports)],
        ["depth", *(str(each["depth"]) for each in reports)],
        ["requests", *(str(each["requests"]) for each in reports)],
        ["images", *(str(each["images"]) for each in reports)],
        ["contract", *(each["contract"]["version"] for each in reports)],
        ["dialect", *(_cell(each["contract"]["dialect"] or "-") for each in reports)],
    ]


def _named(each: Difference | Change) -> str:
    return f"`{each.id}`{f' ({each.model})' if each.model else ''}"


def _said(verdict: str | None) -> str:
    return "-" if verdict is None else SAID[verdict]


def _cell(text: str) -> str:
    return plain(text, 80).replace("|", "\\|").replace("<", "&lt;")


def _table(head: list[str], rows: list[list[str]]) -> list[str]:
    return [f"| {' | '.join(row)} |" for row in (head, ["---"] * len(head), *rows)]


def comparison_json(comparison: Comparison) -> dict[str, Any]:
    """Return the comparison as JSON values: columns, rows of verdicts, differences and changes."""
    return {
        "columns": [
            {
                "name": column.name, "verdict": column.verdict, "exit_code": column.report["exit_code"],
                "target": column.report["target"]["url"], "started": column.report["started"],
                "contract": column.report["contract"],
            }
            for column in comparison.columns
        ],
        "rows": [
            {"model": row.model, "rule": row.name, "parameter": row.parameter,
             "verdicts": [each.verdict for each in row.cells]}
            for row in comparison.rows
        ],
        "differences": [
            {"id": each.id, "model": each.model, "sentence": each.sentence, "verdicts": list(each.verdicts)}
            for each in comparison.differences
        ],
        "changes": [
            {"from": before, "to": after, "clauses": [asdict(each) for each in changes]}
            for before, after, changes in comparison.changes
        ],
    }  # fmt: skip
