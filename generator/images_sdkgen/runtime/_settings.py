"""Where a client's requests go, with which key, headers and query, and how patiently."""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, TypeVar

from ._omit import Omit
from ._operation import Operation
from ._options import CallOptions
from ._retries import Retries
from ._visit import DownloadLimits
from .errors import ConfigurationError

if TYPE_CHECKING:  # it takes longer to import than all of this package, and only a client needs it
    import httpx2

T = TypeVar("T")
Key = str | Callable[[], str]
AsyncKey = str | Callable[[], str | Awaitable[str]]

API_KEY_VARIABLE = "OPENAI_API_KEY"
BASE_URL_VARIABLE = "OPENAI_BASE_URL"
ORGANIZATION = ("openai-organization", "OPENAI_ORG_ID")
PROJECT = ("openai-project", "OPENAI_PROJECT_ID")


@dataclass(frozen=True, kw_only=True, repr=False)
class Settings:
    """What all requests of a client share. Names of headers are in lower case."""

    key: AsyncKey
    base_url: httpx2.URL
    headers: Mapping[str, str]
    query: Mapping[str, Any]
    timeout: float | httpx2.Timeout | None
    retries: Retries
    download_limits: DownloadLimits
    _urls: dict[str, httpx2.URL] = field(default_factory=dict[str, Any])

    @classmethod
    def from_environment(
        cls,
        api_key: AsyncKey | None,
        base_url: str | httpx2.URL | None,
        *,
        organization: str | None,
        project: str | None,
        default_base_url: str,
        default_headers: Mapping[str, str] | None,
        default_query: Mapping[str, Any] | None,
        user_agent: str,
        timeout: float | httpx2.Timeout | Omit | None,
        retries: Retries,
        download_limits: DownloadLimits | None,
    ) -> Settings:
        """Return settings where the environment has what is not given; raises ConfigurationError."""
        import httpx2

        key = api_key if api_key is not None else os.environ.get(API_KEY_VARIABLE)
        if key is None:
            raise ConfigurationError(
                f"no API key: pass api_key=... or set {API_KEY_VARIABLE} (an empty key sends no Authorization header)"
            )
        account = dict(filter(None, (_header(ORGANIZATION, organization), _header(PROJECT, project))))
        return cls(
            key=key if callable(key) else checked_key(key),
            base_url=_checked_url(base_url or os.environ.get(BASE_URL_VARIABLE) or default_base_url),
            headers={"user-agent": user_agent, **account, **lowered(default_headers)},
            query=default_query or {},
            # Pictures take minutes, a connection does not.
            timeout=chosen(timeout, httpx2.Timeout(600.0, connect=10.0)),
            retries=retries,
            download_limits=download_limits or DownloadLimits(),
        )

    def changed(
        self, timeout: float | httpx2.Timeout | Omit | None, max_retries: int | Omit, may_pay_twice: bool | Omit
    ) -> Settings:
        """Return these settings with what is given instead."""
        limit, twice = chosen(max_retries, self.retries.limit), chosen(may_pay_twice, self.retries.may_pay_twice)
        retries = replace(self.retries, limit=limit, may_pay_twice=twice)
        return replace(self, timeout=chosen(timeout, self.timeout), retries=retries)

    def url(self, operation: Operation, options: CallOptions) -> httpx2.URL:
        """Return the URL of an operation; what a base URL has in its query outweighs what the document gives."""
        path = operation.path
        if path not in self._urls:  # taking a URL apart costs more than all else that is done for a call
            url = self.base_url.copy_with(path=self.base_url.path.rstrip("/") + path)
            query = {name: value for name, value in operation.query if name not in url.params} | dict(self.query)
            self._urls[path] = url.copy_merge_params(query) if query else url
        extra = options.get("extra_query")
        return self._urls[path].copy_merge_params(extra) if extra else self._urls[path]


def shown(url: httpx2.URL) -> str:
    """Return a URL as it may be shown: without a password, and without a query, where some servers want the key."""
    return str(url.copy_with(userinfo=b"", query=None))


def checked_key(key: str) -> str:
    """Return a key that can stand in a header; raises ConfigurationError."""
    if not (key.isascii() and key.isprintable()) or key != key.strip():
        raise ConfigurationError("the API key holds what no header may hold, such as a newline; was it cut badly?")
    return key


def lowered(headers: Mapping[str, str] | None) -> dict[str, str]:
    """Return headers with their names in lower case, so that one replaces another."""
    return {name.lower(): value for name, value in (headers or {}).items()}


def chosen(given: T | Omit, otherwise: T) -> T:
    """Return what was given, or else the other value."""
    return otherwise if isinstance(given, Omit) else given


def _header(known: tuple[str, str], given: str | None) -> tuple[str, str] | None:
    name, variable = known
    value = given if given is not None else os.environ.get(variable)
    return (name, value) if value else None


def _checked_url(given: str | httpx2.URL) -> httpx2.URL:
    import httpx2

    try:
        url = httpx2.URL(given)
    except (httpx2.InvalidURL, TypeError) as error:
        raise ConfigurationError(f"base_url {given!r} is no URL: {error}") from error
    if not str(given):
        raise ConfigurationError(f"no base URL: pass base_url=... or set {BASE_URL_VARIABLE}")
    if url.scheme not in ("http", "https") or not url.host:
        raise ConfigurationError(f"base_url {str(given)!r} must begin with http:// or https:// and name a host")
    return url
