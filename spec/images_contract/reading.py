"""Reading YAML that may be broken or hostile: limits first, then plain JSON values."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import yaml

from .errors import DocumentError

MAX_BYTES = 32 * 1024 * 1024
MAX_DEPTH = 100
MAX_NODES = 1_000_000  # with every alias written out


def read_yaml(path: Path) -> tuple[bytes, Any]:
    """Return the bytes of a YAML (or JSON) file and its value, made of JSON types only.

    Raises DocumentError where the file is missing, not UTF-8, not YAML, too large, nested too deeply, explodes when
    its aliases are written out, repeats a key, or holds what JSON cannot (NaN, an integer of 5,000 digits).
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise DocumentError(f"cannot be read: {error.strerror}", path=path) from error
    if len(data) > MAX_BYTES:
        raise DocumentError(f"{len(data):,} bytes are more than the {MAX_BYTES:,} allowed", path=path)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise DocumentError(
            f"is not UTF-8: byte {data[error.start]:#04x} at offset {error.start}; save it as UTF-8", path=path
        ) from error
    try:
        _check_limits(text)
        value = yaml.load(text, Loader=_Loader)
    except yaml.YAMLError as error:
        raise DocumentError(f"is not YAML: {_one_line(error)}", path=path) from error
    except ValueError as error:
        raise DocumentError(str(error), path=path) from error
    return data, value


def _one_line(error: yaml.YAMLError) -> str:
    if isinstance(error, yaml.MarkedYAMLError) and error.problem_mark:
        mark = error.problem_mark
        return f"{error.problem} (line {mark.line + 1}, column {mark.column + 1})"
    return " ".join(str(error).split())


def _line(at: yaml.Event | yaml.Node) -> str:
    return f" (line {at.start_mark.line + 1})" if at.start_mark else ""


def _check_limits(text: str) -> None:
    """Count depth and expanded size on the event stream, before anything is built in memory."""
    sizes: dict[str, int] = {}
    opened: list[tuple[str | None, int]] = []  # anchor and total size at its start
    total = 0
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        if isinstance(event, yaml.AliasEvent):
            if event.anchor not in sizes:
                where = "itself" if any(anchor == event.anchor for anchor, _ in opened) else "nothing"
                raise ValueError(f"alias *{event.anchor} refers to {where}{_line(event)}")
            total += sizes[event.anchor]
        elif isinstance(event, yaml.ScalarEvent):
            total += 1
            if event.anchor:
                sizes[event.anchor] = 1
        elif isinstance(event, yaml.CollectionStartEvent):
            opened.append((event.anchor, total))
            total += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            anchor, start = opened.pop()
            if anchor:
                sizes[anchor] = total - start
        if len(opened) > MAX_DEPTH:
            raise ValueError(f"nested more than {MAX_DEPTH} levels deep{_line(event)}")
        if total > MAX_NODES:
            raise ValueError(f"more than {MAX_NODES:,} values once its aliases are written out")


class _Loader(yaml.CSafeLoader):
    """YAML as JSON: string keys, no timestamps, no key twice, no number that JSON lacks."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        self.flatten_mapping(node)
        mapping: dict[str, Any] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                raise ValueError(f"a key must be a string{_line(key_node)}")
            key = str(key_node.value)
            if key in mapping:
                raise ValueError(f"key {key!r} stands twice in one mapping{_line(key_node)}")
            mapping[key] = self.construct_object(value_node, deep=True)
        return mapping

    def construct_int(self, node: yaml.ScalarNode) -> int:
        if len(node.value) > 100:
            raise ValueError(f"an integer of {len(node.value):,} digits{_line(node)}")
        return int(yaml.constructor.SafeConstructor.construct_yaml_int(self, node))

    def construct_float(self, node: yaml.ScalarNode) -> float:
        number = float(yaml.constructor.SafeConstructor.construct_yaml_float(self, node))
        if not math.isfinite(number):
            raise ValueError(f"{node.value} is no JSON number{_line(node)}")
        return number


def _map(loader: _Loader, node: yaml.MappingNode) -> dict[Any, Any]:
    return loader.construct_mapping(node, deep=True)


def _text(loader: _Loader, node: yaml.ScalarNode) -> str:
    return str(loader.construct_scalar(node))


def _unknown(loader: _Loader, node: yaml.Node) -> Any:
    raise ValueError(f"tag {node.tag!r} is not plain YAML{_line(node)}")


_Loader.add_constructor("tag:yaml.org,2002:map", _map)
_Loader.add_constructor("tag:yaml.org,2002:int", _Loader.construct_int)
_Loader.add_constructor("tag:yaml.org,2002:float", _Loader.construct_float)
_Loader.add_constructor("tag:yaml.org,2002:timestamp", _text)
for _tag in ("binary", "omap", "pairs", "set"):
    _Loader.add_constructor(f"tag:yaml.org,2002:{_tag}", _unknown)
_Loader.add_constructor(None, _unknown)
