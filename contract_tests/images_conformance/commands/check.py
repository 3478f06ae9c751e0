"""`images-conformance check`: the planned run."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import click
from rich.console import Console

from images_contract import Contract

from ..errors import ConformanceError
from ..judging.results import Report
from ..planning.cases import Case
from ..planning.plan import plan
from ..recordings.journal import Journal
from ..sending.checking import Settings, run_check
from ..sending.progress import showing
from ..sending.target import is_free, opened, read_key
from ..spending.prices import Prices
from . import options as shared
from .cost import confirm, list_cases, worst_case
from .keeping import kept
from .repeating import command_line


@click.command()
@click.argument("base_url", required=False)
@shared.document
@shared.key
@shared.depth
@shared.selection
@shared.level
@shared.known
@click.option(
    "--concurrency", type=click.IntRange(1, 256), default=4, show_default=True, help="Requests under way at once."
)
@shared.pace
@shared.money
@click.option("--dry-run", is_flag=True, help="List the cases and what they may cost; send nothing.")
@shared.journal
@click.option(
    "--resume", is_flag=True, help="Go on with the last run of the journal; what was answered is not sent again."
)
@click.option("--resend", is_flag=True, help="With --resume: send again what may have been billed without an answer.")
@shared.reports
def check(**options: Any) -> None:
    """Check the server at BASE_URL, or an embedded reference server where none is given.

    \b
    images-conformance check                               # see what a run looks like
    images-conformance check http://localhost:8000/v1      # key in OPENAI_API_KEY
    images-conformance check https://api.example.com/v1 --budget 2

    The run is kept in a journal: after an interruption, --resume goes on with it and pays for nothing twice.

    Exit code: 0 conformant, 1 a clause is broken, 2 wrong usage, 3 inconclusive.
    """
    url, settings = options["base_url"], _settings(options)
    contract = shared.contract(options)
    free = is_free(url, contract)
    prices = shared.prices(options, free)
    cases = plan(contract, settings.selection, prices)
    if options["dry_run"]:
        list_cases(contract, cases, prices)
        return
    if url is not None:
        read_key(options["api_key_env"], auth=settings.selection.auth)
    with kept(options, free) as journal:
        if journal is not None and not options["resume"]:
            _mention_unfinished(journal)
        if not free and not options["yes"]:
            confirm(worst_case(contract, cases, prices), url, settings.budget)
        report = _run(contract, cases, prices, settings, options, journal)
    shared.show(report, options)
    _tell_how_to_go_on(report, journal, options)
    sys.exit(report.exit_code)


def _settings(options: dict[str, Any]) -> Settings:
    if options["resend"] and not options["resume"]:
        raise ConformanceError("--resend goes with --resume")
    return replace(shared.settings(options), resume=options["resume"], again=options["resend"])


def _mention_unfinished(journal: Journal) -> None:
    runs = [run for run in journal.runs() if run.about.kind == "check" and not run.about.session]
    if runs and (runs[-1].finished is None or runs[-1].stopped):
        when = datetime.fromtimestamp(runs[-1].started).strftime("%Y-%m-%d %H:%M")
        shared.tell(f"note: the run of {when} in {journal.path} did not come to its end; --resume goes on with it")


def _run(
    contract: Contract, cases: Sequence[Case], prices: Prices, settings: Settings, options: dict[str, Any],
    journal: Journal | None,
) -> Report:  # fmt: skip
    url, variable = options["base_url"], options["api_key_env"]
    with (
        opened(contract, url, variable, auth=settings.selection.auth) as target,
        showing(Console(stderr=True), len(cases), quiet=options["quiet"]) as update,
    ):
        return run_check(contract, target, cases, prices, settings, update, journal, shared.tell)


def _tell_how_to_go_on(report: Report, journal: Journal | None, options: Mapping[str, Any]) -> None:
    """Say which command comes next: the one that goes on with a run, that shows it, or that checks a server."""
    if report.stopped and journal is not None and not report.target.embedded:
        shared.tell(f"go on with: {command_line('--resume')}")
    elif report.target.embedded and not options["quiet"]:
        shared.tell("next: images-conformance check http://localhost:8000/v1, or wherever your server is")
    elif journal is not None and not options["quiet"] and options["html_file"] is None:
        shared.tell(f"next: images-conformance report {shlex.quote(str(journal.path))} report.html")
