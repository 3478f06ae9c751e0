"""What mypy --strict and pyright strict say about the client, and about calls of it."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import images_client

SNIPPETS = Path(__file__).resolve().parents[1] / "typing"
PACKAGE = Path(images_client.__file__).parent
MARK = re.compile(r"  # (mypy|pyright|both) says?: (.+)$")
Said = dict[tuple[str, int], str]


def expected(checker: str) -> Said:
    """Return what a checker must say, by file and line."""
    found: Said = {}
    for path in SNIPPETS.glob("*.py"):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if (mark := MARK.search(line)) and mark[1] in (checker, "both"):
                found[path.name, number] = mark[2]
    return found


@pytest.fixture(scope="module")
def mypy_says(tmp_path_factory: pytest.TempPathFactory) -> Said:
    cache = tmp_path_factory.mktemp("mypy")
    command = [sys.executable, "-m", "mypy", "--strict", "--no-error-summary", "--config-file=", f"--cache-dir={cache}"]
    done = subprocess.run([*command, str(PACKAGE), *map(str, SNIPPETS.glob("*.py"))], capture_output=True, text=True)
    errors = re.findall(r"^(.+?):(\d+): error: (.+)$", done.stdout, re.MULTILINE)

    assert not done.stderr
    return {(Path(file).name, int(line)): text for file, line, text in errors}


@pytest.fixture(scope="module")
def pyright_says(tmp_path_factory: pytest.TempPathFactory) -> Said:
    config = tmp_path_factory.mktemp("pyright") / "pyrightconfig.json"
    # Relative, since pyright silently finds nothing at an absolute path.
    package, snippets = (os.path.relpath(path, config.parent) for path in (PACKAGE, SNIPPETS))
    settings = {"include": [package, snippets], "extraPaths": [os.path.dirname(package)]}
    config.write_text(json.dumps({**settings, "typeCheckingMode": "strict"}))
    command = [
        sys.executable,
        "-m",
        "pyright",
        "--outputjson",
        "--pythonpath",
        sys.executable,
        "--project",
        str(config),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if not done.stdout.startswith("{"):
        pytest.skip(f"pyright does not run here: {done.stderr[-200:]}")
    found: Said = {}
    for each in json.loads(done.stdout)["generalDiagnostics"]:
        place = (Path(each["file"]).name, each["range"]["start"]["line"] + 1)
        found[place] = f"{found.get(place, '')}\n{each['message']}"
    return found


def test_mypy(mypy_says: Said) -> None:
    """mypy --strict finds nothing in the client and refuses each bad call, with the words expected."""
    wanted = expected("mypy")

    assert wanted.keys() == mypy_says.keys()
    assert [(place, mypy_says[place]) for place, words in wanted.items() if words not in mypy_says[place]] == []


def test_pyright(pyright_says: Said) -> None:
    """Pyright strict finds nothing in the client and points at the bad argument of each bad call."""
    wanted = expected("pyright")
    calls = {place for place, said in pyright_says.items() if said.startswith("\nNo overloads for")}

    assert wanted.keys() == pyright_says.keys() - (calls & expected("mypy").keys() - wanted.keys())
    assert [(place, pyright_says[place]) for place, words in wanted.items() if words not in pyright_says[place]] == []
