"""Kept runs, opened: journals are judged by the contract as shipped, with the dialect that they were run with."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from images_contract import Contract

from ..judging.results import Report
from ..recordings import is_journal, open_recording
from ..recordings.replaying import replay
from ..reports import to_json
from ..reports.reading import read_json_report


@contextmanager
def judged_journal(path: Path) -> Iterator[Report]:
    """Yield the report of the latest run in a journal; its exchanges can be read while the block runs."""
    contract = Contract.load()
    with open_recording(path, contract, None) as recording:
        yield replay(contract, recording, recording.selection, recording.gate)


def load_report(path: Path) -> dict[str, Any]:
    """Return the JSON report that a file holds, or that its latest run amounts to."""
    if not is_journal(path):
        return read_json_report(path)
    with judged_journal(path) as report:
        return to_json(report)
