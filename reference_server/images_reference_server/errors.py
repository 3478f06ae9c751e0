"""Refusals: what the server answers instead of images, each with the full error envelope.

ServerError         the root of what this package raises at its callers
├─ UnknownFault     a fault's name that is not in the list
└─ StartupError     the server cannot listen, or did not come up
Refused             carries a Refusal to where it is answered; stays inside the server
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from images_contract import Access

INVALID_REQUEST = "invalid_request_error"


class ServerError(Exception):
    """Something went wrong with the reference server itself."""


class UnknownFault(ServerError):
    """No fault has this name."""


class StartupError(ServerError):
    """The server cannot listen, or did not come up."""


class Refused(Exception):
    """A request is not served."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.message)
        self.refusal = refusal


@dataclass(frozen=True)
class Refusal:
    """A request that is not served: status, the members of the error envelope, and headers of its own."""

    status: int
    message: str
    param: str | None = None
    code: str | None = None
    kind: str = INVALID_REQUEST
    headers: Mapping[str, str] = field(default_factory=dict)

    def envelope(self) -> dict[str, Any]:
        """Return the body of the answer."""
        return {"error": {"message": self.message, "type": self.kind, "param": self.param, "code": self.code}}


def no_key(access: Access) -> Refusal:
    """Return the answer to a request without usable credentials."""
    message = f"You didn't provide an API key. Send it as '{access.key_header}: {access.header('YOUR_KEY')}'."
    return Refusal(401, message, headers=_challenge(access))


def wrong_key(access: Access) -> Refusal:
    """Return the answer to a key that was never issued; it repeats no part of the key."""
    return Refusal(401, "Incorrect API key provided.", code="invalid_api_key", headers=_challenge(access))


def _challenge(access: Access) -> dict[str, str]:
    scheme = access.key_scheme
    return {"WWW-Authenticate": f'{scheme} realm="images-reference-server"'} if scheme else {}


def no_such_path(path: str) -> Refusal:
    """Return the answer to a path that is not served."""
    return Refusal(404, f"Invalid URL: nothing is served at {path!r}.", code="not_found")


def no_such_model(name: object) -> Refusal:
    """Return the answer to a model that is not in the document."""
    return Refusal(400, f"The model {shown(name)} does not exist.", param="model", code="model_not_found")


def no_model() -> Refusal:
    """Return the answer to a request that names no model, where it must."""
    return Refusal(400, "Missing required parameter: 'model'.", param="model", code="missing_required_parameter")


def wrong_method(method: str, allowed: str) -> Refusal:
    """Return the answer to a method that is not served, with the ones that are."""
    message = f"Not allowed to {method} this path; use {allowed}."
    return Refusal(405, message, code="method_not_allowed", headers={"Allow": allowed})


def too_large(limit: int) -> Refusal:
    """Return the answer to a body over the limit."""
    return Refusal(413, f"The request body is too large: at most {limit:,} bytes.", code="content_too_large")


def wrong_media_type(seen: str) -> Refusal:
    """Return the answer to a body that is not plain JSON in UTF-8."""
    message = f"Unsupported media type {shown(seen)}; send application/json."
    return Refusal(415, message, code="unsupported_media_type", headers={"Accept": "application/json"})


def not_json(problem: str) -> Refusal:
    """Return the answer to a body that cannot be read as JSON."""
    return Refusal(400, f"We could not parse the JSON body of your request: {problem}.", code="invalid_json")


def failure() -> Refusal:
    """Return the answer to a failure of ours."""
    return Refusal(500, "The server had an error while processing your request.", kind="server_error")


def shown(value: object, limit: int = 80) -> str:
    """Return a value in quotes, cut to a length that a message can bear."""
    text = value if isinstance(value, str) else repr(value)
    return f"'{text}'" if len(text) <= limit else f"'{text[: limit - 1]}…'"
