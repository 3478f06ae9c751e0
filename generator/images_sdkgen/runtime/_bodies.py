"""The body of a request: JSON, or a form with files."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO, Any, cast

from ._operation import JSON, Operation
from .errors import LocalValidationError, Problem

FileContent = bytes | IO[bytes]
# A path, or the content with or without a name; the name's extension tells a server what it is.
File = os.PathLike[str] | FileContent | tuple[str, FileContent] | tuple[str, FileContent, str]

Part = tuple[str | None, bytes | str] | tuple[str, bytes, str]


def encoded(operation: Operation, body: Mapping[str, Any]) -> dict[str, Any]:
    """Return a body as arguments of httpx2's `build_request`, with the headers that tell what it is."""
    if operation.method == "GET" and not body:
        return {"headers": {}}
    if operation.media_type == JSON:
        return {"content": _as_json(operation, body), "headers": {"Content-Type": JSON}}
    return {"files": list(_parts(body)), "headers": {}}


def _as_json(operation: Operation, body: Mapping[str, Any]) -> bytes:
    try:
        return json.dumps(body, allow_nan=False, separators=(",", ":")).encode()
    except (TypeError, ValueError) as error:
        problem = Problem("body", f"cannot be written as JSON: {error}", "body.type")
        raise LocalValidationError(operation.call, [problem]) from error


def _parts(body: Mapping[str, Any]) -> Iterator[tuple[str, Part]]:
    for name, value in body.items():
        for each in cast("list[object]", value) if isinstance(value, list) else [value]:
            yield name, _part(each)


def _part(value: Any) -> Part:
    """Return a value as a part of a form. Files are read at once, so that the request can be sent again."""
    if isinstance(value, tuple):
        return _named(*cast("tuple[str, FileContent]", value))
    if isinstance(value, os.PathLike):
        path = Path(cast("os.PathLike[str]", value))
        return path.name, path.read_bytes()
    if isinstance(value, bytes) or hasattr(value, "read"):
        name = getattr(value, "name", None)
        return _named(os.path.basename(name) if isinstance(name, str) else "file", value)
    return None, value if isinstance(value, str) else json.dumps(value)


def _named(name: str, content: FileContent, *kind: str) -> Part:
    data = content if isinstance(content, bytes) else content.read()
    return (name, data, kind[0]) if kind else (name, data)
