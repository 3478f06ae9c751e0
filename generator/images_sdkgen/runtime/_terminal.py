"""What a command says on standard error: whole lines, and on a terminal one that tells how long it takes already."""

from __future__ import annotations

import os
import sys
import threading
import time
from pathlib import Path
from types import TracebackType

_TICK = 0.25  # seconds


class Progress:
    """A line such as `waiting 12 s`, renewed while a block runs; where standard error is no terminal, nothing.

    >>> with Progress("waiting") as progress:
    ...     progress.doing = "drawing"
    """

    def __init__(self, doing: str) -> None:
        self.doing = doing
        self._start = time.monotonic()
        self._width = 0  # of the line that stands there
        self._lock = threading.Lock()
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._renew, daemon=True) if _is_terminal() else None

    def say(self, line: str) -> None:
        """Write a line on standard error, above the one that is renewed."""
        self._write(f"{_printable(line)}\n")

    def give(self, path: Path) -> None:
        """Write a path on standard output."""
        self._write("")
        sys.stdout.buffer.write(os.fsencode(path) + b"\n")
        sys.stdout.buffer.flush()

    def __enter__(self) -> Progress:
        if self._thread:
            self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._thread:
            self._done.set()
            self._thread.join()
            self._write("")

    def _renew(self) -> None:
        while not self._done.wait(_TICK):
            line = f"{self.doing} {time.monotonic() - self._start:.0f} s"
            self._write(line, len(line))

    def _write(self, text: str, width: int = 0) -> None:
        with self._lock:
            # Blanks, not an escape sequence: every terminal knows them.
            before = f"\r{' ' * self._width}\r" if self._width else ""
            self._width = width
            sys.stderr.write(before + text)
            sys.stderr.flush()


def complain(program: str, lines: list[str]) -> None:
    """Write an error on standard error: red on a terminal, unless the environment has NO_COLOR."""
    label = f"{program}: "
    if _is_terminal() and not os.environ.get("NO_COLOR"):
        label = f"\x1b[1;31m{label}\x1b[0m"
    print(label + "\n  ".join(map(_printable, lines)), file=sys.stderr)


def _is_terminal() -> bool:
    return sys.stderr.isatty() and os.environ.get("TERM") != "dumb"


def _printable(text: str) -> str:
    """Return a text without what would steer a terminal; servers say what they like."""
    return "".join(each if each.isprintable() else repr(each)[1:-1] for each in text)
