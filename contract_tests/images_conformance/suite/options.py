"""pytest options that are those of `check` and `fuzz`, read in the same way."""

from __future__ import annotations

import argparse
from importlib import import_module
from pathlib import Path
from typing import Any

import click
import pytest

from images_contract import ContractError

from .. import commands
from ..commands.check import check
from ..commands.configuration import defaults, read_configuration
from ..commands.fuzz import fuzz
from ..errors import ConformanceError

# The others are pytest's own business: which tests run, what is printed, which reports are written.
MIRRORED = (
    "base_url", "spec", "dialect", "api_key_env", "no_auth", "depth", "models", "level", "known", "concurrency",
    "timeout", "rate", "budget", "price_file", "unknown_price", "yes", "journal_file",
    "max_requests", "seconds", "seed", "database",
)  # fmt: skip
_PARAMETERS = {parameter.name: parameter for parameter in (*fuzz.params, *check.params)}
COMMAND = click.Command("pytest", params=[_PARAMETERS[name] for name in MIRRORED])
TAKEN = ("timeout",)  # has its longer name alone: many projects have a plugin that takes the shorter one


def add_options(parser: pytest.Parser) -> None:
    """Add the options. Each has a second name, `--images-NAME`, for where another plugin has the first."""
    group = parser.getgroup("images-conformance")
    for parameter in COMMAND.params:
        name = _name(parameter)
        names = [f"--images-{name}"] if name in TAKEN else [f"--{name}", f"--images-{name}"]
        try:
            group.addoption(*names, **_attributes(parameter))
        except (ValueError, argparse.ArgumentError):  # another plugin was first
            group.addoption(names[-1], **_attributes(parameter))


def read_options(config: pytest.Config) -> dict[str, Any]:
    """Return the options as the commands get them; raises UsageError, in one line, for what is wrong with them."""
    words: list[str] = []
    for parameter in COMMAND.params:
        value = config.getoption(_dest(parameter))
        if isinstance(parameter, click.Argument):
            words += filter(None, [value or config.getoption("base_url", None)])  # which pytest-base-url has
        elif value:
            words += [max(parameter.opts, key=len), *([] if value is True else [value])]
    try:
        return COMMAND.make_context("pytest", words, default_map=_configured()).params
    except click.UsageError as error:
        raise pytest.UsageError(error.format_message()) from error
    except (ConformanceError, ContractError) as error:
        raise pytest.UsageError(str(error)) from error


def _configured() -> dict[str, Any]:
    """Return the defaults that a configuration file sets, as for the commands."""
    path, values = read_configuration(Path.cwd())
    if not values:
        return {}
    every = [getattr(import_module(f"{commands.__name__}.{name}"), name) for name in commands.__all__]
    return defaults([*every, COMMAND], path, values)["pytest"]


def _name(parameter: click.Parameter) -> str:
    return "base-url" if isinstance(parameter, click.Argument) else max(parameter.opts, key=len).removeprefix("--")


def _dest(parameter: click.Parameter) -> str:
    return f"images_{_name(parameter)}".replace("-", "_")


def _attributes(parameter: click.Parameter) -> dict[str, Any]:
    if not isinstance(parameter, click.Option):
        return {"dest": _dest(parameter), "metavar": "URL", "help": "The server; an embedded one where none is given."}
    help = (parameter.help or "").replace("%", "%%")
    if parameter.is_flag:
        return {"dest": _dest(parameter), "action": "store_true", "help": help}
    return {"dest": _dest(parameter), "metavar": parameter.make_metavar(click.Context(COMMAND)), "help": help}
