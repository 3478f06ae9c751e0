"""One exchange as a JSON file: what `fuzz` writes for a failure and `replay` reads."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from ..errors import RecordingError
from ..exchange import Exchange
from ..judging.verdicts import ClauseKey
from .packing import pack, unpack


@dataclass(frozen=True)
class CaseFile:
    """An exchange with a name for people and the clauses that it is about."""

    name: str
    exchange: Exchange
    aims: tuple[ClauseKey, ...] = ()

    @classmethod
    def read(cls, path: Path) -> CaseFile:
        """Read a file; raises RecordingError where it holds no case."""
        try:
            return unpack(cls, json.loads(path.read_bytes()))
        except OSError as error:
            raise RecordingError(f"{path}: {error.strerror}") from error
        except (ValueError, RecursionError) as error:
            raise RecordingError(f"{path} holds no case of this tool: {error}") from error

    def text(self) -> str:
        """Return the case as JSON on one line."""
        return json.dumps(pack(self), ensure_ascii=False)

    def write(self, path: Path) -> None:
        """Write a file that its owner alone can read, as prompts and pictures may be private; raises OSError."""
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.touch(mode=0o600)
        path.write_text(self.text() + "\n", encoding="utf-8")
