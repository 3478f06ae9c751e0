"""Failures that look the same, told once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Group:
    """Clauses that were broken in the same way: the same was expected, the same was seen."""

    expected: str
    seen: str
    clauses: Sequence[Mapping[str, Any]]


def groups(clauses: Sequence[Mapping[str, Any]]) -> list[Group]:
    """Return failing clauses grouped by their first evidence, the largest group first."""
    found: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for clause in clauses:
        first = clause["evidence"][0]
        expected = first["expected"].partition(", because ")[0]  # the reason names the clause, which is told anyway
        found.setdefault((expected, first["seen"]), []).append(clause)
    listed = [Group(expected, seen, each) for (expected, seen), each in found.items()]
    return sorted(listed, key=lambda group: -len(group.clauses))
