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


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--html", "html_file", type=shared.FILE, help="Write the comparison as one HTML page, with the evidence.")
@click.option("--markdown", "markdown_file", type=shared.FILE, help="Write it as Markdown instead of printing it.")
@click.option("--json", "json_file", type=shared.FILE, help="Write it as JSON.")
def compare(files: tuple[Path, ...], **options: Any) -> None:
    """Show the runs in FILES side by side: JSON reports, or journals, of which the latest run counts.

    \b
    images-conformance compare a.json b.json c.sqlite --html vendors.html
    images-conformance compare last-week.json today.json    # one server over time: what changed

    Exit code: 0, or 2 where a file cannot be read.
    """
    comparison = Comparison.of([load_report(path) for path in files])
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
