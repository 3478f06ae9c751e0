"""The folder that a client is in: replaced as a whole or not at all, and compared file by file."""

from __future__ import annotations

import difflib
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from .errors import GenerateError
from .metadata import FILE_NAME

# What tools leave behind in a folder is not a difference.
_LITTER = ("__pycache__", ".mypy_cache", ".pytest_cache", ".ruff_cache", "build", "dist")


def replace(output: Path, write: Callable[[Path], None]) -> None:
    """Write a folder beside `output`, then put it in its place; where writing fails, `output` stays as it was."""
    _refuse_foreign(output)
    output.parent.mkdir(parents=True, exist_ok=True)
    # Beside it, since a folder cannot be renamed from one file system to another.
    with tempfile.TemporaryDirectory(prefix=f".{output.name}-", dir=output.parent) as room:
        fresh, old = Path(room) / "new", Path(room) / "old"
        write(fresh)
        _swap(output, fresh, old)


def _swap(output: Path, fresh: Path, old: Path) -> None:
    if output.exists():
        output.rename(old)
    try:
        fresh.rename(output)
    except BaseException:
        if old.exists():
            old.rename(output)
        raise


def _refuse_foreign(output: Path) -> None:
    if output.is_dir() and any(output.iterdir()) and not (output / FILE_NAME).exists():
        problem = f"is a folder that this generator did not write (it has no {FILE_NAME}); give --output another one"
        raise GenerateError(problem, path=output)
    if output.exists() and not output.is_dir():
        raise GenerateError("is a file; give --output a folder", path=output)


def differences(output: Path, write: Callable[[Path], None]) -> list[str]:
    """Return how `output` differs from what is written now, as a unified diff; nothing where it does not."""
    with tempfile.TemporaryDirectory() as room:
        fresh = Path(room) / "new"
        write(fresh)
        here, there = _files(output), _files(fresh)
        return [
            line
            for name in sorted(here.keys() | there.keys())
            for line in difference(name, here.get(name), there.get(name))
        ]


def _files(root: Path) -> dict[str, bytes]:
    found = (path for path in root.rglob("*") if path.is_file())
    names = ((path.relative_to(root), path) for path in found)
    return {name.as_posix(): path.read_bytes() for name, path in names if not _is_litter(name)}


def _is_litter(name: Path) -> bool:
    return any(part in _LITTER or part.endswith(".egg-info") for part in name.parts)


def difference(name: str, old: bytes | None, new: bytes | None) -> Iterator[str]:
    """Yield how two versions of a file differ, as a unified diff; None stands for a file that is not there."""
    if old == new:
        return
    if old is None:
        yield f"missing: {name}"
    elif new is None:
        yield f"not generated: {name}"
    else:
        before, after = (each.decode("utf-8", "backslashreplace").splitlines() for each in (old, new))
        yield from difflib.unified_diff(before, after, f"{name} (as it is)", f"{name} (as generated)", lineterm="", n=2)
        if before == after:
            yield f"{name}: line ends differ"
