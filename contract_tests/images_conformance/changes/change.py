"""One difference between two contracts, and the request or response that shows it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

CALLERS = "breaks-callers"
SERVERS = "breaks-servers"
COMPATIBLE = "compatible"
DOCUMENTATION = "documentation-only"
LEVELS = (CALLERS, SERVERS, COMPATIBLE, DOCUMENTATION)  # gravest first

OLD, NEW, BOTH, NEITHER = "old", "new", "both", "neither"


@dataclass(frozen=True)
class Sample:
    """A request body, or the body of a response, and which of the two contracts accept it.

    `status` and `content_type` are those of a response, None for a request. An event is a response, too: its data is
    the body. With `part`, the name of a header or parameter, the body is its value.
    """

    body: Any
    accepted_by: str  # "old", "new", "both", "neither"
    status: str | None = None
    content_type: str | None = None
    part: str | None = None

    @property
    def kind(self) -> str:
        """What this is: "request", "response" or "value"."""
        return "value" if self.part else "request" if self.status is None else "response"

    @property
    def tells_apart(self) -> bool:
        """Whether one contract accepts this and the other does not."""
        return self.accepted_by in (OLD, NEW)

    @property
    def size(self) -> tuple[int, str]:
        """What samples are sorted by: the shortest first."""
        text = json.dumps(self.body, sort_keys=True)
        return len(text), text


@dataclass(frozen=True)
class Change:
    """A difference in meaning (or, at the last of the levels, in documentation only).

    `told` is the sentence without the model that it is about. `place` names what differs, such as `n` or `data[].url`,
    `also` further places where the same rule makes the same difference. `old` and `new` are pointers into the two
    documents; `clauses` has the ids that a report would name. `sample` is a witness where it `tells_apart`, else an
    example of what is judged, or meant, otherwise than before.
    """

    level: str
    kind: str
    place: str
    told: str
    model: str | None = None
    old: tuple[str, ...] = ()
    new: tuple[str, ...] = ()
    clauses: tuple[str, ...] = ()
    sample: Sample | None = None
    also: tuple[str, ...] = ()

    @property
    def witness(self) -> Sample | None:
        """What one contract accepts and the other does not, where there is such a thing."""
        return self.sample if self.sample and self.sample.tells_apart else None
