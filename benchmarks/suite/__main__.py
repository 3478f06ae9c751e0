"""`make bench`: writes benchmarks/results/suite.md."""

from __future__ import annotations

import argparse
import os
import platform
import statistics
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from images_conformance.planning.plan import Selection
from images_contract import Contract

from .contenders import contenders
from .side_by_side import Found, Tried, compare, sample
from .speed import CONCURRENCY, WAITS, Speed, measure

RESULTS = Path(__file__).resolve().parents[1] / "results" / "suite.md"
TARGET = 1.5  # times as long as a bare loop


def main() -> None:
    """Measure both and write the tables."""
    parser = argparse.ArgumentParser(prog="benchmarks.suite", description=__doc__)
    parser.add_argument("--faults", type=int, default=48, help="so many faulty servers (default: %(default)s)")
    parser.add_argument("--turns", type=int, default=5, help="turns of the speed measurement (default: %(default)s)")
    parser.add_argument("--results", type=Path, default=RESULTS, help="where the tables are written")
    options = parser.parse_args()
    contract = Contract.load()
    speeds = [measure(options.turns, Selection(auth=False), wait) for wait in WAITS]
    faults = sample(contract, options.faults)
    honest, *found = _followed(compare(contract, faults), len(faults))
    text = "\n".join(_page(contract, speeds, honest, found)) + "\n"  # type: ignore[arg-type]
    options.results.write_text(text, encoding="utf-8")
    print(text, f"wrote {options.results}", sep="\n")


def _followed(results: Iterator[tuple[Tried, ...] | Found], count: int) -> Iterator[tuple[Tried, ...] | Found]:
    for number, each in enumerate(results):
        if isinstance(each, Found):
            print(f"{number} of {count}  {each.fault.name}: {', '.join(sorted(each.by)) or 'nobody'}", flush=True)
        yield each


def _page(
    contract: Contract, speeds: Sequence[Speed], honest: Sequence[Tried], found: Sequence[Found]
) -> Iterator[str]:
    rivals = contenders(Path("openapi.json"))
    names = [each.name for each in rivals]
    versions = ", ".join(f"{each.name} {each.version}" for each in rivals)
    yield "# The suite beside a fuzzer"
    yield ""
    yield f"{datetime.now(UTC):%Y-%m-%d}; {versions}; contract {contract.version} ({contract.sha256[:12]}); "
    yield f"Python {platform.python_version()}, {os.cpu_count()} cores, servers on the loopback interface."
    yield "Written by `make bench`. Times are ratios: absolute ones say more about the machine."
    yield from ("", "## The same faulty servers", "")
    yield f"{len(found)} faulty servers, a fixed sample class by class of all that the reference server can be"
    yield "told to be. Each contender is its command with its own defaults, in its own process. A fault is noticed"
    yield "where something is complained about that is not complained about in the honest server."
    yield from ("", f"| | {' | '.join(names)} |", f"|---|{'---|' * len(names)}")
    yield _row("faults noticed", names, lambda name: _share(sum(name in each.by for each in found), len(found)))
    yield _row("false alarms on the honest server", names, lambda name: str(len(_of(honest, name)[0].complaints)))
    every = [tried for each in found for tried in each.tried]
    ours = statistics.median(each.seconds for each in _of(every, names[0]))
    yield _row("requests per server, median", names, lambda name: _median(_of(every, name), "requests"))
    yield _row("requests served, median", names, lambda name: _median(_of(every, name), "served"))
    yield _row("images bought, median", names, lambda name: _median(_of(every, name), "images"))
    yield _row("wall time, start of the command included, median", names, lambda name: _times(_of(every, name), ours))
    yield from ("", f"| class of faults | servers | {' | '.join(names)} |", f"|---|---|{'---|' * len(names)}")
    for category in sorted({each.fault.category for each in found}):
        own = [each for each in found if each.fault.category == category]
        yield _row(f"{category} | {len(own)}", names, lambda name, own=own: str(sum(name in each.by for each in own)))  # type: ignore[misc]
    nobody = [f"`{each.fault.name}`" for each in found if not each.by]
    yield from ("", f"Noticed by nobody: {', '.join(nobody) or 'none'}.")
    yield from ("", "## A run beside a bare loop", "")
    yield "From the plan to the report, journal included, against an honest server in another process; beside it a loop"
    yield f"that sends the same requests, {CONCURRENCY} at once, and does nothing else. Each turn is in a new process."
    yield from ("", "| seconds for an answer with pictures | requests | times as long as the loop |", "|---|---|---|")
    yield from (f"| {each.wait:g} | {each.requests} | {each.ratio:.2f} |" for each in speeds)
    yield ""
    yield f"The target is at most {TARGET}. Where the server takes no time, what a run takes is planning, decoding"
    yield "every picture to its last pixel, and judging."


def _row(title: str, names: Sequence[str], told: Callable[[str], str]) -> str:
    return f"| {title} | {' | '.join(told(name) for name in names)} |"


def _of(tried: Sequence[Tried], name: str) -> list[Tried]:
    return [each for each in tried if each.contender == name]


def _share(count: int, of: int) -> str:
    return f"{count} of {of} ({count / of:.0%})"


def _median(tried: Sequence[Tried], what: str) -> str:
    return f"{statistics.median(getattr(each, what) for each in tried):g}"


def _times(tried: Sequence[Tried], unit: float) -> str:
    return f"{statistics.median(each.seconds for each in tried) / unit:.1f}"


if __name__ == "__main__":
    main()
