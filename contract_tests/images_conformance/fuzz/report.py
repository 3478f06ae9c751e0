"""What is told of failures beside the report: how they were found, and their requests in three notations."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from ..errors import ConformanceError
from ..judging.results import Report
from ..recordings.case_file import CaseFile
from ..reports.reproduce import curl
from ..reports.shown import plain
from ..reports.snippets import python
from .campaign import Failure
from .running import Explored

SHOWN = 2_000  # characters of a case that are printed; the longer ones hold pictures


def write_cases(explored: Explored, folder: Path) -> dict[Failure, Path]:
    """Write every failure as a case file for `replay`; return the files. Raises ConformanceError where it cannot be."""
    contract, files = explored.report.contract, dict[Failure, Path]()
    for failure in explored.failures:
        path = folder / f"{contract.clause(*failure.broken[0].clause).name}.json"
        try:
            _case(failure).write(path)
        except OSError as error:
            raise ConformanceError(f"--cases: {path} cannot be written: {error.strerror}") from error
        files[failure] = path
    return files


def told(explored: Explored, files: Mapping[Failure, Path], document: Sequence[str]) -> Iterator[str]:
    """Yield lines about every failure, and about what was tried; `document` are the options that name the contract."""
    report = explored.report
    for failure in explored.failures:
        names = [report.contract.clause(*each.clause).name for each in failure.broken]
        small = "made small" if failure.small else "made smaller, but not to the end"
        yield f"Found by {failure.source}: {', '.join(names)}"
        yield f"  {small}; it failed {failure.failed} of {failure.sent} times"
        for title, text in _notations(failure, report, files.get(failure), document):
            yield from (f"  {title}", text, "")
    counts = ", ".join(f"{count} {source}" for source, count in explored.sent.items())
    yield f"seed {explored.seed}; ended after {plain(explored.ended)}: {counts or 'nothing was sent'}"
    for check, text in explored.remarks.items():
        yield f"schemathesis remarks {check}: {plain(text)}"


def _notations(
    failure: Failure, report: Report, file: Path | None, document: Sequence[str]
) -> Iterator[tuple[str, str]]:
    request, text = failure.exchange.request, _case(failure).text()
    where = report.target.url, report.target.key_variable, report.contract.access
    yield "with curl", curl(request, *where)
    yield "in Python", python(request, *where).rstrip()
    if len(text) <= SHOWN:
        yield "as a case", text
    if file is not None:
        yield "judge it again", shlex.join(["images-conformance", "replay", str(file), *document])


def _case(failure: Failure) -> CaseFile:
    return CaseFile(failure.case.name, failure.exchange, failure.case.aims)
