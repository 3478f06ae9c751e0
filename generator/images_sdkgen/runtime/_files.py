"""Files that are there as a whole or not at all, with the extension of what they are."""

from __future__ import annotations

import os
import secrets
import time
from pathlib import Path
from types import TracebackType

from ._formats import ENOUGH, extension

UNKNOWN = "bin"


class Part:
    """A file in the making: hidden, beside where it will be, and gone if it is never published."""

    def __init__(self, folder: Path) -> None:
        self.start = b""
        self._path = folder / f".{secrets.token_hex(8)}.part"
        self._file = open(self._path, "xb")  # noqa: SIM115  closed by publish or discard

    def write(self, data: bytes) -> None:
        """Add to the file."""
        if len(self.start) < ENOUGH:
            self.start += data[:ENOUGH]
        self._file.write(data)

    def publish(self, path: Path, *, complete: bool = False) -> Path:
        """Give the file its name, with the extension of its format unless it is `complete`; return its path."""
        self._file.close()
        if not complete:
            path = path.with_name(f"{path.name}.{extension(self.start) or UNKNOWN}")
        return self._path.replace(path)

    def discard(self) -> None:
        """Remove the file, unless it is published."""
        self._file.close()
        self._path.unlink(missing_ok=True)

    def __enter__(self) -> Part:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.discard()


def new_name() -> str:
    """Return a name that sorts by time and that no other answer has."""
    return f"{time.strftime('%Y%m%d-%H%M%S')}-{secrets.token_hex(3)}"


def usable(folder: str | os.PathLike[str]) -> Path:
    """Return a folder that files can be written to, made where it is not there; raises OSError."""
    path = Path(folder)
    path.mkdir(parents=True, exist_ok=True)
    Part(path).discard()
    return path
