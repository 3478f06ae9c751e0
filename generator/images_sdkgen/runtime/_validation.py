"""Judges a request by the contract's rules before it is sent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Any

from ._keywords import KEYWORDS, choice, holds, shown
from ._rules import OperationRules, Parameter, Profile
from .errors import LocalValidationError, Problem


def validate(call: str, rules: OperationRules, body: Mapping[str, Any]) -> None:
    """Raise LocalValidationError with every rule that the body breaks; return nothing if it breaks none."""
    if problems := find_problems(rules, body):
        model = body.get(rules.discriminator) if rules.discriminator else None
        named = f"{rules.discriminator}={shown(model)}" if model is not None else ""
        raise LocalValidationError(f"{call}({named})", problems)


def find_problems(rules: OperationRules, body: Mapping[str, Any]) -> list[Problem]:
    """Return every rule that a request body, by names on the wire, breaks; nothing is sent."""
    model = body.get(rules.discriminator) if rules.discriminator else None
    if model is None:
        return _without_model(rules, body)
    if isinstance(model, str) and model in rules.models:
        return list(_judge(rules.models[model], body))
    return [_unknown_model(rules, model), *_without_model(rules, body)]


def _without_model(rules: OperationRules, body: Mapping[str, Any]) -> list[Problem]:
    name = rules.discriminator or ""
    if rules.fallback is None:
        return [] if name in body else [Problem(name, f"{name!r} is required", rules.no_model)]
    found = list(_judge(rules.fallback, body))
    # What a single model takes is for the server to decide, since it chooses the model.
    if not found and rules.no_model and all(any(_judge(profile, body)) for profile in rules.models.values()):
        message = f"no single model takes these parameters together; give {name!r} to see what is wrong"
        return [Problem(name, message, rules.no_model)]
    return found


def _unknown_model(rules: OperationRules, model: Any) -> Problem:
    name = rules.discriminator or ""
    close = get_close_matches(model, rules.models, 1) if isinstance(model, str) else []
    hint = f"; did you mean {close[0]!r}?" if close else ""
    message = f"{name!r} must be {choice(list(rules.models))}, got {shown(model)}{hint}"
    return Problem(name, message, rules.unknown_model)


def _judge(profile: Profile, body: Mapping[str, Any]) -> Iterator[Problem]:
    yield from _parameter_problems(profile, body)
    given = {name: value for name, value in body.items() if value is not None}
    for rule in profile.conditions:
        if holds(rule.when, given) and not holds(rule.then, given):
            values = ", ".join(f"{name}={shown(given[name])}" for name in rule.parameters if name in given)
            yield Problem(rule.parameters[0], f"{rule.sentence.rstrip('.')}; got {values}", rule.clause)


def _parameter_problems(profile: Profile, body: Mapping[str, Any]) -> Iterator[Problem]:
    for name, parameter in profile.parameters.items():
        if name in body:
            found = list(_value_problems(profile, parameter, body[name]))
            # Asked last, for most values are fine.
            if found and not _is_open(profile, parameter, body[name]):
                yield from found
        elif parameter.required_by:
            yield Problem(name, f"{name!r} is required", parameter.required_by)
    for name in body if profile.unknown else ():
        if name not in profile.parameters:
            close = get_close_matches(name, profile.parameters, 1)
            hint = f"; did you mean {close[0]!r}?" if close else ""
            yield Problem(name, f"{name!r} is not a parameter{hint}", profile.unknown)


def _value_problems(profile: Profile, parameter: Parameter, value: Any) -> Iterator[Problem]:
    if parameter.unsupported_by:
        message = f"{parameter.name!r} is not a parameter of {profile.name}, got {shown(value)}; leave it out"
        yield Problem(parameter.name, message, parameter.unsupported_by)
        return
    for check in parameter.checks:
        test, says = KEYWORDS[check.keyword]
        if not test(check.argument, value):
            message = f"{parameter.name!r} {says(check.argument)}, got {shown(value)}"
            yield Problem(parameter.name, message, check.clause)
            if check.keyword == "type":
                return


def _is_open(profile: Profile, parameter: Parameter, value: Any) -> bool:
    names = (parameter.name,) if parameter.required else (parameter.name, "*")
    return any(case.parameter in names and holds(case.schema, value) for case in profile.open)
