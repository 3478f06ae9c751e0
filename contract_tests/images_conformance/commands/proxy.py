"""`images-conformance proxy`: real traffic, judged as it passes."""

from __future__ import annotations

import sys
from typing import Any

import click

from ..planning.plan import Selection
from ..proxy import ProxySettings, run_proxy
from ..recordings.places import proxy_journal
from ..reports.shown import plain
from ..sending.target import check_url
from . import options as shared
from .keeping import kept


@click.command()
@click.option("--upstream", "base_url", metavar="URL", required=True, help="Base URL of the server that answers.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=click.IntRange(0, 65535), default=8001, show_default=True, help="0 takes a free port.")
@shared.document
@shared.selection
@shared.level
@click.option("--no-auth", is_flag=True, help="The server has no keys: skip the auth clauses.")
@click.option("--fetch-urls", is_flag=True, help="Fetch the URLs of answers once, to judge what stands behind them.")
@shared.journal
@shared.known
@shared.reports
def proxy(**options: Any) -> None:
    """Stand in front of a server, pass all traffic on untouched, and judge the exchanges with its image endpoint.

    \b
    images-conformance proxy --upstream https://api.example.com/v1
    OPENAI_BASE_URL=http://127.0.0.1:8001/v1 your-program

    Each broken clause is told when it first happens; Ctrl-C ends the proxy and prints the report. Keys pass through and
    are kept nowhere. Nothing is sent but what clients send.

    Exit code: 0 nothing was broken, 1 a clause was, 2 wrong usage, 3 there was nothing to judge.
    """
    check_url(options["base_url"])
    contract = shared.contract(options)
    selection = Selection(
        models=shared.names(options["models"]), clauses=options["clauses"], auth=not options["no_auth"]
    )
    settings = ProxySettings(
        options["base_url"], options["host"], options["port"], selection, options["level"], options["fetch_urls"]
    )

    def announce(url: str) -> None:
        click.echo(f"{settings.upstream} is judged at {url}")

    def tell(text: str) -> None:
        if not options["quiet"]:
            click.echo(plain(text), err=True)

    with kept(options, True, proxy_journal) as journal:
        report = run_proxy(contract, settings, journal, announce, tell)
        if journal is not None:
            tell(f"written down in {journal.path}; images-conformance replay judges it again")
        shared.show(report, options)
    sys.exit(report.exit_code)
