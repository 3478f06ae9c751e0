"""`images-conformance report`: a kept run as a page."""

from __future__ import annotations

from pathlib import Path

import click

from ..recordings import is_journal
from ..reports.files import write_text
from ..reports.html import render, to_html
from ..reports.reading import read_json_report
from . import options as shared
from .loading import judged_journal


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.argument("page", type=shared.FILE, default=Path("report.html"))
def report(file: Path, page: Path) -> None:
    """Write the run in FILE, a journal or a JSON report, to PAGE, one HTML file (report.html).

    \b
    images-conformance report run.sqlite run.html    # with the pictures that came
    images-conformance report report.json run.html   # a JSON report holds none

    For a journal by another contract, or for other forms, see replay.
    """
    text = _of_journal(file) if is_journal(file) else render(read_json_report(file))
    with shared.writing(page):
        write_text(page, text)


def _of_journal(file: Path) -> str:
    with judged_journal(file) as judged:
        return to_html(judged)
