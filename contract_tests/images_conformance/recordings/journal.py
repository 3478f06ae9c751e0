"""The journal: what was sent and what came of it, kept in SQLite so that no answer is paid for twice.

An intent is written before a request leaves, its exchange when the answer is complete, each in its own transaction.
A process may be killed between any two of them: an intent without an exchange says that a request may have been billed.
A journal holds runs, one after the other or several at once, and never a key. Several processes may write to it.
"""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any

from ..errors import JournalError
from ..exchange import Exchange
from ..judging.verdicts import Verdict
from ..planning.cases import Case
from .about import About, digest
from .packing import pack, unpack

APPLICATION = 0x494D434A  # "IMCJ", told by `file` and PRAGMA application_id
FORMAT = 1
MAGIC = b"SQLite format 3\0"
PATIENCE = 60.0  # seconds to wait for another process that writes
_TABLES = (
    """CREATE TABLE run (
        id INTEGER PRIMARY KEY, about TEXT NOT NULL, started REAL NOT NULL,
        finished REAL, stopped TEXT, verdicts TEXT)""",
    """CREATE TABLE entry (
        id INTEGER PRIMARY KEY, run INTEGER NOT NULL REFERENCES run ON DELETE CASCADE,
        first INTEGER, digest TEXT NOT NULL, "case" TEXT NOT NULL,
        usd REAL NOT NULL, intended REAL NOT NULL, exchange TEXT)""",
    "CREATE INDEX entries_of_run ON entry (run)",
)

Verdicts = Sequence[tuple[str, str | None, str]]  # clause id, model, verdict


@dataclass(frozen=True)
class Run:
    """A run in a journal. `finished` is None while it is under way, or where it was killed."""

    id: int
    about: About
    started: float
    finished: float | None
    stopped: str | None
    verdicts: Verdicts | None


@dataclass(frozen=True)
class Entry:
    """An intent, with its exchange where there was an answer or a failure; `first` is the entry that it repeats."""

    id: int
    first: int | None
    case: Case
    usd: float
    exchange: Exchange | None


class Journal:
    """A journal file, opened with `Journal.open`. Every method raises JournalError for what the file does not allow."""

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self.path = path
        self._connection = connection

    @classmethod
    def open(cls, path: Path, *, write: bool = True, durable: bool = True) -> Journal:
        """Open a journal; where it may be written, make one if there is no file. A file of another kind is left alone.

        What is written survives the end of the process; if `durable`, also that of the machine, which takes longer.
        """
        with _told(path):
            if write:
                path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
                path.touch(mode=0o600)
            elif not path.exists():
                raise JournalError(f"{path}: no such file")
            _refuse_foreign(path)
            uri = f"{path.resolve().as_uri()}?mode={_mode(path, write)}"
            connection = sqlite3.connect(
                uri, uri=True, timeout=PATIENCE, isolation_level=None,
                check_same_thread=False,  # one thread at a time uses it, but not the same one all the time
            )  # fmt: skip
        journal = cls(path, connection)
        try:
            with _told(path):
                journal._prepare(write, durable)
        except JournalError:
            connection.close()
            raise
        return journal

    def __enter__(self) -> Journal:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._connection.close()

    def _prepare(self, write: bool, durable: bool) -> None:
        """Check whose file it is before anything in it is changed; a file with nothing in it becomes a journal."""
        # Tables first: another process may create them, and whose they are, at this moment.
        (tables,) = self._one("SELECT count(*) FROM sqlite_master")
        (ours,) = self._one("SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name IN ('run', 'entry')")
        (application,), (version,) = self._one("PRAGMA application_id"), self._one("PRAGMA user_version")
        if tables == 0 and application in (0, APPLICATION) and write:
            self._create()
        elif application != APPLICATION or ours != 2:
            raise JournalError(f"{self.path} is no journal of this tool; it was left as it is, name another file")
        elif version > FORMAT:
            raise JournalError(f"{self.path} was written by a newer version of this tool (format {version})")
        if write:
            self._connection.execute(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")
            self._connection.execute("PRAGMA foreign_keys = ON")

    def _create(self) -> None:
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("BEGIN IMMEDIATE")
        if self._one("SELECT count(*) FROM sqlite_master") == (0,):  # another process may have been faster
            for statement in (*_TABLES, f"PRAGMA application_id = {APPLICATION}", f"PRAGMA user_version = {FORMAT}"):
                self._connection.execute(statement)
        self._connection.execute("COMMIT")

    def begin(self, about: About) -> int:
        """Write down that a run begins; return its id."""
        text = _text(about)
        return self._write("INSERT INTO run (about, started) VALUES (?, ?)", text, time.time())

    def finish(self, run: int, stopped: str | None, verdicts: Verdicts) -> None:
        """Write down that a run has ended, why it ended early if it did, and what it says of every clause."""
        told = json.dumps([list(each) for each in verdicts])
        self._write(
            "UPDATE run SET finished = ?, stopped = ?, verdicts = ? WHERE id = ?", time.time(), stopped, told, run
        )

    def reopen(self, run: int) -> None:
        """Write down that a run goes on."""
        self._write("UPDATE run SET finished = NULL, stopped = NULL, verdicts = NULL WHERE id = ?", run)

    def intend(self, run: int, case: Case, usd: float, first: int | None = None) -> int:
        """Write down that a request is about to be sent and may cost so much; return the id of the entry."""
        row = (run, first, digest(case), _text(case), usd, time.time())
        return self._write(
            'INSERT INTO entry (run, first, digest, "case", usd, intended) VALUES (?, ?, ?, ?, ?, ?)', *row
        )

    def answer(self, entry: int, exchange: Exchange) -> None:
        """Write down what came of an intent."""
        self._write("UPDATE entry SET exchange = ? WHERE id = ?", _text(exchange), entry)

    def runs(self) -> list[Run]:
        """Return all runs, oldest first."""
        with _told(self.path):
            rows = self._connection.execute(
                "SELECT id, about, started, finished, stopped, verdicts FROM run ORDER BY id"
            )
            return [_run(*row) for row in rows]

    def entries(self, run: int) -> Iterator[Entry]:
        """Yield the entries of a run in the order of their intents."""
        with _told(self.path):
            query = 'SELECT id, first, "case", usd, exchange FROM entry WHERE run = ? ORDER BY id'
            for id, first, case, usd, exchange in self._connection.execute(query, (run,)):
                answered = unpack(Exchange, json.loads(exchange)) if exchange is not None else None
                yield Entry(id, first, unpack(Case, json.loads(case)), unpack(float, usd, "usd"), answered)

    def repeated(self, run: int) -> set[int]:
        """Return the ids of the entries of a run whose requests were sent again later."""
        with _told(self.path):
            query = "SELECT first FROM entry WHERE run = ? AND first IS NOT NULL"
            return {first for (first,) in self._connection.execute(query, (run,))}

    def prune(self, keep: int) -> None:
        """Drop all but the latest finished runs; what is under way or was killed stays."""
        self._write(
            "DELETE FROM run WHERE finished IS NOT NULL AND id NOT IN "
            "(SELECT id FROM run WHERE finished IS NOT NULL ORDER BY id DESC LIMIT ?)", keep,
        )  # fmt: skip

    def _one(self, query: str) -> tuple[Any, ...]:
        row: tuple[Any, ...] = self._connection.execute(query).fetchone()
        return row

    def _write(self, statement: str, *values: Any) -> int:
        with _told(self.path):
            return self._connection.execute(statement, values).lastrowid or 0


def _run(id: int, about: str, started: float, finished: float | None, stopped: str | None, verdicts: str | None) -> Run:
    for moment in (started, finished or started):
        datetime.fromtimestamp(moment)  # a ValueError or the like where it is no time
    listed = None if verdicts is None else json.loads(verdicts)
    told = listed and [(clause, model, Verdict(verdict)) for clause, model, verdict in listed]
    return Run(id, unpack(About, json.loads(about)), started, finished, stopped, told)


def _text(value: Any) -> str:
    return json.dumps(pack(value))


def _mode(path: Path, write: bool) -> str:
    """Return how SQLite opens a file: as immutable where nobody writes to it, which works in read-only folders too."""
    return "rwc" if write else "ro" if path.with_name(f"{path.name}-wal").exists() else "ro&immutable=1"


def _refuse_foreign(path: Path) -> None:
    """Look at a file before SQLite does, which would call a text file a damaged database."""
    if path.is_dir():
        raise JournalError(f"{path} is a folder; name a file")
    if path.exists() and path.stat().st_size:
        with path.open("rb") as file:
            if file.read(len(MAGIC)) != MAGIC:
                raise JournalError(f"{path} is no journal of this tool; it was left as it is, name another file")


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """Turn whatever SQLite or the disk says into one sentence."""
    try:
        yield
    except OSError as error:
        raise JournalError(f"{path}: {error.strerror or error}") from error
    except sqlite3.OperationalError as error:
        raise JournalError(f"{path} cannot be used ({error}); name another file with --journal") from error
    except (sqlite3.Error, ValueError, TypeError, KeyError, OverflowError, RecursionError) as error:
        raise JournalError(f"{path} is damaged ({error}); it was left as it is, name another file") from error
