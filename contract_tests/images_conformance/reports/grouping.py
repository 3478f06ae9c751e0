"""Failures that look the same, told once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Clause = Mapping[str, Any]  # as in the JSON report


@dataclass(frozen=True)
class Group:
    """Clauses that were broken in the same way; what was expected and seen is that of the first."""

    expected: str
    seen: str
    clauses: Sequence[Clause]


def groups(clauses: Sequence[Clause]) -> list[Group]:
    """Return failing clauses in groups, the largest first.

    A group is one clause of several models, or clauses of which the same was expected and the same was seen.
    """
    models = Counter(clause["id"] for clause in clauses)
    found: dict[Any, list[Clause]] = {}
    for clause in clauses:
        key = clause["id"] if models[clause["id"]] > 1 else _told(clause)
        found.setdefault(key, []).append(clause)
    listed = [Group(*_told(each[0]), each) for each in found.values()]
    return sorted(listed, key=lambda group: -len(group.clauses))


def _told(clause: Clause) -> tuple[str, str]:
    """Return what was expected and seen first; the reason names the clause, which is told anyway."""
    first = clause["evidence"][0]
    return first["expected"].partition(", because ")[0], first["seen"]
