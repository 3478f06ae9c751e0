"""Faults in which requests are served or refused, and with which status."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from starlette.responses import Response

from ...errors import Refusal, failure
from ...responses import json_response
from ...seams import Call
from .registry import every, fault


def invalid(call: Call) -> bool:
    """Say whether a request is refused for what its body says."""
    return call.stage == "contract"


@fault("status", "contract")
def crashes_on_invalid(refusal: Refusal | None, call: Call) -> Refusal | None:
    """An invalid body is answered with 500."""
    return refusal and failure()


@fault("status", "reply")
def ok_for_invalid(response: Response, call: Call) -> Response:
    """An invalid body is refused in the body alone: the status is 200."""
    response.status_code = 200 if invalid(call) else response.status_code
    return response


@fault("status", "reply", level="should")
def unprocessable_for_invalid(response: Response, call: Call) -> Response:
    """An invalid body is refused with 422."""
    response.status_code = 422 if invalid(call) else response.status_code
    return response


@fault("status", "reply")
def not_found_for_invalid(response: Response, call: Call) -> Response:
    """An invalid body is refused with 404, whatever is wrong with it."""
    response.status_code = 404 if invalid(call) else response.status_code
    return response


@fault("status", "contract")
def accepts_anything(refusal: Refusal | None, call: Call) -> None:
    """Whatever is sent is served."""


@fault("status", "contract")
def unknown_model_served(refusal: Refusal | None, call: Call) -> Refusal | None:
    """A model that does not exist is served all the same."""
    return None if refusal and refusal.code == "model_not_found" else refusal


@fault("status", "contract")
def unknown_model_crashes(refusal: Refusal | None, call: Call) -> Refusal | None:
    """A model that does not exist is answered with 500."""
    return failure() if refusal and refusal.code == "model_not_found" else refusal


@fault("status", "contract")
def missing_prompt_crashes(refusal: Refusal | None, call: Call) -> Refusal | None:
    """A body without prompt is answered with 500."""
    return failure() if refusal and "prompt" not in call.members else refusal


@fault("status", "contract")
def wrong_type_crashes(refusal: Refusal | None, call: Call) -> Refusal | None:
    """A value of a wrong type is answered with 500."""
    return failure() if refusal and refusal.code == "invalid_type" else refusal


@fault("status", "contract")
def unknown_parameter_crashes(refusal: Refusal | None, call: Call) -> Refusal | None:
    """A parameter that the model does not have is answered with 500."""
    return failure() if refusal and refusal.code == "unknown_parameter" else refusal


@fault("status", "contract")
def refuses_everything(refusal: Refusal | None, call: Call) -> Refusal:
    """Every request is refused as invalid."""
    return refusal or Refusal(400, "Invalid request.", code="invalid_value")


@fault("status", "contract")
def fails_always(refusal: Refusal | None, call: Call) -> Refusal | None:
    """Every valid request is answered with 500."""
    return refusal or failure()


def _too_long(call: Call, size: Callable[[str], int]) -> Refusal | None:
    """Return the refusal of a prompt that is over the longest that a model takes, if its size is measured like this."""
    prompt = str(call.members.get("prompt", ""))
    limit = call.parameters.get("prompt", {}).get("maxLength", len(prompt))
    return Refusal(400, "Prompt too long.", param="prompt") if size(prompt) > limit >= len(prompt) else None


@fault("status", "contract", each=every)
def prompt_measured_in_bytes(refusal: Refusal | None, call: Call) -> Refusal | None:
    """The length of a prompt is counted in bytes of UTF-8 instead of characters."""
    return refusal or _too_long(call, lambda prompt: len(prompt.encode()))


@fault("status", "contract")
def prompt_measured_in_utf_16(refusal: Refusal | None, call: Call) -> Refusal | None:
    """The length of a prompt is counted in code units of UTF-16 instead of characters."""
    return refusal or _too_long(call, lambda prompt: len(prompt.encode("utf-16-le")) // 2)


@fault("status", "size")
def long_body_refused(refusal: Refusal | None, call: Call) -> Refusal | None:
    """A body of more than 16 KiB is refused with 413, though a prompt may be longer."""
    return refusal or (Refusal(413, "Too large.") if len(call.raw) > 16_384 else None)


@fault("status", "contract")
def model_of_any_type_served(refusal: Refusal | None, call: Call) -> Refusal | None:
    """A model that is no string is passed over, and the default one is used."""
    return None if refusal and refusal.param == "model" and refusal.code == "invalid_type" else refusal


@fault("status", "contract")
def count_clamped(refusal: Refusal | None, call: Call) -> Refusal | None:
    """A count beyond its range is quietly brought back into it."""
    bounds = ("integer_above_max_value", "integer_below_min_value")
    return None if refusal and refusal.param == "n" and refusal.code in bounds else refusal


@fault("status", "contract")
def types_coerced(refusal: Refusal | None, call: Call) -> Refusal | None:
    """Values of a wrong type are read as well as they can be."""
    return None if refusal and refusal.code == "invalid_type" and refusal.param else refusal


@fault("status", "contract")
def unknown_parameters_dropped(refusal: Refusal | None, call: Call) -> Refusal | None:
    """Parameters that a model does not have are passed over in silence."""
    return None if refusal and refusal.code == "unknown_parameter" else refusal


@fault("status", "contract", level="should")
def names_in_any_case(refusal: Refusal | None, call: Call) -> Refusal | None:
    """Names of parameters are read without regard to case."""
    known = all(name.lower() in call.parameters for name in call.members)
    return None if refusal and refusal.code == "unknown_parameter" and known else refusal


@fault("status", "contract", each=every)
def many_parameters_crash(refusal: Refusal | None, call: Call) -> Refusal | None:
    """A valid request with three optional parameters or more is answered with 500."""
    return refusal or (failure() if len(call.members.keys() - {"prompt", "model"}) > 2 else None)


@fault("status", "reply")
def redirect_for_invalid(response: Response, call: Call) -> Response:
    """An invalid body is answered with a redirect to the documentation."""
    return Response(status_code=303, headers={"location": "/docs"}) if invalid(call) else response


@fault("status", "reply")
def silence_for_invalid(response: Response, call: Call) -> Response:
    """An invalid body is answered with 204 and nothing else."""
    return Response(status_code=204) if invalid(call) else response


@fault("status", "reply")
def forbidden_for_invalid(response: Response, call: Call) -> Response:
    """An invalid body is refused with 403, as if the key were at fault."""
    response.status_code = 403 if invalid(call) else response.status_code
    return response


@fault("status", "reply")
def created_201(response: Response, call: Call) -> Response:
    """Success is answered with 201."""
    response.status_code = 201 if response.status_code == 200 else response.status_code
    return response


@fault("status", "reply")
def accepted_202(response: Response, call: Call) -> Response:
    """Success is answered with 202 and a job to ask for later."""
    return json_response(202, {"id": "job_1", "status": "queued"}) if response.status_code == 200 else response


@fault("status", "reply")
def no_content_204(response: Response, call: Call) -> Response:
    """Success is answered with 204 and nothing else."""
    return Response(status_code=204) if response.status_code == 200 else response


@fault("status", "reply")
def redirects(response: Response, call: Call) -> Response:
    """A valid request is answered with a redirect to the pictures."""
    return Response(status_code=302, headers={"location": "/images"}) if response.status_code == 200 else response


@fault("status", "contract")
def teapot_for_invalid(refusal: Refusal | None, call: Call) -> Refusal | None:
    """An invalid body is refused with 418, a status that nobody documents."""
    return refusal and replace(refusal, status=418)
