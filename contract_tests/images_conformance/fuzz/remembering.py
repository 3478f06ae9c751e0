"""Failures remembered from run to run, in an example database of Hypothesis: a folder, or Redis for many machines."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from hypothesis.database import DirectoryBasedExampleDatabase, ExampleDatabase, InMemoryExampleDatabase

from ..errors import ConformanceError
from ..exchange import Request
from ..packing import pack, unpack

PATIENCE = 5  # seconds to reach Redis


class Remembered:
    """The failing requests of one target: requests, not choices of a strategy, so they outlive the strategies."""

    def __init__(self, database: ExampleDatabase, target: str) -> None:
        self._database = database
        self._key = f"images-conformance fuzz {target}".encode()

    def requests(self) -> list[Request]:
        """Return the remembered requests, the shortest first; what cannot be read is forgotten."""
        found = []
        for data in list(self._database.fetch(self._key)):
            try:
                found.append(unpack(Request, json.loads(data)))
            except ValueError:
                self._database.delete(self._key, data)
        return sorted(found, key=lambda request: (len(request.body), request.body))

    def save(self, request: Request) -> None:
        """Remember a request."""
        self._database.save(self._key, _data(request))

    def forget(self, request: Request) -> None:
        """Forget a request."""
        self._database.delete(self._key, _data(request))


def _data(request: Request) -> bytes:
    return json.dumps(pack(request), sort_keys=True).encode()


def database(place: str | None, folder: Path | None) -> ExampleDatabase:
    """Open a database: at redis://… or in a named folder, else in the folder of this user, else in memory.

    Raises ConformanceError where it cannot be had.
    """
    if place is not None and place.startswith(("redis://", "rediss://", "unix://")):
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
    except (redis.RedisError, ValueError) as error:
        place = url.rpartition("@")[2]  # a URL may hold a password
        raise ConformanceError(f"--database: {place} does not answer: {error}") from error
    return RedisExampleDatabase(client)
