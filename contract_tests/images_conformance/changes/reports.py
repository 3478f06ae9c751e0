"""A comparison as text, as JSON values and as Markdown for a pull request."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from images_contract import Contract
from images_contract.keywords import shown

from .. import __version__
from .change import CALLERS, COMPATIBLE, DOCUMENTATION, LEVELS, SERVERS, Change, Sample
from .comparison import Comparison
from .words import sentence

SCHEMA = Path(__file__).with_name("changes.schema.json")
HEADINGS = {
    CALLERS: "Breaks callers", SERVERS: "Breaks servers", COMPATIBLE: "Compatible", DOCUMENTATION: "Documentation only"
}  # fmt: skip
_ACCEPTED = {
    "old": "accepted before, not now", "new": "accepted now, not before", "both": "that both accept",
    "neither": "that neither accepts",
}  # fmt: skip
_LIMIT = 200  # characters of a sample that a person reads


def to_json(comparison: Comparison) -> dict[str, Any]:
    """Return a comparison as JSON values that satisfy changes.schema.json."""
    return {
        "tool": {"name": "images-conformance", "version": __version__},
        "old": _contract(comparison.old),
        "new": _contract(comparison.new),
        "bump": comparison.bump,
        "suggested_version": comparison.suggested,
        "counts": {level: comparison.count(level) for level in LEVELS},
        "changes": [_change(change) for change in comparison.changes],
    }


def _contract(contract: Contract) -> dict[str, Any]:
    return {"version": contract.version, "sha256": contract.sha256, "dialect": contract.dialect}


def _change(change: Change) -> dict[str, Any]:
    sample = change.sample and _sample(change.sample)
    return {
        "level": change.level,
        "kind": change.kind,
        "model": change.model,
        "places": [change.place, *change.also],
        "sentence": sentence([change.model], change.told),
        "old": list(change.old),
        "new": list(change.new),
        "clauses": list(change.clauses),
        "witness": sample if change.witness else None,
        "example": None if change.witness else sample,
    }


def _sample(sample: Sample) -> dict[str, Any]:
    return {
        "kind": sample.kind, "body": sample.body, "status": sample.status, "content_type": sample.content_type,
        "accepted_by": sample.accepted_by,
    }  # fmt: skip


def to_text(comparison: Comparison) -> str:
    """Return a comparison for a terminal."""
    lines = [_headline(comparison)]
    for level, groups in _groups(comparison):
        lines += ["", f"{HEADINGS[level]}:"]
        for told, change in groups:
            lines += [f"  - {told}", *(f"      {name}: {value}" for name, value in _details(change))]
    return "\n".join(lines) + "\n"


def to_markdown(comparison: Comparison) -> str:
    """Return a comparison for a pull request."""
    lines = ["## Changes of the contract", "", _headline(comparison)]
    for level, groups in _groups(comparison):
        lines += ["", f"### {HEADINGS[level]}", ""]
        for told, change in groups:
            lines += [f"- {_escaped(told)}", *(f"  - {name}: {_code(value)}" for name, value in _details(change))]
    return "\n".join(lines) + "\n"


def _headline(comparison: Comparison) -> str:
    if not comparison.changes:
        return "No change of meaning."
    counts = [f"{count} {HEADINGS[level].lower()}" for level in LEVELS if (count := comparison.count(level))]
    told = f"{', '.join(counts)}. This calls for a {comparison.bump} version"
    if comparison.suggested is None:
        return f"{told}."
    old, new = comparison.old.version, comparison.new.version
    return f"{told}: {comparison.suggested} after {old}; the new document says {new}."


def _groups(comparison: Comparison) -> Iterator[tuple[str, list[tuple[str, Change]]]]:
    """Yield each level that occurs with its sentences; what holds of several models is one, shown by the first."""
    for level in LEVELS:
        alike: dict[str, list[Change]] = {}
        for change in comparison.changes:
            if change.level == level:
                alike.setdefault(change.told, []).append(change)
        if alike:
            yield level, [(sentence([each.model for each in found], told), found[0]) for told, found in alike.items()]


def _details(change: Change) -> Iterator[tuple[str, str]]:
    if sample := change.sample:
        yield f"{sample.kind} {_ACCEPTED[sample.accepted_by]}", shown(sample.body, _LIMIT)
    for side, pointers in (("old", change.old), ("new", change.new)):
        if pointers:
            yield side, ", ".join(pointers)


def _escaped(text: str) -> str:
    return re.sub(r"([\\`*_<>\[\]|#])", r"\\\1", text)


def _code(text: str) -> str:
    fence = "`" * (1 + max((len(run) for run in re.findall("`+", text)), default=0))
    return f"{fence} {text} {fence}" if len(fence) > 1 else f"`{text}`"
