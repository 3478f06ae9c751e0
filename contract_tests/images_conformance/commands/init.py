"""`images-conformance init`: a configuration and a workflow to begin with."""

from __future__ import annotations

from pathlib import Path

import click

from ..errors import ConformanceError
from ..reports.files import write_text
from . import options as shared
from .check import check
from .configuration import OWN, URL, option_name

WORKFLOW = Path(".github/workflows/images-conformance.yml")
NOT_KEPT = ("resume", "resend", "yes", "dry-run", "quiet", "no-journal", "write-known")  # said anew each time


@click.command()
@click.option("--force", is_flag=True, help="Write over files that are there.")
def init(force: bool) -> None:
    """Write images-conformance.toml, in which every option stands explained, and a workflow for GitHub.

    Nothing that is there is written over without --force.
    """
    for path, text in ((Path(OWN), configuration()), (WORKFLOW, WORKFLOW_TEXT)):
        if path.exists() and not force:
            raise ConformanceError(f"{path} is there already; --force writes over it")
        with shared.writing(path):
            write_text(path, text)


def configuration() -> str:
    """Return a commented configuration: every option of `check` with what it means."""
    lines = [
        "# Defaults for images-conformance, run in this folder. Names are those of the options; the command line wins.",
        "# The key is never written here: it comes from the environment variable that api-key-env names.",
        "",
        "# The server to check.",
        f'# {URL} = "http://localhost:8000/v1"',
    ]
    for parameter in check.params:
        name = option_name(parameter)
        if isinstance(parameter, click.Option) and name not in NOT_KEPT:
            lines += ["", f"# {parameter.help}", f"# {name} = {_example(parameter)}"]
    return "\n".join(lines)


def _example(parameter: click.Option) -> str:
    if parameter.is_flag:
        return "true"
    if parameter.multiple:
        return '["size.*"]'
    if isinstance(parameter.default, int | float):
        return str(parameter.default)
    if isinstance(parameter.default, str):
        return f'"{parameter.default}"'
    return {"budget": "2.00", "unknown-price": "0.05"}.get(max(parameter.opts, key=len).lstrip("-"), '"…"')


WORKFLOW_TEXT = """\
# Checks the server that images-conformance.toml names, on every push and once a night.
name: images-conformance
on:
  push:
  schedule:
    - cron: "17 3 * * *"
jobs:
  check:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - uses: actions/setup-python@v5
        with:
          python-version: "3.12"
      - run: pip install images-conformance
      - run: images-conformance check --junit reports/conformance.xml --html reports/conformance.html
        env:
          OPENAI_API_KEY: ${{ secrets.OPENAI_API_KEY }}
      - uses: actions/upload-artifact@v4
        if: always()
        with:
          name: conformance
          path: reports
"""
