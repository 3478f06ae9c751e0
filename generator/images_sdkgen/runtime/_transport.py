"""The HTTP client underneath: how many connections, and what it raises, as this package's own exceptions."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from .errors import APIConnectionError, APITimeoutError

if TYPE_CHECKING:
    import httpx2


def limits() -> httpx2.Limits:
    """Return how many connections a client opens: many requests are under way at once, for pictures take minutes."""
    import httpx2

    return httpx2.Limits(max_connections=1000, max_keepalive_connections=100)


@contextmanager
def translated() -> Generator[None]:
    """Raise APITimeoutError or APIConnectionError for what goes wrong on the way."""
    import httpx2

    # Here nothing has been sent: a name that is not found, a refused connection, none that is free.
    unsent = (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout, httpx2.ProxyError)
    try:
        yield
    except httpx2.TimeoutException as error:
        said = _said(error, "nothing arrived in time; give the client a longer timeout=")
        raise APITimeoutError(said, maybe_billed=not isinstance(error, unsent)) from error
    except httpx2.RequestError as error:
        said = _said(error, "the connection failed")
        raise APIConnectionError(said, maybe_billed=not isinstance(error, unsent)) from error


def request_id(response: httpx2.Response) -> str | None:
    """Return the id that the server gave the request, worth quoting to its support."""
    return response.headers.get("x-request-id")


def _said(error: httpx2.RequestError, otherwise: str) -> str:
    """Return what went wrong and where; the host, not the whole URL, for that may hold a password."""
    try:
        host = f" ({error.request.method} {error.request.url.host}{error.request.url.path})"
    except RuntimeError:
        host = ""
    return f"{str(error) or otherwise}{host}"
