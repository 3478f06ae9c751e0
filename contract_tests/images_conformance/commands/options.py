"""Options that several commands share, and what their values mean."""

from __future__ import annotations

import math
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from images_contract import Contract

from ..errors import ConformanceError
from ..judging.known import write_known
from ..judging.results import Report
from ..planning.plan import DEPTHS, Selection
from ..reports import (
    print_report,
    write_badge,
    write_har,
    write_html,
    write_json,
    write_junit,
    write_markdown,
    write_sarif,
)
from ..sending.checking import Settings
from ..sending.pacing import parse_rate
from ..sending.run import Pacing
from ..spending.prices import Prices

FILE = click.Path(path_type=Path, dir_okay=False)


class Output(click.Path):
    """A file to be written at the end: that it cannot be is told at the beginning, before anything is paid for."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        """Return the path; raises ConformanceError where its folder takes no file."""
        path = Path(os.fsdecode(super().convert(value, param, ctx)))
        folder = next(parent for parent in path.absolute().parents if parent.exists())
        try:
            tempfile.TemporaryFile(dir=folder).close()
        except OSError as error:
            raise _unwritable(path, error) from error
        return path


def _unwritable(path: Path, error: OSError) -> ConformanceError:
    return ConformanceError(f"{path} cannot be written: {error.strerror}")


class Finite(click.ParamType[float]):
    """A number of at least some value: neither NaN, which no ceiling stops, nor infinity."""

    def __init__(self, name: str, least: float, what: str) -> None:
        self.name = name
        self.least = least
        self.what = what

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Return the number; fails with one line."""
        try:
            number = float(value)
        except ValueError:
            number = math.nan
        if not self.least <= number < math.inf:
            self.fail(f"{value!r} is no {self.what}", param, ctx)
        return number


OUTPUT = Output(dir_okay=False)
USD = Finite("usd", 0, "amount in USD; write a number such as 2.50")
SECONDS = Finite("seconds", 0.1, "time in seconds, of 0.1 or more; write a number such as 300")


def together(*options: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Return one decorator for several options, in the order of the help text."""

    def decorate(command: Any) -> Any:
        for option in reversed(options):
            command = option(command)
        return command

    return decorate


document = together(
    click.option("--spec", type=FILE, help="Another document than the one shipped."),
    click.option("--dialect", metavar="NAME|FILE", help="Apply a vendor's overlay to the contract."),
)

key = together(
    click.option(
        "--api-key-env",
        default="OPENAI_API_KEY",
        show_default=True,
        metavar="NAME",
        help="Variable that holds the key.",
    ),
    click.option("--no-auth", is_flag=True, help="The server has no keys: send none, skip the auth clauses."),
)

level = click.option(
    "--level", type=click.Choice(["must", "should"]), default="must", show_default=True,
    help="What decides the exit code.",
)  # fmt: skip

depth = click.option(
    "--depth", type=click.Choice([*DEPTHS]), default="pairwise", show_default=True, help="How much is sent."
)

selection = together(
    click.option(
        "--models",
        multiple=True,
        callback=lambda _, __, given: ",".join(given) or None,
        metavar="A,B",
        help='Only these models ("absent": requests without one); repeatable.',
    ),
    click.option(
        "--clause", "clauses", multiple=True, metavar="GLOB", help="Only clauses whose id matches; repeatable."
    ),
)

pace = together(
    click.option("--timeout", type=SECONDS, default=300.0, show_default=True, help="Seconds per request."),
    click.option("--rate", metavar="N/s|N/m|N/h", help="At most so many requests a second, minute or hour."),
)

money = together(
    click.option("--budget", type=USD, metavar="USD", help="Never spend more than this on the run, at worst."),
    click.option("--prices", "price_file", type=FILE, help="Your prices, over the shipped ones."),
    click.option("--unknown-price", type=USD, metavar="USD", help="Price of an image of a model without a price."),
    click.option("--yes", is_flag=True, help="Do not ask before a run that may cost money."),
)

journal = together(
    click.option("--journal", "journal_file", type=FILE, help="Where the run is kept; by default a file per server."),
    click.option("--no-journal", is_flag=True, help="Keep nothing: the run cannot be resumed or replayed."),
)

WRITERS = {
    "json": (write_json, "Write the report as JSON."),
    "junit": (write_junit, "Write the report as JUnit XML."),
    "html": (write_html, "Write the report as one HTML page, pictures included."),
    "markdown": (write_markdown, "Write the report as Markdown, as for a job summary."),
    "har": (write_har, "Write what was sent and what came back as HAR."),
    "sarif": (write_sarif, "Write the broken clauses as SARIF, for code hosts."),
    "badge": (write_badge, "Write a badge: SVG, or JSON for badge services where the name ends in .json."),
}

reports = together(
    *(click.option(f"--{name}", f"{name}_file", type=OUTPUT, help=text) for name, (_, text) in WRITERS.items()),
    click.option("-q", "--quiet", is_flag=True, help="Print nothing but errors."),
    click.option("-v", "--verbose", is_flag=True, help="Show each broken clause in full, however many there are."),
)


known = together(
    click.option("--known", type=FILE, help="Known failures: fail only on what is not in this list."),
    click.option("--write-known", type=OUTPUT, help="Write what fails now as such a list."),
)


def contract(options: dict[str, Any]) -> Contract:
    """Return the contract that the options name, with the known failures that they name."""
    found = Contract.load(options["spec"], options["dialect"])
    return found if options.get("known") is None else found.with_known(options["known"])


def names(text: str | None) -> tuple[str, ...]:
    """Return the names in a list with commas."""
    return tuple(name.strip() for name in (text or "").split(",") if name.strip())


def settings(options: dict[str, Any]) -> Settings:
    """Return how a run is to be done; of what a command has no option for, the default."""
    default = Selection()
    selection = Selection(
        options.get("depth", default.depth), names(options["models"]), options["clauses"], not options["no_auth"]
    )
    pacing = Pacing(options.get("concurrency", 1), parse_rate(options["rate"]))
    return Settings(selection, options["level"], pacing, options["timeout"], options["budget"])


def prices(options: dict[str, Any], free: bool) -> Prices:
    """Return the prices. Without one, a model costs nothing where nothing is paid, unless a ceiling was asked for."""
    unknown: float | None = options["unknown_price"]
    return Prices.load(
        options["price_file"], 0.0 if unknown is None and free and options["budget"] is None else unknown
    )


def tell(text: str) -> None:
    """Say something that is no part of the output."""
    click.echo(text, err=True)


def show(report: Report, options: dict[str, Any]) -> None:
    """Print a report and write the files that were asked for."""
    if not options["quiet"]:
        print_report(report, Console(highlight=False), verbose=options["verbose"])
    wanted = [(options[f"{name}_file"], write) for name, (write, _) in WRITERS.items()]
    for path, write in [*wanted, (options.get("write_known"), write_known)]:
        if path is not None:
            with writing(path):
                write(report, path)


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """While the block writes a file, turn what the disk says into one sentence; then name the file."""
    try:
        yield
    except OSError as error:
        raise _unwritable(path, error) from error
    tell(f"wrote {path}")
