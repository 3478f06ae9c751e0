"""A fault: one thing that the server can be told to do wrong."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from ..catalogue import Document
from ..seams import Call, Seams

STRUCTURE = "structure"
BEHAVIOUR = "behaviour"

Hand = Callable[[Any, Call], Any]


def _unchanged(document: Document) -> Document:
    return document


@dataclass(frozen=True)
class Fault:
    """One thing that the server does wrong.

    `name` is `category:words`, `sentence` says what the server does, `kind` is "structure" (it validates with a
    mutated document, or its answers break a schema) or "behaviour" (named in code). `level` is that of the rule that
    the fault breaks: for structure as the document has it, for behaviour our estimate; `may` means that sources leave
    it open, so that nobody need notice. `model` is the one that it is about ("absent" for requests that name none),
    None for all of them. `witness` is a body that a mutated document judges differently.
    """

    name: str
    category: str
    sentence: str
    kind: str
    level: str = "must"
    model: str | None = None
    witness: Mapping[str, Any] | None = field(default=None, repr=False, compare=False)
    mutate: Callable[[Document], Document] = field(default=_unchanged, repr=False, compare=False)
    seams: Mapping[str, Any] = field(default_factory=dict, repr=False, compare=False)

    def rig(self, seams: Seams) -> Seams:
        """Return the seams with this fault's hands in them."""
        return replace(seams, **self.seams)

    def only(self, model: str) -> Fault:
        """Return the same fault, in what is answered to requests for one model alone."""
        hands = {seam: _only(model, hand) for seam, hand in self.seams.items()}
        return replace(
            self, name=f"{self.name}.{model}", sentence=f"{model}: {self.sentence}", model=model, seams=hands
        )


def _only(model: str, hand: Hand) -> Hand:
    def limited(value: Any, call: Call) -> Any:
        return hand(value, call) if call.model == model else value

    return limited
