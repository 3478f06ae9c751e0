"""Faults in methods, media types and headers."""

from __future__ import annotations

from dataclasses import replace

from starlette.responses import Response

from ...errors import Refusal, failure, wrong_media_type
from ...seams import Call
from .registry import every, fault


@fault("http", "method", "media_type", "json")
def get_served(refusal: Refusal | None, call: Call) -> Refusal | None:
    """GET makes images."""
    return None if call.method == "GET" else refusal


@fault("http", "method")
def put_served(refusal: Refusal | None, call: Call) -> Refusal | None:
    """PUT makes images, as POST does."""
    return None if call.method == "PUT" else refusal


@fault("http", "method")
def delete_crashes(refusal: Refusal | None, call: Call) -> Refusal | None:
    """DELETE is answered with 500."""
    return failure() if call.method == "DELETE" else refusal


@fault("http", "method", "media_type", "json")
def patch_served(refusal: Refusal | None, call: Call) -> Refusal | None:
    """PATCH makes images."""
    return None if call.method == "PATCH" else refusal


@fault("http", "method", "media_type", "json", level="should")
def head_served(refusal: Refusal | None, call: Call) -> Refusal | None:
    """HEAD makes images, though nobody will see them."""
    return None if call.method == "HEAD" else refusal


@fault("http", "method", level="should")
def options_crashes(refusal: Refusal | None, call: Call) -> Refusal | None:
    """OPTIONS is answered with 500."""
    return failure() if call.method == "OPTIONS" else refusal


@fault("http", "method", level="should")
def no_allow(refusal: Refusal | None, call: Call) -> Refusal | None:
    """A 405 does not say which methods are served."""
    return refusal and replace(refusal, headers={})


@fault("http", "method", level="should")
def wrong_allow(refusal: Refusal | None, call: Call) -> Refusal | None:
    """A 405 lists methods that are not served, and not POST."""
    return refusal and replace(refusal, headers={"Allow": "GET, HEAD"})


@fault("http", "method", level="should")
def not_found_for_method(refusal: Refusal | None, call: Call) -> Refusal | None:
    """Another method is refused with 404."""
    return refusal and replace(refusal, status=404)


@fault("http", "method")
def method_crashes(refusal: Refusal | None, call: Call) -> Refusal | None:
    """Another method is answered with 500."""
    return refusal and failure()


@fault("http", "media_type")
def any_media_type(refusal: Refusal | None, call: Call) -> None:
    """A body is read as JSON whatever it says that it is."""


@fault("http", "media_type")
def media_type_crashes(refusal: Refusal | None, call: Call) -> Refusal | None:
    """Another media type is answered with 500."""
    return refusal and failure()


@fault("http", "media_type", level="should")
def media_type_is_bad_request(refusal: Refusal | None, call: Call) -> Refusal | None:
    """Another media type is refused with 400."""
    return refusal and replace(refusal, status=400)


@fault("http", "media_type")
def charset_refused(refusal: Refusal | None, call: Call) -> Refusal | None:
    """application/json with a charset is refused, even utf-8."""
    seen = call.headers.get("content-type", "")
    return refusal or (wrong_media_type(seen) if ";" in seen else None)


@fault("http", "media_type")
def media_type_case_sensitive(refusal: Refusal | None, call: Call) -> Refusal | None:
    """The media type must be in lower case."""
    seen = call.headers.get("content-type", "").partition(";")[0]
    return refusal or (wrong_media_type(seen) if seen != seen.lower() else None)


@fault("http", "media_type")
def event_stream_not_acceptable(refusal: Refusal | None, call: Call) -> Refusal | None:
    """A request whose Accept header is text/event-stream is refused with 406."""
    wanted = call.headers.get("accept", "")
    return Refusal(406, "Only application/json is produced.") if wanted == "text/event-stream" else refusal


@fault("http", "reply", level="should", each=every)
def no_request_id(response: Response, call: Call) -> Response:
    """No response has a request id."""
    response.headers["X-Request-ID"] = ""
    return response


@fault("http", "reply", each=every)
def says_html(response: Response, call: Call) -> Response:
    """A success is JSON, but says that it is HTML."""
    if response.status_code == 200 and response.media_type == "application/json":
        response.headers["content-type"] = "text/html"
    return response


@fault("http", "reply")
def no_content_type(response: Response, call: Call) -> Response:
    """A success does not say what it is."""
    if response.status_code == 200 and response.media_type == "application/json":
        del response.headers["content-type"]
    return response


def _refused(response: Response, call: Call, stage: str) -> bool:
    return call.refusal is not None and call.stage == stage and response.status_code < 500


@fault("http", "reply")
def bare_415(response: Response, call: Call) -> Response:
    """A 415 has plain text in place of the error envelope."""
    return Response("Unsupported Media Type", 415) if _refused(response, call, "media_type") else response


@fault("http", "media_type")
def media_type_prefix_enough(refusal: Refusal | None, call: Call) -> Refusal | None:
    """Whatever begins with application/json is taken for it."""
    return None if call.headers.get("content-type", "").startswith("application/json") else refusal


@fault("http", "media_type")
def forms_read(refusal: Refusal | None, call: Call) -> Refusal | None:
    """A body that says that it is a form is read as JSON."""
    return None if "form" in call.headers.get("content-type", "") else refusal


@fault("http", "media_type")
def multipart_read(refusal: Refusal | None, call: Call) -> Refusal | None:
    """A body that says that it has several parts is read as JSON."""
    return None if call.headers.get("content-type", "").startswith("multipart/") else refusal


@fault("http", "media_type")
def charset_in_lower_case_alone(refusal: Refusal | None, call: Call) -> Refusal | None:
    """The charset utf-8 is known in lower case alone."""
    seen = call.headers.get("content-type", "")
    return refusal or (wrong_media_type(seen) if "UTF-8" in seen else None)


@fault("http", "media_type")
def charset_in_quotes_refused(refusal: Refusal | None, call: Call) -> Refusal | None:
    """A charset in quotation marks is refused."""
    seen = call.headers.get("content-type", "")
    return refusal or (wrong_media_type(seen) if '"' in seen else None)
