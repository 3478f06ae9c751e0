"""The same faulty servers for every contender: which faults it notices, and what that takes."""

from __future__ import annotations

import json
import os
import subprocess
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from images_conformance.mutation.campaign import sampled
from images_conformance.mutation.mutants import Notes
from images_contract import Contract
from images_reference_server import Fault, list_faults, running

from .contenders import KEY, Contender, contenders, for_others

PATIENCE = 900  # seconds that a contender may take with one server


@dataclass(frozen=True)
class Tried:
    """One contender against one server: its complaints, what it sent, what was made for it, how long it took."""

    contender: str
    complaints: frozenset[str]
    requests: int
    served: int
    images: int
    seconds: float


@dataclass(frozen=True)
class Found:
    """What became of a fault: the contenders that noticed it, and how each was tried."""

    fault: Fault
    by: frozenset[str]
    tried: tuple[Tried, ...]


def sample(contract: Contract, count: int) -> list[Fault]:
    """Return so many faults, class by class in turn, always the same; none that nobody can see or need notice."""
    notes = Notes.load()
    faults = {each.name: each for each in list_faults(contract.document)}
    visible = [name for name, each in faults.items() if each.level != "may" and not notes.why_equivalent(name)]
    return [faults[name] for name in sampled(visible, count)]


def compare(contract: Contract, faults: Sequence[Fault]) -> Iterator[tuple[Tried, ...] | Found]:
    """Yield how everybody does against the honest server, and then what becomes of each fault.

    What is complained about in the honest server as well does not count as noticed.
    """
    with TemporaryDirectory() as folder:
        document = Path(folder) / "openapi.json"
        document.write_text(json.dumps(for_others(contract)), encoding="utf-8")
        rivals = contenders(document)
        honest = tuple(_try(contract, each, None) for each in rivals)
        yield honest
        for fault in faults:
            tried = tuple(_try(contract, each, fault) for each in rivals)
            noticed = (
                now.contender for now, then in zip(tried, honest, strict=True) if now.complaints - then.complaints
            )
            yield Found(fault, frozenset(noticed), tried)


def _try(contract: Contract, contender: Contender, fault: Fault | None) -> Tried:
    with (
        TemporaryDirectory() as folder,
        running(contract.document, key=KEY, fault=fault.name if fault else None) as server,
    ):
        environment = {**os.environ, "OPENAI_API_KEY": KEY, "XDG_STATE_HOME": folder}
        start = time.perf_counter()
        subprocess.run(
            contender.command(server.base_url, Path(folder)), cwd=folder, env=environment, timeout=PATIENCE,
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False,
        )  # fmt: skip
        seconds = time.perf_counter() - start
        counts = server.counts
        found = frozenset(contender.complaints(Path(folder)))
        return Tried(contender.name, found, counts.requests, counts.accepted_requests, counts.images, seconds)
