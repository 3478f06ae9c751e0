"""From an HTTP response to a typed value or a typed error; no input or output happens here."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, cast

from ._downloads import Downloads
from ._late import settled
from ._model import Answer, Breach, ResponseModel
from ._operation import EVENT_STREAM, Operation, ReadModel
from ._retries import maybe_billed, retry_after
from ._saving import Pictures
from ._settings import shown
from ._transport import request_id
from .errors import APIResponseValidationError, APIStatusError, ContentPolicyError, error_details, status_error

if TYPE_CHECKING:
    import httpx2

_SHORTEST_KEY = 8


def parse_json(response: httpx2.Response) -> Any:
    """Return the body of an answer that has been read as JSON values, or as text where it is no JSON."""
    try:
        return json.loads(response.content)
    except (ValueError, RecursionError):
        return response.text


def refusal(operation: Operation, response: httpx2.Response) -> APIStatusError:
    """Return the exception for an answer that is not a success; its body must have been read."""
    body = parse_json(response)
    details = error_details(body)
    message = details.pop("message", None) or _moved(response) or response.reason_phrase or "no explanation"
    status = response.status_code
    wait = retry_after(response.headers)
    blamed = details.get("code") in operation.content_policy
    return (ContentPolicyError if blamed else status_error(status))(
        _without_key(message, operation, response.request),
        status_code=status,
        headers=response.headers,
        request_id=request_id(response),
        retry_after=wait,
        maybe_billed=maybe_billed(status, wait),
        body=body,
        **details,
    )


def _moved(response: httpx2.Response) -> str:
    """Return where a server sends a request that is not sent on: it has the key, and may cost money."""
    following = response.next_request
    return (
        f"the server redirects to {shown(following.url)}; give the base_url that this follows from" if following else ""
    )


def _without_key(message: str, operation: Operation, request: httpx2.Request) -> str:
    """Return a message without the key, which some servers repeat; a very short one could be any word."""
    name, word = operation.key_header
    key = request.headers.get(name, "").removeprefix(word)
    return message.replace(key, "[key]") if len(key) >= _SHORTEST_KEY else message


def result(operation: Operation, body: object, response: httpx2.Response, downloads: Downloads) -> Any:
    """Return the typed answer, or None for an operation that answers nothing."""
    if operation.read is None:
        return None
    identity = request_id(response)
    model = read(operation.read, body, identity)
    # Frozen, but not out of our hands yet.
    if isinstance(model, Answer):
        object.__setattr__(model, "headers", response.headers)
        object.__setattr__(model, "request_id", identity)
    if isinstance(model, Pictures):
        for each in (model, *model.pictures):
            object.__setattr__(each, "downloads", downloads)
    return model


def read(model: ReadModel, body: object, request: str | None) -> ResponseModel:
    """Return a JSON value as a model; raises APIResponseValidationError, which keeps the value."""
    try:
        return model(body, "")
    except Breach as breach:
        raise APIResponseValidationError(str(breach), request_id=request, body=settled(body)) from breach


def is_event_stream(response: httpx2.Response) -> bool:
    """Whether an answer says that it is an event stream."""
    media_type: str = response.headers.get("content-type", "")
    return media_type.partition(";")[0].strip().lower() == EVENT_STREAM


def unexpected(response: httpx2.Response, *, stream: bool) -> APIResponseValidationError:
    """Return the exception where a stream was asked for and none came, or the other way round."""
    asked, got = ("an event stream", "none") if stream else ("no event stream", "one")
    message = f"the answer breaks the contract: the request asked for {asked} and got {got}"
    return APIResponseValidationError(message, request_id=request_id(response), body=parse_json(response))


def is_error_event(data: object) -> bool:
    """Whether the data of an event reports an error."""
    if not isinstance(data, dict):
        return False
    said = cast("dict[str, Any]", data)
    return said.get("error") is not None or said.get("type") == "error"
