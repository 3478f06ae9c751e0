"""schemathesis as a source of requests, and its checks as a second opinion on answers.

Its own run is not used: its limits do not bound the examples and the coverage phase, and it knows no prices. Its phases
give requests, which are sent, paid for and judged like all others.
"""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Iterator, Mapping
from datetime import timedelta
from functools import cached_property
from itertools import chain, islice
from typing import Any

import httpx2
import schemathesis
from schemathesis import Case, GenerationMode

from images_contract import Contract

from ..exchange import EVENT_STREAM, JSON_TYPE, Exchange, Request
from .drawing import endless

NOT_OURS = ("content-encoding", "transfer-encoding", "content-length")  # headers of a body that was read already
SHOWN = 300  # characters of a complaint


class Phases:
    """The operation of a contract as schemathesis sees it."""

    def __init__(self, contract: Contract) -> None:
        self._contract = contract

    @cached_property
    def operation(self) -> Any:
        """The operation, made when it is first asked for, since that takes a second."""
        document = copy.deepcopy(dict(self._contract.document))
        schema = schemathesis.openapi.from_dict(document, config=schemathesis.Config())
        return schema[self._contract.route]["POST"]

    def requests(self, seed: int) -> Iterator[Request]:
        """Yield requests: of its examples and its coverage phase first, each once, then of its fuzzing."""
        examples = (islice(endless(each, f"{seed}"), 1) for each in self.operation.get_strategies_from_examples())
        config = self.operation.schema.config.generation_for(operation=self.operation)
        covering = self.operation.schema.iter_coverage_cases(
            self.operation, generation_modes=list(GenerationMode), generation_config=config
        )
        listed = list(dict.fromkeys(_converted(chain(chain.from_iterable(examples), covering))))
        yield from random.Random(seed).sample(listed, len(listed))
        bad, good = (
            _converted(endless(self.operation.as_strategy(generation_mode=mode), f"{seed} {mode}"))
            for mode in (GenerationMode.NEGATIVE, GenerationMode.POSITIVE)
        )
        while True:
            yield from islice(bad, 3)
            yield from islice(good, 1)

    def complaints(self, exchange: Exchange) -> dict[str, str]:
        """Return what its public checks say against an answer, by the name of the check."""
        answer = exchange.response
        if answer is None or exchange.request.method != "POST" or answer.media_type == EVENT_STREAM:
            return {}  # it takes the schema for that of a whole event (OpenAPI 3.2); ours speaks of its data
        headers = [(name, value) for name, value in answer.headers if name not in NOT_OURS]
        sent = httpx2.Request("POST", exchange.url or "http://localhost/")
        response = httpx2.Response(answer.status, headers=headers, content=answer.body, request=sent)
        response.elapsed = timedelta(seconds=answer.seconds)
        try:
            self.operation.validate_response(response)
        except BaseExceptionGroup as group:
            return {type(each).__name__: _line(each) for each in group.exceptions if isinstance(each, AssertionError)}
        except AssertionError as failure:
            return {type(failure).__name__: _line(failure)}
        return {}


def _line(failure: BaseException) -> str:
    return " ".join(str(failure).split())[:SHOWN]


def _converted(cases: Any) -> Iterator[Request]:
    for case in cases:
        request = _request(case)
        if request is not None:
            yield request


def _request(case: Case[Any]) -> Request | None:
    """Return a case as a request of ours, with the right key whatever it says; None where it cannot be sent so."""
    body = _body(case.body)
    headers: Mapping[str, Any] = case.headers or {}
    media_type = case.media_type or headers.get("Content-Type") or JSON_TYPE
    if body is None or not media_type.isascii():
        return None
    return Request(body, method=case.method.upper(), content_type=media_type)


def _body(value: Any) -> bytes | None:
    if isinstance(value, bytes):
        return value
    try:
        return json.dumps(value, ensure_ascii=False).encode()
    except (TypeError, ValueError):  # nothing to send, or what no JSON text holds
        return None
