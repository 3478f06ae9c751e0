"""The command `python -m images_conformance.mutation`: how many faults the suite notices, and by which clause."""

from __future__ import annotations

import hashlib
import json
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import asdict
from fnmatch import fnmatchcase
from functools import lru_cache
from pathlib import Path

import click

from images_contract import Contract
from images_reference_server import Fault, list_faults

from ..planning.plan import Selection
from .mutants import Notes, Outcome, examine, failed, run_against, word
from .page import page
from .report import Summary, show

RESULTS = Path("build/mutation.jsonl")


@lru_cache(maxsize=1)
def _contract() -> Contract:
    return Contract.load()


@lru_cache(maxsize=1)
def _faults() -> dict[str, Fault]:
    return {fault.name: fault for fault in list_faults(_contract().document)}


def _examined(name: str) -> Outcome:
    return examine(_contract(), _faults()[name], Notes.load())


def _honest(seed: int) -> list[str]:
    """Return the clauses that fail on the honest server, in an order and at a concurrency that the seed decides."""
    _, results = run_against(_contract(), None, Selection("pairwise"), seed=seed)
    return [word(key) for key in failed(results)]


def _alarms(seeds: int, jobs: int) -> list[str]:
    with ProcessPoolExecutor(jobs) as pool:
        return [f"seed {seed}: {', '.join(each)}" for seed, each in enumerate(pool.map(_honest, range(seeds))) if each]


def _states(names: Sequence[str]) -> dict[str, str]:
    """Return for each fault a digest of everything that its result depends on: document, code and notes."""
    import images_contract
    import images_reference_server

    digest = hashlib.sha256(_contract().sha256.encode())
    roots = [Path(str(each.__file__)).parent for each in (images_contract, images_reference_server)]
    for path in sorted(path for root in (*roots, Path(__file__).parents[1]) for path in root.rglob("*.[py]*")):
        if path.suffix in (".py", ".yaml") and path.parent.name != "mutation":
            digest.update(path.read_bytes())
    notes, common = Notes.load(), digest.hexdigest()
    told = {name: json.dumps([common, notes.about(name), notes.about(name.rpartition(".")[0])]) for name in names}
    return {name: hashlib.sha256(text.encode()).hexdigest() for name, text in told.items()}


def sampled(names: Sequence[str], count: int | None) -> list[str]:
    """Return so many names, the same ones every time, class by class in turn; all of them for None."""
    if count is None:
        return list(names)
    by_class: dict[str, list[str]] = {}
    for name in sorted(names, key=lambda name: hashlib.sha256(name.encode()).hexdigest()):
        by_class.setdefault(name.partition(":")[0], []).append(name)
    turns = (listed[turn] for turn in range(len(names)) for listed in by_class.values() if turn < len(listed))
    return sorted(name for name, _ in zip(turns, range(count), strict=False))


def _known(path: Path, states: Mapping[str, str]) -> dict[str, Outcome]:
    """Return the results of earlier runs in the same state, without lines that a killed run left half-written."""
    known: dict[str, Outcome] = {}
    for line in path.read_text(encoding="utf-8").splitlines() if path.exists() else ():
        try:
            entry = json.loads(line)
        except ValueError:
            continue
        if entry.pop("state", None) == states.get(entry.get("fault"), ""):
            outcome = Outcome(**{**entry, "failed": tuple(entry["failed"]), "spoke": tuple(entry["spoke"])})
            known[outcome.fault] = outcome
    return known


def _fresh(names: Sequence[str], path: Path, states: Mapping[str, str], jobs: int) -> Iterator[Outcome]:
    """Yield the outcome of every name, each written down as soon as it is there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with ProcessPoolExecutor(jobs) as pool, path.open("a", encoding="utf-8") as file:
        for done in as_completed([pool.submit(_examined, name) for name in names]):
            outcome = done.result()
            file.write(json.dumps({**asdict(outcome), "state": states[outcome.fault]}) + "\n")
            file.flush()
            yield outcome


@click.command()
@click.option("--sample", type=click.IntRange(1), metavar="N", help="Only so many faults, the same ones every time.")
@click.option("--names", metavar="GLOB", help="Only faults whose name matches.")
@click.option("--seeds", type=click.IntRange(0), default=20, show_default=True, help="Runs against the honest server.")
@click.option("--jobs", type=click.IntRange(1), default=os.cpu_count(), show_default=True, help="Processes.")
@click.option("--results", type=click.Path(path_type=Path), default=RESULTS, show_default=True, help="Kept here.")
@click.option("--fresh", is_flag=True, help="Forget the results of earlier runs.")
@click.option("--page", "written", type=click.Path(path_type=Path), help="Where a complete run is told as Markdown.")
def main(
    sample: int | None, names: str | None, seeds: int, jobs: int, results: Path, fresh: bool, written: Path | None
) -> None:
    """Run the suite against every faulty server there is; exit code 1 where a fault slips through."""
    faults = [*_faults()]
    chosen = sampled([name for name in faults if fnmatchcase(name, names or "*")], sample)
    if fresh:
        results.unlink(missing_ok=True)
    states = _states(chosen)
    known = _known(results, states)
    alarms = _alarms(seeds, jobs)
    outcomes = list(known.values())
    for outcome in _fresh([name for name in chosen if name not in known], results, states, jobs):
        outcomes.append(outcome)
        if len(outcomes) % 100 == 0:
            click.echo(f"{len(outcomes)} of {len(chosen)} faults", err=True)
    complete = sample is None and not names
    outcomes.sort(key=lambda outcome: faults.index(outcome.fault))
    summary = Summary.of(_contract(), outcomes, faults, Notes.load(), alarms, complete=complete)
    show(summary, _faults().values(), seeds)
    if written and complete:
        lines = page(_contract(), summary, _faults().values(), seeds)
        written.write_text("\n".join(lines) + "\n", encoding="utf-8")
    sys.exit(0 if summary.good else 1)
