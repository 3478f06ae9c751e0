"""Defaults for the options, from images-conformance.toml or the table [tool.images-conformance] of pyproject.toml."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from ..errors import ConformanceError

OWN, SHARED, TABLE = "images-conformance.toml", "pyproject.toml", "images-conformance"
URL = "url"  # what the server's address is called here; on the command line it is an argument


def read_configuration(folder: Path) -> tuple[Path | None, dict[str, Any]]:
    """Return the file in a folder that has a configuration, and its values; (None, {}) where there is none.

    Raises ConformanceError where it is no TOML, or two files have one.
    """
    own, shared = folder / OWN, folder / SHARED
    tables = {own: _toml(own), shared: _toml(shared).get("tool", {}).get(TABLE, {})}
    found = [path for path, table in tables.items() if table]
    if len(found) > 1:
        raise ConformanceError(f"{OWN} and [tool.{TABLE}] in {SHARED} both have options; keep one")
    return (found[0], tables[found[0]]) if found else (None, {})


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConformanceError(f"{path.name} is no TOML: {error}") from error
    except OSError as error:
        raise ConformanceError(f"{path.name} cannot be read: {error.strerror}") from error


Defaults = dict[str, dict[str, Any]]  # by command and parameter, as click's `default_map` wants them


def defaults(commands: Sequence[click.Command], path: Path | None, values: Mapping[str, Any]) -> Defaults:
    """Return the values as defaults.

    Raises ConformanceError, with the name that was probably meant, for one that no command has.
    """
    place = path.name if path else OWN
    found: Defaults = {command.name or "": {} for command in commands}
    known = _places(commands)
    for name, value in values.items():
        if name not in known:
            close = difflib.get_close_matches(name, known, n=1)
            hint = f"; did you mean {close[0]!r}?" if close else "; options are named as on the command line"
            raise ConformanceError(f"{place}: {name!r} is no option{hint}")
        fitting = [each for each in known[name] if isinstance(value, bool) == _flag(each[1])]
        if not fitting:  # the same word may be a switch in one command and take a value in another
            wanted = "is true or false" if _flag(known[name][0][1]) else "takes a value"
            raise ConformanceError(f"{place}: {name} is {value!r}; it {wanted}")
        for command, parameter in fitting:
            found[command][parameter.name or ""] = _value(parameter, value, place)
    return found


def _places(commands: Sequence[click.Command]) -> dict[str, list[tuple[str, click.Parameter]]]:
    """Return, by the name of each option, the commands that have it."""
    known: dict[str, list[tuple[str, click.Parameter]]] = {}
    for command in commands:
        for parameter in command.params:
            known.setdefault(option_name(parameter), []).append((command.name or "", parameter))
    return known


def _flag(parameter: click.Parameter) -> bool:
    return isinstance(parameter, click.Option) and parameter.is_flag


def option_name(parameter: click.Parameter) -> str:
    """Return what a parameter is called in a file: its option without the dashes, or `url`."""
    if isinstance(parameter, click.Argument):
        return URL if parameter.name == "base_url" else f"<{parameter.name}>"
    return max(parameter.opts, key=len).lstrip("-")


def _value(parameter: click.Parameter, value: Any, place: str) -> Any:
    """Return a value as click takes it: text that it converts itself, lists where an option may be repeated."""
    if isinstance(parameter, click.Option) and parameter.multiple:
        return [str(each) for each in (value if isinstance(value, list) else [value])]
    if isinstance(value, list):
        return ",".join(str(each) for each in value)  # --fail-on takes a list with commas
    if isinstance(value, dict):
        raise ConformanceError(f"{place}: {option_name(parameter)} is a table; write a value")
    return value if isinstance(value, bool) else str(value)
