"""Clauses, the sentences of the contract, and findings, the clauses that a body breaks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Clause:
    """One sentence of the contract, for one model or for all.

    `level` is "must", "should" or "may"; `model` is None for a clause of the whole operation and "absent" for requests
    that name no model; `parameters` are those that an error may blame. `keyword` tells the kind: a JSON Schema keyword,
    or "unsupported", "unknown", "condition", "open", "behaviour".
    """

    id: str
    level: str
    sentence: str
    pointer: str
    source: str
    model: str | None = None
    parameters: tuple[str, ...] = ()
    keyword: str = "behaviour"
    refuse_locally: bool = False

    @property
    def key(self) -> tuple[str, str | None]:
        """What tells this clause from all others: id and model."""
        return self.id, self.model

    @property
    def name(self) -> str:
        """The key as one word: `n.maximum.dall-e-3`, `data.count.dall-e-3`, `auth.missing`."""
        return self.id if self.model is None or self.id.endswith(f".{self.model}") else f"{self.id}.{self.model}"


@dataclass(frozen=True)
class Finding:
    """A clause that a body breaks, and the value that breaks it."""

    clause: Clause
    value: Any
    message: str

    @property
    def id(self) -> str:
        """The id of the broken clause."""
        return self.clause.id

    @property
    def level(self) -> str:
        """The level of the broken clause."""
        return self.clause.level

    @property
    def parameters(self) -> tuple[str, ...]:
        """The parameters that an error may blame."""
        return self.clause.parameters
