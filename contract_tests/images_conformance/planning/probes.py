"""Probes of what surrounds the body: authorization, method, media type, malformed JSON; and repeats of requests."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from images_contract import Contract

from ..exchange import JSON_TYPE, Credential, Request
from .accepts import STREAM, Cost, cheapest
from .cases import Case

DEEP = 5_000  # more than parsers that recurse can bear
MALFORMED = {
    "cut short": b'{"prompt": "a cat"',
    "empty": b"",
    "single quotes": b"{'prompt': 'a cat'}",
    "not UTF-8": b'{"prompt": "\xff\xfe"}',
    "trailing comma": b'{"prompt": "a cat",}',
    "two values": b'{"prompt": "a cat"} {}',
    "nested deeply": b"[" * DEEP,
}
OTHER_TYPES = (
    "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=a", "application/json-seq",
)  # fmt: skip
CREDENTIALS: dict[str, tuple[Credential, ...]] = {
    "auth.missing": ("none",),
    "auth.wrong-key": ("wrong", "truncated", "extended", "other case"),
    "auth.malformed": ("malformed", "no scheme", "other scheme", "empty"),
}
SPELLINGS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("http.charset", {"content_type": f"{JSON_TYPE}; charset=utf-8"}),
    ("http.charset", {"content_type": f"{JSON_TYPE};charset=UTF-8"}),
    ("http.charset", {"content_type": f'{JSON_TYPE}; charset="utf-8"'}),
    ("http.media-type-case", {"content_type": JSON_TYPE.title()}),
    ("auth.scheme-case", {"credential": "lower-case scheme"}),
)
SAME = ("state.same-verdict", None)
REFUSED_AGAIN = 4


def probes(
    contract: Contract, models: Sequence[str], cost: Cost, *, auth: bool, every_spelling: bool = True
) -> Iterator[Case]:
    """Yield the cases about everything but the body; none about authorization for a server without keys.

    Without `every_spelling`, headers in an unusual spelling come once per clause.
    """
    request = Request.from_json(_cheapest_of(contract, models, cost))
    spelled = CREDENTIALS if contract.access.key_scheme else _unspelled(CREDENTIALS)
    for clause, credentials in spelled.items() if auth else ():
        for credential in credentials:
            yield Case(f"{clause}: {credential}", replace(request, credential=credential), ((clause, None),))
    for each in _of_each(contract, models, cost) if auth and every_spelling else ():
        told = ", ".join(f"{name}={value}" for name, value in each.items() if name in (contract.discriminator, STREAM))
        without = replace(Request.from_json(each), credential="none")
        yield Case(f"auth.missing: none, {told}", without, (("auth.missing", None),))
    yield from _methods(request)
    for media_type in OTHER_TYPES:
        aims = (("http.media-type", None), ("http.media-type-415", None))
        yield Case(f"http.media-type: {media_type}", replace(request, content_type=media_type), aims)
    for name, body in MALFORMED.items():
        aims = (("http.malformed-json", None), ("http.malformed-json-400", None))
        yield Case(f"http.malformed-json: {name}", replace(request, body=body), aims)
    for clause, change in SPELLINGS if every_spelling else dict(reversed(SPELLINGS)).items():
        if auth or not clause.startswith("auth."):
            told = next(iter(change.values()))
            yield Case(f"{clause}: {told}", replace(request, **change), ((clause, None),), accept=True)


def _unspelled(credentials: dict[str, tuple[Credential, ...]]) -> dict[str, tuple[Credential, ...]]:
    """Leave out what says something of the word before a key, where there is none."""
    return {clause: kinds for clause, kinds in credentials.items() if clause != "auth.malformed"}


def _of_each(contract: Contract, models: Sequence[str], cost: Cost) -> Iterator[dict[str, Any]]:
    """Yield the cheapest request of each model, for a stream where it has any: the key may be asked for apart."""
    for name in models:
        stream = contract.models[name].parameters.get(STREAM)
        streamed = {STREAM: True} if stream is not None and stream.supported else {}
        yield {**cheapest(contract, contract.models[name], cost), **streamed}


def _methods(request: Request) -> Iterator[Case]:
    for method in ("GET", "PUT", "PATCH", "DELETE"):
        body = b"" if method in ("GET", "DELETE") else request.body
        aims = (("http.method", None), ("http.method-405", None))
        yield Case(f"http.method: {method}", replace(request, method=method, body=body), aims)
    for method in ("HEAD", "OPTIONS"):
        clause = f"http.{method.lower()}"
        yield Case(clause, replace(request, method=method, body=b""), ((clause, None),))


def _cheapest_of(contract: Contract, models: Sequence[str], cost: Cost) -> dict[str, Any]:
    return min((cheapest(contract, contract.models[name], cost) for name in models), key=cost)


def repeats(
    contract: Contract, models: Sequence[str], cost: Cost, refused: Sequence[Case], most: int
) -> Iterator[Case]:
    """Yield the cheapest request `most` times, then refused ones over again."""
    body = _cheapest_of(contract, models, cost)
    aims = (("accept.status", str(body.get(contract.discriminator))), SAME)
    for turn in range(most):
        # What unusual spellings are held against.
        usual = () if turn else tuple(dict.fromkeys((clause, None) for clause, _ in SPELLINGS))
        yield Case.from_body(f"the same, {turn + 1}", body, (*aims, *usual), accept=True)
    for case in _worth_repeating(refused):
        for turn in range(REFUSED_AGAIN):
            yield replace(case, name=f"{case.name}, again {turn + 1}", aims=(*case.aims, SAME))


def _worth_repeating(refused: Sequence[Case]) -> Iterator[Case]:
    """Yield one request without a key and one with a broken rule: a server may grow used to either."""
    by_auth = [case for case in refused if case.request.credential == "none"]
    by_rule = [case for case in refused if case.request.method == "POST" and ".maximum." in case.aims[0][0]]
    yield from by_auth[:1]
    yield from by_rule[:1]
