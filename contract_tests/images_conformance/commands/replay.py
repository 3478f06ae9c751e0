"""`images-conformance replay`: recorded traffic, judged again without a server."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from images_contract import Contract

from ..errors import RecordingError
from ..judging.results import Report
from ..judging.verdicts import DECIDED
from ..planning.plan import Selection
from ..recordings import Recording, is_journal, listed, open_recording
from ..recordings.journal import Journal
from ..recordings.replaying import baseline, expectation, with_changes
from ..recordings.replaying import replay as judge_again
from ..reports.shown import plain
from ..sending.checking import Settings, run_check
from ..sending.run import Pacing
from ..sending.target import opened
from ..spending.prices import Prices
from . import options as shared


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--run", "number", type=int, metavar="N", help="Which run of a journal; the latest by default.")
@click.option("--runs", is_flag=True, help="List the runs of a journal and end.")
@shared.document
@shared.selection
@click.option("--level", type=click.Choice(["must", "should"]), help="What decides the exit code; as in the run.")
@click.option("--send", "url", metavar="URL", help="Send the request of a case file again, to the server at URL.")
@shared.key
@shared.known
@shared.reports
def replay(**options: Any) -> None:
    """Judge recorded traffic: a journal, a HAR file, or a case file of fuzz. Nothing is sent, so nothing is paid.

    \b
    images-conformance replay traffic.har --no-auth
    images-conformance replay run.sqlite --dialect openai-2026   # what would another contract say?
    images-conformance replay case.json --send http://localhost:8000/v1

    The report tells which verdicts are not those that the run wrote down; where none were, which are not those by the
    contract as shipped.

    Exit code: 0 conformant, or nothing broken in traffic that was not planned to test everything; 1 a clause is broken,
    2 wrong usage, 3 inconclusive.
    """
    path: Path = options["file"]
    if options["runs"]:
        _list_runs(path)
        return
    contract = shared.contract(options)
    with open_recording(path, contract, options["number"]) as recording:
        report = _sent(contract, recording, options) if options["url"] else _judged(contract, recording, options)
        if not options["quiet"]:
            _introduce(recording, contract)
        shared.show(report, options)
    sys.exit(report.exit_code)


def _list_runs(path: Path) -> None:
    if not is_journal(path):
        raise RecordingError(f"--runs: {path} is no journal")
    with Journal.open(path, write=False) as journal:
        for line in listed(journal.runs()):
            click.echo(plain(line))


def _introduce(recording: Recording, contract: Contract) -> None:
    click.echo(plain(recording.title), err=True)
    for what, count in recording.passed_over.items():
        click.echo(f"passed over: {count} {what}", err=True)
    if recording.sendable:
        for each in recording.recorded:
            click.echo(plain(expectation(contract, each.exchange.request)), err=True)


def _selection(recording: Recording, options: dict[str, Any]) -> Selection:
    """Return what the run was asked for, but for what is asked for now."""
    was = recording.selection
    return replace(
        was, models=shared.names(options["models"]) or was.models, clauses=options["clauses"] or was.clauses,
        auth=was.auth and not options["no_auth"],
    )  # fmt: skip


def _judged(contract: Contract, recording: Recording, options: dict[str, Any]) -> Report:
    shipped = Contract.load()
    other = shipped if shipped.sha256 != contract.sha256 else None
    return judge_again(
        contract, recording, _selection(recording, options), options["level"] or recording.gate, other=other
    )


def _sent(contract: Contract, recording: Recording, options: dict[str, Any]) -> Report:
    """Send the request of a case file again; tell what is said of the new answer, and what was said of the old one."""
    if not recording.sendable:
        raise RecordingError("--send takes a case file; a journal or HAR file may hold any number of requests")
    before, cases = _judged(contract, recording, options), [each.case for each in recording.recorded]
    settings = Settings(before.selection, before.gate, Pacing(1))
    with opened(contract, options["url"], options["api_key_env"], auth=before.selection.auth) as target:
        report = run_check(contract, target, cases, Prices.load(unknown=0.0), settings)
    report = replace(report, planned=False, usd=None)
    answered = before.of(*DECIDED)
    return with_changes(report, baseline("the answer in the file", before.results)) if answered else report
