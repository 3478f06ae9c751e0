"""Servers and clients that nobody here wrote, against the suite and through its proxy: `make field`.

Exit code: 0 all is as recorded, 1 something is not, 3 nothing is different, but not all could be run.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
import yaml
from expectations import differences, of_client, of_server
from places import HERE, Place, Places, Program, Unavailable, environment, free_port

OURS = [sys.executable, "-m", "images_conformance"]
KINDS = ("servers", "clients")
CHECKING = 900  # seconds at most
FILE = click.Path(path_type=Path, dir_okay=False)


@click.command()
@click.argument("names", nargs=-1)
@click.option("--record", is_flag=True, help="Write down what is seen; nothing is held against it.")
@click.option("--data", type=FILE, default=HERE / "field.yaml", show_default=True, help="What is run.")
@click.option("--expected", type=FILE, default=HERE / "expected.yaml", show_default=True, help="What is expected.")
@click.option("--folder", type=Path, default=HERE.parent / "build/field", show_default=True, help="Where it happens.")
def main(names: tuple[str, ...], record: bool, data: Path, expected: Path, folder: Path) -> None:
    """Run the programs with these NAMES ("servers" and "clients" stand for all of a kind), or all of them."""
    told, recorded = _read(data), _read(expected)
    programs = {(kind, name): Program(name, **more) for kind in KINDS for name, more in told[kind].items()}
    if unknown := {*names} - {word for key in programs for word in key}:
        raise click.BadParameter(f"{min(unknown)!r} is none of {', '.join(sorted(name for _, name in programs))}")
    chosen = {key: program for key, program in programs.items() if not names or {*key} & {*names}}
    folder.mkdir(parents=True, exist_ok=True)
    states = dict[str, int]()
    with _ours(folder, "serve") as upstream:
        for (kind, name), program in chosen.items():
            try:
                place = Places(folder, told["node"]).installed(program)
                seen = _checked(place, upstream, told["budget"]) if kind == "servers" else _observed(place, upstream)
            except (Unavailable, OSError, subprocess.TimeoutExpired) as error:
                click.echo(f"{name}: NOT RUN: {error}")
                states[name] = 3
                continue
            lines = differences(recorded.get(kind, {}).get(name), seen)
            _tell(name, seen, lines)
            states[name] = 1 if lines and not record else 0
            recorded.setdefault(kind, {})[name] = seen
    _compare(folder, [name for (kind, name) in chosen if kind == "servers" and states[name] != 3])
    if record:
        expected.write_text(yaml.dump(recorded, Dumper=_Dumper, sort_keys=False, width=110), encoding="utf-8")
        click.echo(f"wrote {expected}; `make generate` writes the page that tells of it")
    sys.exit(next((code for code in (1, 3) if code in states.values()), 0))


class _Dumper(yaml.SafeDumper):
    """Writes lists on one line."""


_Dumper.add_representer(list, lambda dumper, each: dumper.represent_sequence("tag:yaml.org,2002:seq", each, True))


def _read(path: Path) -> dict[str, Any]:
    return yaml.safe_load(path.read_text(encoding="utf-8")) if path.exists() else {}


def _tell(name: str, seen: Mapping[str, Any], lines: Sequence[str]) -> None:
    """Say how a program compares with what was recorded."""
    broken = sum(map(len, seen.get("fail", {}).values()))
    counts = f"{seen['requests']} requests, {seen['served']} served, {broken} clauses broken"
    click.echo("\n  ".join([f"{name}: {'CHANGED' if lines else 'as recorded'} ({counts})", *lines]))


def _checked(place: Place, upstream: str, budget: float) -> dict[str, Any]:
    """Check a server at smoke depth."""
    port, report = free_port(), place.folder / "report.json"
    report.unlink(missing_ok=True)
    command = [*OURS, "check", f"http://localhost:{port}{place.program.base}", "--depth=smoke", f"--budget={budget}"]
    command += ["--concurrency=1", "--timeout=60", "--no-journal", "--quiet", f"--json={report}", *place.program.check]
    with place.started(port, upstream=upstream):
        done = subprocess.run(command, env=environment(), capture_output=True, text=True, timeout=CHECKING)
    if not report.exists():
        raise Unavailable(f"check gave no report (exit code {done.returncode}): {done.stderr.strip()}")
    return of_server(json.loads(report.read_bytes()))


def _observed(place: Place, upstream: str) -> dict[str, Any]:
    """Run a client through the proxy."""
    report, journal = place.folder / "report.json", place.folder / "traffic.sqlite"
    for file in (report, journal):
        file.unlink(missing_ok=True)
    told = [f"--upstream={upstream}", "--fetch-urls", f"--journal={journal}", f"--json={report}"]
    with _ours(place.folder, "proxy", *told) as base_url:
        output = place.output(base_url)
    calls = dict(json.loads(line) for line in output.splitlines() if line.startswith("["))
    return of_client(json.loads(report.read_bytes()), calls)


@contextmanager
def _ours(folder: Path, command: str, *options: str) -> Iterator[str]:
    """Run `serve` or `proxy` while the block runs; yield its base URL."""
    port = free_port()
    program = Program(command, "ours", [*OURS, command, f"--port={port}", *options])
    with Place(program, folder, []).started(port):
        yield f"http://127.0.0.1:{port}/v1"


def _compare(folder: Path, names: Iterable[str]) -> None:
    """Write the page that shows servers side by side."""
    files = [f"{name}={folder / name / 'report.json'}" for name in names]
    if files:
        page = folder / "comparison.html"
        done = [*OURS, "compare", *files, f"--html={page}", f"--markdown={page.with_suffix('.md')}"]
        subprocess.run(done, check=True)


if __name__ == "__main__":
    main()
