"""A request and what came of it, as it happened. No exchange ever holds an API key."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any, Literal

Credential = Literal[
    "right", "lower-case scheme", "none", "wrong", "truncated", "extended", "other case",
    "malformed", "no scheme", "other scheme", "empty", "unknown",
]  # fmt: skip

JSON_TYPE = "application/json"
EVENT_STREAM = "text/event-stream"
ANY_ANSWER = f"{JSON_TYPE}, {EVENT_STREAM}"


@dataclass(frozen=True)
class Request:
    """A request without its key: `credential` says what the transport puts into the Authorization header.

    "unknown" is a key in the traffic of others that was denied: it may have been a wrong one.
    """

    body: bytes
    method: str = "POST"
    content_type: str | None = JSON_TYPE
    credential: Credential = "right"
    accept: str = ANY_ANSWER

    @classmethod
    def from_json(cls, value: Any) -> Request:
        """Return the POST of a JSON value."""
        return cls(json.dumps(value, ensure_ascii=False).encode())

    def json(self) -> Any:
        """Return the body as a JSON value; raises ValueError where it is none."""
        return strict_json(self.body)


@dataclass(frozen=True)
class Response:
    """A response, read to its end; header names in lower case."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes = field(repr=False)
    seconds: float = 0.0
    tail: float = 0.0  # seconds from the last event that says something to the end of the answer
    arrivals: tuple[tuple[float, int], ...] = ()  # of a stream: (seconds, bytes that had come by then), part by part

    def header(self, name: str) -> str | None:
        """Return the first value of a header, or None."""
        return next((value for key, value in self.headers if key == name.lower()), None)

    def listed(self, name: str) -> str:
        """Return all values of a header that holds a list, as one; empty where there is none."""
        return ", ".join(value for key, value in self.headers if key == name.lower())

    @property
    def media_type(self) -> str:
        """The media type without its parameters, in lower case; empty where there is none."""
        return (self.header("content-type") or "").split(";")[0].strip().lower()

    def json(self) -> Any:
        """Return the body as a JSON value; raises ValueError where it is none."""
        return strict_json(self.body)


@dataclass(frozen=True)
class Fetched:
    """What came of fetching a URL that an answer gave out: `failure` says why there is nothing."""

    url: str
    status: int = 0
    content_type: str | None = None
    body: bytes = field(default=b"", repr=False)
    failure: str | None = None


@dataclass(frozen=True)
class Exchange:
    """A request with its response, or with the reason why there is none.

    `url` is where it was sent, as far as that is known; `fetched` what was found behind the URLs of the answer.
    """

    request: Request
    response: Response | None = None
    failure: str | None = None
    sent_at: float = 0.0  # Unix time in seconds; 0 where it is not known
    unsent: bool = False  # the request certainly never reached a server
    url: str = ""
    fetched: tuple[Fetched, ...] = ()


def strict_json(data: bytes) -> Any:
    """Parse UTF-8 JSON; NaN, Infinity and a nesting that Python cannot hold are ValueErrors like any other."""

    def refuse(word: str) -> Any:
        raise ValueError(f"{word} is not JSON")

    try:
        return json.loads(data.decode("utf-8"), parse_constant=refuse)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
