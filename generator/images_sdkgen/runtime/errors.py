"""Everything that a client raises.

ImagesClientError
├── ConfigurationError               the client was set up wrongly: no key, no usable base URL
├── LocalValidationError             the request breaks the contract; nothing was sent (a ValueError too)
├── ImageError                       an answer arrived, but an image of it cannot be had
│   ├── ImageExpiredError            its temporary URL serves nothing any more
│   ├── ImageRefusedError            a guard refused it: too large, no picture, a private address, a redirect too many
│   └── ImageDownloadError           it could not be fetched: no connection, no answer in time, a server's error
├── SaveError                        some images of an answer were not saved; tells which, and where the others are
└── APIError                         a request was sent
    ├── APIConnectionError           no answer, or not all of it, arrived
    │   ├── APITimeoutError          nothing arrived in time
    │   └── StreamInterruptedError   the event stream ended before the picture was complete
    ├── APIResponseValidationError   an answer arrived that breaks the contract
    ├── APIStreamError               the event stream reported an error
    └── APIStatusError               the server refused or failed
        ├── BadRequestError 400 · AuthenticationError 401 · PermissionDeniedError 403 · NotFoundError 404
        │   └── ContentPolicyError   the request is well-formed, but its content is not allowed
        └── ConflictError 409 · UnprocessableEntityError 422 · RateLimitError 429 · InternalServerError 5xx
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast


class ImagesClientError(Exception):
    """The root of all exceptions of this package."""


class ConfigurationError(ImagesClientError):
    """The client was set up wrongly: no key, or a base URL that is no URL."""


@dataclass(frozen=True)
class Problem:
    """One rule that a request breaks: whom to blame, what is wrong, and the id of the rule in the contract."""

    parameter: str
    message: str
    clause: str

    def __str__(self) -> str:
        return f"{self.message} [{self.clause}]"


class LocalValidationError(ImagesClientError, ValueError):
    """The request breaks the contract, so nothing was sent; `problems` lists every broken rule."""

    def __init__(self, call: str, problems: Sequence[Problem]) -> None:
        self.call = call
        self.problems = tuple(problems)
        super().__init__(f"{call}: " + "; ".join(map(str, self.problems)))


class ImageError(ImagesClientError):
    """An image cannot be had, although the answer that tells of it has arrived."""


class ImageExpiredError(ImageError):
    """The temporary URL of an image serves nothing any more; images are to be saved soon after they are made."""


class ImageRefusedError(ImageError):
    """A guard refused to fetch what is behind an image's URL; `Client(download_limits=...)` sets the guards."""


class ImageDownloadError(ImageError):
    """An image could not be fetched; another try may help while its URL lasts."""


class SaveError(ImagesClientError):
    """Some images of an answer were not saved.

    `answer` is the answer, with all that it said. By the number of the image, from 0, `saved` has the files that are
    there and `failures` what is wrong with the others: mostly an ImageError, or an OSError of the disk.
    """

    def __init__(self, answer: Any, saved: Mapping[int, Path], failures: Mapping[int, Exception]) -> None:
        self.answer = answer
        self.saved = saved
        self.failures = failures
        said = "; ".join(f"image {number}: {error}" for number, error in failures.items())
        super().__init__(f"{len(failures)} of {len(failures) + len(saved)} images were not saved: {said}")


class APIError(ImagesClientError):
    """A request was sent and did not end well. What the server did not say is None.

    `maybe_billed` tells whether the server may have done the work all the same, so that a second request may cost a
    second time; `retry_after` how many seconds the server asks to wait; `arrived` has what came before: the events of a
    stream, the files of an answer that was being saved.
    """

    arrived: tuple[Any, ...] = ()

    def __init__(
        self,
        message: str,
        *,
        type: str | None = None,
        param: str | None = None,
        code: str | None = None,
        request_id: str | None = None,
        retry_after: float | None = None,
        maybe_billed: bool = True,
        body: Any = None,
    ) -> None:
        self.message = message
        self.type = type
        self.param = param
        self.code = code
        self.request_id = request_id
        self.retry_after = retry_after
        self.maybe_billed = maybe_billed
        self.body = body
        super().__init__(message)


class APIConnectionError(APIError):
    """No answer, or not all of it, arrived: name not found, connection refused or cut off."""


class APITimeoutError(APIConnectionError):
    """Nothing arrived in time; the server may have done the work all the same."""


class StreamInterruptedError(APIConnectionError):
    """The event stream ended before the picture was complete; `arrived` has the events that came."""


class APIResponseValidationError(APIError):
    """An answer arrived that breaks the contract; `body` keeps all of it, for the images may be in there."""


class APIStreamError(APIError):
    """The event stream reported an error after it had begun."""


class APIStatusError(APIError):
    """The server refused the request or failed; `status_code` and `headers` tell how."""

    def __init__(self, message: str, *, status_code: int, headers: Mapping[str, str], **details: Any) -> None:
        self.status_code = status_code
        self.headers = headers
        super().__init__(message, **details)

    def __str__(self) -> str:
        marks = {"param": self.param, "code": self.code, "request_id": self.request_id}
        said = ", ".join(f"{name} {value}" for name, value in marks.items() if value)
        return f"{self.status_code}: {self.message}" + (f" ({said})" if said else "")


class BadRequestError(APIStatusError):
    """400: a parameter is missing, unknown or has a value that it may not have; `param` may name it."""


class ContentPolicyError(BadRequestError):
    """The request is well-formed, but what it asks for is not allowed: change the prompt."""


class AuthenticationError(APIStatusError):
    """401: the key is missing, malformed or wrong."""


class PermissionDeniedError(APIStatusError):
    """403: the key may not do this."""


class NotFoundError(APIStatusError):
    """404: no such model, or no such path; see whether the base URL ends in the version, such as /v1."""


class ConflictError(APIStatusError):
    """409: the request conflicts with another one."""


class UnprocessableEntityError(APIStatusError):
    """422: as 400; some servers tell an invalid request this way."""


class RateLimitError(APIStatusError):
    """429: too many requests, or the account's limit is reached; see `retry_after`."""


class InternalServerError(APIStatusError):
    """5xx: the server failed or is overloaded."""


_BY_STATUS: dict[int, type[APIStatusError]] = {
    400: BadRequestError,
    401: AuthenticationError,
    403: PermissionDeniedError,
    404: NotFoundError,
    409: ConflictError,
    422: UnprocessableEntityError,
    429: RateLimitError,
}


def status_error(status_code: int) -> type[APIStatusError]:
    """Return the exception class of a status code."""
    return InternalServerError if status_code >= 500 else _BY_STATUS.get(status_code, APIStatusError)


def error_details(body: Any) -> dict[str, Any]:
    """Return message, type, param and code of an error body, whatever shape the server gave it."""
    outer = _mapping(body) or {}
    error = outer.get("error", outer.get("detail", body))
    said = _mapping(error)
    if said is None:
        return {"message": _text(error)}
    known = {name: _text(said.get(name)) for name in ("type", "param", "code")}
    return {"message": _text(said.get("message")) or _text(dict(said)), **known}


def _mapping(value: object) -> Mapping[str, Any] | None:
    return cast("Mapping[str, Any]", value) if isinstance(value, Mapping) else None


def _text(value: Any, limit: int = 1000) -> str | None:
    if value is None or value == "":
        return None
    text = value if isinstance(value, str) else repr(value)
    return text if len(text) <= limit else f"{text[:limit]}…"
