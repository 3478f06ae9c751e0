"""From an exchange to verdicts: pure, and the same for planned, explored, replayed and proxied traffic."""

from __future__ import annotations

from collections.abc import Iterator

from images_contract import Contract

from .clauses import CHECKS, Failed
from .clauses.errors import error_of
from .clauses.registry import one_of
from .exchange import JSON_TYPE, Exchange
from .look import Look
from .verdicts import Judgement, Verdict

UNAVAILABLE = {408, 429, 502, 503, 504}  # says something about load and limits, nothing about the contract
DENIED = {401, 402, 403}  # of a request with the right key: the account may not, whatever the contract says


def no_verdict(contract: Contract, exchange: Exchange) -> str | None:
    """Return why an exchange says nothing about the contract, or None where it can be judged."""
    if exchange.response is None:
        return exchange.failure or "no response"
    status = exchange.response.status
    if status in UNAVAILABLE:
        return f"the server was not available (status {status})"
    if exchange.request.credential == "right":
        if status in DENIED:
            return f"the server denied the key (status {status})"
        code = error_of(Look(contract, exchange, exchange.response)).get("code")
        if status >= 400 and isinstance(code, str) and code in _codes(contract):
            return f"the server refused for another reason ({code})"
    return None


def _codes(contract: Contract) -> list[str]:
    try:
        answer = contract.resolve(f"{contract.operation}/responses/400")
        envelope = contract.resolve(answer["content"][JSON_TYPE]["schema"])
        error = contract.resolve(envelope["properties"]["error"])
        return list(contract.resolve(error["properties"]["code"])["x-not-a-verdict"])
    except KeyError:
        return []


def judge(contract: Contract, exchange: Exchange) -> tuple[Judgement, ...]:
    """Return a judgement for every clause that an exchange bears on; none where `no_verdict` tells why."""
    if exchange.response is None or no_verdict(contract, exchange):
        return ()
    look = Look(contract, exchange, exchange.response)
    return (*_structural(look), *_declared(look))


def _structural(look: Look) -> Iterator[Judgement]:
    """Judge the derived clauses: those that the body breaks, or those that an accepted body keeps."""
    if not look.well_formed:
        return
    if look.broken:
        yield from _refusal(look)
    elif look.valid:
        yield from _acceptance(look)


def _refusal(look: Look) -> Iterator[Judgement]:
    allowed = look.contract.refusals(look.broken)
    status = look.response.status
    if status in allowed and len(look.broken) > 1:
        return  # which of several rules the server enforced cannot be told
    for found in look.broken:
        if status in allowed:
            yield Judgement(found.clause.key, Verdict.PASS)
        else:
            expected = f"status {one_of(allowed)}, because {found.message}"
            yield Judgement(found.clause.key, Verdict.FAIL, expected, f"status {status}")


def _acceptance(look: Look) -> Iterator[Judgement]:
    given = [name for name in look.body if name in look.profile.parameters and name != look.contract.discriminator]
    status = look.response.status
    if status == 200:
        yield from (Judgement(key, Verdict.PASS) for key in _accepting(look, given))
        return
    named = error_of(look).get("param")
    optional = [name for name in given if not look.profile.parameters[name].required]
    blamed = optional if len(optional) == 1 else [name for name in given if name == named]
    expected = "status 200, because the request breaks no rule"
    for key in _accepting(look, blamed):
        yield Judgement(key, Verdict.FAIL, expected, f"status {status}{_said(look)}")


def _accepting(look: Look, names: list[str]) -> Iterator[tuple[str, str]]:
    for name in names:
        yield f"{name}.accepted.{look.model}", look.model


def _said(look: Look) -> str:
    message = error_of(look).get("message")
    return f": {message[:200]}" if isinstance(message, str) and message else ""


def _declared(look: Look) -> Iterator[Judgement]:
    per_model = {clause.id for clause in look.contract.clauses if clause.keyword == "behaviour" and clause.model}
    for id, check in CHECKS.items():
        outcome = check(look)
        key = (id, look.model if id in per_model else None)
        if isinstance(outcome, Failed):
            yield Judgement(key, Verdict.FAIL, outcome.expected, outcome.seen)
        elif outcome:
            yield Judgement(key, Verdict.PASS)
