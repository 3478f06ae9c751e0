"""Reading YAML that may be broken or hostile: limits first, then plain JSON values."""

from __future__ import annotations

import gc
import math
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
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
    data = _read(path)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise DocumentError(
            f"is not UTF-8: byte {data[error.start]:#04x} at offset {error.start}; save it as UTF-8", path=path
        ) from error
    try:
        with no_collection():
            _check_limits(text)
            value = yaml.load(text, Loader=_Loader)
    except yaml.YAMLError as error:
        raise DocumentError(f"is not YAML: {_one_line(error)}", path=path) from error
    except ValueError as error:
        raise DocumentError(str(error), path=path) from error
    return data, value


@contextmanager
def no_collection() -> Iterator[None]:
    """Keep the garbage collector off: a large document, all of it alive, would be searched over and over."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise DocumentError(f"cannot be read: {error.strerror}", path=path) from error
    except ValueError as error:  # a name that no file can have
        raise DocumentError(f"cannot be read: {error}", path=repr(str(path))) from error
    if len(data) > MAX_BYTES:
        raise DocumentError(f"holds more than the {MAX_BYTES:,} bytes allowed", path=path)
    return data


def _one_line(error: yaml.YAMLError) -> str:
    if isinstance(error, yaml.MarkedYAMLError) and error.problem_mark:
        mark = error.problem_mark
        return f"{error.problem} (line {mark.line + 1}, column {mark.column + 1})"
    return " ".join(str(error).split())


def _line(at: yaml.Event | yaml.Node) -> str:
    return f" (line {at.start_mark.line + 1})" if at.start_mark else ""


@dataclass
class _Open:
    """A collection being read: its anchor, the count of values before it, the levels found below it."""

    anchor: str | None
    start: int
    height: int = 0


def _check_limits(text: str) -> None:
    """Count depth and expanded size on the event stream, before anything is built in memory."""
    measured: dict[str, tuple[int, int]] = {}  # values and levels below each anchor
    opened: list[_Open] = []
    total = 0
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        if isinstance(event, yaml.AliasEvent):
            if event.anchor not in measured:
                where = "itself" if any(each.anchor == event.anchor for each in opened) else "nothing"
                raise ValueError(f"alias *{event.anchor} refers to {where}{_line(event)}")
            size, height = measured[event.anchor]
            total += size
            if opened:
                opened[-1].height = max(opened[-1].height, height)
        elif isinstance(event, yaml.ScalarEvent):
            total += 1
            if event.anchor:
                measured[event.anchor] = 1, 0
        elif isinstance(event, yaml.CollectionStartEvent):
            opened.append(_Open(event.anchor, total))
            total += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            closed = opened.pop()
            if closed.anchor:
                measured[closed.anchor] = total - closed.start, closed.height + 1
            if opened:
                opened[-1].height = max(opened[-1].height, closed.height + 1)
        if opened and len(opened) + opened[-1].height > MAX_DEPTH:
            raise ValueError(f"nested more than {MAX_DEPTH} levels deep{_line(event)}")
        if total > MAX_NODES:
            raise ValueError(f"more than {MAX_NODES:,} values once its aliases are written out")


class _Loader(yaml.CSafeLoader):
    """YAML as JSON: string keys, no timestamps, no key twice, no number that JSON lacks."""

    def construct_mapping(self, node: yaml.Node, deep: bool = False) -> dict[Any, Any]:
        if not isinstance(node, yaml.MappingNode):
            raise ValueError(f"is tagged as a mapping, but is none{_line(node)}")
        self.flatten_mapping(node)
        return {str(key.value): self.construct_object(value, deep=True) for key, value in node.value}

    def flatten_mapping(self, node: yaml.MappingNode) -> None:
        """Write `<<` out; a key of the mapping's own outweighs a merged one."""
        seen = set()
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise ValueError(f"a key must be a string{_line(key)}")
            if key.value in seen:
                raise ValueError(f"key {key.value!r} stands twice in one mapping{_line(key)}")
            seen.add(key.value)
        super().flatten_mapping(node)
        node.value = list({key.value: (key, value) for key, value in node.value}.values())

    def construct_int(self, node: yaml.ScalarNode) -> int:
        text = str(self.construct_scalar(node))
        if len(text) > 100:
            raise ValueError(f"an integer of {len(text):,} digits{_line(node)}")
        try:
            return int(text, {"0x": 16, "0o": 8}.get(text[:2], 10))
        except ValueError as error:
            raise ValueError(f"{text!r} is no integer{_line(node)}") from error

    def construct_float(self, node: yaml.ScalarNode) -> float:
        text = str(self.construct_scalar(node))
        try:
            number = float(text)
        except ValueError:
            number = math.nan
        if not math.isfinite(number):
            raise ValueError(f"{text!r} is no JSON number{_line(node)}")
        return number

    def construct_bool(self, node: yaml.ScalarNode) -> bool:
        text = str(self.construct_scalar(node))
        if text.lower() not in ("true", "false"):
            raise ValueError(f"{text!r} is no boolean{_line(node)}")
        return text.lower() == "true"


def _map(loader: _Loader, node: yaml.MappingNode) -> dict[Any, Any]:
    return loader.construct_mapping(node, deep=True)


def _text(loader: _Loader, node: yaml.ScalarNode) -> str:
    return str(loader.construct_scalar(node))


def _unknown(loader: _Loader, node: yaml.Node) -> Any:
    raise ValueError(f"tag {node.tag!r} is not plain YAML{_line(node)}")


# OpenAPI 3.1 is YAML 1.2: `off`, `16:9` and `2025-04-29` are strings there, unlike in PyYAML's YAML 1.1.
_PLAIN = {
    "null": (r"~|null|Null|NULL|", ["~", "n", "N", ""]),
    "bool": (r"true|True|TRUE|false|False|FALSE", list("tTfF")),
    "int": (r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+", list("-+0123456789")),
    "float": (
        r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)",
        list("-+0123456789."),
    ),
    "merge": (r"<<", ["<"]),
}
_Loader.yaml_implicit_resolvers = {}
for _name, (_pattern, _first) in _PLAIN.items():
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_name}", re.compile(rf"(?:{_pattern})\Z"), _first)
_Loader.add_constructor("tag:yaml.org,2002:map", _map)
_Loader.add_constructor("tag:yaml.org,2002:int", _Loader.construct_int)
_Loader.add_constructor("tag:yaml.org,2002:bool", _Loader.construct_bool)
_Loader.add_constructor("tag:yaml.org,2002:float", _Loader.construct_float)
_Loader.add_constructor("tag:yaml.org,2002:timestamp", _text)
for _tag in ("binary", "omap", "pairs", "set"):
    _Loader.add_constructor(f"tag:yaml.org,2002:{_tag}", _unknown)
_Loader.add_constructor(None, _unknown)
