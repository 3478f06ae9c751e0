"""Dialects: OpenAPI Overlay documents that state how a vendor differs."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .errors import ContractError, DialectError
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


def find(dialect: Path | str) -> Path:
    """Return the file of a dialect, one of those shipped or a path; raises DialectError where there is none."""
    shipped = _folder() / f"{dialect}{_SUFFIX}"
    if str(dialect) in names():
        return shipped
    with suppress(OSError, ValueError):  # a name that no file can have
        if Path(dialect).is_file():
            return Path(dialect)
    known = ", ".join(names()) or "none yet"
    raise DialectError(f"dialect {str(dialect)!r} is neither a file nor one of those shipped ({known})")


@dataclass(frozen=True)
class Overlaid:
    """A document with an overlay applied; `overlay` is the overlay as it was read from `path`, `data` its bytes."""

    document: Any
    overlay: dict[str, Any]
    path: Path
    data: bytes


def apply(document: Any, source: Path, dialect: Path | str) -> Overlaid:
    """Return the document with an overlay applied.

    Raises DialectError with the number of the action that has no target, changes nothing or cannot be applied.
    """
    path = find(dialect)
    data, overlay = read_yaml(path)
    actions = overlay.get("actions") if isinstance(overlay, dict) else None
    if not isinstance(actions, list) or not actions or "overlay" not in overlay:
        raise DialectError("is no OpenAPI Overlay: it needs overlay, info and at least one of actions", path=path)
    return Overlaid(_changed(document, actions, source, path), overlay, path, data)


def _changed(document: Any, actions: list[Any], source: Path, path: Path) -> Any:
    result = json.loads(json.dumps(document))  # aliases of YAML written out: an action changes one place only
    for index, action in enumerate(actions):
        pointer = f"#/actions/{index}"
        if problem := _problem(action):
            raise DialectError(problem, path=path, pointer=pointer)
        before = json.dumps(result)
        _apply(result, action, path, pointer)
        if json.dumps(result) == before:
            raise DialectError(f"target {action['target']!r} changes nothing in {source}", path=path, pointer=pointer)
    return result


def blamed(
    error: ContractError, document: Any, source: Path, overlaid: Overlaid, read: Callable[[Any], object]
) -> ContractError:
    """Return what is wrong with an overlaid document as an error that names the action that made it so.

    That is the one from which on, action by action, `read` raises this error; where the document has the same fault
    without the overlay, no action is to blame.
    """
    actions = overlaid.overlay["actions"]
    for index in reversed(range(len(actions))):
        try:
            read(_changed(document, actions[:index], source, overlaid.path))
        except ContractError as earlier:
            if str(earlier) == str(error):
                continue
        problem = f"{error.problem} (since {overlaid.path}#/actions/{index})"
        return type(error)(problem, path=error.path, pointer=error.pointer)
    return error


def _problem(action: Any) -> str | None:
    if not isinstance(action, dict) or not isinstance(action.get("target"), str):
        return "needs a target, a JSONPath"
    for word in action:
        if word not in _WORDS and not word.startswith("x-"):
            return f"has {word!r}, which no action has; known are {', '.join(_WORDS)}"
    if action["target"].strip() == "$" and action.get("remove") is True:
        return "cannot be applied: it would remove the whole document"
    if "update" not in action and action.get("remove") is not True:
        return "needs update, or remove: true"
    return None


def _apply(document: Any, action: dict[str, Any], path: Path, pointer: str) -> None:
    """Apply one action in place, as OpenAPI Overlay says: objects are merged, lists appended to, the rest replaced."""
    from jsonpath_ng.exceptions import JSONPathError  # costs as much to import as all of this package
    from jsonpath_ng.ext.parser import parse

    try:
        target = parse(action["target"])
        matches = target.find(document)
        if action.get("remove") is True:
            target.filter(lambda _: True, document)
    except (JSONPathError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise DialectError(f"cannot be applied: {error}", path=path, pointer=pointer) from error
    if not matches:
        raise DialectError(f"target {action['target']!r} is not there", path=path, pointer=pointer)
    for match in matches if "update" in action and action.get("remove") is not True else ():
        if not isinstance(match.value, dict | list) and isinstance(action["update"], dict | list):
            raise DialectError(f"cannot be applied: {action['target']!r} is a single value", path=path, pointer=pointer)
        new = _merged(match.value, action["update"])
        if new is not match.value:
            match.full_path.update(document, new)


def _merged(old: Any, new: Any) -> Any:
    new = deepcopy(new)  # an update of several places leaves each a copy of its own
    if isinstance(old, list):
        old.extend(new if isinstance(new, list) else [new])
        return old
    if not isinstance(old, dict) or not isinstance(new, dict):
        return new
    for key, value in new.items():
        old[key] = _merged(old[key], value) if key in old else value
    return old
