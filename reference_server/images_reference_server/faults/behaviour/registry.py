"""Behaviour faults are registered where they are written: one function, its docstring the sentence."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from typing import Any, TypeVar

from ...catalogue import Catalogue, Model
from ...seams import Seams
from ..fault import BEHAVIOUR, Fault

REGISTERED: list[Fault] = []
_SEAMS = {field.name for field in fields(Seams)}
Hand = TypeVar("Hand", bound=Callable[..., Any])
Which = Callable[[Model], bool]
_WHICH: dict[str, Which] = {}  # of faults that can be had for one model: the models in which it can be seen


def fault(
    category: str, *seams: str, level: str = "must", each: Which | None = None, **also: Any
) -> Callable[[Hand], Hand]:
    """Register a function as the fault `category:function-name`, put in at one seam or several.

    `also` puts other functions in at other seams. With `each` there is one more such fault for each model that it holds
    for.
    """

    def register(hand: Hand) -> Hand:
        name = f"{category}:{hand.__name__.strip('_').replace('_', '-')}"
        sentence = (hand.__doc__ or "").strip()
        hands = dict.fromkeys(seams, hand) | also
        assert set(hands) <= _SEAMS, f"no such seam: {set(hands) - _SEAMS}"
        REGISTERED.append(Fault(name, category, sentence, BEHAVIOUR, level, seams=hands))
        if each:
            _WHICH[name] = each
        return hand

    return register


def of_each_model(catalogue: Catalogue) -> list[Fault]:
    """Return the faults that are about one model of a document, or about requests that name none."""
    models = [*catalogue.models, *filter(None, [catalogue.absent])]
    return [
        fault.only(model.name)
        for fault in REGISTERED
        if fault.name in _WHICH
        for model in models
        if _WHICH[fault.name](model)
    ]


def every(model: Model) -> bool:
    """Say of every model that a fault can be seen in it."""
    return True


def several(model: Model) -> bool:
    """Say whether a model makes several pictures at once."""
    return bool(model.parameters.get("n", {}).get("maximum", 2) > 1)


def taking(parameter: str) -> Which:
    """Return what says whether a model has a parameter."""
    return lambda model: parameter in model.parameters


def telling(name: str) -> Which:
    """Return what says whether an answer of a model, or an image in it, has a member."""
    return lambda model: name in (*model.fields, *model.image)


def hiding(name: str) -> Which:
    """Return what says whether an answer of a model lacks a member that others have."""
    return lambda model: name not in (*model.fields, *model.image)
