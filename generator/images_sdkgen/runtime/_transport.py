"""What httpx2 raises, as this package's own exceptions."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager

import httpx2

from .errors import APIConnectionError, APITimeoutError


@contextmanager
def translated() -> Generator[None]:
    """Raise APITimeoutError or APIConnectionError for what goes wrong on the way."""
    try:
        yield
    except httpx2.TimeoutException as error:
        raise APITimeoutError(_said(error, "nothing arrived in time; give the client a longer timeout=")) from error
    except httpx2.RequestError as error:
        raise APIConnectionError(_said(error, "the connection failed")) from error


def _said(error: httpx2.RequestError, otherwise: str) -> str:
    """Return what went wrong and where; the host, not the whole URL, for that may hold a password."""
    try:
        host = f" ({error.request.method} {error.request.url.host}{error.request.url.path})"
    except RuntimeError:
        host = ""
    return f"{str(error) or otherwise}{host}"
