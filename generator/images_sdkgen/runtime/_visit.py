"""The way to one picture: each request, redirect and piece of the answer, judged by the guards. No I/O here."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from ._addresses import Address, is_own, is_public
from ._formats import ENOUGH, extension
from .errors import ImageDownloadError, ImageError, ImageExpiredError, ImageRefusedError

if TYPE_CHECKING:
    import httpx2

_GONE = (401, 403, 404, 410)  # what stores answer when a signature has run out, or the file is gone
_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, kw_only=True)
class DownloadLimits:
    """The guards of fetching images from their URLs, which are untrusted.

    An image may have `max_bytes` and take `seconds`, and `max_redirects` are followed; `concurrency` are fetched at the
    same time. Only public addresses are asked, and those of the API itself, unless `allow_private` is true.
    """

    max_bytes: int = 64_000_000
    max_redirects: int = 3
    seconds: float = 120.0
    concurrency: int = 8
    allow_private: bool = False


class Writable(Protocol):
    """What an image is written to."""

    def write(self, data: bytes, /) -> object:
        """Take the next bytes."""
        ...


class Visit:
    """The way from an image's URL to its bytes."""

    def __init__(self, url: httpx2.URL, limits: DownloadLimits) -> None:
        self.url = url
        self._limits = limits
        self._deadline = time.monotonic() + limits.seconds
        self._redirects = 0
        self._was_public = False
        self._start = b""
        self._size = 0
        self._check_url()

    @property
    def pinned(self) -> bool:
        """Whether the addresses of the URL's host are looked up and judged first."""
        return not self._limits.allow_private

    @property
    def port(self) -> int:
        """The port that the URL leads to."""
        return self.url.port or _PORTS[self.url.scheme]

    def stays_inside(self, found: Sequence[Address]) -> bool:
        """Whether only the API's own addresses could be asked; from a public one no redirect leads back inside."""
        self._was_public = self._was_public or any(map(is_public, found))
        return not self._was_public

    def allowed(self, found: Sequence[Address], api: Sequence[Address]) -> list[Address]:
        """Return the addresses that may be asked; raises ImageRefusedError where none may."""
        good = [each for each in found if is_public(each) or is_own(each, api)]
        if not good:
            shown = ", ".join(map(str, found))
            raise self.refused(f"leads to an address that is not public ({shown})")
        return good

    def request(self, address: Address | None) -> httpx2.Request:
        """Return the next request, to the address that was judged: looked up again, the name may lead elsewhere."""
        import httpx2

        url, host = self.url.copy_with(userinfo=b"", fragment=None), self.url.host
        headers = {"accept": "image/*, application/octet-stream;q=0.5", "accept-encoding": "identity"}
        seconds = max(0.001, min(30.0, self._deadline - time.monotonic()))
        extensions: dict[str, object] = {"timeout": httpx2.Timeout(seconds).as_dict()}
        if address is not None:
            headers["host"] = url.netloc.decode("ascii")
            url = url.copy_with(host=str(address))
            if host != str(address):
                extensions["sni_hostname"] = self.url.raw_host.decode("ascii")
        return httpx2.Request("GET", url, headers=headers, extensions=extensions)

    def follows(self, response: httpx2.Response) -> bool:
        """Whether an answer leads on, to what is the `url` then; raises ImageError for one that is no picture."""
        if response.has_redirect_location:
            self._redirect(response.headers["location"])
            return True
        status = response.status_code
        if status in _GONE:
            raise ImageExpiredError(f"{self}: serves nothing any more (status {status}); such URLs are temporary")
        if status != 200:
            raise ImageDownloadError(f"{self}: answered with status {status}")
        if response.headers.get("content-encoding", "identity").lower() != "identity":
            raise self.refused("is compressed, although that was not asked for")
        length = response.headers.get("content-length", "")
        if length.isdecimal():
            self._check_size(int(length))
        return False

    def take(self, piece: bytes, target: Writable) -> None:
        """Write the next piece of a picture; nothing is written before it is known to be one."""
        self._size += len(piece)
        self._check_size(self._size)
        if time.monotonic() > self._deadline:
            raise self.late()
        if self._size - len(piece) >= ENOUGH:
            target.write(piece)
        else:
            self._start += piece
            if len(self._start) >= ENOUGH:
                self._write_start(target)

    def end(self, target: Writable) -> None:
        """Write what is left of a small picture."""
        if self._size < ENOUGH:
            self._write_start(target)

    def refused(self, why: str) -> ImageRefusedError:
        """Return the error of a guard."""
        return ImageRefusedError(f"{self}: {why}")

    def failed(self, error: Exception) -> ImageError:
        """Return the error of a connection."""
        if isinstance(error, TimeoutError):
            return self.late()
        return ImageDownloadError(f"{self}: {str(error) or type(error).__name__}")

    def late(self) -> ImageError:
        """Return the error of a picture that takes too long."""
        return ImageDownloadError(f"{self}: took longer than {self._limits.seconds:g} seconds")

    def __str__(self) -> str:
        """Return the URL without its query, where signatures stand."""
        return str(self.url.copy_with(userinfo=b"", query=None, fragment=None))[:200]

    def _write_start(self, target: Writable) -> None:
        if extension(self._start) is None:
            raise self.refused(f"is no picture; it starts with {self._start[:20]!r}")
        target.write(self._start)

    def _redirect(self, location: str) -> None:
        import httpx2

        self._redirects += 1
        if self._redirects > self._limits.max_redirects:
            raise self.refused(f"redirects more than {self._limits.max_redirects} times")
        before = self.url
        try:
            self.url = before.join(location)
        except httpx2.InvalidURL as error:
            raise self.refused(f"redirects to what is no URL: {error}") from error
        if (before.scheme, self.url.scheme) == ("https", "http"):
            raise self.refused("is reached by a redirect from https to http")
        self._check_url()

    def _check_url(self) -> None:
        if self.url.scheme not in _PORTS or not self.url.host:
            raise self.refused("is no URL with http:// or https:// and a host")

    def _check_size(self, size: int) -> None:
        if size > self._limits.max_bytes:
            raise self.refused(f"has more than {self._limits.max_bytes:,} bytes")
