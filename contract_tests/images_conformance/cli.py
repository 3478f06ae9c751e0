"""The command: `images-conformance check` and `images-conformance serve`."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from images_contract import Contract, ContractError

from . import __version__
from .cases import Case
from .checking import Settings, run_check
from .errors import ConformanceError
from .pacing import parse_rate
from .plan import DEPTHS, Selection, plan
from .prices import Prices
from .progress import showing
from .reports import print_report, write_json, write_junit
from .run import Pacing
from .target import check_url, is_loopback, opened, read_key

Cases = Sequence[Case]
FILE = click.Path(path_type=Path, dir_okay=False)


class _Group(click.Group):
    """Turns what is wrong with the user's input into one line and exit code 2."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except (ContractError, ConformanceError) as error:
            click.echo(f"error: {error}", err=True)
            sys.exit(2)


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="images-conformance")
def main() -> None:
    """Does a server keep the contract of POST /v1/images/generations?"""


def _document(command: Any) -> Any:
    command = click.option("--dialect", metavar="NAME|FILE", help="Apply a vendor's overlay to the contract.")(command)
    return click.option("--spec", type=FILE, help="Another document than the one shipped.")(command)


def _key_variable(command: Any) -> Any:
    name, text = "OPENAI_API_KEY", "Variable that holds the key."
    return click.option("--api-key-env", default=name, show_default=True, metavar="NAME", help=text)(command)


@main.command()
@click.argument("base_url", required=False)
@_document
@_key_variable
@click.option("--no-auth", is_flag=True, help="The server has no keys: send none, skip the auth clauses.")
@click.option("--depth", type=click.Choice([*DEPTHS]), default="pairwise", show_default=True, help="How much is sent.")
@click.option("--models", metavar="A,B", help='Only these models ("absent": requests without one).')
@click.option("--clause", "clauses", multiple=True, metavar="GLOB", help="Only clauses whose id matches; repeatable.")
@click.option(
    "--level",
    type=click.Choice(["must", "should"]),
    default="must",
    show_default=True,
    help="What decides the exit code.",
)
@click.option(
    "--concurrency", type=click.IntRange(1, 256), default=4, show_default=True, help="Requests under way at once."
)
@click.option("--timeout", type=click.FloatRange(0.1), default=300.0, show_default=True, help="Seconds per request.")
@click.option("--rate", metavar="N/s|N/m", help="At most so many requests a second or minute.")
@click.option("--budget", type=click.FloatRange(0), metavar="USD", help="Never spend more than this, at worst.")
@click.option("--prices", "price_file", type=FILE, help="Your prices, over the shipped ones.")
@click.option(
    "--unknown-price", type=click.FloatRange(0), metavar="USD", help="Price of an image of an unpriced model."
)
@click.option("--yes", is_flag=True, help="Do not ask before a run that may cost money.")
@click.option("--dry-run", is_flag=True, help="List the cases and what they may cost; send nothing.")
@click.option("--json", "json_file", type=FILE, help="Write the report as JSON.")
@click.option("--junit", "junit_file", type=FILE, help="Write the report as JUnit XML.")
@click.option("-q", "--quiet", is_flag=True, help="Print nothing but errors.")
def check(**options: Any) -> None:
    """Check the server at BASE_URL, or an embedded reference server where none is given.

    \b
    images-conformance check                               # see what a run looks like
    images-conformance check http://localhost:8000/v1      # key in OPENAI_API_KEY
    images-conformance check https://api.example.com/v1 --models gpt-image-1 --budget 2

    Exit code: 0 conformant, 1 a clause is broken, 2 wrong usage, 3 inconclusive.
    """
    url = options["base_url"]
    settings = _settings(options)
    contract = Contract.load(options["spec"], options["dialect"])
    free = url is None or is_loopback(check_url(url))
    unknown = options["unknown_price"] if options["unknown_price"] is not None or not free else 0.0
    prices = Prices.load(options["price_file"], unknown)
    cases = plan(contract, settings.selection, prices)
    if options["dry_run"]:
        _list(contract, cases, prices)
        return
    if url is not None:
        read_key(options["api_key_env"], auth=settings.selection.auth)
    if not free and settings.budget is None and not options["yes"]:
        _confirm(contract, cases, prices, url)
    _run(contract, cases, prices, settings, options)


def _settings(options: dict[str, Any]) -> Settings:
    models = tuple(name.strip() for name in (options["models"] or "").split(",") if name.strip())
    selection = Selection(options["depth"], models, options["clauses"], not options["no_auth"])
    pacing = Pacing(options["concurrency"], parse_rate(options["rate"]))
    return Settings(selection, options["level"], pacing, options["timeout"], options["budget"])


def _run(contract: Contract, cases: Cases, prices: Prices, settings: Settings, options: dict[str, Any]) -> None:
    url, variable, quiet = options["base_url"], options["api_key_env"], options["quiet"]
    progress = Console(stderr=True)
    with (
        opened(contract, url, variable, auth=settings.selection.auth) as target,
        showing(progress, len(cases), quiet=quiet) as update,
    ):
        report = run_check(contract, target, cases, prices, settings, update)
    if not quiet:
        print_report(report, Console(highlight=False))
    for path, write in ((options["json_file"], write_json), (options["junit_file"], write_junit)):
        if path is not None:
            _write(lambda path=path, write=write: write(report, path), path)
            click.echo(f"wrote {path}", err=True)
    sys.exit(report.exit_code)


def _write(write: Any, path: Path) -> None:
    try:
        write()
    except OSError as error:
        raise ConformanceError(f"{path} cannot be written: {error.strerror}") from error


def _list(contract: Contract, cases: Cases, prices: Prices) -> None:
    costs = [prices.worst_case(contract, case.request) for case in cases]
    for case, usd in zip(cases, costs, strict=True):
        click.echo(f"{'serve ' if case.accept else 'refuse'}  {usd:8.3f} USD  {case.name}")
    click.echo(_worst_case(contract, cases, prices))


def _worst_case(contract: Contract, cases: Cases, prices: Prices) -> str:
    served = sum(prices.worst_case(contract, case.request) for case in cases if case.accept)
    total = sum(prices.worst_case(contract, case.request) for case in cases)
    count = sum(case.accept for case in cases)
    return (
        f"{len(cases)} requests, {count} of them to be served: at most {served:.2f} USD at list prices if the server "
        f"refuses what it should, {total:.2f} USD if it serves and bills everything."
    )


def _confirm(contract: Contract, cases: Cases, prices: Prices, url: str) -> None:
    worst = _worst_case(contract, cases, prices)
    if not sys.stdin.isatty():
        raise ConformanceError(f"{worst} Set a ceiling with --budget USD, or pass --yes.")
    click.echo(worst, err=True)
    if not click.confirm(f"Send them to {url}?", err=True):
        raise ConformanceError("nothing was sent; --budget USD sets a ceiling, --depth smoke sends less")


@main.command()
@_document
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="0 takes a free port.")
@_key_variable
@click.option("--no-auth", is_flag=True, help="Serve without keys.")
@click.option("--fault", metavar="NAME", help="Break one thing, to see whether a suite finds it.")
@click.option("--list-faults", is_flag=True, help="List the faults and end.")
def serve(**options: Any) -> None:
    """Serve the contract: an honest reference server, or one with a fault."""
    from images_reference_server import ServerError, list_faults
    from images_reference_server import serve as serve_app

    contract = Contract.load(options["spec"], options["dialect"])
    if options["list_faults"]:
        for fault in list_faults(contract.document):
            click.echo(f"{fault.name}  ({fault.category}) {fault.sentence}")
        return
    key = read_key(options["api_key_env"], auth=not options["no_auth"])
    try:
        serve_app(
            contract.document, host=options["host"], port=options["port"], key=key, fault=options["fault"],
            announce=click.echo,
        )  # fmt: skip
    except ServerError as error:
        raise ConformanceError(str(error)) from error
