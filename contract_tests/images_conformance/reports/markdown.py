"""The report as Markdown, for a job summary or a pull request."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html import escape
from pathlib import Path

from ..judging.known import State, states
from ..judging.results import Report, Result
from ..judging.verdicts import Verdict
from .reproduce import curl
from .shown import plain

MOST = 50  # broken clauses that are shown with their evidence
_WORDS = {0: "✅ Conformant", 1: "❌ Not conformant", 3: "❔ Inconclusive"}


def to_markdown(report: Report) -> str:
    """Return the report: the verdict and its numbers, what is broken and how to reproduce it, what is known."""
    return "\n".join([*_head(report), *_broken(report), *_known(report), *_untested(report)]) + "\n"


def _head(report: Report) -> Iterator[str]:
    word = "✅ Nothing broken" if not report.planned and report.exit_code == 0 else _WORDS[report.exit_code]
    yield f"## {word}: {_text(report.target.url)}"
    yield ""
    dialect = f", dialect {_text(Path(report.contract.dialect).name)}" if report.contract.dialect else ""
    cost = "" if report.usd is None else f", at most {report.usd:.2f} USD at list prices"
    yield f"Contract {_text(report.contract.version)}{dialect}; {_text(report.selection.phrase())}."
    yield f"{report.requests} requests, {report.accepted} served, {report.images} images{cost}."
    if report.stopped:
        yield f"**The run ended early:** {_text(report.stopped)}"
    yield from ("", "| level | kept | broken | known | not tested |", "|---|---|---|---|---|")
    for level in ("must", "should"):
        kinds = ((Verdict.PASS,), (Verdict.FAIL,), (Verdict.DEVIATION,), (Verdict.UNTESTED, Verdict.ERROR))
        yield f"| {level} | {' | '.join(str(len(report.of(*kind, level=level))) for kind in kinds)} |"


def _broken(report: Report) -> Iterator[str]:
    failing = sorted(report.of(Verdict.FAIL), key=lambda result: not report.decides(result))
    if failing:
        yield from ("", "### Broken", "", "| | clause | model | expected | seen |", "|---|---|---|---|---|")
    for result in failing:
        first = result.evidence[0]
        sign = "❌" if report.decides(result) else "⚠️"
        cells = (sign, _code(result.clause.id), _text(result.clause.model or "-"), _text(first.expected))
        yield f"| {' | '.join([*cells, _text(first.seen)])} |"
    for result in failing[:MOST]:
        yield from _details(result, report)
    if len(failing) > MOST:
        yield from ("", f"… and {len(failing) - MOST} more: see the report in JSON.")


def _details(result: Result, report: Report) -> Iterator[str]:
    command = curl(
        result.evidence[0].exchange.request, report.target.url, report.target.key_variable, report.contract.access
    )
    fence = "`" * (max(map(len, re.findall("`+", command)), default=2) + 1)
    fence = fence if len(fence) > 3 else "```"
    of = f" of {escape(result.clause.model)}" if result.clause.model else ""
    yield from ("", f"<details><summary>Reproduce <code>{escape(result.clause.id)}</code>{of}</summary>", "")
    yield f"{_text(result.clause.sentence)} ({result.clause.level}; {_text(result.clause.source)})"
    yield from ("", f"{fence}sh", command, fence, "", "</details>")


def _known(report: Report) -> Iterator[str]:
    known = states(report)
    if known:
        yield from (
            "",
            "### Known failures",
            "",
            "| state | clause | model | until | reason |",
            "|---|---|---|---|---|",
        )
    for each, state in sorted(known, key=lambda pair: [*State].index(pair[1])):
        what = {State.FIXED: "fixed: take it off the list", State.EXPIRED: "**expired**"}.get(state, state.value)
        cells = (what, _code(each.clause), _text(each.model or "all"), str(each.expires), _text(each.reason))
        yield f"| {' | '.join(cells)} |"


def _untested(report: Report) -> Iterator[str]:
    untested = [each for each in report.of(Verdict.UNTESTED, Verdict.ERROR) if report.decides(each)]
    if untested and report.planned:
        yield from ("", "### Not tested", "")
    for reason in dict.fromkeys(each.reason for each in untested if report.planned):
        yield f"- {_text(reason)}: {_listed(_code(each.clause.id) for each in untested if each.reason == reason)}"


def _listed(words: Iterable[str], most: int = 10) -> str:
    listed = [*words]
    return ", ".join(listed[:most]) + (f" and {len(listed) - most} more" if len(listed) > most else "")


def _text(text: str) -> str:
    """Return words that came from anywhere as Markdown that says just them, on one line."""
    return " ".join(re.sub(r"([\\`*_\[\]|~])", r"\\\1", escape(plain(text, 300), quote=False)).split())


def _code(text: str) -> str:
    return f"`{text.replace('|', '').replace('`', '')}`"


def write_markdown(report: Report, path: Path) -> None:
    """Write the report to a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(to_markdown(report), encoding="utf-8")
