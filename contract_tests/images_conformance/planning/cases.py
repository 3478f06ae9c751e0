"""Cases: requests that the plan sends, each with the clauses it is planned for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ..exchange import Request
from ..judging.verdicts import ClauseKey


@dataclass(frozen=True)
class Case:
    """A planned request: `aims` are the clauses that it is sent for, `accept` whether it should be served."""

    name: str
    request: Request
    aims: tuple[ClauseKey, ...]
    accept: bool = False

    @classmethod
    def from_body(cls, name: str, body: Any, aims: tuple[ClauseKey, ...], *, accept: bool = False) -> Case:
        """Return a case that posts a JSON body."""
        return cls(name, Request.from_json(body), aims, accept)
