"""Pictures fetched from their URLs, by either kind of client."""

from __future__ import annotations

import socket
from collections.abc import AsyncGenerator, Generator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from typing import TYPE_CHECKING

from ._addresses import Address, addresses
from ._visit import DownloadLimits, Visit, Writable
from .errors import ImageRefusedError

if TYPE_CHECKING:
    import httpx2


class Downloads:
    """Fetches pictures, without the key: through the HTTP client that was lent, or through one of its own."""

    def __init__(
        self,
        base_url: httpx2.URL | None = None,
        limits: DownloadLimits | None = None,
        lent: httpx2.Client | httpx2.AsyncClient | None = None,
    ) -> None:
        self.limits = limits or DownloadLimits()
        self._base_url = base_url
        self._lent = lent
        self._api_host = base_url.host if base_url else ""
        self._api: Sequence[Address] | None = None if base_url else ()  # its addresses, once they are known

    @contextmanager
    def client(self) -> Generator[httpx2.Client]:
        """The HTTP client to fetch with."""
        import httpx2

        if isinstance(self._lent, httpx2.Client) and not self._lent.is_closed:
            yield self._lent
        else:
            with httpx2.Client(limits=_one_picture_each()) as own:
                yield own

    @asynccontextmanager
    async def aclient(self) -> AsyncGenerator[httpx2.AsyncClient]:
        """The HTTP client to fetch with."""
        import httpx2

        if isinstance(self._lent, httpx2.AsyncClient) and not self._lent.is_closed:
            yield self._lent
        else:
            async with httpx2.AsyncClient(limits=_one_picture_each()) as own:
                yield own

    def fetch(self, client: httpx2.Client, url: str, target: Writable) -> None:
        """Write the picture behind a URL; raises ImageError."""
        visit = self._visit(url)
        with _failing(visit):
            while True:
                response = self._ask(client, visit)
                try:
                    if not visit.follows(response):
                        for piece in response.iter_bytes():
                            visit.take(piece, target)
                        return visit.end(target)
                finally:
                    response.close()

    async def afetch(self, client: httpx2.AsyncClient, url: str, target: Writable) -> None:
        """As `fetch`, awaited."""
        import anyio

        visit = self._visit(url)
        with _failing(visit), anyio.fail_after(self.limits.seconds):
            while True:
                response = await self._aask(client, visit)
                try:
                    if not visit.follows(response):
                        async for piece in response.aiter_bytes():
                            visit.take(piece, target)
                        return visit.end(target)
                finally:
                    await response.aclose()

    def _visit(self, url: str) -> Visit:
        import httpx2

        try:
            return Visit(self._base_url.join(url) if self._base_url else httpx2.URL(url), self.limits)
        except httpx2.InvalidURL as error:
            raise ImageRefusedError(f"{url[:200]!r} is no URL: {error}") from error

    def _ask(self, client: httpx2.Client, visit: Visit) -> httpx2.Response:
        import httpx2

        *others, last = self._choices(visit)
        for address in others:
            try:
                return client.send(visit.request(address), stream=True, auth=None, follow_redirects=False)
            except (httpx2.ConnectError, httpx2.ConnectTimeout):
                continue
        return client.send(visit.request(last), stream=True, auth=None, follow_redirects=False)

    async def _aask(self, client: httpx2.AsyncClient, visit: Visit) -> httpx2.Response:
        import httpx2

        *others, last = await self._achoices(visit)
        for address in others:
            try:
                return await client.send(visit.request(address), stream=True, auth=None, follow_redirects=False)
            except (httpx2.ConnectError, httpx2.ConnectTimeout):
                continue
        return await client.send(visit.request(last), stream=True, auth=None, follow_redirects=False)

    def _choices(self, visit: Visit) -> Sequence[Address | None]:
        if self.limits.allow_private:
            return [None]
        found = addresses(socket.getaddrinfo(visit.url.host, visit.port, type=socket.SOCK_STREAM))
        if visit.stays_inside(found) and self._api is None:
            with suppress(OSError):  # where only a proxy can look it up, nothing inside is its own
                self._api = addresses(socket.getaddrinfo(self._api_host, None, type=socket.SOCK_STREAM))
        return visit.allowed(found, self._api or ())

    async def _achoices(self, visit: Visit) -> Sequence[Address | None]:
        import anyio

        if self.limits.allow_private:
            return [None]
        found = addresses(await anyio.getaddrinfo(visit.url.host, visit.port, type=socket.SOCK_STREAM))
        if visit.stays_inside(found) and self._api is None:
            with suppress(OSError):
                self._api = addresses(await anyio.getaddrinfo(self._api_host, None, type=socket.SOCK_STREAM))
        return visit.allowed(found, self._api or ())


@contextmanager
def _failing(visit: Visit) -> Generator[None]:
    """Raise ImageDownloadError for what goes wrong on the way."""
    import httpx2

    try:
        yield
    except (httpx2.RequestError, httpx2.StreamError, OSError, UnicodeError) as error:
        raise visit.failed(error) from error


def _one_picture_each() -> httpx2.Limits:
    """Return limits by which no connection is kept: it would serve another host at the same address, unverified."""
    import httpx2

    return httpx2.Limits(max_keepalive_connections=0)
