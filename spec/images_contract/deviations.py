"""Deviations: failures that are known, with a reason and the day until which that excuses them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, NoReturn

from .clauses import Clause
from .document import escape
from .errors import DialectError
from .keywords import shown
from .reading import read_yaml

_WORDS = ("clause", "model", "reason", "source", "expires")


@dataclass(frozen=True)
class Deviation:
    """What is known to fail: the clauses whose id matches `clause`, a glob; of one `model`, or of all for None.

    Until the end of the day `expires` such a failure is told and not counted; then it is one like any other.
    """

    clause: str
    reason: str
    expires: date
    source: str = ""
    model: str | None = None

    def covers(self, clause: Clause) -> bool:
        """Tell whether this speaks of a clause."""
        return fnmatchcase(clause.id, self.clause) and self.model in (None, clause.model)

    def expired(self, today: date) -> bool:
        """Tell whether this excuses nothing any more."""
        return today > self.expires

    def __str__(self) -> str:
        return f"known until {self.expires}: {self.reason}{f' [{self.source}]' if self.source else ''}"


def load(path: Path, clauses: Iterable[Clause]) -> tuple[Deviation, ...]:
    """Read a file of known failures, a list; raises ContractError for one that is malformed or speaks of no clause."""
    _, entries = read_yaml(path)
    return read(entries or [], clauses, path, "#", required=("clause", "reason", "expires"))


def read(
    entries: Any, clauses: Iterable[Clause], path: Path, pointer: str,
    required: tuple[str, ...] = ("clause", "reason", "source", "expires"),
) -> tuple[Deviation, ...]:  # fmt: skip
    """Return a list of deviations; raises DialectError, with the entry's place, for what is none."""
    if not isinstance(entries, list):
        problem = f"is {shown(entries)}; list deviations, each with {', '.join(required)}"
        raise DialectError(problem, path=path, pointer=pointer)
    known = list(clauses)
    return tuple(_read(entry, known, path, f"{pointer}/{index}", required) for index, entry in enumerate(entries))


def _read(entry: Any, clauses: list[Clause], path: Path, pointer: str, required: tuple[str, ...]) -> Deviation:
    def fail(problem: str, step: str = "") -> NoReturn:
        raise DialectError(problem, path=path, pointer=f"{pointer}{step}")

    if not isinstance(entry, dict):
        fail(f"is {shown(entry)}; a deviation needs {', '.join(required)}")
    for word in required:
        if not isinstance(entry.get(word), str) or not entry[word].strip():
            fail(f"needs {word}, a text; a deviation has {', '.join(required)}")
    for word, value in entry.items():
        if word not in _WORDS:
            fail(f"has {word!r}, which no deviation has; known are {', '.join(_WORDS)}", f"/{escape(word)}")
        if value is not None and not isinstance(value, str):
            fail(f"is {shown(value)}, not a text", f"/{escape(word)}")
    try:
        expires = date.fromisoformat(entry["expires"])
    except ValueError:
        fail(f"is {shown(entry['expires'])}; write a day such as 2027-01-31", "/expires")
    found = Deviation(entry["clause"], entry["reason"], expires, entry.get("source") or "", entry.get("model"))
    if not any(found.covers(clause) for clause in clauses):
        fail(f"{_named(found)} is no clause of this contract{_hint(found, clauses)}", "/clause")
    return found


def _named(deviation: Deviation) -> str:
    return f"{deviation.clause!r}{f' of {deviation.model}' if deviation.model else ''}"


def _hint(deviation: Deviation, clauses: list[Clause]) -> str:
    models = sorted({str(clause.model) for clause in clauses if fnmatchcase(clause.id, deviation.clause)})
    if models:
        return f"; there is one of {', '.join(models)}"
    close = get_close_matches(deviation.clause, [clause.id for clause in clauses], 1)
    return f"; did you mean {close[0]!r}?" if close else ""
