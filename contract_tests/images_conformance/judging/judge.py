"""From an exchange to verdicts: pure, and the same for planned, explored, replayed and proxied traffic."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from images_contract import Contract

from ..clauses import CHECKS, TOGETHER, Failed, Skipped
from ..clauses.errors import error_of, refused_for, said
from ..clauses.registry import Outcome, one_of
from ..exchange import JSON_TYPE, Exchange
from .look import Look
from .unserved import unserved_values
from .verdicts import ClauseKey, Judgement, Verdict

UNAVAILABLE = {408, 429, 502, 503, 504}  # says something about load and limits, nothing about the contract


def no_verdict(contract: Contract, exchange: Exchange, served: frozenset[str] = frozenset()) -> str | None:
    """Return why an exchange says nothing about the contract, or None where it can be judged.

    `served` are the models that are known to serve the key: there, a bad body is no reason to deny it.
    """
    if exchange.response is None:
        return exchange.failure or "no response"
    status = exchange.response.status
    if status in UNAVAILABLE:
        return f"the server was not available (status {status})"
    if exchange.request.credential == "right":
        look = Look(contract, exchange, exchange.response)
        if look.denied and not (look.broken and look.model in served):
            return f"the server denied the key (status {status})"
        told = [error_of(look)] if status >= 400 else [event.error or {} for event in look.events if look.streaming]
        codes = [code for error in told if isinstance(code := error.get("code"), str) and code in _codes(contract)]
        if codes:
            return f"the server refused for another reason ({codes[0]})"
    return None


def _codes(contract: Contract) -> list[str]:
    try:
        answer = contract.resolve(f"{contract.operation}/responses/400")
        envelope = contract.resolve(answer["content"][JSON_TYPE]["schema"])
        error = contract.resolve(envelope["properties"]["error"])
        by_reason = contract.resolve(error["properties"]["code"])["x-not-a-verdict"]
        return [code for codes in by_reason.values() for code in codes]
    except KeyError:
        return []


def served_models(contract: Contract, exchanges: Iterable[Exchange]) -> frozenset[str]:
    """Return the models that a key has been served by, as exchanges show it; "absent" among them."""
    looks = [Look(contract, each, each.response) for each in exchanges if each.response is not None]
    return frozenset(look.model for look in looks if look.response.status == 200 and look.plain)


def judge(contract: Contract, exchange: Exchange, served: frozenset[str] = frozenset()) -> tuple[Judgement, ...]:
    """Return a judgement for every clause that an exchange bears on; none where `no_verdict` tells why."""
    if exchange.response is None or no_verdict(contract, exchange, served):
        return ()
    look = Look(contract, exchange, exchange.response)
    return (*_structural(look), *_declared(look))


def judge_together(contract: Contract, exchanges: Sequence[Exchange]) -> list[tuple[int, Judgement]]:
    """Return what the exchanges of a run say only together, each with the place of the exchange that shows it."""
    seen = [
        (place, Look(contract, each, each.response))
        for place, each in enumerate(exchanges)
        if each.response is not None
    ]
    seen = [(place, look) for place, look in seen if look.denied or not no_verdict(contract, look.exchange)]
    found: list[tuple[int, Judgement]] = []
    for id, check in TOGETHER.items():
        try:
            outcomes = list(check(seen))
        except Exception as error:
            found.append((0, _ours((id, None), error)))
        else:
            found += [(place, each) for place, outcome in outcomes for each in _judgement((id, None), outcome)]
    return [*found, *unserved_values([(place, look) for place, look in seen if not look.denied])]


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
    if status not in allowed and status >= 300 and not look.plain:
        return  # the spelling of a header may be what was refused
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
    if not look.plain:
        return
    expected = "status 200, because the request breaks no rule"
    for key in _accepting(look, refused_for(look)):
        yield Judgement(key, Verdict.FAIL, expected, f"status {status}{said(look)}")


def _accepting(look: Look, names: list[str]) -> Iterator[tuple[str, str]]:
    for name in names:
        yield f"{name}.accepted.{look.model}", look.model


def _declared(look: Look) -> Iterator[Judgement]:
    shared, own = declared(look.contract)
    for id, check in CHECKS.items():
        key = (id, None if id in shared else look.model)
        if id not in shared and key not in own:
            continue
        try:
            outcome = check(look)
        except Exception as error:
            yield _ours(key, error)
        else:
            yield from _judgement(key, outcome)


def _ours(key: ClauseKey, error: Exception) -> Judgement:
    """A check that breaks is our fault, never the server's, and costs no more than its own verdict."""
    return Judgement(key, Verdict.ERROR, seen=f"the check failed: {type(error).__name__}: {error}")


@lru_cache(maxsize=16)
def declared(contract: Contract) -> tuple[frozenset[str], frozenset[ClauseKey]]:
    """Return (the ids of behaviours of the whole endpoint, the keys of those of one model) that a contract declares."""
    clauses = [clause for clause in contract.clauses if clause.keyword == "behaviour"]
    shared = frozenset(clause.id for clause in clauses if clause.model is None)
    return shared, frozenset(clause.key for clause in clauses if clause.model is not None)


def _judgement(key: ClauseKey, outcome: Outcome) -> Iterator[Judgement]:
    if isinstance(outcome, Failed):
        yield Judgement(key, Verdict.FAIL, outcome.expected, outcome.seen)
    elif isinstance(outcome, Skipped):
        yield Judgement(key, Verdict.SKIP, seen=outcome.reason)
    elif outcome:
        yield Judgement(key, Verdict.PASS)
