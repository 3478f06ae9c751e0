"""The command line that was given, to be shown again with something added."""

from __future__ import annotations

import shlex

import click
from click.core import ParameterSource


def command_line(*added: str) -> str:
    """Return the running command as a line for a shell, with words added that it does not have yet."""
    context = click.get_current_context()
    words = [*context.command_path.split()]
    for parameter in context.command.params:
        if context.get_parameter_source(parameter.name or "") is ParameterSource.COMMANDLINE:
            words += _words(parameter, context.params[parameter.name or ""])
    return shlex.join([*words, *(word for word in added if word not in words)])


def _words(parameter: click.Parameter, value: object) -> list[str]:
    if isinstance(parameter, click.Argument):
        return [str(value)]
    option = max(parameter.opts, key=len)
    if isinstance(parameter, click.Option) and parameter.is_flag:
        return [option]
    return [word for each in (value if isinstance(value, tuple) else (value,)) for word in (option, str(each))]
