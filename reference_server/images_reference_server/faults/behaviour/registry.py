"""Behaviour faults are registered where they are written: one function, its docstring the sentence."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from typing import Any, TypeVar

from ...seams import Seams
from ..fault import BEHAVIOUR, Fault

REGISTERED: list[Fault] = []
_SEAMS = {field.name for field in fields(Seams)}
Hand = TypeVar("Hand", bound=Callable[..., Any])


def fault(category: str, *seams: str, level: str = "must") -> Callable[[Hand], Hand]:
    """Register a function as the fault `category:function-name`, put in at one seam or several."""
    assert set(seams) <= _SEAMS, f"no such seam: {set(seams) - _SEAMS}"

    def register(hand: Hand) -> Hand:
        name = f"{category}:{hand.__name__.strip('_').replace('_', '-')}"
        sentence = (hand.__doc__ or "").strip()
        REGISTERED.append(Fault(name, category, sentence, BEHAVIOUR, level, seams=dict.fromkeys(seams, hand)))
        return hand

    return register
