"""What a person sees at the end of a run."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from images_contract import ABSENT

from ..judging.known import State, states
from ..judging.results import Report, Result
from ..judging.verdicts import DECIDED, Verdict, overall
from .broken import print_broken
from .json_report import to_json
from .shown import plain

_SIGNS = {
    Verdict.PASS: ("ok", "green"), Verdict.FAIL: ("FAIL", "bold red"), Verdict.DEVIATION: ("dev", "yellow"),
    Verdict.SKIP: ("-", "dim"), Verdict.UNTESTED: ("?", "yellow"), Verdict.ERROR: ("error", "magenta"),
}  # fmt: skip
CHANGES = 40  # listed at most
_WARNING = ("warn", "yellow")
_PER_MODEL = {
    "unknown parameters": ("body.",),
    "answers": ("accept.", "response.", "data.", "created."),
    "pictures": ("picture.", "url."),
    "echoes and usage": ("echo.", "usage."),
    "streams": ("stream.",),
}


def print_report(report: Report, console: Console, *, verbose: bool = False) -> None:
    """Print the model x parameter table, what is broken with its evidence, and the summary.

    Of many clauses that were broken in the same way, only one is shown in full, unless `verbose`.
    """
    if report.of(*DECIDED):
        console.print(_matrix(report))
        console.print(_endpoint(report))
        _legend(report, console)
    failing = [each for each in to_json(report)["clauses"] if each["verdict"] == Verdict.FAIL]
    for deciding in (True, False):
        chosen = [each for each in failing if (each["level"] == "must" or report.gate == "should") is deciding]
        print_broken(chosen, console, deciding=deciding, verbose=verbose)
    _print_known(report, console)
    _print_untested(report, console)
    _print_changes(report, console)
    _print_summary(report, console)


def _matrix(report: Report) -> Table:
    """A row per parameter, a column per model; below it a row per group of behaviours."""
    columns = [
        name for name in report.contract.profiles if not report.selection.models or name in report.selection.models
    ]
    table = Table(title="Parameters by model", title_justify="left", show_lines=False, pad_edge=False)
    table.add_column("")
    for name in columns:
        table.add_column("no model" if name == ABSENT else name, justify="center", overflow="fold")
    first = next(iter(report.contract.models.values()))
    for parameter in first.parameters:
        if parameter != report.contract.discriminator:
            table.add_row(parameter, *(_cell(_about(report, parameter, model), report) for model in columns))
    table.add_section()
    for title, prefixes in _PER_MODEL.items():
        table.add_row(title, *(_cell(_under(report, prefixes, model), report) for model in columns))
    return table


def _endpoint(report: Report) -> Text:
    """One line for the clauses that belong to no model, grouped by the first word of their ids."""
    shared = [each for each in report.results if each.clause.model is None]
    line = Text("Endpoint:")
    for group in dict.fromkeys(each.clause.id.split(".")[0] for each in shared):
        cell = _cell([each for each in shared if each.clause.id.startswith(f"{group}.")], report)
        line.append_text(Text.assemble(f"  {group} ", cell))
    return line


def _about(report: Report, parameter: str, model: str) -> list[Result]:
    return [each for each in report.results if each.clause.model == model and parameter in each.clause.parameters]


def _under(report: Report, prefixes: tuple[str, ...], model: str) -> list[Result]:
    own = [each for each in report.results if each.clause.model == model and not each.clause.parameters]
    return [each for each in own if each.clause.id.startswith(prefixes)]


def _cell(results: list[Result], report: Report) -> Text:
    deciding = [each for each in results if each.clause.level != "may"]
    failing = [each for each in deciding if each.verdict is Verdict.FAIL]
    if failing and not any(report.decides(each) for each in failing):
        return Text(*_WARNING)
    verdicts = [each.verdict for each in deciding]
    if Verdict.FAIL not in verdicts and Verdict.UNTESTED in verdicts:
        return Text(*_SIGNS[Verdict.UNTESTED])
    return Text(*_SIGNS[overall(verdicts) if deciding else Verdict.SKIP])


def _legend(report: Report, console: Console) -> None:
    parts = ["ok: every rule held", "FAIL: a rule was broken"]
    if report.gate == "must":
        parts.append("warn: a rule of level should was broken")
    console.print(Text(f"{'; '.join(parts)}; ?: not tested; -: does not apply", style="dim"))
    console.print()


def _print_known(report: Report, console: Console) -> None:
    for result in report.of(Verdict.DEVIATION):
        model = f" ({result.clause.model})" if result.clause.model else ""
        console.print(Text.assemble(("deviation ", "yellow"), f"{result.clause.id}{model}: {plain(result.reason)}"))
    for state, advice in ((State.FIXED, "take it off the list"), (State.EXPIRED, "it counts again")):
        for each in [each for each, become in states(report) if become is state]:
            model = f" ({each.model})" if each.model else ""
            console.print(Text.assemble((f"{state.value} ", "bold"), f"{each.clause}{model}: {advice}; {each}"))


def _print_untested(report: Report, console: Console) -> None:
    untested = [each for each in report.of(Verdict.UNTESTED, Verdict.ERROR) if report.decides(each)]
    if not report.planned or (report.stopped and not report.of(*DECIDED)):
        return  # nobody meant to test them, or the summary tells why
    for reason in dict.fromkeys(each.reason for each in untested):
        ids = [each.clause.id for each in untested if each.reason == reason]
        console.print(Text.assemble(("not tested ", "yellow"), f"{_listed(ids)}: {plain(reason)}"))


def _print_changes(report: Report, console: Console) -> None:
    if report.changes is None:
        return
    listed = report.changes.listed
    count = f"{len(listed)} verdict{'s' * (len(listed) != 1)}" if listed else "no verdict"
    console.print(Text(f"Changed since {plain(report.changes.since)}: {count}", style="bold"))
    for change in listed[:CHANGES]:
        id, model = change.clause
        before = change.before.value if change.before else "nothing said"
        after = change.after.value if change.after else "no such clause"
        console.print(Text(f"  {before} -> {after}  {id}{f'  ({model})' if model else ''}"))
    if len(listed) > CHANGES:
        console.print(Text(f"  and {len(listed) - CHANGES} more, which --json lists"))


def _print_summary(report: Report, console: Console) -> None:
    words = {0: ("CONFORMANT" if report.planned else "NOTHING BROKEN", "bold green")}
    words |= {1: ("NOT CONFORMANT", "bold red"), 3: ("INCONCLUSIVE", "bold yellow")}
    counts = {level: len(report.of(Verdict.FAIL, level=level)) for level in ("must", "should")}
    passed, untested = len(report.of(Verdict.PASS)), len(report.of(Verdict.UNTESTED, Verdict.ERROR))
    known = len(report.of(Verdict.DEVIATION))
    seconds = (report.finished - report.started).total_seconds()
    console.print(Text.assemble(words[report.exit_code], f"  {plain(report.target.url)}"))
    console.print(
        f"{passed} clauses kept, {counts['must']} must and {counts['should']} should broken, "
        f"{f'{known} known deviations, ' if known else ''}{untested} not tested"
    )
    cost = "" if report.usd is None else f", at most {report.usd:.2f} USD at list prices"
    console.print(
        f"{report.requests} requests in {seconds:.1f} s, {report.accepted} served, {report.images} images{cost}"
    )
    if report.planned:
        _print_coverage(report, console)
    if not report.accepted and any(each.clause.id == "accept.status" for each in report.of(Verdict.FAIL)):
        console.print(Text("Nothing was served at all. Is that the right URL? A base URL often ends in /v1.", "yellow"))
    if report.stopped:
        console.print(Text(f"The run ended early: {plain(report.stopped)}", style="yellow"))


def _print_coverage(report: Report, console: Console) -> None:
    """Print which values and pairs of values were accepted, and what was not tried in pairs."""
    covered = [each for each in report.coverage if each.values]
    for each in covered:
        accepted = f"{each.values} of {each.all_values} values, {each.pairs} of {each.all_pairs} pairs of values"
        missing = f" (not {_listed(each.missing_values)})" if each.missing_values else ""
        console.print(Text(f"{each.model}: {accepted} accepted{missing}", style="dim"))
    for exempt in dict.fromkeys(each.exempt for each in covered):
        console.print(Text(exempt, style="dim"))


def _listed(words: Sequence[str], most: int = 4) -> str:
    return ", ".join(words[:most]) + (f" and {len(words) - most} more" if len(words) > most else "")
