"""`images-conformance compare`: several runs side by side."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from ..reports.compare import Comparison, comparison_html, comparison_json, comparison_markdown
from ..reports.files import write_text
from . import options as shared
from .loading import load_report


class Named(click.ParamType[tuple[str | None, Path]]):
    """A file, with or without a name for its column: PATH or NAME=PATH."""

    name = "file"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str | None, Path]:
        """Return (the name, where one is given, the path)."""
        name, equals, path = value.partition("=")
        return (name, Path(path)) if equals and name and not Path(value).exists() else (None, Path(value))


@click.command()
@click.argument("files", nargs=-1, required=True, type=Named())
@click.option("--html", "html_file", type=shared.FILE, help="Write the comparison as one HTML page, with the evidence.")
@click.option("--markdown", "markdown_file", type=shared.FILE, help="Write it as Markdown instead of printing it.")
@click.option("--json", "json_file", type=shared.FILE, help="Write it as JSON.")
def compare(files: tuple[tuple[str | None, Path], ...], **options: Any) -> None:
    """Show the runs in FILES side by side: JSON reports, or journals, of which the latest run counts.

    Each is named by its server's host, or as you say: NAME=FILE.

    \b
    images-conformance compare a.json b.json c.sqlite --html vendors.html
    images-conformance compare blue=a.json green=b.json     # two servers on one host
    images-conformance compare last-week.json today.json    # one server over time: what changed

    Exit code: 0, or 2 where a file cannot be read.
    """
    comparison = Comparison.of([load_report(path) for _, path in files], [name for name, _ in files])
    written: dict[str, Callable[[], str]] = {
        "html_file": lambda: comparison_html(comparison),
        "json_file": lambda: json.dumps(comparison_json(comparison), ensure_ascii=False, indent=2),
        "markdown_file": lambda: comparison_markdown(comparison),
    }
    for name, text in written.items():
        path: Path | None = options[name]
        if path is not None:
            with shared.writing(path):
                write_text(path, text())
    if options["markdown_file"] is None:
        click.echo(comparison_markdown(comparison), nl=False)
