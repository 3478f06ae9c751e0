"""Strings of the document as Python source: literals, docstrings and names that cannot break out of their place."""

from __future__ import annotations

import keyword
import re
import textwrap
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import MISSING, fields, is_dataclass
from typing import Any

WIDTH = 116
LONGEST_NAME = 80  # of an identifier; files are named after some of them


def literal(value: Any) -> str:
    """Return a JSON value, or a dataclass made of them, as an expression; what is a default is left out."""
    if is_dataclass(value) and not isinstance(value, type):
        return f"{type(value).__name__}({', '.join(_arguments(value))})"
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key!r}: {literal(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, tuple):
        return "(" + "".join(f"{literal(inner)}, " for inner in value) + ")"
    if isinstance(value, list):
        return "[" + ", ".join(map(literal, value)) + "]"
    return quoted(value) if isinstance(value, str) else repr(value)


def _arguments(value: Any) -> Iterator[str]:
    for each in fields(value):
        argument = getattr(value, each.name)
        default = each.default_factory() if callable(each.default_factory) else each.default
        if default is MISSING:
            yield literal(argument)
        elif argument != default:
            yield f"{each.name}={literal(argument)}"


def quoted(text: str) -> str:
    """Return a string as a literal in double quotes, where these need no escape."""
    # repr() escapes quotes, backslashes and every character that is not printable, bidi marks included.
    safe = repr(text)
    return f'"{safe[1:-1]}"' if '"' not in safe else safe


def docstring(text: str, indent: int = 4) -> str:
    """Return a text as a docstring, wrapped and escaped, for a place that is indented by so many columns."""
    pad = " " * indent
    first, *rest = [_escaped(line) for line in wrapped(text, WIDTH - indent)] or [""]
    if rest:
        return "\n".join([f'"""{first}', *(f"{pad}{line}" if line else "" for line in rest), f'{pad}"""'])
    return f'"""{first}"""'


def wrapped(text: str, width: int) -> list[str]:
    """Return a text in lines of a width; its own line breaks are kept, for lists are made with them."""
    lines: list[str] = []
    for line in text.strip().split("\n"):
        lead = re.match(r" *(?:- )?", line)
        hang = " " * len(lead.group()) if lead else ""
        lines += textwrap.wrap(line, width, subsequent_indent=hang, break_on_hyphens=False) or [""]
    return lines


def _escaped(line: str) -> str:
    line = line.replace("\\", "\\\\")
    if '"""' in line or line.endswith('"'):
        line = line.replace('"', '\\"')
    return "".join(each if each.isprintable() else repr(each)[1:-1] for each in line)


def markdown(text: str) -> str:
    """Return a text for one cell of a Markdown table, with nothing in it that Markdown would act on."""
    shown = "".join(each if each.isprintable() else " " for each in text)
    return re.sub(r"([\\`*_{}\[\]<>|#!&])", r"\\\1", shown)


def identifier(name: str, reserved: Collection[str] = ()) -> str:
    """Return a name of the document as a Python name, as close to it as Python lets it be: `class` is `class_`."""
    word = re.sub(r"\W", "_", unicodedata.normalize("NFKC", name)).lstrip("_")[:LONGEST_NAME]
    if not word.isidentifier():
        word = f"field_{word}"
    return f"{word}_" if keyword.iskeyword(word) or word in reserved else word


def identifiers(names: Iterable[str], reserved: Collection[str] = ()) -> dict[str, str]:
    """Return a Python name for each name, all different, by the names of the document."""
    listed = list(names)
    return dict(zip(listed, distinct((identifier(name, reserved) for name in listed), reserved), strict=True))


def distinct(words: Iterable[str], reserved: Collection[str] = ()) -> list[str]:
    """Return words, numbered where one of them came before or is reserved."""
    found: list[str] = []
    for base in words:
        word, number = base, 2
        while word in found or word in reserved:
            word, number = f"{base}_{number}", number + 1
        found.append(word)
    return found
