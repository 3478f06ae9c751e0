"""`images-conformance lint`: whether a document, or a dialect, says what the tools here rely on."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from images_contract.lint import Problem
from images_contract.lint import lint as problems_of

from ..clauses import CHECKS, TOGETHER


@click.command()
@click.argument("files", nargs=-1, metavar="[FILE]...", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--dialect", metavar="NAME|FILE", help="Apply a vendor's overlay to the document first.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def lint(files: tuple[Path, ...], **options: Any) -> None:
    """Check documents and dialects for what all other commands rely on.

    Each FILE is an OpenAPI document, or an overlay of the one that is shipped; without one, that is checked. Every
    problem has a place and a proposal.

    Exit code: 0 nothing to complain of, 1 problems, 2 wrong usage.
    """
    judged = {*CHECKS, *TOGETHER}
    found = [problem for file in files or (None,) for problem in problems_of(file, options["dialect"], judged)]
    found = list(dict.fromkeys(found))  # what is wrong with the shipped document is so with each of its dialects
    click.echo(json.dumps([asdict(each) for each in found], indent=2) if options["as_json"] else _told(found))
    sys.exit(1 if found else 0)


def _told(found: list[Problem]) -> str:
    count = f"{len(found)} problem{'s' if len(found) != 1 else ''}" if found else "nothing to complain of"
    return "\n".join([*map(str, found), count])
