"""The clients without the operations: settings, one request, one answer. `client` adds what the document names."""

from __future__ import annotations

import os
from collections.abc import Mapping
from types import TracebackType
from typing import Any, Self

import httpx2

from ._answers import EVENT_STREAM, check_kind, is_event_stream, refusal, result
from ._bodies import encoded
from ._omit import given
from ._operation import JSON, Operation
from ._options import CallOptions
from ._streams import AsyncEventStream, EventStream
from ._transport import translated
from ._validation import validate
from .errors import ConfigurationError

API_KEY_VARIABLE = "OPENAI_API_KEY"
BASE_URL_VARIABLE = "OPENAI_BASE_URL"
# Pictures take minutes, a connection does not.
DEFAULT_TIMEOUT = httpx2.Timeout(600.0, connect=10.0)


class Settings:
    """Where requests go, and with which key; what is not given comes from the environment."""

    def __init__(self, api_key: str | None, base_url: str | None, default_base_url: str, user_agent: str) -> None:
        key = api_key if api_key is not None else os.environ.get(API_KEY_VARIABLE)
        if key is None:
            raise ConfigurationError(
                f"no API key: pass api_key=... or set {API_KEY_VARIABLE} (an empty key sends no Authorization header)"
            )
        if not (key.isascii() and key.isprintable()) or key != key.strip():
            raise ConfigurationError("the API key holds what no header may hold, such as a newline; was it cut badly?")
        self.base_url = _checked_url(base_url or os.environ.get(BASE_URL_VARIABLE) or default_base_url)
        self.headers = {"User-Agent": user_agent}
        if key:
            self.headers["Authorization"] = f"Bearer {key}"

    def request(
        self, operation: Operation, parameters: dict[str, Any], options: CallOptions
    ) -> tuple[dict[str, Any], bool]:
        """Return the arguments of httpx2's `build_request`, and whether events are asked for."""
        body = given(parameters)
        if options.get("check_locally", True):
            validate(operation.call, operation.rules, body)
        body.update(options.get("extra_body") or {})
        stream = operation.streams(body)
        content = encoded(operation, body)
        headers = self._headers(content["headers"], options, stream=stream)
        url = self._url(operation, options)
        return {"method": operation.method, "url": url, **content, "headers": headers}, stream

    def _url(self, operation: Operation, options: CallOptions) -> httpx2.URL:
        url = self.base_url.copy_with(path=self.base_url.path.rstrip("/") + operation.path)
        extra = options.get("extra_query")
        return url.copy_merge_params(dict(extra)) if extra else url

    def _headers(self, content: Mapping[str, str], options: CallOptions, *, stream: bool) -> httpx2.Headers:
        headers = httpx2.Headers({**self.headers, **content, "Accept": EVENT_STREAM if stream else JSON})
        headers.update(options.get("extra_headers"))  # without regard to case
        return headers


def _checked_url(text: str) -> httpx2.URL:
    try:
        url = httpx2.URL(text)
    except (httpx2.InvalidURL, TypeError) as error:
        raise ConfigurationError(f"base_url {text!r} is no URL: {error}") from error
    if url.scheme not in ("http", "https") or not url.host:
        raise ConfigurationError(f"base_url {text!r} must begin with http:// or https:// and name a host")
    return url


def _shown(client: object, settings: Settings) -> str:
    return f"{type(client).__name__}(base_url={str(settings.base_url.copy_with(userinfo=b''))!r})"


class BaseClient:
    """A blocking client. Close it, or use it as a context manager, to give its connections back."""

    def __init__(self, settings: Settings, timeout: float | httpx2.Timeout | None, http: httpx2.Client | None) -> None:
        self._settings = settings
        self._timeout = timeout
        self._owned = http is None
        self._http = http or httpx2.Client()

    def _call(self, operation: Operation, parameters: dict[str, Any], options: CallOptions) -> Any:
        arguments, stream = self._settings.request(operation, parameters, options)
        with translated():
            request = self._http.build_request(**arguments, timeout=options.get("timeout", self._timeout))
            response = self._http.send(request, stream=True)
            try:
                if stream and response.is_success and is_event_stream(response):
                    return EventStream[Any](operation, response)
                response.read()
            except BaseException:
                response.close()
                raise
        if not response.is_success:
            raise refusal(response)
        check_kind(response, stream=stream)
        return result(operation, response)

    def close(self) -> None:
        """Close the connections, unless `http_client` was yours."""
        if self._owned:
            self._http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return _shown(self, self._settings)


class BaseAsyncClient:
    """As BaseClient, for asyncio and trio."""

    def __init__(
        self, settings: Settings, timeout: float | httpx2.Timeout | None, http: httpx2.AsyncClient | None
    ) -> None:
        self._settings = settings
        self._timeout = timeout
        self._owned = http is None
        self._http = http or httpx2.AsyncClient()

    async def _call(self, operation: Operation, parameters: dict[str, Any], options: CallOptions) -> Any:
        arguments, stream = self._settings.request(operation, parameters, options)
        with translated():
            request = self._http.build_request(**arguments, timeout=options.get("timeout", self._timeout))
            response = await self._http.send(request, stream=True)
            try:
                if stream and response.is_success and is_event_stream(response):
                    return AsyncEventStream[Any](operation, response)
                await response.aread()
            except BaseException:
                await response.aclose()
                raise
        if not response.is_success:
            raise refusal(response)
        check_kind(response, stream=stream)
        return result(operation, response)

    async def close(self) -> None:
        """Close the connections, unless `http_client` was yours."""
        if self._owned:
            await self._http.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    def __repr__(self) -> str:
        return _shown(self, self._settings)
