"""Faults in reading a body: what is not JSON taken for it, what is JSON mishandled; and in writing one."""

from __future__ import annotations

import json

from starlette.responses import Response

from ...errors import Refusal, failure, not_json
from ...seams import NO_BODY, Call
from .registry import every, fault


@fault("bodies", "json")
def malformed_crashes(refusal: Refusal | None, call: Call) -> Refusal | None:
    """A body that is not JSON is answered with 500."""
    return refusal and failure()


@fault("bodies", "json")
def malformed_served(refusal: Refusal | None, call: Call) -> None:
    """A body that is not JSON is taken for a default request."""


@fault("bodies", "json", level="should")
def malformed_is_unprocessable(refusal: Refusal | None, call: Call) -> Refusal | None:
    """A body that is not JSON is refused with 422."""
    return refusal and Refusal(422, refusal.message, code=refusal.code)


@fault("bodies", "json")
def empty_served(refusal: Refusal | None, call: Call) -> Refusal | None:
    """An empty body is taken for a default request."""
    return refusal if call.raw else None


@fault("bodies", "json")
def garbage_after_ignored(refusal: Refusal | None, call: Call) -> Refusal | None:
    """Whatever follows the JSON value is ignored."""
    try:
        call.body, _ = json.JSONDecoder().raw_decode(call.raw.decode())
    except (ValueError, RecursionError):
        return refusal
    return None


@fault("bodies", "json")
def invalid_utf8_replaced(refusal: Refusal | None, call: Call) -> Refusal | None:
    """A body that is not UTF-8 is read all the same."""
    if refusal is None or "UTF-8" not in refusal.message:
        return refusal
    call.body = json.loads(call.raw.decode("utf-8", "replace"))
    return None


@fault("bodies", "json")
def invalid_utf8_crashes(refusal: Refusal | None, call: Call) -> Refusal | None:
    """A body that is not UTF-8 is answered with 500."""
    return failure() if refusal and "UTF-8" in refusal.message else refusal


@fault("bodies", "json")
def deep_nesting_crashes(refusal: Refusal | None, call: Call) -> Refusal | None:
    """A body nested very deeply is answered with 500."""
    return failure() if call.raw.count(b"[") > 200 else refusal


@fault("bodies", "contract")
def array_crashes(refusal: Refusal | None, call: Call) -> Refusal | None:
    """A body that is JSON but no object is answered with 500."""
    return refusal if isinstance(call.body, dict) else failure()


@fault("bodies", "json")
def unicode_escapes_refused(refusal: Refusal | None, call: Call) -> Refusal | None:
    r"""A body with \u escapes is refused as malformed."""
    return refusal or (not_json("unexpected escape") if b"\\u" in call.raw else None)


@fault("bodies", "json")
def only_ascii_read(refusal: Refusal | None, call: Call) -> Refusal | None:
    """A body with characters beyond ASCII is answered with 500."""
    return refusal or (None if call.raw.isascii() else failure())


@fault("bodies", "json")
def trailing_comma_read(refusal: Refusal | None, call: Call) -> Refusal | None:
    """A body with a trailing comma is read all the same."""
    try:
        repaired = json.loads(call.raw.replace(b",}", b"}"))
    except ValueError:
        return refusal
    call.body = repaired if call.body is NO_BODY else call.body
    return None


def _rewritten(response: Response, content: bytes) -> Response:
    return Response(content, response.status_code, media_type="application/json")


def _is_json(response: Response) -> bool:
    return response.status_code == 200 and response.media_type == "application/json"


@fault("bodies", "reply")
def writes_invalid_utf8(response: Response, call: Call) -> Response:
    """A success holds bytes that are not UTF-8."""
    content = bytes(response.body) if _is_json(response) else b""
    return _rewritten(response, content[:-1] + b', "note": "\xff"}') if content else response


@fault("bodies", "reply", each=every)
def writes_keys_twice(response: Response, call: Call) -> Response:
    """A success has the same key twice."""
    content = bytes(response.body) if _is_json(response) else b""
    return _rewritten(response, b'{"created": 1, ' + content[1:]) if content else response


@fault("bodies", "reply")
def writes_byte_order_mark(response: Response, call: Call) -> Response:
    """A success begins with a byte order mark."""
    return _rewritten(response, b"\xef\xbb\xbf" + bytes(response.body)) if _is_json(response) else response


@fault("bodies", "reply")
def writes_nan(response: Response, call: Call) -> Response:
    """A success holds NaN, which JSON lacks."""
    content = bytes(response.body) if _is_json(response) else b""
    return _rewritten(response, content[:-1] + b', "score": NaN}') if content else response


@fault("bodies", "reply", each=every)
def writes_truncated(response: Response, call: Call) -> Response:
    """The JSON of a success breaks off."""
    return _rewritten(response, bytes(response.body)[:-5]) if _is_json(response) else response


@fault("bodies", "reply")
def writes_list(response: Response, call: Call) -> Response:
    """A success is a list of answers instead of one."""
    return _rewritten(response, b"[" + bytes(response.body) + b"]") if _is_json(response) else response


@fault("bodies", "reply")
def writes_nothing(response: Response, call: Call) -> Response:
    """A success has no body."""
    return _rewritten(response, b"") if _is_json(response) else response


@fault("bodies", "json")
def single_quotes_read(refusal: Refusal | None, call: Call) -> Refusal | None:
    """Single quotes will do for double ones."""
    try:
        repaired = json.loads(call.raw.replace(b"'", b'"'))
    except (ValueError, RecursionError):
        return refusal
    call.body = repaired if call.body is NO_BODY else call.body
    return None


@fault("bodies", "reply")
def malformed_bare(response: Response, call: Call) -> Response:
    """The refusal of a body that is not JSON is a line of plain text."""
    return Response("Bad Request", 400) if call.refusal and call.stage == "json" else response


@fault("bodies", "reply")
def writes_lines(response: Response, call: Call) -> Response:
    """A success is one JSON text per line, a summary after the answer."""
    done = b'\n{"done": true}\n'
    return _rewritten(response, bytes(response.body) + done) if _is_json(response) else response
