"""`images-conformance check`: the planned run."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from images_contract import Contract

from ..cases import Case
from ..checking import Settings, run_check
from ..errors import ConformanceError, JournalError
from ..journal import Journal
from ..pacing import parse_rate
from ..places import KEPT, default_journal
from ..plan import Selection, plan
from ..prices import Prices
from ..progress import showing
from ..results import Report
from ..run import Pacing
from ..target import check_url, is_loopback, opened, read_key
from . import options as shared
from .cost import confirm, list_cases, worst_case
from .repeating import command_line


@click.command()
@click.argument("base_url", required=False)
@shared.document
@shared.key
@shared.depth
@click.option("--models", metavar="A,B", help='Only these models ("absent": requests without one).')
@click.option("--clause", "clauses", multiple=True, metavar="GLOB", help="Only clauses whose id matches; repeatable.")
@shared.level
@click.option(
    "--concurrency", type=click.IntRange(1, 256), default=4, show_default=True, help="Requests under way at once."
)
@click.option("--timeout", type=click.FloatRange(0.1), default=300.0, show_default=True, help="Seconds per request.")
@click.option("--rate", metavar="N/s|N/m", help="At most so many requests a second or minute.")
@click.option("--budget", type=shared.Amount(), metavar="USD", help="Never spend more than this on the run, at worst.")
@click.option("--prices", "price_file", type=shared.FILE, help="Your prices, over the shipped ones.")
@click.option(
    "--unknown-price", type=shared.Amount(), metavar="USD", help="Price of an image of a model without a price."
)
@click.option("--yes", is_flag=True, help="Do not ask before a run that may cost money.")
@click.option("--dry-run", is_flag=True, help="List the cases and what they may cost; send nothing.")
@click.option(
    "--journal", "journal_file", type=shared.FILE, help="Where the run is kept; by default a file per server."
)
@click.option("--no-journal", is_flag=True, help="Keep nothing: the run cannot be resumed or replayed.")
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
    contract = Contract.load(options["spec"], options["dialect"])
    free = url is None or is_loopback(check_url(url))
    prices = Prices.load(options["price_file"], _unknown_price(options, free))
    cases = plan(contract, settings.selection, prices)
    if options["dry_run"]:
        list_cases(contract, cases, prices)
        return
    if url is not None:
        read_key(options["api_key_env"], auth=settings.selection.auth)
    with _journal(options, free) as journal:
        if not free and not options["yes"]:
            confirm(worst_case(contract, cases, prices), url, settings.budget)
        report = _run(contract, cases, prices, settings, options, journal)
    shared.show(report, options)
    _tell_how_to_go_on(report, journal)
    sys.exit(report.exit_code)


def _settings(options: dict[str, Any]) -> Settings:
    selection = Selection(options["depth"], shared.names(options["models"]), options["clauses"], not options["no_auth"])
    pacing = Pacing(options["concurrency"], parse_rate(options["rate"]))
    if options["resend"] and not options["resume"]:
        raise ConformanceError("--resend goes with --resume")
    return Settings(
        selection, options["level"], pacing, options["timeout"], options["budget"],
        resume=options["resume"], again=options["resend"],
    )  # fmt: skip


def _unknown_price(options: dict[str, Any], free: bool) -> float | None:
    """Return the price of what has none: nothing where nothing is paid, unless a ceiling was asked for."""
    given: float | None = options["unknown_price"]
    return 0.0 if given is None and free and options["budget"] is None else given


@contextmanager
def _journal(options: dict[str, Any], free: bool) -> Iterator[Journal | None]:
    """Open the journal. A free run goes on without one that nobody asked for and that cannot be had."""
    path: Path | None = options["journal_file"]
    if options["no_journal"] or (path is None and options["base_url"] is None):
        if options["resume"]:
            raise ConformanceError("--resume needs a journal; name it with --journal")
        yield None
        return
    try:
        journal = Journal.open(path or default_journal(options["base_url"]), durable=not free)
        if path is None:
            journal.prune(KEPT)
    except JournalError as error:
        if path is not None or not free or options["resume"]:
            raise ConformanceError(f"{error}, or keep nothing with --no-journal") from error
        click.echo(f"note: the run is not kept: {error}", err=True)
        yield None
        return
    with journal:
        if not options["resume"]:
            _mention_unfinished(journal)
        yield journal


def _mention_unfinished(journal: Journal) -> None:
    runs = [run for run in journal.runs() if run.about.kind == "check"]
    if runs and (runs[-1].finished is None or runs[-1].stopped):
        when = datetime.fromtimestamp(runs[-1].started).strftime("%Y-%m-%d %H:%M")
        _tell(f"note: the run of {when} in {journal.path} did not come to its end; --resume goes on with it")


def _run(
    contract: Contract, cases: Sequence[Case], prices: Prices, settings: Settings, options: dict[str, Any],
    journal: Journal | None,
) -> Report:  # fmt: skip
    url, variable = options["base_url"], options["api_key_env"]
    with (
        opened(contract, url, variable, auth=settings.selection.auth) as target,
        showing(Console(stderr=True), len(cases), quiet=options["quiet"]) as update,
    ):
        return run_check(contract, target, cases, prices, settings, update, journal, _tell)


def _tell(text: str) -> None:
    click.echo(text, err=True)


def _tell_how_to_go_on(report: Report, journal: Journal | None) -> None:
    """Say which command goes on with a run that left something unsent."""
    if report.stopped and journal is not None and not report.target.embedded:
        _tell(f"go on with: {command_line('--resume')}")
