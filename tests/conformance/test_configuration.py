"""Options from a file: the same names, the command line wins, what is wrong is told with what was meant."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from images_conformance.cli import main
from images_conformance.commands.check import check
from images_conformance.commands.configuration import option_name
from images_conformance.commands.init import NOT_KEPT
from images_contract import Contract
from images_reference_server import RunningServer, running


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working directory of the test's own."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture(scope="module")
def server() -> Iterator[RunningServer]:
    """An honest server without keys."""
    with running(Contract.load().document) as running_server:
        yield running_server


def run(*words: str) -> Result:
    """Run the command in the working directory."""
    return CliRunner().invoke(main, words)


@pytest.mark.parametrize("file", ["images-conformance.toml", "pyproject.toml"])
def test_options_come_from_a_file(file: str, folder: Path, server: RunningServer) -> None:
    """Every kind of option, and the server's address, can stand in either file."""
    head = "[tool.images-conformance]\n" if file == "pyproject.toml" else ""
    text = f'{head}url = "{server.base_url}"\nno-auth = true\nno-journal = true\nclause = ["size.*", "n.*"]\n'
    (folder / file).write_text(text + 'models = ["dall-e-2"]\ndepth = "smoke"\nconcurrency = 2\njson = "r.json"\n')
    done = run("check")
    report = json.loads((folder / "r.json").read_text())

    assert 0 == done.exit_code, done.output
    assert server.base_url in report["target"]["url"]
    assert "smoke" == report["depth"]
    assert {"dall-e-2"} == {each["model"] for each in report["clauses"] if each["verdict"] == "pass"} - {None}


def test_the_command_line_wins(folder: Path) -> None:
    """An option that is given is the one that counts."""
    (folder / "images-conformance.toml").write_text('depth = "thorough"\n')
    done = run("check", "--depth", "smoke", "--json", "r.json", "--clause", "body.*")

    assert 0 == done.exit_code, done.output
    assert "smoke" == json.loads((folder / "r.json").read_text())["depth"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("dept = 'smoke'", "did you mean 'depth'"),
        ("depth = 'deep'", "'deep' is not one of"),
        ("no-auth = 'yes'", "true or false"),
        ("budget = true", "takes a value"),
        ("budget = 'much'", "no amount"),
        ("[check]\ndepth = 'smoke'", "'check' is no option"),
        ("depth = ", "is no TOML"),
        ("api-key = 'sk-1'", "'api-key' is no option"),
    ],
)
def test_what_is_wrong_is_told(text: str, told: str, folder: Path) -> None:
    """One line, the place, and what was probably meant; exit code 2."""
    (folder / "images-conformance.toml").write_text(text)
    done = run("check")

    assert 2 == done.exit_code
    assert told in done.output
    assert "Traceback" not in done.output


def test_two_files_are_one_too_many(folder: Path) -> None:
    """Which of two would win is not guessed."""
    (folder / "images-conformance.toml").write_text("depth = 'smoke'")
    (folder / "pyproject.toml").write_text("[tool.images-conformance]\ndepth = 'smoke'")

    assert "keep one" in run("check").output


def test_init(folder: Path) -> None:
    """`init` explains every option; what it writes is valid with all comments taken away, and is not written over."""
    first, again = run("init"), run("init")
    text = (folder / "images-conformance.toml").read_text()
    settings = [line[2:] for line in text.splitlines() if line.startswith("# ") and " = " in line]
    named = set(tomllib.loads("\n".join(settings)))
    options = {option_name(each) for each in check.params} - set(NOT_KEPT)

    assert 0 == first.exit_code, first.output
    assert options == named
    assert 2 == again.exit_code
    assert "--force" in again.output
    assert (folder / ".github/workflows/images-conformance.yml").exists()
