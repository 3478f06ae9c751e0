"""Opening a file of recorded traffic, whatever it is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from images_contract import Contract

from ..errors import RecordingError
from ..exchange import strict_json
from ..judging.results import Target
from ..planning.cases import Case
from .case_file import CaseFile
from .har import ELSEWHERE, Har
from .journal import MAGIC, Journal
from .packing import unpack
from .recording import Recorded, Recording
from .runs import chosen, of_run

MAX_FILE = 1 << 30  # bytes of a HAR file, which is read as a whole; a journal may be larger


def is_journal(path: Path) -> bool:
    """Tell whether a file is a journal by its first bytes; raises RecordingError where it cannot be read."""
    if path.exists() and not path.is_file():
        raise RecordingError(f"{path} is no file; name a journal, a HAR file or a case file")
    try:
        with path.open("rb") as file:
            return file.read(len(MAGIC)) == MAGIC
    except OSError as error:
        raise RecordingError(f"{path}: {error.strerror}") from error


@contextmanager
def open_recording(path: Path, contract: Contract, run: int | None = None) -> Iterator[Recording]:
    """Open a journal at one of its runs (the latest for None), a HAR file or a case file.

    Raises RecordingError or JournalError where the file is none of them, or holds nothing to judge.
    """
    if is_journal(path):
        with Journal.open(path, write=False) as journal:
            yield of_run(journal, chosen(journal, run))
    elif run is not None:
        raise RecordingError(f"--run: {path} is no journal; leave --run out")
    else:
        yield _of_json(path, contract)


def _of_json(path: Path, contract: Contract) -> Recording:
    size = path.stat().st_size
    if size > MAX_FILE:
        raise RecordingError(f"{path} has {size >> 20} MiB, more than {MAX_FILE >> 20}; keep fewer requests in it")
    try:
        value = strict_json(path.read_bytes().removeprefix(b"\xef\xbb\xbf"))
    except OSError as error:
        raise RecordingError(f"{path}: {error.strerror}") from error
    except ValueError as error:
        raise RecordingError(f"{path} is no journal, and no JSON either: {error}") from error
    if isinstance(value, dict) and "log" in value:
        return _of_har(path, value, contract)
    return _of_case(path, value)


def _of_har(path: Path, value: Any, contract: Contract) -> Recording:
    try:
        har = Har.from_json(value, contract.route)
    except ValueError as error:
        raise RecordingError(f"{path} is no HAR file: {error}") from error
    if not har.exchanges and not set(har.passed_over) - {ELSEWHERE}:
        others = har.passed_over.get(ELSEWHERE, 0)
        raise RecordingError(f"{path} has no request to …{contract.route} among its {others} entries")
    urls = dict.fromkeys(exchange.url for _, exchange in har.exchanges)
    recorded = tuple(Recorded(case, exchange) for case, exchange in har.exchanges)
    return Recording(f"{path}, a HAR file", Target(", ".join(urls)), recorded, har.passed_over)


def _of_case(path: Path, value: Any) -> Recording:
    try:
        # A packed exchange or case by itself will do.
        case = unpack(CaseFile, value if "exchange" in value else {"name": path.name, "exchange": value})
    except (ValueError, TypeError) as error:
        raise RecordingError(f"{path} is no journal, HAR file or case file: {error}") from error
    recorded = Recorded(Case(case.name, case.exchange.request, case.aims), case.exchange)
    return Recording(f"{path}, a case file", Target(case.exchange.url or path.name), (recorded,), sendable=True)
