"""One exchange seen in the light of the contract: what every check looks at."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from images_contract import ABSENT, Contract, Finding, ModelProfile

from ..exchange import EVENT_STREAM, JSON_TYPE, Exchange, Response, strict_json
from ..sending.credentials import DENIED
from .answer import COMPLETED, PARTIAL, Shown, StreamEvent, Told, of_events, of_json, of_stream
from .sse import Event, events

NOT_JSON = object()


def parsed(data: bytes) -> Any:
    """Return a JSON text as a value, or NOT_JSON."""
    try:
        return strict_json(data)
    except ValueError:
        return NOT_JSON


@dataclass(frozen=True)
class Look:
    """An answered exchange with everything that is derived from it, computed once."""

    contract: Contract
    exchange: Exchange
    response: Response

    @cached_property
    def body(self) -> Any:
        """The request's body, or NOT_JSON."""
        return parsed(self.exchange.request.body)

    @cached_property
    def well_formed(self) -> bool:
        """Whether the request is a POST of JSON with the right key, so that its body is what is judged."""
        request = self.exchange.request
        media_type = (request.content_type or "").split(";")[0].strip().lower()
        known = request.credential in ("right", "lower-case scheme")
        return request.method == "POST" and known and media_type == JSON_TYPE and self.body is not NOT_JSON

    @property
    def plain(self) -> bool:
        """Whether nothing but the body can be a reason to refuse the request: no header in an unusual spelling."""
        request = self.exchange.request
        return self.well_formed and request.credential == "right" and request.content_type == JSON_TYPE

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

    @property
    def denied(self) -> bool:
        """Whether the right key was refused: that may be about the account, whatever the contract says."""
        return self.exchange.request.credential == "right" and self.response.status in DENIED

    @cached_property
    def model(self) -> str:
        """The model that the request names, or "absent"."""
        name = self.body.get(self.contract.discriminator) if isinstance(self.body, dict) else None
        return name if isinstance(name, str) and name in self.contract.models else ABSENT

    @property
    def profile(self) -> ModelProfile:
        """The profile of that model; of the first one where there is none."""
        known = self.contract.profiles
        return known.get(self.model) or next(iter(known.values()))  # where a model must be named, and none is

    @cached_property
    def streamed(self) -> bool:
        """Whether the request asked for an event stream."""
        return isinstance(self.body, dict) and self.body.get("stream") is True

    @cached_property
    def answer(self) -> Any:
        """The response's body, or NOT_JSON."""
        return parsed(self.response.body)

    @cached_property
    def streaming(self) -> bool:
        """Whether the answer is the event stream that was asked for."""
        return self.answered and self.streamed and self.response.media_type == EVENT_STREAM

    @cached_property
    def raw_events(self) -> list[Event]:
        """The events of a streamed answer as they came, without a closing `[DONE]`; any other is left in."""
        found = events(self.response.body)
        while found and found[-1].data.strip() == "[DONE]":
            found.pop()
        return found

    @cached_property
    def events(self) -> list[StreamEvent]:
        """The same events, read."""
        return list(of_events(self.raw_events, [parsed(event.data.encode()) for event in self.raw_events]))

    @cached_property
    def told(self) -> list[Told]:
        """What a successful answer tells of its finished pictures: once in JSON, per completed event in a stream."""
        if not self.answered:
            return []
        if self.streaming:
            return of_stream(self.events, COMPLETED)
        return of_json(self.answer, self.exchange.fetched)

    @cached_property
    def previews(self) -> list[Told]:
        """What the partial images of a stream tell."""
        return of_stream(self.events, PARTIAL) if self.streaming else []

    @property
    def shown(self) -> list[Shown]:
        """The finished pictures of a successful answer."""
        return [shown for told in self.told for shown in told.shown]

    def asked(self, name: str) -> Any:
        """Return what the request asks for, by a value or by a default; None where the model has no such parameter."""
        value = self.said(name)
        return self.profile.parameters[name].default if value is None and self._has(name) else value

    def said(self, name: str) -> Any:
        """Return the value that the request gives; None where it gives none or the model has no such parameter."""
        return self.body.get(name) if isinstance(self.body, dict) and self._has(name) else None

    def _has(self, name: str) -> bool:
        parameter = self.profile.parameters.get(name)
        return parameter is not None and parameter.supported
