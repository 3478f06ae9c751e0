"""One exchange seen in the light of the contract: what every check looks at."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from images_contract import ABSENT, Contract, Finding, ModelProfile

from .exchange import JSON_TYPE, Exchange, Response
from .sse import Event, events

NOT_JSON = object()


@dataclass(frozen=True)
class Look:
    """An answered exchange with everything that is derived from it, computed once."""

    contract: Contract
    exchange: Exchange
    response: Response

    @cached_property
    def body(self) -> Any:
        """The request's body, or NOT_JSON."""
        try:
            return self.exchange.request.json()
        except ValueError:
            return NOT_JSON

    @cached_property
    def well_formed(self) -> bool:
        """Whether the request is a POST of JSON with the right key, so that its body is what is judged."""
        request = self.exchange.request
        media_type = (request.content_type or "").split(";")[0].strip().lower()
        plain = request.method == "POST" and request.credential == "right" and media_type == JSON_TYPE
        return plain and self.body is not NOT_JSON

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """What the request's body breaks."""
        return self.contract.violations(self.body)

    @cached_property
    def broken(self) -> tuple[Finding, ...]:
        """What the body breaks that a server must or should refuse."""
        return tuple(found for found in self.findings if found.level != "may")

    @property
    def valid(self) -> bool:
        """Whether the request breaks nothing, so that it must be accepted."""
        return self.well_formed and not self.findings

    @property
    def answered(self) -> bool:
        """Whether the server made pictures of a request that it could accept."""
        return self.well_formed and self.response.status == 200 and not self.broken

    @cached_property
    def model(self) -> str:
        """The model that the request names, or "absent"."""
        name = self.body.get(self.contract.discriminator) if isinstance(self.body, dict) else None
        return name if isinstance(name, str) and name in self.contract.models else ABSENT

    @property
    def profile(self) -> ModelProfile:
        """The profile of that model."""
        return self.contract.profiles[self.model]

    @cached_property
    def streamed(self) -> bool:
        """Whether the request asked for an event stream."""
        return isinstance(self.body, dict) and self.body.get("stream") is True

    @cached_property
    def answer(self) -> Any:
        """The response's body, or NOT_JSON."""
        try:
            return self.response.json()
        except ValueError:
            return NOT_JSON

    @cached_property
    def events(self) -> list[Event]:
        """The events of a streamed answer, without a closing `[DONE]`."""
        return [event for event in events(self.response.body) if event.data != "[DONE]"]
