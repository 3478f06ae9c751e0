"""The clients without the operations: a request, its answer, and another try. `client` adds what the document names."""

from __future__ import annotations

import copy
import inspect
import time
from collections.abc import Mapping
from contextlib import nullcontext
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from ._answers import is_event_stream, refusal, result, unexpected
from ._downloads import Downloads
from ._omit import OMIT, Omit
from ._operation import Operation
from ._options import CallOptions
from ._pictures import StrPath
from ._receiving import Body, Saving
from ._request import Prepared, prepare
from ._retries import Tries
from ._saving import asave_each, save_each
from ._settings import Settings, checked_key, shown
from ._streams import AsyncEventStream, EventStream
from ._transport import limits, translated
from .errors import ConfigurationError

if TYPE_CHECKING:
    import httpx2


class _Client:
    """What both clients have: settings, and namespaces of operations that call `_call`."""

    _settings: Settings
    _owned: bool
    _defaults: Mapping[str, str] | None
    _downloads: Downloads

    def _add_operations(self) -> None:
        """Make the namespaces; the client of a document knows which."""
        raise NotImplementedError

    def with_options(
        self,
        *,
        timeout: float | httpx2.Timeout | Omit | None = OMIT,
        max_retries: int | Omit = OMIT,
        may_pay_twice: bool | Omit = OMIT,
    ) -> Self:
        """Return a client with other settings that shares the connections of this one."""
        other = copy.copy(self)
        other._settings = self._settings.changed(timeout, max_retries, may_pay_twice)
        other._owned = False
        other._add_operations()
        return other

    def _tries(self, prepared: Prepared) -> Tries:
        operation, retries = prepared.operation, self._settings.retries
        url = shown(prepared.url) if retries.hook else ""
        return Tries(retries, operation.call, operation.method, url)

    def __repr__(self) -> str:
        return f"{type(self).__name__}(base_url={shown(self._settings.base_url)!r})"


class BaseClient(_Client):
    """A blocking client. Close it, or use it as a context manager, to give its connections back."""

    def __init__(self, settings: Settings, http: httpx2.Client | None) -> None:
        import httpx2

        self._settings = settings
        self._owned = http is None
        self._downloads = Downloads(settings.base_url, settings.download_limits, http)
        self._http = http or httpx2.Client(limits=limits())
        self._defaults = None if http else dict(self._http.headers)
        self._add_operations()

    def _call(
        self, operation: Operation, parameters: dict[str, Any], options: CallOptions, folder: StrPath | None = None
    ) -> Any:
        prepared = prepare(self._settings, operation, parameters, options, whole=folder is not None)
        tries = self._tries(prepared)
        with nullcontext() if folder is None else Saving(folder) as saving:
            while True:
                with tries:
                    answer = self._send(prepared, tries, saving)
                    break
                time.sleep(tries.wait)
            return answer if saving is None else saving.finish(answer, save_each(answer, saving.settle(answer)))

    def _send(self, prepared: Prepared, tries: Tries, saving: Saving | None) -> Any:
        with translated():
            response = self._http.send(prepared.build(self._http, self._key(), self._defaults), stream=True)
            tries.answered(response)
            try:
                if response.is_success and is_event_stream(response) == prepared.stream:
                    if prepared.stream:
                        return EventStream[Any, Any](prepared.operation, response)
                    body = Body(prepared.operation.pictures, saving)
                    for chunk in response.iter_bytes():
                        body.feed(chunk)
                    return result(prepared.operation, body.value(), response, self._downloads)
                response.read()
            except BaseException:
                response.close()
                raise
        if not response.is_success:
            raise refusal(prepared.operation, response)
        raise unexpected(response, stream=prepared.stream)

    def _key(self) -> str:
        key = self._settings.key
        given = key() if callable(key) else key
        if not isinstance(given, str):
            raise ConfigurationError("api_key gave no string; functions to be awaited are for AsyncClient")
        return checked_key(given)

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


class BaseAsyncClient(_Client):
    """As BaseClient, for asyncio and trio."""

    def __init__(self, settings: Settings, http: httpx2.AsyncClient | None) -> None:
        import httpx2

        self._settings = settings
        self._owned = http is None
        self._downloads = Downloads(settings.base_url, settings.download_limits, http)
        self._http = http or httpx2.AsyncClient(limits=limits())
        self._defaults = None if http else dict(self._http.headers)
        self._add_operations()

    async def _call(
        self, operation: Operation, parameters: dict[str, Any], options: CallOptions, folder: StrPath | None = None
    ) -> Any:
        import anyio

        prepared = prepare(self._settings, operation, parameters, options, whole=folder is not None)
        tries = self._tries(prepared)
        with nullcontext() if folder is None else Saving(folder) as saving:
            while True:
                with tries:
                    answer = await self._send(prepared, tries, saving)
                    break
                await anyio.sleep(tries.wait)
            return answer if saving is None else saving.finish(answer, await asave_each(answer, saving.settle(answer)))

    async def _send(self, prepared: Prepared, tries: Tries, saving: Saving | None) -> Any:
        with translated():
            response = await self._http.send(prepared.build(self._http, await self._key(), self._defaults), stream=True)
            tries.answered(response)
            try:
                if response.is_success and is_event_stream(response) == prepared.stream:
                    if prepared.stream:
                        return AsyncEventStream[Any, Any](prepared.operation, response)
                    body = Body(prepared.operation.pictures, saving)
                    async for chunk in response.aiter_bytes():
                        body.feed(chunk)
                    return result(prepared.operation, body.value(), response, self._downloads)
                await response.aread()
            except BaseException:
                await response.aclose()
                raise
        if not response.is_success:
            raise refusal(prepared.operation, response)
        raise unexpected(response, stream=prepared.stream)

    async def _key(self) -> str:
        key = self._settings.key
        given = key() if callable(key) else key
        return checked_key(await given if inspect.isawaitable(given) else given)

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
