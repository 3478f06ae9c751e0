"""What a run may cost, told before anything is sent, and the person's word on it."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import click

from images_contract import Contract

from ..errors import ConformanceError
from ..planning.cases import Case
from ..spending.prices import Prices


def list_cases(contract: Contract, cases: Sequence[Case], prices: Prices) -> None:
    """Print every case with what it may cost."""
    for case in cases:
        usd = prices.worst_case(contract, case.request)
        click.echo(f"{'serve ' if case.accept else 'refuse'}  {usd:8.3f} USD  {case.name}")
    click.echo(worst_case(contract, cases, prices))


def worst_case(contract: Contract, cases: Sequence[Case], prices: Prices) -> str:
    """Return what a plan may cost as a sentence."""
    served = sum(prices.worst_case(contract, case.request) for case in cases if case.accept)
    total = sum(prices.worst_case(contract, case.request) for case in cases)
    count = sum(case.accept for case in cases)
    return (
        f"{len(cases)} requests, {count} of them to be served: at most {served:.2f} USD at list prices if the server "
        f"refuses what it should, {total:.2f} USD if it serves and bills everything."
    )


def confirm(worst: str, url: str, budget: float | None) -> None:
    """Ask at a terminal before a run that may cost money; elsewhere a ceiling is the permission."""
    if not at_terminal():
        if budget is None:
            raise ConformanceError(f"{worst} Set a ceiling with --budget USD, or pass --yes.")
        return
    click.echo(worst, err=True)
    ceiling = f", for at most {budget:g} USD" if budget is not None else ""
    if not click.confirm(f"Send them to {url}{ceiling}?", err=True):
        raise ConformanceError("nothing was sent; --budget USD sets a ceiling, --depth smoke sends less")


def at_terminal() -> bool:
    """Tell whether there is a person to ask."""
    return sys.stdin.isatty()
