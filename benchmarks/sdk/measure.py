"""images-client beside the official SDK, the stock output of openapi-python-client and bare httpx2, in one run.

`make bench-sdk` writes benchmarks/results/sdk.md. Peers take turns, each measurement in a process of its own; what is
told is the median of the rounds. CPU times are worth more than wall times on a busy machine.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path

HERE = Path(__file__).resolve().parent
RESULTS = HERE.parent / "results" / "sdk.md"
SPEC = HERE.parents[1] / "spec" / "openapi.yaml"
PEERS = ("httpx2", "images-client", "openai", "stock")
DROPPED = "httpx2, thrown away"
# (task, its path on the server, rounds, peers); the slow ones take fewer.
TASKS = (
    ("import", "small", 5, PEERS),
    ("call", "small", 5, PEERS),
    ("crowd", "small", 3, PEERS),
    ("decode", "large", 3, ("httpx2", "images-client", "openai")),
    ("objects", "large", 3, (*PEERS, DROPPED)),
    ("files", "large", 3, (*PEERS, DROPPED)),
)
Numbers = dict[str, float]
Table = dict[str, dict[str, Numbers]]  # task, peer, numbers


def main() -> int:
    """Measure everything and write the result."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, help="rounds of each measurement, for a quick look")
    parser.add_argument("--only", help="one of " + ", ".join([each for each, *_ in TASKS] + ["generation"]))
    parser.add_argument("--output", type=Path, default=RESULTS)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, serving() as url:
        write_stock(Path(folder))
        table: Table = {}
        for task, path, rounds, peers in TASKS:
            if options.only in (None, task):
                table[task] = measured(task, f"{url}/{path}/v1", options.rounds or rounds, Path(folder), peers)
        if options.only in (None, "generation"):
            table["generation"] = generation(options.rounds or 5, Path(folder))
    text = report(table)
    print(text)
    if options.only is None and options.rounds is None:
        options.output.write_text(text, encoding="utf-8")
    return 0


@contextmanager
def serving() -> Iterator[str]:
    """Run the server in a process of its own."""
    with subprocess.Popen([sys.executable, HERE / "server.py"], stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        try:
            yield f"http://127.0.0.1:{server.stdout.readline().strip()}"
        finally:
            server.kill()


def stock_command(output: Path) -> list[str]:
    """Return the command that openapi-python-client generates with, as it comes."""
    command = [str(Path(sys.executable).with_name("openapi-python-client")), "generate", "--path", str(SPEC)]
    return [*command, "--output-path", str(output), "--meta", "none"]


def write_stock(folder: Path) -> None:
    """Write the stock client as the package `stock`."""
    subprocess.run(stock_command(folder / "stock"), check=True, capture_output=True, env=environment(folder))


def environment(folder: Path) -> dict[str, str]:
    """Return the environment of a measurement: the stock client can be imported, ruff can be found."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return {**os.environ, "PYTHONPATH": str(folder), "PATH": path, "PYTHONHASHSEED": "0", "OPENAI_API_KEY": "sk"}


def measured(task: str, url: str, rounds: int, folder: Path, peers: Sequence[str]) -> dict[str, Numbers]:
    """Return the medians of a task, by peer."""
    found: dict[str, list[Numbers]] = defaultdict(list)
    for _ in range(rounds + 1):
        for peer in [",".join(peers)] if task == "call" else peers:
            command = [sys.executable, str(HERE / "task.py"), task, peer, url]
            done = subprocess.run(command, env=environment(folder), check=True, stdout=subprocess.PIPE, text=True)
            told = json.loads(done.stdout)
            for name, numbers in (told if task == "call" else {peer: told}).items():
                found[name].append(numbers)
    # The first round fills caches of bytecode and files.
    return {peer: medians(numbers[1:]) for peer, numbers in found.items()}


def generation(rounds: int, folder: Path) -> dict[str, Numbers]:
    """Return CPU and wall of a whole generation, with what it starts."""
    ours = [sys.executable, "-m", "images_sdkgen", "generate", "--spec", str(SPEC), "--output"]
    found: dict[str, list[Numbers]] = defaultdict(list)
    for number in range(rounds + 1):
        for name, command in (
            ("images-client", [*ours, str(folder / f"ours-{number}")]),
            ("stock", stock_command(folder / f"stock-{number}")),
        ):
            found[name].append(timed(command, folder))
    return {name: medians(numbers[1:]) for name, numbers in found.items()}


def timed(command: list[str], folder: Path) -> Numbers:
    """Return the CPU time, children included, and wall time of a command."""
    import resource
    import time

    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(command, env=environment(folder), check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {"cpu": 1000 * cpu, "wall": 1000 * (time.perf_counter() - start)}


def medians(numbers: list[Numbers]) -> Numbers:
    """Return the median of each number."""
    return {key: statistics.median(each[key] for each in numbers) for key in numbers[0]}


def report(table: Table) -> str:
    """Return the results as Markdown."""
    lines = ["# The SDK beside its peers", "", *_preface(), ""]
    if targets := list(_targets(table)):
        lines += ["## Targets", "", "| target | measured | met |", "|---|---|---|", *targets, "", *_remarks(table)]
    for task, title, columns in _SECTIONS:
        if task in table:
            lines += [f"## {title}", "", *_section(table[task], columns), ""]
    return "\n".join(lines)


_UNITS = {
    "cpu": "CPU ms",
    "wall": "wall ms",
    "peak": "peak MiB",
    "stall": "longest stall ms",
    "client": "with a client, CPU ms",
}
_SECTIONS = (
    ("import", "Import", ("cpu", "client")),
    ("call", "One call, loopback, one connection", ("cpu", "wall")),
    ("crowd", "1,000 concurrent calls, asyncio (all of them together)", ("cpu", "wall", "peak")),
    ("decode", "Ten images of 8 MiB of an answer that is in memory already", ("cpu", "wall", "peak")),
    ("objects", "Ten images of 8 MiB, to bytes", ("cpu", "wall", "peak", "stall")),
    ("files", "Ten images of 8 MiB, to files", ("cpu", "wall", "peak", "stall")),
    ("generation", "Generating the client from the document", ("cpu", "wall")),
)


def _preface() -> Iterator[str]:
    names = ("httpx2", "openai", "openapi-python-client", "httpx")
    versions = ", ".join(f"{name} {version(name)}" for name in names)
    yield f"Python {platform.python_version()}, {os.cpu_count()} cores, {platform.system()}; {versions}."
    yield "Medians, measured by `make bench-sdk`; ratios are to bare httpx2, the generator's to openapi-python-client."
    yield ""
    yield "- `httpx2`: a call written by hand, with `json` and `base64`"
    yield f"- `{DROPPED}`: received and not looked at, which is the least that any client on httpx2 does"
    yield "- `stock`: what openapi-python-client writes from our document, formatted as it does by default"


def _section(rows: Mapping[str, Numbers], columns: tuple[str, ...]) -> Iterator[str]:
    base = rows.get("httpx2") or rows["stock"]
    yield f"| | {' | '.join(_UNITS[each] for each in columns)} |"
    yield f"|---|{'---|' * len(columns)}"
    for peer, numbers in rows.items():
        cells = (
            f"{numbers[each]:,.{2 if numbers[each] < 10 else 0}f} ({_ratio(numbers, base, each)})" for each in columns
        )
        yield f"| {peer} | {' | '.join(cells)} |"


def _ratio(numbers: Numbers, base: Numbers, key: str) -> str:
    return f"{numbers[key] / base[key]:.2f}x" if base[key] else "-"


def _remarks(table: Table) -> Iterator[str]:
    """Yield what a reader should know about some numbers, each with an empty line after it."""
    if "import" in table:
        yield from ("`images-client` imports httpx2 with the first client, which is why the table has both.", "")
    if "call" in table:
        cpu, wall = (table["call"]["httpx2"][each] / table["call"]["openai"][each] for each in ("cpu", "wall"))
        said = f"{cpu:.2f}x of the official SDK's CPU and {wall:.2f}x of its wall time."
        yield from (f"One call: bare httpx2 alone takes {said}", "")
    for task, said, most in _LARGE:
        if task in table:
            dropped, bare, ours = (table[task][each]["cpu"] for each in (DROPPED, "httpx2", "images-client"))
            yield (
                f"Ten images to {said}: to receive the answer and throw it away takes {dropped:.0f} ms of CPU, "
                f"{dropped / bare:.2f}x of what json + base64 take in all. Of what they take beyond that, "
                f"images-client takes {(ours - dropped) / (bare - dropped):.2f}x, most of it for {most}."
            )
            yield ""


_LARGE = (
    ("objects", "bytes", "the memory of ten images that are held at once, which is new to the process (page faults)"),
    ("files", "files", "the kernel's writing of 80 MiB"),
)


def _targets(table: Table) -> Iterator[str]:
    for said, task, key, other, most in (
        ("import at most 0.2x the official SDK's CPU", "import", "cpu", "openai", 0.2),
        ("a call at most 1.1x bare httpx2, CPU", "call", "cpu", "httpx2", 1.1),
        ("a call at most 1.1x bare httpx2, wall", "call", "wall", "httpx2", 1.1),
        ("a call at most 0.45x the official SDK, CPU", "call", "cpu", "openai", 0.45),
        ("a call at most 0.45x the official SDK, wall", "call", "wall", "openai", 0.45),
        ("ten images decoded at most 0.1x json + base64, CPU", "decode", "cpu", "httpx2", 0.1),
        ("ten images to bytes at most 0.1x json + base64, CPU", "objects", "cpu", "httpx2", 0.1),
        ("ten images to files at most 0.1x json + base64, CPU", "files", "cpu", "httpx2", 0.1),
        ("ten images to bytes, longest stall at most 1/15 of the official SDK's", "objects", "stall", "openai", 1 / 15),
        ("ten images to files, longest stall at most 1/15 of the official SDK's", "files", "stall", "openai", 1 / 15),
        ("generation at most 1.3x openapi-python-client, CPU", "generation", "cpu", "stock", 1.3),
    ):
        if task in table:
            ours, theirs = table[task]["images-client"][key], table[task][other][key]
            yield f"| {said} | {ours / theirs:.2f}x | {'yes' if ours <= most * theirs else 'no'} |"
    for task in ("objects", "files"):
        if task in table:
            stall = table[task]["images-client"]["stall"]
            said = f"ten images to {'bytes' if task == 'objects' else task}, longest stall at most 40 ms"
            yield f"| {said} | {stall:.0f} ms | {'yes' if stall <= 40 else 'no'} |"
    if "files" in table:
        peak = table["files"]["images-client"]["peak"]
        yield f"| ten images to files, at most 8 MiB more memory | {peak:.1f} MiB | {'yes' if peak <= 8 else 'no'} |"


if __name__ == "__main__":
    sys.exit(main())
