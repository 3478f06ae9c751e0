"""Defaults for the options, from images-conformance.toml or the table [tool.images-conformance] of pyproject.toml."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from .errors import ConformanceError

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


def defaults(commands: Sequence[click.Command], path: Path | None, values: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the values as defaults by command and parameter, as click's `default_map` wants them.

    Raises ConformanceError, with the name that was probably meant, for one that no command has.
    """
    found: dict[str, dict[str, Any]] = {name: {} for name in group.commands}
    known: set[str] = set()
    for command in commands:
        for parameter in command.params:
            name = option_name(parameter)
            known.add(name)
            if name in values:
                found[command.name or ""][parameter.name or ""] = _value(parameter, values[name], path)
    for name in values:
        if name not in known:
            close = difflib.get_close_matches(name, known, n=1)
            hint = f"; did you mean {close[0]!r}?" if close else "; options are named as on the command line"
            raise ConformanceError(f"{path.name if path else OWN}: {name!r} is no option{hint}")
    return found


def option_name(parameter: click.Parameter) -> str:
    """Return what a parameter is called in a file: its option without the dashes, or `url`."""
    if isinstance(parameter, click.Argument):
        return URL if parameter.name == "base_url" else f"<{parameter.name}>"
    return max(parameter.opts, key=len).lstrip("-")


def _value(parameter: click.Parameter, value: Any, path: Path | None) -> Any:
    """Return a value as click takes it: text that it converts itself, lists where an option may be repeated."""
    flag, many = isinstance(parameter, click.Option) and parameter.is_flag, getattr(parameter, "multiple", False)
    place = f"{path.name if path else OWN}: {option_name(parameter)}"
    if isinstance(value, bool) != flag:
        raise ConformanceError(f"{place} is {value!r}; it {'is true or false' if flag else 'takes a value'}")
    if many:
        return [str(each) for each in (value if isinstance(value, list) else [value])]
    if isinstance(value, list):
        return ",".join(str(each) for each in value)  # --models takes a list with commas
    if isinstance(value, dict):
        raise ConformanceError(f"{place} is a table; write a value")
    return value if flag else str(value)
