"""A JSON text, scanned while it arrives: strings at given places go to sinks, piece by piece; all else is kept.

Only quotes, brackets and keys are looked at, so that a string of megabytes costs little more than the search for its
end. Whether the rest is JSON at all is left to `json`, once it is complete.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection
from typing import Any, Protocol, cast

Place = tuple[str | None, ...]  # keys from the top down; None stands for every item of an array

_STRUCTURE = re.compile(rb'["{}\[\],]')
_BACKSLASH = ord("\\")


class Sink(Protocol):
    """Where one string goes. It comes as it stands in the JSON text, escapes included, cut anywhere."""

    def write(self, piece: bytes, /) -> None:
        """Take the next piece."""
        ...

    def close(self, *, complete: bool = True) -> Any:
        """Return what stands for the string, which is not complete where the text breaks off."""
        ...


class JsonScanner:
    """Takes a JSON text in chunks of any size; each string at one of `places` goes to a sink of its own."""

    def __init__(self, places: Collection[Place], open_sink: Callable[[], Sink]) -> None:
        self._places = frozenset(places)
        self._open_sink = open_sink
        self._values: list[Any] = []  # what the sinks made of their strings
        self._kept: list[bytes | int] = []  # the text; a number stands for a string that went to a sink
        self._path: list[str | None] = []
        self._key_next = False
        self._in_string = False
        self._key: list[bytes] | None = None  # the pieces of a string that is a key
        self._sink: Sink | None = None  # for the string that is arriving
        self._backslashes = 0  # at the end of what has arrived of a string
        self._start = 0  # of what is not kept yet, in the chunk at hand

    def feed(self, chunk: bytes) -> None:
        """Take the next chunk."""
        position = self._start = 0
        while position < len(chunk):
            position = (self._string if self._in_string else self._structure)(chunk, position)
        if self._sink is None:
            self._kept.append(chunk[self._start :])

    def finish(self) -> Any:
        """Return the JSON value, with what the sinks made of their strings in it; raises ValueError if it is none."""
        tree = json.loads(b"".join(b"%d" % part if isinstance(part, int) else part for part in self._kept))
        for place in self._places:
            self._fill(tree, place)
        return tree

    def text(self) -> str:
        """Return the text so far, with the strings that sinks kept: for an answer that turned out to be no JSON."""
        values = [*self._values, self._sink.close(complete=False) if self._sink else ""]
        parts = (json.dumps(str(values[part]))[1:-1].encode() if isinstance(part, int) else part for part in self._kept)
        return b"".join(parts).decode(errors="replace")

    def _structure(self, chunk: bytes, position: int) -> int:
        for found in _STRUCTURE.finditer(chunk, position):
            match found[0]:
                case b'"':
                    self._begin_string(chunk, found.end())
                    return found.end()
                case b"{":
                    self._path.append("")
                    self._key_next = True
                case b"[":
                    self._path.append(None)
                    self._key_next = False
                case b",":
                    self._key_next = bool(self._path) and self._path[-1] is not None
                case _:
                    self._path = self._path[:-1]
                    self._key_next = False
        return len(chunk)

    def _begin_string(self, chunk: bytes, start: int) -> None:
        self._in_string = True
        self._backslashes = 0
        if self._key_next:
            self._key = []
        elif tuple(self._path) in self._places:
            self._kept += [chunk[self._start : start], len(self._values)]
            self._sink = self._open_sink()

    def _string(self, chunk: bytes, position: int) -> int:
        end = self._end(chunk, position)
        stop = len(chunk) if end is None else end
        if self._sink is not None:
            self._sink.write(chunk[position:stop])
        elif self._key is not None:
            self._key.append(chunk[position:stop])
        if end is not None:
            self._end_string(end)
        return stop if end is None else end + 1

    def _end(self, chunk: bytes, position: int) -> int | None:
        """Return where the string ends; None if it goes on in the next chunk."""
        end = chunk.find(b'"', position)
        while True:
            stop = len(chunk) if end < 0 else end
            before = stop
            while before > position and chunk[before - 1] == _BACKSLASH:
                before -= 1
            self._backslashes = stop - before + (self._backslashes if before == position else 0)
            if end < 0:
                return None
            if self._backslashes % 2 == 0:
                return end
            position, self._backslashes = end + 1, 0
            end = chunk.find(b'"', position)

    def _end_string(self, end: int) -> None:
        self._in_string = False
        if self._sink is not None:
            self._values.append(self._sink.close())
            self._sink, self._start = None, end
        elif self._key is not None:
            self._path[-1] = unescaped(b"".join(self._key).decode(errors="replace"))
            self._key, self._key_next = None, False

    def _fill(self, node: Any, place: Place) -> None:
        for key in _keys(node, place[0]):
            if rest := place[1:]:
                self._fill(node[key], rest)
            elif isinstance(node[key], str):
                node[key] = self._values[int(node[key])]


def _keys(node: Any, key: str | None) -> Collection[Any]:
    if key is None:
        return range(len(cast("list[object]", node))) if isinstance(node, list) else ()
    return (key,) if isinstance(node, dict) and key in node else ()


def unescaped(text: str) -> str:
    """Return what stands between the quotes of a JSON string as a string; what is none stays as it is."""
    try:
        return cast("str", json.loads(f'"{text}"')) if "\\" in text else text
    except ValueError:
        return text
