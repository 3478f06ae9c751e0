"""Checks without which the rules derived would say something else than the schemas."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from difflib import get_close_matches

from .document import escape
from .keywords import KEYWORDS, holds, shown
from .profile import ABSENT, ModelProfile
from .schema import Schemas


def model_names(schemas: Schemas, places: list[str]) -> list[str]:
    """Return the models that one alternative is for: the values of its discriminator, each of which can be sent."""
    rules = schemas.constraints(*places)
    values = rules["enum"].argument if "enum" in rules else []
    if not values or not all(isinstance(name, str) for name in values):
        schemas.fail(places[0], "needs a const (or an enum of names): it tells which model this schema is for")
    for name in values:
        for word, rule in rules.items():
            if not holds({word: rule.argument}, name):
                problem = f"model {name!r} can never be named: it {KEYWORDS[word].says(rule.argument)}"
                schemas.fail(f"{rule.pointer}/{word}", problem)
        if name == ABSENT:
            schemas.fail(places[0], f"no model can be called {ABSENT!r}, which stands for requests without one")
    return list(values)


def check_mappings(schemas: Schemas, branchings: Iterable[str], found: Mapping[str, ModelProfile]) -> None:
    """Raise RuleError where a discriminator's mapping sends readers elsewhere than the schemas' own constants."""
    for here in branchings:
        mapping = schemas.mapping(schemas.mapping(schemas.node(here), here, "discriminator"), here, "mapping")
        at = f"{here}/discriminator/mapping"
        for name, target in mapping.items():
            if name not in found or name == ABSENT:
                schemas.fail(f"{at}/{escape(name)}", f"no schema has the model {name!r}")
            pointer = target if "/" in str(target) else f"#/components/schemas/{target}"
            if pointer != found[name].pointer:
                schemas.fail(f"{at}/{escape(name)}", f"is {shown(target)}, but {name!r} is at {found[name].pointer}")
        for name in found if mapping else ():
            if name not in mapping and name != ABSENT:
                schemas.fail(at, f"lacks the model {name!r}; add {name}: {found[name].pointer!r}")


def retired(schemas: Schemas, body: str, models: Iterable[str]) -> tuple[str, ...]:
    """Return the names of `x-retired`; raises RuleError where one is a model, or has no day on which it went."""
    names = schemas.mapping(schemas.node(body), body, "x-retired")
    for name, day in names.items():
        at = f"{body}/x-retired/{escape(name)}"
        if not isinstance(day, str) or not re.fullmatch(r"\d{4}-\d\d-\d\d", day):
            schemas.fail(at, f"is {shown(day)}; write the day on which the model went, such as 2026-05-12")
        if name in models:
            schemas.fail(at, f"{name!r} has a schema, so it is no retired model")
    return tuple(names)


def check_names(schemas: Schemas, profiles: Mapping[str, ModelProfile], key: str) -> None:
    """Raise RuleError where an open case, a condition or the schema for an absent model names what no model has."""
    models = [profile for name, profile in profiles.items() if name != ABSENT]
    known = {name for model in models for name, each in model.parameters.items() if each.supported} - {key}
    for profile in profiles.values():
        for case in profile.open_cases:
            _known(schemas, f"{case.pointer}/parameter", [case.parameter], {"*", *known})
        for rule in profile.conditions:
            _known(schemas, rule.pointer, rule.parameters, known)
        if profile.name == ABSENT:
            own = [each.name for each in profile.parameters.values() if each.supported]
            _known(schemas, f"{profile.pointer}/properties", own, known)


def _known(schemas: Schemas, pointer: str, names: Iterable[str], known: set[str]) -> None:
    for name in names:
        if name not in known:
            close = get_close_matches(name, known, 1)
            hint = f"; did you mean {close[0]!r}?" if close else ""
            schemas.fail(pointer, f"speaks of {name!r}, which no model has{hint}")
