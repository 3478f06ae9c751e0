"""Answers that hold several pictures, and how these come to be files."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from ._downloads import Downloads
from ._files import new_name, usable
from ._late import LateJson
from ._model import Answer
from ._pictures import Picture, StrPath
from .errors import ImageError, SaveError

Outcome = Path | Exception


@dataclass(frozen=True, kw_only=True, repr=False)
class Pictures(Answer):
    """An answer that holds pictures."""

    if not TYPE_CHECKING:
        raw = LateJson("raw")

    picture_fields: ClassVar[tuple[str, ...]] = ()
    downloads: ClassVar[Downloads] = Downloads()

    @property
    def pictures(self) -> tuple[Picture, ...]:
        """All pictures of the answer."""
        return tuple(picture for name in self.picture_fields for picture in getattr(self, name) or ())

    def save_all(self, folder: StrPath, name: str | None = None) -> tuple[Path, ...]:
        """Write all pictures to a folder, and return their paths in order.

        What is behind temporary URLs is fetched, several at a time. The files are called after `name`, or else after
        the time, with a number and the extension of their real format. Raises SaveError where an image cannot be had;
        all others are saved then.
        """
        return paths(self, save_each(self, self._targets(folder, name)))

    async def asave_all(self, folder: StrPath, name: str | None = None) -> tuple[Path, ...]:
        """As `save_all`, awaited."""
        return paths(self, await asave_each(self, self._targets(folder, name)))

    def _targets(self, folder: StrPath, name: str | None) -> dict[int, Path]:
        where, stem = usable(folder), name or new_name()
        return {number: where / f"{stem}-{number + 1}" for number in range(len(self.pictures))}


def save_each(answer: Pictures, targets: Mapping[int, Path]) -> dict[int, Outcome]:
    """Save pictures, by their numbers, to paths that lack an extension; return what became of each."""
    pictures = answer.pictures
    remote = any(pictures[number].remote_url() for number in targets)
    with answer.downloads.client() if remote else nullcontext() as client:

        def save(number: int) -> Outcome:
            try:
                return pictures[number].save_with(client, targets[number])
            except (ImageError, OSError) as error:
                return error

        if not remote:
            return {number: save(number) for number in targets}
        from concurrent.futures import ThreadPoolExecutor

        with ThreadPoolExecutor(answer.downloads.limits.concurrency) as pool:
            return dict(zip(targets, pool.map(save, targets), strict=True))


async def asave_each(answer: Pictures, targets: Mapping[int, Path]) -> dict[int, Outcome]:
    """As `save_each`, awaited."""
    import anyio

    pictures, outcomes = answer.pictures, dict[int, Outcome]()
    remote = any(pictures[number].remote_url() for number in targets)
    limiter = anyio.CapacityLimiter(answer.downloads.limits.concurrency)
    async with answer.downloads.aclient() if remote else nullcontext() as client:

        async def save(number: int) -> None:
            async with limiter:
                try:
                    outcomes[number] = await pictures[number].asave_with(client, targets[number])
                except (ImageError, OSError) as error:
                    outcomes[number] = error

        async with anyio.create_task_group() as group:
            for number in targets:
                group.start_soon(save, number)
    return outcomes


def paths(answer: Pictures, outcomes: Mapping[int, Outcome | None]) -> tuple[Path, ...]:
    """Return the paths of all pictures; raises SaveError where one is missing."""
    saved = {number: outcome for number, outcome in sorted(outcomes.items()) if isinstance(outcome, Path)}
    failures = {number: outcome for number, outcome in sorted(outcomes.items()) if isinstance(outcome, Exception)}
    if failures:
        raise SaveError(answer, saved, failures)
    return tuple(saved.values())
