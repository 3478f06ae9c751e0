"""`images-conformance changes`: what changed between two contracts."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import click

from ..changes import LEVELS, Comparison, load, to_json, to_markdown, to_text
from ..errors import ConformanceError

_FILE = click.Path(path_type=Path, dir_okay=False)


class Levels(click.ParamType[tuple[str, ...]]):
    """Levels of change in a list with commas, or none."""

    name = "levels"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, ...]:
        """Return the levels; fails with one line."""
        names = [] if value == "none" else [name.strip() for name in value.split(",")]
        for name in names:
            if name not in LEVELS:
                self.fail(f"{name!r} is no level; write none, or some of {', '.join(LEVELS)}", param, ctx)
        return tuple(names)


@click.command()
@click.argument("old")
@click.argument("new")
@click.option("--dialect", metavar="NAME|FILE", help="Apply a vendor's overlay to both.")
@click.option(
    "--fail-on", type=Levels(), default=LEVELS[0], show_default=True, metavar="LEVEL,…",
    help=f"Changes that make the exit code 1: some of {', '.join(LEVELS)}, or none.",
)  # fmt: skip
@click.option("--json", "json_file", type=_FILE, help="Write the changes as JSON.")
@click.option("--markdown", "markdown_file", type=_FILE, help="Write them as Markdown, for a pull request.")
@click.option("-q", "--quiet", is_flag=True, help="Print nothing but errors.")
def changes(**options: Any) -> None:
    """Compare the contracts OLD and NEW by meaning: who breaks, and a request or response that shows it.

    Each is a file, a file in git (v1.0:spec/openapi.yaml), or a revision, whose spec/openapi.yaml is meant.

    \b
    images-conformance changes origin/main spec/openapi.yaml
    images-conformance changes v1.0 v2.0 --fail-on breaks-callers,breaks-servers

    Exit code: 0 nothing that --fail-on names, 1 a change that it names, 2 wrong usage.
    """
    found = Comparison.of(*(load(options[side], options["dialect"]) for side in ("old", "new")))
    if not options["quiet"]:
        click.echo(to_text(found), nl=False)
    if path := options["json_file"]:
        _write(path, json.dumps(to_json(found), indent=2))
    if path := options["markdown_file"]:
        _write(path, to_markdown(found))
    sys.exit(any(found.count(level) for level in options["fail_on"]))


def _write(path: Path, text: str) -> None:
    from ..reports.files import write_text  # reports cost more to import than all of this command

    try:
        write_text(path, text)
    except OSError as error:
        raise ConformanceError(f"{path} cannot be written: {error.strerror}") from error
    click.echo(f"wrote {path}", err=True)
