"""One request, made of a client's settings, an operation, its parameters and the options of the call."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ._bodies import encoded
from ._omit import given
from ._operation import EVENT_STREAM, JSON, Operation
from ._options import CallOptions
from ._settings import Settings, lowered
from ._validation import validate
from .errors import LocalValidationError, Problem

if TYPE_CHECKING:
    import httpx2


@dataclass(frozen=True, repr=False)
class Prepared:
    """A request but for the key; `stream` says whether events are asked for."""

    operation: Operation
    url: httpx2.URL
    headers: Mapping[str, str]
    body: Mapping[str, Any]
    timeout: float | httpx2.Timeout | None
    stream: bool

    def build(
        self, client: httpx2.Client | httpx2.AsyncClient, key: str, defaults: Mapping[str, str] | None
    ) -> httpx2.Request:
        """Return the request for an HTTP client; for our own, on which nobody sets anything, give its `defaults`."""
        import httpx2

        name, word = self.operation.key_header
        headers = {**({name: f"{word}{key}"} if key else {}), **self.headers}
        method, url, content = self.operation.method, self.url, self.body.get("content")
        if defaults is None or content is None or client.cookies:
            return client.build_request(method, url, headers=headers, timeout=self.timeout, **self.body)
        # The same, for a sixth of the time: what httpx2 adds to a request is known.
        added = {"host": url.netloc.decode("ascii"), **defaults, "content-length": str(len(content))}
        timeout = {"timeout": httpx2.Timeout(self.timeout).as_dict()}
        stream = httpx2.ByteStream(content)
        return httpx2.Request(method, url, headers={**added, **headers}, stream=stream, extensions=timeout)


def prepare(
    settings: Settings, operation: Operation, parameters: dict[str, Any], options: CallOptions, *, whole: bool
) -> Prepared:
    """Return the request of a call, whose answer is to come `whole`; raises LocalValidationError."""
    body = given(parameters)
    if options.get("check_locally", True):
        validate(operation.call, operation.rules, body)
    body.update(options.get("extra_body") or {})
    stream = operation.streams(body)
    if stream and whole:
        name = operation.stream_switch or ""
        message = f"{name!r} does not go with saving to a folder; save what the events of the stream bring"
        raise LocalValidationError(operation.call, [Problem(name, message, f"{name}.save")])
    content = encoded(operation, body)
    ours = {"accept": EVENT_STREAM if stream else JSON, **lowered(content.pop("headers"))}
    return Prepared(
        operation=operation,
        url=settings.url(operation, options),
        headers={**ours, **settings.headers, **lowered(options.get("extra_headers"))},
        body=content,
        timeout=options.get("timeout", settings.timeout),
        stream=stream,
    )
