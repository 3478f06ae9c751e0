"""A command that calls one operation and saves its pictures, previews as they come."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from operator import attrgetter
from pathlib import Path
from typing import Any

from ._arguments import parse
from ._base_client import BaseClient
from ._files import new_name, usable
from ._hooks import AttemptEnded, AttemptStarted
from ._model import ResponseModel
from ._operation import Operation
from ._pictures import Picture
from ._saving import Pictures
from ._streams import EventStream
from ._terminal import Progress, complain
from ._validation import validate
from .errors import (
    APIResponseValidationError,
    ConfigurationError,
    ImageError,
    ImagesClientError,
    LocalValidationError,
    SaveError,
)

SAVED, FAILED, WRONG, INTERRUPTED = 0, 1, 2, 130  # exit codes


def main(
    program: str, operation: Operation, client: Callable[..., BaseClient], arguments: list[str] | None = None
) -> int:
    """Run the command; return 0 where all pictures are saved, 2 for wrong usage, 130 after Ctrl-C, else 1.

    Paths of pictures go to standard output, all else to standard error.
    """
    try:
        _run(program, operation, client, arguments)
        return SAVED
    except KeyboardInterrupt:
        complain(program, ["interrupted; a request that was under way may be billed"])
        return INTERRUPTED
    except (ImagesClientError, OSError) as error:
        complain(program, _said(error))
        return WRONG if isinstance(error, ConfigurationError | LocalValidationError) else FAILED


def _run(program: str, operation: Operation, client: Callable[..., BaseClient], arguments: list[str] | None) -> None:
    options, parameters = parse(program, operation, arguments)
    if not options.unchecked:
        validate(operation.call, operation.rules, parameters)
    with Progress("waiting") as progress:
        settings = {} if options.timeout is None else {"timeout": options.timeout}
        opened = client(base_url=options.base_url, hook=_retries(progress), **settings)
        files = _Files.at(options.out, progress)
        with opened:
            call = attrgetter(f"{operation.call}_untyped")(opened)
            try:
                answer = call(**parameters, check_locally=False)
            except APIResponseValidationError as error:
                files.keep(error.body)
                raise
            save = files.events if operation.streams(parameters) else files.all
            for path in save(answer):
                progress.give(path)


def _retries(progress: Progress) -> Callable[[AttemptStarted | AttemptEnded], None]:
    """Return a hook that tells of failures after which a request is sent again."""

    def hook(event: AttemptStarted | AttemptEnded) -> None:
        if isinstance(event, AttemptEnded) and event.retry_in is not None:
            progress.say(f"{event.error}; trying again in {event.retry_in:.1f} s")

    return hook


@dataclass(frozen=True)
class _Files:
    """Where pictures go: a folder, and what their names begin and end with."""

    folder: Path
    stem: str
    suffix: str
    progress: Progress

    @classmethod
    def at(cls, out: str, progress: Progress) -> _Files:
        """Return the files of a path; what cannot be written to is an OSError before anything is paid for."""
        path = Path(out)
        is_folder = path.is_dir() or out.endswith(("/", os.sep))
        folder, name = (path, Path(new_name())) if is_folder else (path.parent, path)
        return cls(usable(folder), name.stem, name.suffix, progress)

    def all(self, answer: Pictures) -> Iterator[Path]:
        """Yield the files of all pictures of an answer, numbered where there are several."""
        with self._keeping(answer):
            if not answer.pictures:
                raise ImageError("the answer holds no picture")
            if len(answer.pictures) == 1:
                yield self._save(answer.pictures[0])
            else:
                yield from self._numbered(answer)

    def events(self, stream: EventStream[Any, Any]) -> Iterator[Path]:
        """Yield the files of finished pictures; previews are saved, and told, as they come."""
        previews = finished = 0
        with stream:
            for event in stream:
                with self._keeping(event):
                    if len(stream.completed) > finished:
                        finished += 1
                        yield self._save(event, f"-{finished}" if finished > 1 else "")
                    elif isinstance(event, Picture):
                        previews += 1
                        self.progress.say(f"preview {previews}: {self._save(event, f'-preview-{previews}')}")

    def keep(self, body: Any) -> None:
        """Save an answer that is paid for, although its pictures cannot be saved."""
        path = self.folder / f"{self.stem}-answer.json"
        path.write_text(json.dumps(body), encoding="utf-8")
        self.progress.say(f"what arrived is kept in {path}")

    @contextmanager
    def _keeping(self, answer: ResponseModel) -> Generator[None]:
        try:
            yield
        except (ImageError, SaveError):
            self.keep(answer.raw)
            raise

    def _numbered(self, answer: Pictures) -> Iterator[Path]:
        try:
            yield from answer.save_all(self.folder, self.stem)
        except SaveError as error:
            yield from error.saved.values()
            raise

    def _save(self, picture: Picture, mark: str = "") -> Path:
        return picture.save(self.folder / f"{self.stem}{mark}{self.suffix}")


def _said(error: Exception) -> list[str]:
    """Return what is wrong, and what to do, in lines."""
    if isinstance(error, LocalValidationError):
        return [f"{error.call} breaks the contract; nothing was sent:", *map(str, error.problems)]
    if isinstance(error, OSError) and error.filename:
        return [f"{error.filename}: {error.strerror}"]
    return [str(error)]
