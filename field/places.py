"""Programs that others wrote: where each is installed, and how it is run there."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
SPEC = HERE.parent / "spec" / "openapi.yaml"
KEY = "sk-field"
INSTALLING, STARTING, CALLING = 900, 180, 300  # seconds at most


class Unavailable(Exception):
    """A program that could not be installed, or started, or did not come to its end; says why."""


@dataclass(frozen=True)
class Program:
    """A server or a client as the data file tells of it."""

    name: str
    what: str
    start: Sequence[str]
    pip: Sequence[str] = ()
    npm: Sequence[str] = ()
    base: str = "/v1"
    check: Sequence[str] = ()
    variables: Mapping[str, str] = field(default_factory=dict)
    note: str = ""

    @property
    def packages(self) -> list[str]:
        """What is installed for it, with versions."""
        return [*self.pip, *self.npm]


class Places:
    """The folders in which programs stand, one each; what stands there already is not installed again."""

    def __init__(self, folder: Path, node: str) -> None:
        """`node`: the requirement that brings Node and npm."""
        self.folder = folder.resolve()
        self._node = node

    def installed(self, program: Program) -> Place:
        """Install a program; raises Unavailable with the installer's own words."""
        place = self.folder / program.name
        if program.npm:
            self._filled(self.folder / "node", [self._node], [])
        self._filled(place, program.pip, program.npm)
        shutil.copytree(HERE / "programs", place / "programs", dirs_exist_ok=True)
        return Place(program, place, [place / "bin", place / "node_modules" / ".bin", self.folder / "node" / "bin"])

    def _filled(self, place: Path, pip: Sequence[str], npm: Sequence[str]) -> None:
        stamp, wanted = place / "installed.json", json.dumps([*pip, *npm])
        if stamp.exists() and stamp.read_text() == wanted:
            return
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir(parents=True)
        if pip:
            _install([sys.executable, "-m", "venv", "."], place)
            _install(["bin/python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *pip], place)
        if npm:
            (place / "package.json").write_text('{"private": true}')
            command = [str(self.folder / "node/bin/npm"), "install", "--no-audit", "--no-fund", "--ignore-scripts"]
            _install([*command, *npm], place)
        stamp.write_text(wanted)


def _install(command: Sequence[str], place: Path) -> None:
    told = environment(PATH=os.pathsep.join([str(place.parent / "node" / "bin"), os.environ["PATH"]]))
    try:
        done = subprocess.run(command, cwd=place, env=told, capture_output=True, text=True, timeout=INSTALLING)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise Unavailable(f"could not be installed: {error}") from error
    if done.returncode:
        raise Unavailable(f"could not be installed: {_last_words(done.stderr or done.stdout)}")


@dataclass(frozen=True)
class Place:
    """An installed program."""

    program: Program
    folder: Path
    path: Sequence[Path]

    @contextmanager
    def started(self, port: int, **words: str) -> Iterator[None]:
        """Run the program as a server while the block runs; raises Unavailable where it does not listen in time."""
        with (self.folder / f"{self.program.name}.log").open("w+") as log:
            process = self._popen({"port": str(port), **words}, {}, stdout=log, stderr=subprocess.STDOUT)
            try:
                _wait(process, port, log)
                yield
            finally:
                _stop(process)

    def output(self, base_url: str) -> str:
        """Run the program as a client of a server to its end; return what it printed."""
        variables = {"OPENAI_BASE_URL": base_url, "OPENAI_API_BASE": base_url}
        process = self._popen({}, variables, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        try:
            out, err = process.communicate(timeout=CALLING)
        except subprocess.TimeoutExpired as error:
            raise Unavailable(f"did not come to its end in {CALLING} s") from error
        finally:
            _stop(process)
        (self.folder / f"{self.program.name}.log").write_text(out + err)
        if process.returncode:
            raise Unavailable(f"ended with {process.returncode}: {_last_words(err)}")
        return str(out)

    def _popen(self, words: Mapping[str, str], variables: Mapping[str, str], **options: Any) -> subprocess.Popen[Any]:
        words = {"spec": str(SPEC), "key": KEY, **words}
        path = os.pathsep.join([*map(str, self.path), os.environ["PATH"]])
        told = {name: value.format(**words) for name, value in self.program.variables.items()}
        command = [word.format(**words) for word in self.program.start]
        command[0] = shutil.which(command[0], path=path) or command[0]
        try:
            return subprocess.Popen(
                command, cwd=self.folder, env=environment(PATH=path, **variables, **told), start_new_session=True,
                **options,
            )  # fmt: skip
        except OSError as error:
            raise Unavailable(f"could not be started: {error}") from error


def environment(**more: str) -> dict[str, str]:
    """Return the variables that every program gets, ours and others."""
    return {**os.environ, "OPENAI_API_KEY": KEY, "NO_PROXY": "127.0.0.1,localhost", **more}


def free_port() -> int:
    """Return a port on which nobody listens."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def _wait(process: subprocess.Popen[Any], port: int, log: Any) -> None:
    """Return when somebody listens."""
    deadline = time.monotonic() + STARTING
    while process.poll() is None and time.monotonic() < deadline:
        try:
            socket.create_connection(("localhost", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.2)
    log.seek(0)
    state = f"ended with {process.returncode}" if process.poll() is not None else f"did not listen in {STARTING} s"
    raise Unavailable(f"could not be started: {state}: {_last_words(log.read())}")


def _stop(process: subprocess.Popen[Any]) -> None:
    """End a program and all that it started, in whatever session."""
    family = [*_family(process.pid)]
    for number in (signal.SIGTERM, signal.SIGKILL):
        for pid in family:
            with suppress(ProcessLookupError):
                os.kill(pid, number)
        with suppress(subprocess.TimeoutExpired):
            process.wait(10)


def _family(pid: int) -> Iterator[int]:
    """Yield a process and those below it."""
    yield pid
    for file in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in file.read_text().split():
            yield from _family(int(child))


def _last_words(text: str) -> str:
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("WARNING")]
    return " / ".join(line.strip() for line in lines[-3:])[:500] or "it said nothing"
