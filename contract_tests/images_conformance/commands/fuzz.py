"""`images-conformance fuzz`: requests that nobody wrote down."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console

from images_contract import Contract

from ..errors import ConformanceError
from ..planning.plan import check_selection
from ..recordings.places import default_cases, state_folder
from ..sending.checking import Settings
from ..sending.progress import showing
from ..sending.target import is_free, opened, read_key
from . import options as shared
from .cost import confirm
from .keeping import kept

if TYPE_CHECKING:
    from ..fuzz.running import Explored

MISSING = "fuzz needs Hypothesis and schemathesis: pip install 'images-conformance[fuzz]'"


@click.command()
@click.argument("base_url", required=False)
@click.option(
    "--max-requests", type=click.IntRange(1), default=300, show_default=True, metavar="N", help="Send no more than N."
)
@click.option("--time", "seconds", type=click.FloatRange(0), metavar="T", help="Begin no request after T seconds.")
@click.option("--seed", type=int, help="Draw what another exploration drew; its seed is told at its end.")
@click.option(
    "--database",
    metavar="FOLDER|URL",
    envvar="IMAGES_CONFORMANCE_DATABASE",
    show_envvar=True,
    help="Where failures are remembered: a folder, or redis://… for many machines; by default a folder of yours.",
)
@click.option(
    "--cases",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="FOLDER",
    help="Where failures are written as files for replay; by default a folder of yours.",
)
@shared.document
@shared.key
@shared.selection
@shared.level
@shared.known
@shared.pace
@shared.money
@shared.journal
@shared.reports
def fuzz(**options: Any) -> None:
    """Explore the server at BASE_URL, or an embedded reference server where none is given.

    \b
    images-conformance fuzz http://localhost:8000/v1
    images-conformance fuzz https://api.example.com/v1 --budget 1 --time 600

    Valid requests, requests with one or several faults, and malformed bodies are drawn with Hypothesis and schemathesis
    and judged like those of check. What fails is made small, and tried first the next time.

    Exit code: 0 nothing broken was found, 1 a clause is broken, 2 wrong usage, 3 nothing could be judged.
    """
    if any(importlib.util.find_spec(name) is None for name in ("hypothesis", "schemathesis")):
        raise ConformanceError(MISSING)
    url, settings = options["base_url"], shared.settings(options)
    contract = shared.contract(options)
    check_selection(contract, settings.selection)
    free = is_free(url)
    if url is not None:
        read_key(options["api_key_env"], auth=settings.selection.auth)
    if not free and not options["yes"]:
        confirm(_worst_case(options), url, settings.budget)
    explored = _explore(contract, settings, options, free)
    _show(explored, options)
    sys.exit(explored.exit_code)


def _worst_case(options: dict[str, Any]) -> str:
    return f"Up to {options['max_requests']} requests; which ones, and so what they cost, is not known beforehand."


def _explore(contract: Contract, settings: Settings, options: dict[str, Any], free: bool) -> Explored:
    from ..fuzz.drawing import at_home
    from ..fuzz.remembering import Remembered, database
    from ..fuzz.running import Exploration, chosen_seed, run_fuzz

    exploration = Exploration(chosen_seed(options["seed"]), options["max_requests"], options["seconds"])
    prices = shared.prices(options, free)
    remembering = None if options["no_journal"] else state_folder() / "fuzz"
    with (
        kept(options, free) as journal,
        opened(contract, options["base_url"], options["api_key_env"], auth=settings.selection.auth) as target,
        showing(
            Console(stderr=True), exploration.requests, quiet=options["quiet"], done=lambda record: record.requests
        ) as update,
        at_home(state_folder() / "hypothesis"),
    ):  # fmt: skip
        remembered = Remembered(database(options["database"], remembering), target.target, shared.tell)
        return run_fuzz(contract, target, prices, settings, exploration, remembered, journal, update)


def _show(explored: Explored, options: dict[str, Any]) -> None:
    from ..fuzz.report import told, write_cases

    folder = options["cases"] or (None if options["no_journal"] else default_cases(options["base_url"]))
    files = write_cases(explored, folder) if folder is not None else {}
    document = [word for name in ("spec", "dialect") if options[name] for word in (f"--{name}", str(options[name]))]
    shared.show(explored.report, options)
    if not options["quiet"]:
        for line in told(explored, files, document):
            click.echo(line)
