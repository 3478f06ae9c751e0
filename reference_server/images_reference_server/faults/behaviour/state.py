"""Faults that depend on what was asked before, or is asked at the same time."""

from __future__ import annotations

import random

from starlette.responses import Response

from ...errors import Refusal, failure, wrong_key
from ...jobs import Job
from ...seams import Call
from .registry import fault


def _times(call: Call) -> int:
    """Return how often this body has come, this time included."""
    count = int(call.memory.get(call.raw, 0)) + 1
    call.memory[call.raw] = count
    return count


@fault("state", "contract")
def every_third_crashes(refusal: Refusal | None, call: Call) -> Refusal | None:
    """Every third identical request is answered with 500."""
    return failure() if _times(call) % 3 == 0 else refusal


@fault("state", "contract")
def second_refused(refusal: Refusal | None, call: Call) -> Refusal | None:
    """A request that was served once is refused when it comes again."""
    again = Refusal(400, "Duplicate request.", code="duplicate")
    return refusal or (again if _times(call) > 1 else None)


@fault("state", "contract")
def third_time_lucky(refusal: Refusal | None, call: Call) -> Refusal | None:
    """An invalid request is served when it comes for the third time."""
    return None if _times(call) >= 3 else refusal


@fault("state", "contract")
def blame_wanders(refusal: Refusal | None, call: Call) -> Refusal | None:
    """An invalid request is refused with 400 and 500 by turns."""
    return failure() if refusal and _times(call) % 2 == 0 else refusal


@fault("state", "contract")
def rejects_stick(refusal: Refusal | None, call: Call) -> Refusal | None:
    """The first valid request after a refused one is refused as well."""
    stuck = call.memory.get("refused", False)
    call.memory["refused"] = refusal is not None
    return refusal or (Refusal(400, "Invalid request.", code="invalid_value") if stuck else None)


@fault("state", "authorization")
def key_remembered(refusal: Refusal | None, call: Call) -> Refusal | None:
    """After one request with the right key, no key is asked for."""
    trusted = call.memory.setdefault("trusted", False) or refusal is None
    call.memory["trusted"] = trusted
    return None if trusted else refusal


@fault("state", "contract", "reply")
def one_at_a_time(value: Refusal | Response | None, call: Call) -> Refusal | Response | None:
    """A request that comes while another is being served is answered with 500."""
    if isinstance(value, Response):
        if call.memory.get("serving") is call:
            del call.memory["serving"]
        return value
    if value is None and call.memory.setdefault("serving", call) is not call:
        return failure()
    return value


@fault("state", "contract")
def flaky(refusal: Refusal | None, call: Call) -> Refusal | None:
    """One valid request in five, at random, is answered with 500."""
    dice = call.memory.setdefault("dice", random.Random(1))
    return refusal or (failure() if dice.random() < 0.2 else None)


@fault("state", "contract")
def worn_out(refusal: Refusal | None, call: Call) -> Refusal | None:
    """After twenty served requests, every one is answered with 500."""
    call.memory["served"] = call.memory.get("served", 0) + (refusal is None)
    return failure() if call.memory["served"] > 20 else refusal


@fault("state", "reply", level="should")
def same_request_id(response: Response, call: Call) -> Response:
    """Every response has the same request id."""
    response.headers["X-Request-ID"] = "req_1"
    return response


@fault("state", "method")
def every_fourth_crashes(refusal: Refusal | None, call: Call) -> Refusal | None:
    """Every fourth request, of whatever kind, is answered with 500."""
    call.memory["seen"] = call.memory.get("seen", 0) + 1
    return failure() if call.memory["seen"] % 4 == 0 else refusal


@fault("state", "contract")
def key_forgotten(refusal: Refusal | None, call: Call) -> Refusal | None:
    """Every third time that a valid request comes, its key is said to be wrong."""
    return wrong_key(call.access) if refusal is None and _times(call) % 3 == 0 else refusal


@fault("state", "job")
def answers_the_last_request(job: Job, call: Call) -> Job:
    """A request is answered with what the one before asked for."""
    last = call.memory.get("last", job)
    call.memory["last"] = job
    return last if isinstance(last, Job) and last.model == job.model else job
