"""TypedDicts of arguments: one for each way to call a method, printed from the same arguments as its signature."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from .methods import Method
from .signatures import Argument, Overload
from .text import distinct, docstring, identifier


@dataclass(frozen=True)
class Params:
    """One TypedDict; `title` is the model or operation whose arguments it has."""

    name: str
    title: str
    docstring: str
    arguments: tuple[Argument, ...]


def params(methods: Iterable[Method]) -> list[Params]:
    """Return the TypedDicts of all methods; no two share a name."""
    ways = [(method, way) for method in methods for way in method.overloads]
    names = distinct(_name(way.title) for _, way in ways)
    return [
        Params(name, way.title, _docstring(method, way), tuple(each for each in way.arguments if each.given))
        for name, (method, way) in zip(names, ways, strict=True)
    ]


def _name(title: str) -> str:
    """Return the name of a TypedDict, after a model or an operation: `house-3` gives House3Params."""
    words = [word[:1].upper() + word[1:] for word in re.split(r"[^\w.]+|_", title) if word]
    # Without the line between them, house-1.5 and house-15 would be one.
    return identifier(re.sub(r"(?<=\d) (?=\d)", "_", " ".join(words)).replace(" ", "")) + "Params"


def _docstring(method: Method, way: Overload) -> str:
    return docstring(f"The arguments of `{method.call}`{f': {way.title}' if method.by_model else ''}.")
