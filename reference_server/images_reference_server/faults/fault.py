"""A fault: one thing that the server can be told to do wrong."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from ..catalogue import Document
from ..seams import Seams

STRUCTURE = "structure"
BEHAVIOUR = "behaviour"


def _unchanged(document: Document) -> Document:
    return document


@dataclass(frozen=True)
class Fault:
    """One thing that the server does wrong.

    `name` is `category:words`, `sentence` says what the server does, `kind` is "structure" (it validates with a
    mutated document) or "behaviour" (named in code). `level` is that of the rule that the fault breaks: for structure
    as the document has it, for behaviour our estimate; `may` means that sources leave it open, so that nobody need
    notice. `witness` is a body that a structural fault makes the server judge differently.
    """

    name: str
    category: str
    sentence: str
    kind: str
    level: str = "must"
    witness: Mapping[str, Any] | None = field(default=None, repr=False, compare=False)
    mutate: Callable[[Document], Document] = field(default=_unchanged, repr=False, compare=False)
    seams: Mapping[str, Any] = field(default_factory=dict, repr=False, compare=False)

    def rig(self, seams: Seams) -> Seams:
        """Return the seams with this fault's hands in them."""
        return replace(seams, **self.seams)
