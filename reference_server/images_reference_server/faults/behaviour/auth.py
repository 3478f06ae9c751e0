"""Faults in checking who asks."""

from __future__ import annotations

from dataclasses import replace

from starlette.responses import Response

from ...errors import Refusal, failure, no_key, wrong_key
from ...seams import Call
from .registry import fault


def _credentials(call: Call) -> str:
    return call.credentials


def _token(call: Call) -> str:
    return _credentials(call).partition(" ")[2].strip()


@fault("auth", "authorization")
def none(refusal: Refusal | None, call: Call) -> None:
    """No key is asked for."""


@fault("auth", "authorization")
def any_key(refusal: Refusal | None, call: Call) -> Refusal | None:
    """Any well-formed key will do."""
    return None if refusal and refusal.code == "invalid_api_key" else refusal


@fault("auth", "authorization")
def any_header(refusal: Refusal | None, call: Call) -> Refusal | None:
    """Any Authorization header will do, whatever it says."""
    return None if _credentials(call) else refusal


@fault("auth", "authorization")
def missing_passes(refusal: Refusal | None, call: Call) -> Refusal | None:
    """A wrong key is refused, none at all is not."""
    return refusal if _credentials(call) else None


@fault("auth", "authorization")
def any_scheme(refusal: Refusal | None, call: Call) -> Refusal | None:
    """The key is accepted after any scheme."""
    return None if call.key is not None and _token(call) == call.key else refusal


@fault("auth", "authorization")
def no_scheme(refusal: Refusal | None, call: Call) -> Refusal | None:
    """The key is accepted without a scheme."""
    return None if call.key is not None and _credentials(call) == call.key else refusal


@fault("auth", "authorization")
def empty_token_passes(refusal: Refusal | None, call: Call) -> Refusal | None:
    """Bearer without a key is accepted."""
    return None if _credentials(call).strip().lower() == "bearer" else refusal


@fault("auth", "authorization")
def prefix_passes(refusal: Refusal | None, call: Call) -> Refusal | None:
    """A key is accepted if the right one begins with it, or it with the right one."""
    token, key = _token(call), call.key or ""
    return None if token and (key.startswith(token) or token.startswith(key)) else refusal


@fault("auth", "authorization")
def case_ignored(refusal: Refusal | None, call: Call) -> Refusal | None:
    """Upper and lower case of a key are not told apart."""
    return None if call.key is not None and _token(call).lower() == call.key.lower() else refusal


@fault("auth", "authorization")
def scheme_case_sensitive(refusal: Refusal | None, call: Call) -> Refusal | None:
    """The scheme must be written Bearer, not bearer."""
    return refusal or (None if call.key is None or _credentials(call).startswith("Bearer ") else no_key(call.access))


@fault("auth", "authorization")
def right_key_refused(refusal: Refusal | None, call: Call) -> Refusal | None:
    """The right key is refused like a wrong one."""
    return refusal or (wrong_key(call.access) if call.key is not None else None)


@fault("auth", "authorization")
def forbidden(refusal: Refusal | None, call: Call) -> Refusal | None:
    """Whoever has no valid key is refused with 403."""
    return refusal and replace(refusal, status=403)


@fault("auth", "authorization")
def wrong_key_is_bad_request(refusal: Refusal | None, call: Call) -> Refusal | None:
    """A wrong key is refused with 400."""
    return replace(refusal, status=400) if refusal and refusal.code == "invalid_api_key" else refusal


@fault("auth", "authorization")
def missing_is_bad_request(refusal: Refusal | None, call: Call) -> Refusal | None:
    """A request without a key is refused with 400."""
    return replace(refusal, status=400) if refusal and not _credentials(call) else refusal


@fault("auth", "authorization")
def malformed_crashes(refusal: Refusal | None, call: Call) -> Refusal | None:
    """A malformed Authorization header is answered with 500."""
    return failure() if refusal and _credentials(call) and refusal.code != "invalid_api_key" else refusal


@fault("auth", "authorization", level="should")
def no_challenge(refusal: Refusal | None, call: Call) -> Refusal | None:
    """A 401 has no WWW-Authenticate header."""
    return refusal and replace(refusal, headers={})


@fault("auth", "authorization", level="should")
def basic_challenge(refusal: Refusal | None, call: Call) -> Refusal | None:
    """A 401 asks for the Basic scheme."""
    return refusal and replace(refusal, headers={"WWW-Authenticate": 'Basic realm="images"'})


@fault("auth", "reply")
def bare_401(response: Response, call: Call) -> Response:
    """A 401 has plain text in place of the error envelope."""
    if response.status_code != 401:
        return response
    return Response("Unauthorized", 401, {"WWW-Authenticate": response.headers["www-authenticate"]})


@fault("auth", "reply")
def key_in_header(response: Response, call: Call) -> Response:
    """Every response repeats the credentials in a header."""
    if _token(call).isascii() and _token(call):
        response.headers["X-Api-Key"] = _token(call)
    return response


@fault("auth", "reply")
def ok_for_wrong_key(response: Response, call: Call) -> Response:
    """A wrong key is refused in the body alone: the status is 200."""
    wrong = call.refusal is not None and call.refusal.code == "invalid_api_key"
    response.status_code = 200 if wrong else response.status_code
    return response


@fault("auth", "authorization", level="should")
def challenge_for_missing_alone(refusal: Refusal | None, call: Call) -> Refusal | None:
    """Only a request without a key is told which scheme to use."""
    return replace(refusal, headers={}) if refusal and _credentials(call) else refusal
