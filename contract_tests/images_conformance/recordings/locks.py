"""A lock between processes that ends with the process, however it dies."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ..errors import JournalError

if sys.platform == "win32":
    import msvcrt

    def _try(file: int, slot: int) -> bool:
        os.lseek(file, slot, os.SEEK_SET)
        try:
            msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _try(file: int, slot: int) -> bool:
        try:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, slot)
        except (BlockingIOError, PermissionError):
            return False
        return True


@contextmanager
def locked(beside: Path, slot: int, *, wait: bool = False) -> Iterator[bool]:
    """Hold the lock with a number that belongs to a file while the block runs; False where another process holds it.

    The lock is a byte of `FILE.lock`, which stays. With `wait`, the block begins when the lock is free.
    """
    path = beside.with_name(f"{beside.name}.lock")
    try:
        file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise JournalError(f"{path}: {error.strerror}") from error
    try:
        got = _try(file, slot)
        while wait and not got:
            time.sleep(0.05)
            got = _try(file, slot)
        yield got
    finally:
        os.close(file)
