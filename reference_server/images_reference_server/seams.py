"""The seams of the server: every place where a fault can put its hand in. The honest server leaves them as they are."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from starlette.responses import Response

from images_contract import ABSENT, Access

from .catalogue import Catalogue, Schema
from .errors import Refusal
from .jobs import Job
from .pictures import Sketch
from .streaming import Event

NO_BODY = object()
SERVED = "served"


@dataclass
class Call:
    """What is known of one request while it is answered.

    `stage` is the last check it came to, or "served"; `memory` outlives the request, one per server; `fallback` is a
    body that the server would accept; `catalogue` has the models.
    """

    method: str
    headers: dict[str, str]
    key: str | None
    memory: dict[Any, Any]
    catalogue: Catalogue = field(repr=False)
    raw: bytes = b""
    body: Any = NO_BODY
    stage: str = ""
    refusal: Refusal | None = None
    job: Job | None = None
    fallback: dict[str, Any] = field(default_factory=dict)

    @property
    def access(self) -> Access:
        """Where requests go, and how they carry the key."""
        return self.catalogue.access

    @property
    def credentials(self) -> str:
        """What stands in the header for the key; empty where there is none."""
        return self.headers.get(self.access.key_header.lower(), "")

    @property
    def members(self) -> dict[str, Any]:
        """The body where it is an object, else nothing."""
        return self.body if isinstance(self.body, dict) else {}

    @property
    def model(self) -> str | None:
        """The model that the body names, "absent" where it names none; None where there is no such body."""
        return str(self.body.get("model", ABSENT)) if isinstance(self.body, dict) else None

    @property
    def parameters(self) -> Mapping[str, Schema]:
        """The parameters of that model; nothing where there is no such model."""
        found = self.catalogue.absent if self.model == ABSENT else self.catalogue.model(self.model)
        return found.parameters if found else {}


Check = Callable[[Refusal | None, Call], Refusal | None]


def _same(value: Any, call: Call) -> Any:
    return value


@dataclass(frozen=True)
class Seams:
    """One function per seam: it is given what the honest server came to and returns what to go on with.

    The six checks, in this order, may turn a refusal into None or the other way round; a body that could not be read
    is then taken to be `call.fallback`. `job` changes what is made and told, `sketch` the pictures alone, `payload`
    and `events` what is told, `envelope` the body of a refusal, `reply` any response of the endpoint, and `file`
    the response to a temporary URL, with the call that made it. Without `open_absent`, a request that names no model
    gets only what its own schema promises.
    """

    method: Check = _same
    authorization: Check = _same
    media_type: Check = _same
    size: Check = _same
    json: Check = _same
    contract: Check = _same
    job: Callable[[Job, Call], Job] = _same
    sketch: Callable[[Sketch, Call], Sketch] = _same
    payload: Callable[[Any, Call], Any] = _same
    events: Callable[[list[Event], Call], list[Event]] = _same
    envelope: Callable[[Any, Call], Any] = _same
    reply: Callable[[Response, Call], Response] = _same
    file: Callable[[Response, Call], Response] = _same
    open_absent: bool = True
