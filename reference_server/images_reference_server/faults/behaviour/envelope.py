"""Faults in the error envelope of a refusal."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from ...seams import Call
from .registry import fault

Envelope = dict[str, Any]


def _set(envelope: Envelope, **members: Any) -> Envelope:
    return {"error": {**envelope["error"], **members}}


def _drop(envelope: Envelope, member: str) -> Envelope:
    return {"error": {name: value for name, value in envelope["error"].items() if name != member}}


@fault("envelope", "envelope")
def flat(envelope: Envelope, call: Call) -> Envelope:
    """The members of the error stand at the top, without the error key."""
    inner: Envelope = envelope["error"]
    return inner


@fault("envelope", "envelope")
def no_type(envelope: Envelope, call: Call) -> Envelope:
    """An error has no type."""
    return _drop(envelope, "type")


@fault("envelope", "envelope")
def no_message(envelope: Envelope, call: Call) -> Envelope:
    """An error has no message."""
    return _drop(envelope, "message")


@fault("envelope", "envelope")
def no_param(envelope: Envelope, call: Call) -> Envelope:
    """An error has no param."""
    return _drop(envelope, "param")


@fault("envelope", "envelope")
def no_code(envelope: Envelope, call: Call) -> Envelope:
    """An error has no code."""
    return _drop(envelope, "code")


@fault("envelope", "envelope")
def detail(envelope: Envelope, call: Call) -> Envelope:
    """An error is a detail list, as some web frameworks write it."""
    error = envelope["error"]
    return {"detail": [{"loc": ["body", error["param"]], "msg": error["message"], "type": "value_error"}]}


@fault("envelope", "envelope")
def error_is_text(envelope: Envelope, call: Call) -> Envelope:
    """An error is a mere sentence."""
    return {"error": envelope["error"]["message"]}


@fault("envelope", "envelope")
def error_is_list(envelope: Envelope, call: Call) -> Envelope:
    """An error is a list of errors."""
    return {"error": [envelope["error"]]}


@fault("envelope", "envelope")
def code_is_status(envelope: Envelope, call: Call) -> Envelope:
    """The code of an error is the status, as an integer."""
    return _set(envelope, code=call.refusal.status if call.refusal else 0)


@fault("envelope", "envelope")
def type_is_null(envelope: Envelope, call: Call) -> Envelope:
    """The type of an error is null."""
    return _set(envelope, type=None)


@fault("envelope", "envelope")
def message_is_null(envelope: Envelope, call: Call) -> Envelope:
    """The message of an error is null."""
    return _set(envelope, message=None)


@fault("envelope", "envelope")
def message_is_object(envelope: Envelope, call: Call) -> Envelope:
    """The message of an error is an object."""
    return _set(envelope, message={"text": envelope["error"]["message"]})


@fault("envelope", "envelope")
def param_is_list(envelope: Envelope, call: Call) -> Envelope:
    """The param of an error is a list."""
    return _set(envelope, param=[envelope["error"]["param"]])


@fault("envelope", "envelope")
def wrong_param(envelope: Envelope, call: Call) -> Envelope:
    """An error blames a parameter that is in order."""
    blamed = envelope["error"]["param"]
    return _set(envelope, param="user" if blamed not in (None, "user") else blamed and "prompt")


@fault("envelope", "envelope")
def param_is_a_path(envelope: Envelope, call: Call) -> Envelope:
    """An error blames body.NAME instead of NAME."""
    blamed = envelope["error"]["param"]
    return _set(envelope, param=blamed and f"body.{blamed}")


@fault("envelope", "envelope")
def message_is_empty(envelope: Envelope, call: Call) -> Envelope:
    """The message of an error is empty."""
    return _set(envelope, message="")


@fault("envelope", "envelope")
def stack_trace(envelope: Envelope, call: Call) -> Envelope:
    """The message of an error holds a stack trace."""
    trace = 'Traceback (most recent call last):\n  File "/srv/app/main.py", line 41, in create\nValueError: '
    return _set(envelope, message=trace + str(envelope["error"]["message"]))


@fault("envelope", "envelope")
def key_echoed(envelope: Envelope, call: Call) -> Envelope:
    """The message of an error repeats the key that came with the request."""
    return _set(envelope, message=f"{envelope['error']['message']} ({call.credentials})")


@fault("envelope", "reply")
def html(response: Response, call: Call) -> Response:
    """A refusal is a page of HTML."""
    page = f"<html><body><h1>{response.status_code}</h1></body></html>"
    return Response(page, response.status_code, media_type="text/html") if call.refusal else response


@fault("envelope", "reply")
def plain_text(response: Response, call: Call) -> Response:
    """A refusal is a line of plain text."""
    text = call.refusal.message if call.refusal else ""
    return Response(text, response.status_code, media_type="text/plain") if call.refusal else response


@fault("envelope", "reply")
def empty(response: Response, call: Call) -> Response:
    """A refusal has no body."""
    return Response(status_code=response.status_code) if call.refusal else response


@fault("envelope", "reply")
def wrong_content_type(response: Response, call: Call) -> Response:
    """A refusal is JSON, but says that it is HTML."""
    if call.refusal:
        response.headers["content-type"] = "text/html; charset=utf-8"
    return response


@fault("envelope", "reply")
def truncated(response: Response, call: Call) -> Response:
    """The JSON of a refusal breaks off."""
    text = bytes(response.body)[:-5]
    return Response(text, response.status_code, media_type="application/json") if call.refusal else response


@fault("envelope", "envelope")
def twice(envelope: Envelope, call: Call) -> Envelope:
    """The error stands inside another one."""
    return {"error": envelope}


@fault("envelope", "envelope")
def param_is_empty(envelope: Envelope, call: Call) -> Envelope:
    """The param of every error is an empty string."""
    return _set(envelope, param="")


@fault("envelope", "envelope", level="should")
def html_in_message(envelope: Envelope, call: Call) -> Envelope:
    """The message of an error is the page of HTML that another server answered with."""
    return _set(envelope, message="<html><head><title>400 Bad Request</title></head></html>")


@fault("envelope", "envelope", level="should")
def stack_beside_message(envelope: Envelope, call: Call) -> Envelope:
    """Beside its message an error has the lines of a stack trace."""
    stack = ["ValueError: no", "    at create (/srv/app/images.js:41:7)"]
    return _set(envelope, stack="\n".join(stack))


@fault("envelope", "envelope", level="should")
def half_the_key_echoed(envelope: Envelope, call: Call) -> Envelope:
    """The message of an error repeats all but the last four characters of the key."""
    return _set(envelope, message=f"Refused ({call.headers.get('authorization', '')[:-4]}…)")
