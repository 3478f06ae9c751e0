"""Pictures of an answer: as base64, behind a temporary URL, or in a file."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, TypeVar

from ._base64 import decode
from ._downloads import Downloads
from ._files import Part, new_name
from ._late import LateField, LateJson, LateText
from ._model import ResponseModel
from .errors import ImageError

if TYPE_CHECKING:
    import httpx2
    from PIL.Image import Image as PillowImage

T = TypeVar("T")
Bytes = bytes
StrPath = str | os.PathLike[str]


@dataclass(frozen=True, kw_only=True, repr=False)
class Picture(ResponseModel):
    """A part of an answer that is a picture; nothing is decoded or fetched before it is asked for.

    `path` is the file that it is in already, where the answer was saved while it arrived. Methods raise ImageError
    where the picture cannot be had; those whose names begin with `a` are awaited, and do not hold up other tasks.
    """

    path: Path | None = field(default=None, compare=False)

    if not TYPE_CHECKING:
        raw = LateJson("raw")

    base64_field: ClassVar[str] = ""
    url_field: ClassVar[str] = ""
    downloads: ClassVar[Downloads] = Downloads()  # the pictures of a client's answers have that client's

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        name = cls.base64_field
        setattr(cls, name, LateField(name, *([vars(cls)[name]] if name in vars(cls) else [])))

    def bytes(self) -> Bytes:
        """Return the picture file, decoded or fetched."""
        if not (url := self.remote_url()):
            return self._read()
        target = BytesIO()
        with self.downloads.client() as client:
            self.downloads.fetch(client, url, target)
        return target.getvalue()

    async def abytes(self) -> Bytes:
        """As `bytes`, awaited."""
        if not (url := self.remote_url()):
            return await in_thread(self._read)
        target = BytesIO()
        async with self.downloads.aclient() as client:
            await self.downloads.afetch(client, url, target)
        return target.getvalue()

    def save(self, path: StrPath) -> Path:
        """Write the picture to a file, as a whole or not at all, and return its path.

        A path without an extension gets that of the picture's real format; in a folder the file gets a new name.
        """
        target, complete = _target(path)
        with self.downloads.client() if self.remote_url() else nullcontext() as client:
            return self.save_with(client, target, complete=complete)

    async def asave(self, path: StrPath) -> Path:
        """As `save`, awaited."""
        target, complete = _target(path)
        async with self.downloads.aclient() if self.remote_url() else nullcontext() as client:
            return await self.asave_with(client, target, complete=complete)

    def open(self) -> PillowImage:
        """Return the picture, opened by Pillow: `pip install images-client[images]`."""
        try:
            from PIL import Image
        except ImportError as error:
            raise ImportError("open() needs Pillow: pip install 'images-client[images]'") from error

        return Image.open(BytesIO(self.bytes()))

    def remote_url(self) -> str | None:
        """Return the URL that the picture has to be fetched from; None where it is here."""
        url = self._url
        return None if self.path or self._held or not url or url.startswith("data:") else url

    def save_with(self, client: httpx2.Client | None, path: Path, *, complete: bool = False) -> Path:
        """As `save`, with an HTTP client for a remote picture; a path that is not complete gets an extension."""
        with Part(path.parent) as part:
            if client and (url := self.remote_url()):
                self.downloads.fetch(client, url, part)
            else:
                part.write(self._read())
            return part.publish(path, complete=complete)

    async def asave_with(self, client: httpx2.AsyncClient | None, path: Path, *, complete: bool = False) -> Path:
        """As `save_with`, awaited."""
        if not client or not (url := self.remote_url()):
            return await in_thread(lambda: self.save_with(None, path, complete=complete))
        with Part(path.parent) as part:
            await self.downloads.afetch(client, url, part)
            return part.publish(path, complete=complete)

    @property
    def _held(self) -> str | None:
        """The base64, as it arrived: read as a field, it would become one text."""
        return vars(self).get(self.base64_field)

    @property
    def _url(self) -> str | None:
        url: str | None = getattr(self, self.url_field, None)
        return url

    def _read(self) -> Bytes:
        if self.path:
            return self.path.read_bytes()
        text = self._held or self._url
        if not text:
            raise ImageError("the answer has neither the image nor a URL of it")
        try:
            return text.decode() if isinstance(text, LateText) else decode(text)
        except ValueError as error:
            raise ImageError(f"the image is no base64: {error}") from error


async def in_thread(work: Callable[[], T]) -> T:
    """Return what a function returns that would hold up other tasks."""
    import anyio.to_thread

    return await anyio.to_thread.run_sync(work)


def _target(path: StrPath) -> tuple[Path, bool]:
    """Return where a picture goes, and whether that has an extension already; makes the folder."""
    text, target = os.fspath(path), Path(path)
    if target.is_dir() or text.endswith(("/", os.sep)):
        target /= new_name()
    target.parent.mkdir(parents=True, exist_ok=True)
    return target, bool(target.suffix)
