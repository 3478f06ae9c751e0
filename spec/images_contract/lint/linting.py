"""A document or a dialect from file to problems."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from pathlib import Path

from ..contract import Contract, default_path
from ..errors import ContractError
from . import answers, examples, overlays, rules
from .problem import Problem


def lint(
    path: Path | None = None, dialect: Path | str | None = None, judged: Collection[str] | None = None
) -> list[Problem]:
    """Return what is wrong with a document (by default the one shipped) or with a dialect, a file or a name.

    A file that is an overlay is a dialect of the shipped document. `judged` are the ids of behaviours that some code
    judges; None skips that. Of a document that does not load, the first reason is the only problem.
    """
    if path is not None and dialect is None and _is_overlay(path):
        path, dialect = default_path(), path
    try:
        contract = Contract.load(path, dialect)
    except ContractError as error:
        if error.path is None:  # there is no such dialect
            raise
        where, at = str(error.path), error.pointer or ""
        return [Problem("document.loads", where, at, error.problem, "Mend this first: the rest was not looked at.")]
    return list(_problems(contract, dialect, judged))


def _is_overlay(path: Path) -> bool:
    """Tell an overlay by its first member or by one at the beginning of a line: reading is half of the work."""
    try:
        text = path.read_bytes()
    except OSError:
        return False  # told once it is loaded
    return re.search(rb"""\A\s*\{?\s*["']?overlay["']?\s*:|^overlay\s*:""", text, re.MULTILINE) is not None


def _problems(contract: Contract, dialect: Path | str | None, judged: Collection[str] | None) -> Iterator[Problem]:
    where = f"{contract.path} with {contract.dialect}" if contract.dialect else str(contract.path)
    found: list[tuple[str, str, str, str]] = [
        *rules.problems(contract),
        *answers.problems(contract),
        *examples.problems(contract.document),
        *(rules.unjudged(contract, judged) if judged is not None else ()),
    ]
    yield from (Problem(rule, where, pointer, problem, fix) for rule, pointer, problem, fix in found)
    if dialect is not None:
        path, overlay = overlays.read(dialect)
        yield from (Problem(rule, path, pointer, says, fix) for rule, pointer, says, fix in overlays.problems(overlay))
