"""Probes of what surrounds the body: authorization, method, media type, malformed JSON."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from typing import Any

from images_contract import Contract

from .cases import Case
from .exchange import Credential, Request
from .values import minimal

MALFORMED = {
    "cut short": b'{"prompt": "a cat"',
    "empty": b"",
    "single quotes": b"{'prompt': 'a cat'}",
    "not UTF-8": b'{"prompt": "\xff\xfe"}',
}
OTHER_TYPES = ("text/plain", "application/x-www-form-urlencoded", "application/xml")


def probes(contract: Contract, cost: Callable[[Any], float], *, auth: bool) -> Iterator[Case]:
    """Yield the cases about everything but the body; none about authorization for a server without keys."""
    cheapest = min(map(partial(minimal, contract), contract.models.values()), key=cost)
    request = Request.from_json(cheapest)
    credentials: dict[Credential, str] = {
        "none": "auth.missing",
        "wrong": "auth.wrong-key",
        "malformed": "auth.malformed",
    }
    for credential, clause in credentials.items() if auth else ():
        yield Case(f"{clause}", replace(request, credential=credential), ((clause, None),))
    for method in ("GET", "PUT", "PATCH", "DELETE"):
        body = b"" if method in ("GET", "DELETE") else request.body
        aims = (("http.method", None), ("http.method-405", None))
        yield Case(f"http.method: {method}", replace(request, method=method, body=body), aims)
    for media_type in OTHER_TYPES:
        aims = (("http.media-type", None), ("http.media-type-415", None))
        yield Case(f"http.media-type: {media_type}", replace(request, content_type=media_type), aims)
    for name, body in MALFORMED.items():
        aims = (("http.malformed-json", None), ("http.malformed-json-400", None))
        yield Case(f"http.malformed-json: {name}", replace(request, body=body), aims)
