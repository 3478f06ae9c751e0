"""Sizes told as arithmetic, which JSON Schema lacks for a text such as 1024x1024: keywords, and the corners they leave.

Each keyword speaks of texts of the form WIDTHxHEIGHT alone; `x-dimensions` demands that form, or one of a few words.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from math import isqrt, lcm
from typing import Any

FORM = "x-dimensions"
_SIZE = re.compile(r"([1-9][0-9]{0,8})x([1-9][0-9]{0,8})", re.ASCII)
_FAR = 4096  # pixels; an edge that stands for "any", where no rule bounds it


def edges(value: Any) -> tuple[int, int] | None:
    """Return width and height of a text such as 1024x1024; None for anything else."""
    match = _SIZE.fullmatch(value) if isinstance(value, str) else None
    return (int(match[1]), int(match[2])) if match else None


def _is_size(words: list[str], value: Any) -> bool:
    return not isinstance(value, str) or value in words or edges(value) is not None


def _where(holds: Callable[[Any, int, int], bool]) -> Callable[[Any, Any], bool]:
    def judge(argument: Any, value: Any) -> bool:
        size = edges(value)
        return size is None or holds(argument, *size)

    return judge


# keyword: (what holds of a value, how two arguments merge, the sentence)
RULES: dict[str, tuple[Callable[[Any, Any], bool], Callable[[Any, Any], Any], Callable[[Any], str]]] = {
    FORM: (
        _is_size, lambda a, b: [word for word in a if word in b],
        lambda a: f"must be {', '.join(['WIDTHxHEIGHT in pixels', *a[:-1]])}{f' or {a[-1]}' if a else ''}",
    ),
    "x-multiple-of": (
        _where(lambda a, w, h: w % a == h % a == 0), lcm, lambda a: f"must have edges that are multiples of {a:,}",
    ),
    "x-max-edge": (_where(lambda a, w, h: max(w, h) <= a), min, lambda a: f"must have no edge above {a:,} pixels"),
    "x-max-ratio": (
        _where(lambda a, w, h: max(w, h) <= a * min(w, h)), min,
        lambda a: f"must have a long edge of at most {a:,} times the short one",
    ),
    "x-min-pixels": (_where(lambda a, w, h: w * h >= a), max, lambda a: f"must have at least {a:,} pixels"),
    "x-max-pixels": (_where(lambda a, w, h: w * h <= a), min, lambda a: f"must have at most {a:,} pixels"),
}  # fmt: skip


def is_argument(keyword: str, argument: Any) -> bool:
    """Tell whether a keyword can have this argument: a list of words, a ratio, or a whole number above 0."""
    if keyword == FORM:
        return isinstance(argument, list) and all(isinstance(word, str) for word in argument)
    kinds = int | float if keyword == "x-max-ratio" else int
    return isinstance(argument, kinds) and not isinstance(argument, bool) and argument >= 1


@dataclass(frozen=True)
class Dimensions:
    """All sizes that some arguments of the keywords allow; None is no bound."""

    words: tuple[str, ...]
    step: int
    max_edge: int | None
    max_ratio: float | None
    min_pixels: int
    max_pixels: int | None

    @classmethod
    def of(cls, schema: Mapping[str, Any]) -> Dimensions | None:
        """Read a schema (or a mapping of keywords to arguments); None where it does not ask for a size."""
        if FORM not in schema:
            return None
        edge, ratio, most = (schema.get(f"x-max-{name}") for name in ("edge", "ratio", "pixels"))
        step, least = schema.get("x-multiple-of", 1), schema.get("x-min-pixels", 1)
        return cls(tuple(schema[FORM]), step, edge, ratio, least, most)

    def __str__(self) -> str:
        told = [
            f"multiples of {self.step:,}" if self.step > 1 else "",
            f"edges up to {self.max_edge:,}" if self.max_edge else "",
            f"ratio up to {self.max_ratio}:1" if self.max_ratio else "",
            f"{self.min_pixels:,} to {self.max_pixels:,} pixels" if self.max_pixels else "",
        ]
        return f"any WIDTHxHEIGHT ({', '.join(filter(None, told)) or 'no bounds'})"

    @cached_property
    def corners(self) -> tuple[str, ...]:
        """The outermost sizes, lying and standing in turn; empty where the rules leave none."""
        found = self._outermost
        return tuple(f"{w}x{h}" if index % 2 == 0 else f"{h}x{w}" for index, (w, h) in enumerate(found))

    @cached_property
    def beyond(self) -> tuple[str, ...]:
        """Sizes next to the corners, each lying and standing; most of them are forbidden."""
        half = self.step // 2
        steps = [step for step in ((half, 0), (0, half)) if half]
        steps += [(self.step * x, self.step * y) for x in (1, 0, -1) for y in (1, 0, -1) if x or y]
        near = [(w + x, h + y) for x, y in steps for w, h in self._outermost if w + x > 0 and h + y > 0]
        return tuple(dict.fromkeys(f"{a}x{b}" for w, h in near for a, b in ((w, h), (h, w))))

    @cached_property
    def _outermost(self) -> list[tuple[int, int]]:
        points = list(self._ends())
        orders: list[Callable[[tuple[int, int]], tuple[float, float]]] = [
            lambda p: (p[0] * p[1], p[0]),  # the smallest
            lambda p: (p[0] / p[1], p[0]),  # the smallest square
            lambda p: (-p[0] / p[1], p[0]),  # the longest shape, small
            lambda p: (-p[0] / p[1], -p[0]),  # and large
            lambda p: (-p[0], -p[1]),  # the longest edge
            lambda p: (p[0] / p[1], -p[0]),  # the largest square
        ]
        return list(dict.fromkeys(min(points, key=order) for order in orders)) if points else []

    def _ends(self) -> Iterator[tuple[int, int]]:
        """Yield (width, height), lying: for each height the least and the greatest width."""
        for height in range(self.step, self._highest() + 1, self.step):
            least = max(height, -(-self.min_pixels // height))
            most = min(filter(None, self._widths(height)), default=max(least, _FAR))
            first, last = -(-least // self.step) * self.step, most // self.step * self.step
            if first <= last:
                yield first, height
                yield last, height

    def _highest(self) -> int:
        square = isqrt(self.max_pixels) if self.max_pixels else None
        return min(filter(None, (self.max_edge, square)), default=_FAR)

    def _widths(self, height: int) -> Iterable[int | None]:
        yield self.max_edge
        yield int(height * self.max_ratio) if self.max_ratio else None
        yield self.max_pixels // height if self.max_pixels else None
