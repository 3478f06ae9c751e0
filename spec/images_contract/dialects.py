"""Dialects: OpenAPI Overlay documents that state how a vendor differs."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

from .errors import DialectError
from .reading import read_yaml

_HERE = Path(__file__).resolve().parent
_SUFFIX = ".overlay.yaml"
_WORDS = ("target", "description", "update", "remove")


def _folder() -> Path:
    packaged = _HERE / "dialects"
    return packaged if packaged.is_dir() else _HERE.parent / "dialects"


def names() -> list[str]:
    """Return the names of the dialects that are shipped."""
    return sorted(path.name.removesuffix(_SUFFIX) for path in _folder().glob(f"*{_SUFFIX}"))


def _find(dialect: Path | str) -> Path:
    shipped = _folder() / f"{dialect}{_SUFFIX}"
    if str(dialect) in names():
        return shipped
    with suppress(OSError, ValueError):  # a name that no file can have
        if Path(dialect).is_file():
            return Path(dialect)
    known = ", ".join(names()) or "none yet"
    raise DialectError(f"dialect {str(dialect)!r} is neither a file nor one of those shipped ({known})")


def apply(document: Any, source: Path, dialect: Path | str) -> tuple[Any, bytes]:
    """Return the document with an overlay applied, and the overlay's bytes.

    Raises DialectError with the number of the action that has no target, changes nothing or cannot be applied.
    """
    path = _find(dialect)
    data, overlay = read_yaml(path)
    actions = overlay.get("actions") if isinstance(overlay, dict) else None
    if not isinstance(actions, list) or not actions or "overlay" not in overlay:
        raise DialectError("is no OpenAPI Overlay: it needs overlay, info and at least one of actions", path=path)
    result = json.loads(json.dumps(document))  # aliases of YAML written out: an action changes one place only
    for index, action in enumerate(actions):
        pointer = f"#/actions/{index}"
        if problem := _problem(action):
            raise DialectError(problem, path=path, pointer=pointer)
        before = json.dumps(result)
        result = _applied(result, action, path, pointer)
        if json.dumps(result) == before:
            raise DialectError(f"target {action['target']!r} changes nothing in {source}", path=path, pointer=pointer)
    return result, data


def _problem(action: Any) -> str | None:
    if not isinstance(action, dict) or not isinstance(action.get("target"), str):
        return "needs a target, a JSONPath"
    for word in action:
        if word not in _WORDS and not word.startswith("x-"):
            return f"has {word!r}, which no action has; known are {', '.join(_WORDS)}"
    if "update" not in action and action.get("remove") is not True:
        return "needs update, or remove: true"
    return None


def _applied(document: Any, action: dict[str, Any], path: Path, pointer: str) -> Any:
    from oas_patch.overlay import apply_overlay  # costs more to import than all of this package

    try:
        return apply_overlay(document, {"actions": [json.loads(json.dumps(action))]})
    except Exception as error:  # the library documents no exceptions of its own
        raise DialectError(f"cannot be applied: {error}", path=path, pointer=pointer) from error
