"""The broken clauses as a person reads them in a terminal: each way of breaking them once in full, the rest briefly."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from images_contract import ABSENT

from .grouping import Clause, Group, groups
from .shown import plain

FULL = 3  # rules broken in one way that are all shown in full
_DATA = re.compile(r"[A-Za-z0-9+/=_-]{80,}")  # base64, most likely


def print_broken(clauses: Sequence[Clause], console: Console, *, deciding: bool, verbose: bool) -> None:
    """Print failing clauses of the JSON report in groups; where `verbose`, each of them in full."""
    word = Text("FAIL ", "bold red") if deciding else Text("warning ", "yellow")
    for group in groups(clauses):
        whole = len(group.clauses) if verbose or (len(group.clauses) <= FULL and not _same_rule(group)) else 1
        for clause in group.clauses[:whole]:
            _in_full(word, clause, console)
        if whole < len(group.clauses):
            _in_short(word, group, console)


def _in_full(word: Text, clause: Clause, console: Console) -> None:
    first = clause["evidence"][0]
    console.print(Text.assemble(word, (clause["id"], "bold"), f"  ({_model(clause)})" if clause["model"] else ""))
    lines = {
        "rule": f"{clause['sentence']}  [{clause['level']}; {clause['source']}]",
        "stands at": clause["pointer"],
        "expected": plain(first["expected"]),
        "seen": plain(first["seen"], 400),
        "answer": _answer(first["response"]),
        "times": f"{_times(clause)} requests that bear on it",
    }
    grid = Table.grid(padding=(0, 1))
    for name, line in lines.items():
        grid.add_row(Text(f"  {name}", style="dim"), Text(line, overflow="fold"))
    console.print(grid)
    console.print(Text.assemble(("  reproduce\n", "dim"), first["curl"]), soft_wrap=True)
    console.print()


def _in_short(word: Text, group: Group, console: Console) -> None:
    """Print what the other clauses of a group say: sentence, place and command; what was expected is the same."""
    others = group.clauses[1:]
    same_rule = _same_rule(group)
    what = "the same rule" if same_rule else f"the same way (expected {group.expected}, seen {group.seen:.80})"
    console.print(Text(f"  and {len(others)} more, {what}; --verbose shows each in full", style="dim"))
    for clause in others:
        told = f"{_times(clause)}: {clause['evidence'][0]['seen']:.100}" if same_rule else clause["sentence"]
        model = f" ({_model(clause)})" if same_rule else ""
        head = Text.assemble(word, (clause["id"], "bold"), f"{model}  {plain(told)}\n", (clause["pointer"], "dim"))
        console.print(Padding(head, (0, 0, 0, 4)))
        console.print(Text(f"    {clause['evidence'][0]['curl']}"), soft_wrap=True)
    console.print()


def _same_rule(group: Group) -> bool:
    return len({clause["id"] for clause in group.clauses}) == 1


def _model(clause: Clause) -> str:
    return "no model" if clause["model"] == ABSENT else str(clause["model"])


def _times(clause: Clause) -> str:
    return f"{clause['failures']} of {clause['failures'] + clause['passes']}"


def _answer(response: dict[str, Any] | None) -> str:
    body = "" if response is None else str(response["body"])
    shorter = _DATA.sub(lambda found: f"{found[0][:16]}…", body.replace("\\n", " "))
    return " ".join(plain(shorter, 240).split())
