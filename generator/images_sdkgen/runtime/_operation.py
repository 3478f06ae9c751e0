"""What a client must know of one operation to call it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ._model import ResponseModel
from ._rules import OperationRules
from ._scanner import Place

JSON = "application/json"
EVENT_STREAM = "text/event-stream"

ReadModel = Callable[[object, str], ResponseModel]


@dataclass(frozen=True)
class Operation:
    """One operation of the document.

    `call` is how a person calls it, such as "images.generate"; `media_type` that of its body. A request whose
    parameter `stream_switch` is true is answered by events; `events` has the reader of each by its type, and `final`
    the types without which a stream is cut short. `pictures` are the places of base64 in a JSON answer. The key goes
    into the header `key_header`, after a word; `query` has what every request carries in its URL, and
    `content_policy` has the codes of errors that say that the content of a request is refused.
    """

    call: str
    method: str
    path: str
    rules: OperationRules
    read: ReadModel | None
    media_type: str = JSON
    pictures: tuple[Place, ...] = ()
    key_header: tuple[str, str] = ("authorization", "Bearer ")
    query: tuple[tuple[str, str], ...] = ()
    content_policy: frozenset[str] = frozenset()
    stream_switch: str | None = None
    event_key: str = "type"
    events: Mapping[str, ReadModel] = field(default_factory=dict[str, ReadModel])
    final: frozenset[str] = frozenset()

    def streams(self, body: Mapping[str, Any]) -> bool:
        """Whether a request asks for an event stream."""
        return self.stream_switch is not None and body.get(self.stream_switch) is True
