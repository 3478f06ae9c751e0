"""Frozen values as JSON and back: what journals and case files hold.

Fields go by name. Bytes are the text that they encode, or `{"base64": …}` where they are not UTF-8. Reading passes over
fields that it does not know and takes the default of those that are missing, so files of other versions stay readable.
"""

from __future__ import annotations

import base64
import binascii
import dataclasses
import math
import types
from collections.abc import Mapping
from functools import cache
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

T = TypeVar("T")


def pack(value: Any) -> Any:
    """Return a value made of dataclasses, tuples, mappings, bytes and plain values as JSON values."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {each.name: pack(getattr(value, each.name)) for each in dataclasses.fields(value) if each.init}
    if isinstance(value, bytes | bytearray):
        return _packed_bytes(bytes(value))
    if isinstance(value, Mapping):
        return {key: pack(each) for key, each in value.items()}
    if isinstance(value, tuple | list | set | frozenset):
        return [pack(each) for each in value]
    return value


def unpack(kind: type[T], value: Any, place: str = "") -> T:
    """Return the value of a type that `pack` turned into JSON; raises ValueError with the place of what is wrong."""
    result: T = _read(kind, value, place)
    return result


def _read(kind: Any, value: Any, place: str) -> Any:
    if dataclasses.is_dataclass(kind) and isinstance(kind, type):
        return _dataclass(kind, value, place)
    origin, inner = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType):
        return _union(inner, value, place)
    if origin is tuple:
        return _tuple(inner, value, place)
    if origin is Literal:
        return _expect(value in inner, value, place, f"one of {', '.join(map(repr, inner))}")
    if origin is not None and issubclass(origin, Mapping):
        _expect(isinstance(value, Mapping), value, place, "an object")
        return {key: _read(inner[1], each, f"{place}.{key}") for key, each in value.items()}
    return _plain(kind, value, place)


def _dataclass(kind: type, value: Any, place: str) -> Any:
    _expect(isinstance(value, Mapping), value, place, "an object")
    known: dict[str, Any] = {}
    for name, (hint, required) in _fields(kind).items():
        if name in value:
            known[name] = _read(hint, value[name], f"{place}.{name}".lstrip("."))
        elif required:
            raise ValueError(f"{place or 'the top'}: {name} is missing")
    return kind(**known)


@cache
def _fields(kind: type) -> dict[str, tuple[Any, bool]]:
    hints = get_type_hints(kind)
    return {
        each.name: (hints[each.name], each.default is each.default_factory is dataclasses.MISSING)
        for each in dataclasses.fields(kind)
        if each.init
    }


def _union(kinds: tuple[Any, ...], value: Any, place: str) -> Any:
    if value is None and type(None) in kinds:
        return None
    problem = ValueError(f"{place}: {value!r} fits nothing")
    for kind in kinds:
        if kind is not type(None):
            try:
                return _read(kind, value, place)
            except ValueError as error:
                problem = error
    raise problem


def _tuple(kinds: tuple[Any, ...], value: Any, place: str) -> tuple[Any, ...]:
    _expect(isinstance(value, list), value, place, "a list")
    if len(kinds) == 2 and kinds[1] is Ellipsis:
        return tuple(_read(kinds[0], each, f"{place}[{index}]") for index, each in enumerate(value))
    _expect(len(value) == len(kinds), value, place, f"a list of {len(kinds)}")
    return tuple(_read(kind, each, f"{place}[{index}]") for index, (kind, each) in enumerate(zip(kinds, value)))  # noqa: B905


def _plain(kind: Any, value: Any, place: str) -> Any:
    if kind is bytes:
        return _unpacked_bytes(value, place)
    if kind is float and isinstance(value, int) and not isinstance(value, bool):
        value = float(value) if abs(value) < 2**53 else value
    if kind in (str, int, float, bool):
        fits = isinstance(value, kind) and (kind is bool or not isinstance(value, bool))
        fits = fits and (kind is not float or math.isfinite(value))
        return _expect(fits, value, place, _NAMES[kind])
    return value


_NAMES = {str: "a string", int: "an integer", float: "a number", bool: "true or false"}


def _expect(condition: bool, value: Any, place: str, wanted: str) -> Any:
    if not condition:
        shown = repr(value)
        raise ValueError(f"{place or 'the top'}: {shown if len(shown) < 60 else shown[:57] + '…'} is not {wanted}")
    return value


def _packed_bytes(data: bytes) -> Any:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(data).decode("ascii")}


def _unpacked_bytes(value: Any, place: str) -> bytes:
    try:
        if isinstance(value, str):
            return value.encode("utf-8")
        if isinstance(value, Mapping) and isinstance(value.get("base64"), str):
            return base64.b64decode(value["base64"], validate=True)
    except (UnicodeEncodeError, binascii.Error) as error:
        raise ValueError(f"{place}: {error}") from error
    raise ValueError(f'{place}: {value!r:.60} is neither text nor {{"base64": …}}')
