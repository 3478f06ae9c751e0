"""The body of a JSON answer, read while it arrives: large pictures are taken out of it before it is parsed."""

from __future__ import annotations

import json
from collections.abc import Collection, Generator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, cast

from ._base64 import JsonBase64Decoder
from ._files import Part, new_name, usable
from ._late import LateSink
from ._pictures import Picture, StrPath
from ._saving import Outcome, Pictures, paths
from ._scanner import JsonScanner, Place, Sink
from .errors import APIError, ImageError

_SMALL = 1 << 20  # bytes that `json` itself is done with before anyone notices


class Body:
    """Takes the body of an answer in chunks, and gives its value."""

    def __init__(self, places: Collection[Place], saving: Saving | None = None) -> None:
        self._scanner = JsonScanner(places, saving.sink if saving else LateSink) if places else None
        self._small = 0 if saving else _SMALL
        self._waiting: list[bytes] = []  # while the body is small
        self._size = 0

    def feed(self, chunk: bytes) -> None:
        """Take the next chunk."""
        self._waiting.append(chunk)
        self._size += len(chunk)
        if self._scanner and self._size > self._small:
            for each in self._waiting:
                self._scanner.feed(each)
            self._waiting.clear()

    def value(self) -> Any:
        """Return the body as JSON values, or as text where it is no JSON."""
        text = b"".join(self._waiting)
        scanner = None if text else self._scanner
        try:
            return scanner.finish() if scanner else json.loads(text)
        except (ValueError, RecursionError):
            return scanner.text() if scanner else text.decode(errors="replace")


class SavedText(str):
    """Stands in an answer for base64 that became a file, or failed to; for empty base64, that became nothing."""

    outcome: Outcome | None


class Saving:
    """Saves the pictures of one answer to a folder while it arrives; `files` has those that are there.

    As a context manager it removes at the end what is not complete.
    """

    def __init__(self, folder: StrPath) -> None:
        self.folder = usable(folder)
        self.files: list[Path] = []
        self._name = new_name()
        self._number = 0
        self._sinks: list[_FileSink] = []
        self._outcomes: dict[int, Outcome | None] = {}

    def sink(self) -> Sink:
        """Return where the next picture goes."""
        self._sinks.append(_FileSink(self))
        return self._sinks[-1]

    def next_path(self) -> Path:
        """Return the path of the next picture, without extension."""
        self._number += 1
        return self.folder / f"{self._name}-{self._number}"

    def settle(self, answer: Pictures) -> dict[int, Path]:
        """Tell each picture its file; return the paths for the pictures that are still to be had."""
        self._outcomes = {number: _settle(picture) for number, picture in enumerate(answer.pictures)}
        return {number: self.next_path() for number, outcome in self._outcomes.items() if outcome is None}

    def finish(self, answer: Pictures, more: Mapping[int, Outcome]) -> Pictures:
        """Return the answer, all of whose pictures are files; raises SaveError where one is not."""
        for number, outcome in more.items():
            if isinstance(outcome, Path):
                object.__setattr__(answer.pictures[number], "path", outcome)
        paths(answer, {**self._outcomes, **more})
        return answer

    def __enter__(self) -> Saving:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for sink in self._sinks:
            sink.discard()
        if isinstance(error, APIError):
            error.arrived = tuple(self.files)


class _FileSink:
    """Decodes a picture into a file."""

    def __init__(self, saving: Saving) -> None:
        self._saving = saving
        self._decoder = JsonBase64Decoder()
        self._part: Part | None = None
        self._outcome: Outcome | None = None

    def write(self, piece: bytes, /) -> None:
        if self._outcome is None:
            with self._failing():
                self._add(self._decoder.feed(piece))

    def close(self, *, complete: bool = True) -> str:
        if self._outcome is None and complete:
            with self._failing():
                self._add(self._decoder.finish())
                if self._part:
                    self._outcome = self._part.publish(self._saving.next_path())
                    self._saving.files.append(self._outcome)
        text = SavedText()
        text.outcome = self._outcome
        return text

    def discard(self) -> None:
        if self._part:
            self._part.discard()

    def _add(self, data: bytes) -> None:
        if data:
            self._part = self._part or Part(self._saving.folder)
            self._part.write(data)

    @contextmanager
    def _failing(self) -> Generator[None]:
        # What is wrong with one picture must not cost the others, which are paid for, too.
        try:
            yield
        except ValueError as error:
            self._outcome = ImageError(f"the image is no base64: {error}")
        except OSError as error:
            self._outcome = error


def _settle(picture: Picture) -> Outcome | None:
    """Tell a picture its file; return what became of it, or None where there was nothing to become a file."""
    text = getattr(picture, picture.base64_field)
    if not isinstance(text, SavedText):
        return None
    object.__setattr__(picture, picture.base64_field, None)
    if isinstance(text.outcome, Path):
        object.__setattr__(picture, "path", text.outcome)
    raw = cast("dict[str, Any]", picture.raw)
    raw.update({name: None for name, value in raw.items() if value is text})
    return text.outcome
