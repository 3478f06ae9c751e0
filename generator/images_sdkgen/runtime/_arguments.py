"""The options of a command, made of the contract's rules: what a model takes is read there, and nowhere said again."""

from __future__ import annotations

import argparse
import json
import math
from collections.abc import Iterator
from typing import Any

from ._keywords import KEYWORDS
from ._operation import Operation
from ._rules import OperationRules, Parameter
from ._settings import API_KEY_VARIABLE, BASE_URL_VARIABLE
from .errors import ConfigurationError

_PREFIX = "parameter "  # of names in the namespace: a parameter may be called like an option of ours


def parser(program: str, operation: Operation) -> argparse.ArgumentParser:
    """Return the parser of a program with one command, which calls an operation."""
    name, rules = operation.call.rpartition(".")[2], operation.rules
    told = f"The API key comes from {API_KEY_VARIABLE} alone, so that no list of processes shows it."
    outer = argparse.ArgumentParser(prog=program, description=told, allow_abbrev=False)
    commands = outer.add_subparsers(required=True, metavar="COMMAND")
    usage = f"{program} {name} [options] TEXT"
    words = "ask for pictures and save them"
    inner = commands.add_parser(name, usage=usage, help=words, description=told, allow_abbrev=False)
    inner.add_argument("--out", metavar="PATH", default=".", help="file or folder (default: a new file here)")
    inner.add_argument("--base-url", metavar="URL", help=f"where the API is (default: {BASE_URL_VARIABLE})")
    inner.add_argument("--timeout", metavar="SECONDS", type=_seconds, help="the longest wait for the next bytes")
    inner.add_argument("--unchecked", action="store_true", help="send what breaks the rules, or names no model of them")
    first = _first(rules)
    for parameter in _parameters(rules):
        _add(inner, rules, parameter, positional=parameter.name == first)
    return outer


def parse(program: str, operation: Operation, arguments: list[str] | None) -> tuple[argparse.Namespace, dict[str, Any]]:
    """Return the options, and the parameters as they are sent; raises ConfigurationError where an option is unknown."""
    options, unknown = parser(program, operation).parse_known_args(arguments)
    if unknown:
        # Names alone: what follows one may be a key, from someone used to other programs.
        names = [each.partition("=")[0] for each in unknown if each.startswith("-")]
        hint = f"--help lists what is, and the key comes from {API_KEY_VARIABLE} alone"
        raise ConfigurationError(
            f"{', '.join(names)} is no option; {hint}" if names else "more than one text; quote it"
        )
    return options, dict(_given(operation.rules, vars(options)))


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = math.nan
    if not 0 < seconds < math.inf:
        raise argparse.ArgumentTypeError(f"must be a number of seconds, got {text!r}")
    return seconds


def _parameters(rules: OperationRules) -> Iterator[Parameter]:
    """Yield each parameter once, as the first model has it that has it at all."""
    profiles = [*rules.models.values(), *([rules.fallback] if rules.fallback else [])]
    for name in dict.fromkeys(name for profile in profiles for name in profile.parameters):
        having = [profile.parameters[name] for profile in profiles if name in profile.parameters]
        yield next((each for each in having if each.supported), having[0])


def _first(rules: OperationRules) -> str | None:
    """Return the parameter that needs no option: the first that is required."""
    return next((each.name for each in _parameters(rules) if each.required), None)


def _add(inner: argparse.ArgumentParser, rules: OperationRules, parameter: Parameter, *, positional: bool) -> None:
    dest, words = f"{_PREFIX}{parameter.name}", _help(rules, parameter).replace("%", "%%")
    if positional:
        inner.add_argument(dest, metavar="TEXT", nargs="?", help=words)
        return
    is_switch = parameter.type == "boolean"
    form: dict[str, Any] = {"action": argparse.BooleanOptionalAction} if is_switch else {"metavar": "VALUE"}
    flag = f"--{parameter.name.replace('_', '-')}"
    while True:
        try:
            inner.add_argument(flag, dest=dest, help=words, **form)
            return
        except argparse.ArgumentError:  # it is taken
            flag = f"--body-{flag[2:]}"


def _help(rules: OperationRules, parameter: Parameter) -> str:
    """Return what a parameter means, and what each model takes."""
    if parameter.name == rules.discriminator:
        return f"{parameter.description} ({', '.join(rules.models)})"
    models: dict[str, list[str]] = {}
    for name, profile in rules.models.items():
        if (own := profile.parameters.get(parameter.name)) and own.supported:
            models.setdefault(_limits(own), []).append(name)
    ways = [f"{', '.join(names)}{f': {limits}' if limits else ''}" for limits, names in models.items()]
    return f"{parameter.description} ({'; '.join(ways)})" if ways else parameter.description


def _limits(parameter: Parameter) -> str:
    said = [KEYWORDS[each.keyword][1](each.argument) for each in parameter.checks if each.keyword != "type"]
    default = "" if parameter.default is None else f"default {parameter.default}"
    return ", ".join(filter(None, [*said, default])).replace("must be ", "").replace("must have ", "")


def _given(rules: OperationRules, options: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    profile = rules.models.get(str(options.get(f"{_PREFIX}{rules.discriminator}")))
    for parameter in _parameters(rules):
        text = options[f"{_PREFIX}{parameter.name}"]
        if text is not None:
            own = profile.parameters.get(parameter.name) if profile else None
            yield parameter.name, _value(own if own and own.supported else parameter, text)


def _value(parameter: Parameter, text: Any) -> Any:
    """Return what a text stands for; where it is nothing that the parameter may be, that is for the rules to say."""
    kinds, values = parameter.argument("type") or (), parameter.values or ()
    if not isinstance(text, str) or text in values or "string" in kinds:
        return text
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text
