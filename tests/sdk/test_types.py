"""What mypy --strict and pyright strict say about the client, and about calls of it."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import images_client
from images_contract import Contract, Parameter

SNIPPETS = Path(__file__).resolve().parents[1] / "typing"
GUIDE = SNIPPETS.parents[1] / "docs" / "sdk.md"
PACKAGE = Path(images_client.__file__).parent
MARK = re.compile(r"  # (mypy|pyright|both) says?: (.+)$")
Said = dict[tuple[str, int], str]


@pytest.fixture(scope="module")
def snippets(tmp_path_factory: pytest.TempPathFactory, contract: Contract) -> list[Path]:
    """The snippets of tests/typing and docs/sdk.md, and one with calls for each model of the contract."""
    folder = tmp_path_factory.mktemp("typing")
    every = folder / "every_model.py"
    every.write_text("\n".join(["from images_client import Client", "client = Client()", *calls(contract)]))
    for number, code in enumerate(re.findall(r"```python\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL), 1):
        (folder / f"guide_{number}.py").write_text(code, encoding="utf-8")
    return [*SNIPPETS.glob("*.py"), *folder.glob("*.py")]


def calls(contract: Contract) -> Iterator[str]:
    """Yield calls with each value of each parameter that a model has, and with values and parameters that it lacks."""
    for model in contract.models.values():
        others = [each.parameters for each in contract.models.values() if each is not model]
        for one in (one for one in model.parameters.values() if one.name != contract.discriminator):
            for value in (one.values or ()) if one.supported else ():
                yield call(model.name, f"{one.name}={value!r}")
            foreign = {value for each in others for value in each[one.name].values or ()} - {*(one.values or ())}
            for wrong in ("object()", *map(repr, sorted(foreign))):
                yield call(model.name, f"{one.name}={wrong}", blamed(one))


def call(model: str, argument: str, blame: str = "") -> str:
    refused = '  # mypy says: No overload variant of "generate"' if blame else ""
    prompt = "" if argument.startswith("prompt=") else '    prompt="a cat",\n'
    pointed = f"  # pyright says: {blame}" if blame else ""
    return f"client.images.generate({refused}\n    model={model!r},\n{prompt}    {argument},{pointed}\n)"


def blamed(parameter: Parameter) -> str:
    """Return what pyright says of a value that a model does not take."""
    return f'assigned to parameter "{parameter.name}" of type "' + ("" if parameter.supported else "Unsupported")


def expected(checker: str, snippets: list[Path]) -> Said:
    """Return what a checker must say, by file and line."""
    found: Said = {}
    for path in snippets:
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if (mark := MARK.search(line)) and mark[1] in (checker, "both"):
                found[path.name, number] = mark[2]
    return found


@pytest.fixture(scope="module")
def mypy_says(tmp_path_factory: pytest.TempPathFactory, snippets: list[Path]) -> Said:
    cache = tmp_path_factory.mktemp("mypy")
    command = [sys.executable, "-m", "mypy", "--strict", "--no-error-summary", "--config-file=", f"--cache-dir={cache}"]
    done = subprocess.run([*command, str(PACKAGE), *map(str, snippets)], capture_output=True, text=True)
    errors = re.findall(r"^(.+?):(\d+): error: (.+)$", done.stdout, re.MULTILINE)

    assert not done.stderr
    return {(Path(file).name, int(line)): text for file, line, text in errors}


@pytest.fixture(scope="module")
def pyright_says(tmp_path_factory: pytest.TempPathFactory, snippets: list[Path]) -> Said:
    config = tmp_path_factory.mktemp("pyright") / "pyrightconfig.json"
    # Relative, since pyright silently finds nothing at an absolute path.
    package, *files = (os.path.relpath(path, config.parent) for path in (PACKAGE, *snippets))
    settings = {"include": [package, *files], "extraPaths": [os.path.dirname(package)]}
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

    assert done.stdout.startswith("{"), done.stderr
    found: Said = {}
    for each in json.loads(done.stdout)["generalDiagnostics"]:
        place = (Path(each["file"]).name, each["range"]["start"]["line"] + 1)
        found[place] = f"{found.get(place, '')}\n{each['message']}"
    return found


def test_mypy(mypy_says: Said, snippets: list[Path]) -> None:
    """mypy --strict finds nothing in the client and refuses each bad call, with the words expected."""
    wanted = expected("mypy", snippets)

    assert wanted.keys() == mypy_says.keys()
    assert [(place, mypy_says[place]) for place, words in wanted.items() if words not in mypy_says[place]] == []


def test_pyright(pyright_says: Said, snippets: list[Path]) -> None:
    """Pyright strict finds nothing in the client and points at the bad argument of each bad call."""
    wanted = expected("pyright", snippets)
    calls = {place for place, said in pyright_says.items() if said.startswith("\nNo overloads for")}

    assert wanted.keys() == pyright_says.keys() - (calls & expected("mypy", snippets).keys() - wanted.keys())
    assert [(place, pyright_says[place]) for place, words in wanted.items() if words not in pyright_says[place]] == []
