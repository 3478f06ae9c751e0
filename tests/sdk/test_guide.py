"""docs/sdk.md and the client's README: what they show runs, as it stands, against the reference server."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from images_contract import Contract
from images_reference_server import RunningServer, running
from images_sdkgen.cli import main

from .conftest import KEY

ROOT = Path(__file__).resolve().parents[2]
GUIDE = ROOT / "docs" / "sdk.md"
README = ROOT / "generated_client" / "README.md"
# Runs every snippet in a namespace of its own, and says which.
RUNNER = """
import re, sys
text = open(sys.argv[1], encoding="utf-8").read()
for number, code in enumerate(re.findall(r"```python\\n(.*?)```", text, re.DOTALL), 1):
    print(f"snippet {number}:", flush=True)
    exec(compile(code, f"snippet {number}", "exec"), {"__name__": "__main__"})
"""


@pytest.fixture(scope="module")
def reference() -> Iterator[RunningServer]:
    with running(Contract.load().document, key=KEY) as server:
        yield server


@pytest.fixture
def environment(reference: RunningServer) -> dict[str, str]:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return {**os.environ, "PATH": path, "OPENAI_API_KEY": KEY, "OPENAI_BASE_URL": reference.base_url}


@pytest.mark.parametrize("page", [GUIDE, README], ids=lambda page: page.name)
def test_the_python_runs(page: Path, environment: dict[str, str], tmp_path: Path) -> None:
    """Every Python snippet of a page runs."""
    command = [sys.executable, "-c", RUNNER, str(page)]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)

    assert 0 == done.returncode, done.stdout + done.stderr
    assert page.read_text(encoding="utf-8").count("```python") == done.stdout.count("snippet ")


@pytest.mark.parametrize("page", [GUIDE, README], ids=lambda page: page.name)
def test_the_commands_run(page: Path, environment: dict[str, str], tmp_path: Path) -> None:
    """Every shell snippet of a page runs; installing has a test of its own."""
    scripts = re.findall(r"```sh\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)
    script = "\n".join(each for each in scripts if not each.startswith("pip install"))
    command = ["bash", "-euc", script]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)

    assert script
    assert 0 == done.returncode, done.stdout + done.stderr


def test_the_facts_are_those_of_the_contract(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What the guide tells of the contract is what it says; `check` tells the difference, `generate` mends it."""
    text = GUIDE.read_text(encoding="utf-8")
    guide, output = tmp_path / "guide.md", tmp_path / "client"
    guide.write_text(text.replace("`hd` · ", "").replace("| `DallE3Params`", "| `DallE4Params`"), encoding="utf-8")
    main(["generate", "--output", str(output)])
    told = main(["check", "--output", str(output), "--guide", str(guide)])
    shown = capsys.readouterr().out

    assert 1 == told
    assert ["guide.md (as it is)", "guide.md (as generated)"] == re.findall(r"^[-+]{3} (.*)$", shown, re.MULTILINE)
    assert 0 == main(["generate", "--output", str(output), "--guide", str(guide)])
    assert text == guide.read_text(encoding="utf-8")


def test_a_guide_without_a_place_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A guide that lacks a marker is an error that names it, and stays as it is."""
    text = GUIDE.read_text(encoding="utf-8").replace("<!-- end of conditions -->", "")
    guide = tmp_path / "guide.md"
    guide.write_text(text, encoding="utf-8")

    assert 2 == main(["generate", "--output", str(tmp_path / "client"), "--guide", str(guide)])
    assert "guide.md: has no place for the conditions; add the lines" in capsys.readouterr().err
    assert text == guide.read_text(encoding="utf-8")
