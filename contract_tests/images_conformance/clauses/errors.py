"""What a refusal looks like."""

from __future__ import annotations

from typing import Any

from ..look import NOT_JSON, Look
from .registry import Outcome, check, passed_if
from .schemas import first_error


def _refused(look: Look) -> bool:
    """A refusal of POST: servers and frameworks answer other methods before the endpoint's own code runs."""
    return look.exchange.request.method == "POST" and 400 <= look.response.status < 500


def error_of(look: Look) -> dict[str, Any]:
    """Return the error object of an answer; empty where there is none."""
    error = look.answer.get("error") if isinstance(look.answer, dict) else None
    return error if isinstance(error, dict) else {}


@check("reject.status-400")
def _status_400(look: Look) -> Outcome:
    if not (look.well_formed and look.broken and look.response.status in look.contract.refusals(look.broken)):
        return None
    return passed_if(look.response.status == 400, "status 400", f"status {look.response.status}")


@check("error.envelope")
def _envelope(look: Look) -> Outcome:
    if not _refused(look):
        return None
    expected = "an error envelope {error: {type, message, param, code}}"
    if look.answer is NOT_JSON:
        return passed_if(False, expected, f"a body of type {look.response.media_type or 'none'} that is not JSON")
    pointer = f"{look.contract.operation}/responses/400/content/application~1json/schema"
    problem = first_error(look.contract, pointer, look.answer)
    return passed_if(problem is None, expected, problem or "")


@check("error.param")
def _param(look: Look) -> Outcome:
    if not (look.well_formed and look.broken and _refused(look)):
        return None
    named = error_of(look).get("param")
    blamed = blamable(look)
    if named is None or not blamed:
        return None
    expected = f"param {' or '.join(sorted(blamed))}, or null"
    return passed_if(named in blamed, expected, f"param {named!r}")


def blamable(look: Look) -> set[str]:
    """Return the parameters that an error may name: those of every finding, and any unknown key."""
    blamed = {name for found in look.findings for name in found.parameters}
    if isinstance(look.body, dict):
        unknown = set(look.body) - set(look.profile.parameters)
        blamed |= unknown
    return blamed
