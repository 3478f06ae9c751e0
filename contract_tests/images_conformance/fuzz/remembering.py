"""Failures remembered from run to run, in an example database of Hypothesis: a folder, or Redis for many machines."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from hypothesis.database import DirectoryBasedExampleDatabase, ExampleDatabase, InMemoryExampleDatabase

from ..errors import ConformanceError
from ..exchange import Request
from ..judging.results import Target
from ..recordings.packing import pack, unpack

PATIENCE = 5  # seconds to reach Redis
REDIS = ("redis://", "rediss://", "unix://")


@dataclass(frozen=True)
class Memory:
    """A request that failed, and whether nothing smaller is left to try."""

    request: Request
    small: bool = False


class Remembered:
    """The failing requests of one target: requests, not choices of a strategy, so they outlive the strategies.

    A database that fails meanwhile costs memories, not the run; `tell` is called once with what it said.
    """

    def __init__(
        self, database: ExampleDatabase, target: Target, tell: Callable[[str], None] = lambda text: None
    ) -> None:
        self._database = database
        place = "the embedded server" if target.embedded else target.url
        self._key = f"images-conformance fuzz {place}".encode()
        self._tell = tell
        self._lost = False

    def memories(self) -> list[Memory]:
        """Return what is remembered, the shortest requests first; what cannot be read is forgotten."""
        stored: list[bytes] = []
        self._attempt(lambda: stored.extend(self._database.fetch(self._key)))
        found = []
        for data in stored:
            try:
                found.append(unpack(Memory, json.loads(data)))
            except ValueError:
                self._delete(data)
        return sorted(found, key=lambda memory: (len(memory.request.body), memory.request.body))

    def save(self, request: Request, *, small: bool) -> None:
        """Remember a request."""
        self._attempt(lambda: self._database.save(self._key, _data(request, small)))
        self._delete(_data(request, not small))

    def forget(self, request: Request) -> None:
        """Forget a request."""
        for small in (False, True):
            self._delete(_data(request, small))

    def _delete(self, data: bytes) -> None:
        self._attempt(lambda: self._database.delete(self._key, data))

    def _attempt(self, action: Callable[[], Any]) -> None:
        if self._lost:
            return
        try:
            action()
        except Exception as error:  # each kind of database has its own
            self._lost = True
            self._tell(f"note: failures are no longer remembered: the database failed ({type(error).__name__})")


def _data(request: Request, small: bool) -> bytes:
    return json.dumps(pack(Memory(request, small)), sort_keys=True).encode()


def database(place: str | None, folder: Path | None) -> ExampleDatabase:
    """Open a database: at redis://… or in a named folder, else in the folder given, else in memory.

    Raises ConformanceError where it cannot be had.
    """
    if place is not None and place.startswith(REDIS):
        return _redis(place)
    path = Path(place) if place is not None else folder
    if path is None:
        return InMemoryExampleDatabase()
    try:
        path.mkdir(parents=True, exist_ok=True, mode=0o700)
        (path / ".writable").touch()
    except OSError as error:
        raise ConformanceError(f"--database: {path} cannot be written: {error.strerror}") from error
    return DirectoryBasedExampleDatabase(path)


def _redis(url: str) -> ExampleDatabase:
    try:
        import redis
        from hypothesis.extra.redis import RedisExampleDatabase
    except ImportError as error:
        raise ConformanceError("--database: Redis needs a client; pip install 'images-conformance[redis]'") from error
    try:
        client: Any = redis.Redis.from_url(url, socket_timeout=PATIENCE, socket_connect_timeout=PATIENCE)
        client.ping()
    except ValueError as error:  # whose text may quote the password
        raise ConformanceError("--database: no Redis URL; write one such as redis://localhost:6379/0") from error
    except redis.RedisError as error:
        parts = urlsplit(url)  # the rest of which may hold a password
        place = parts.hostname or parts.path
        raise ConformanceError(f"--database: Redis at {place} cannot be used: {type(error).__name__}") from error
    return RedisExampleDatabase(client)
