"""Which place, and which rule there, makes an instance invalid."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from .shapes import CLOSED, Part

Path = tuple[str, ...]
ITEM = "[]"  # stands for every item of a list

_WORDS = {CLOSED: ("additionalProperties", "unevaluatedProperties"), "enum": ("enum", "const")}
_PLAIN = {"type", "enum", "required"}  # errors of these keywords are told of the place itself, not of one inside


@dataclass(frozen=True)
class Blame:
    """What has to be at fault: a place, or one of some keywords there; with no keywords, anything there or below."""

    path: Path
    words: frozenset[str] | None = None

    @classmethod
    def on(cls, path: Path, words: Iterable[str]) -> Blame:
        """Blame some keywords at a place."""
        return cls(path, frozenset(name for word in words for name in _WORDS.get(word, (word,))))

    def falls(self, part: Part, instance: Any) -> bool:
        """Tell whether an instance is invalid by a schema for this."""
        source, pointer = part
        return any(self._is(error) for error in source.validators.at(pointer).iter_errors(instance))

    def _is(self, error: Any) -> bool:
        at = tuple(ITEM if isinstance(step, int) else step for step in error.instance_path)
        if at[: len(self.path)] != self.path:
            return False
        if self.words is None:
            return True
        here = at == self.path and error.schema_path[-1:] and error.schema_path[-1] in self.words
        return bool(here) or any(step in self.words - _PLAIN for step in error.schema_path)
