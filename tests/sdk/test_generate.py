"""The command: atomic, deterministic, and clear about what is wrong."""

from __future__ import annotations

import importlib
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from images_contract import Contract
from images_contract.dialects import names
from images_sdkgen import output
from images_sdkgen.cli import main
from images_sdkgen.metadata import FILE_NAME
from images_sdkgen.project import HEADER

from .conftest import Workshop


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture(scope="session")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("generated") / "client"

    assert main(["generate", "--output", str(folder)]) == 0
    return folder


def test_the_committed_client_is_current(capsys: pytest.CaptureFixture[str]) -> None:
    """The client in the repository is what the document generates, and so is what the guide tells of it."""
    status = main(["check", "--guide", "docs/sdk.md"])

    assert (status, capsys.readouterr().err) == (0, "")


def test_every_python_file_says_that_it_is_generated(generated: Path) -> None:
    """The first line of every generated .py file says that it must not be edited."""
    files = list(generated.rglob("*.py"))

    assert len(files) > 10
    assert {HEADER} == {path.read_text(encoding="utf-8").split("\n", 1)[0] for path in files}


def test_the_output_does_not_depend_on_hash_seed_or_place(generated: Path, tmp_path: Path) -> None:
    """Another process with another hash seed, locale and folder writes the same bytes."""
    environment = {**os.environ, "PYTHONHASHSEED": "4242", "LC_ALL": "C", "PYTHONUTF8": "0"}
    command = [sys.executable, "-m", "images_sdkgen", "generate", "--output", str(tmp_path / "somewhere" / "else")]
    subprocess.run(command, env=environment, cwd=tmp_path, check=True, capture_output=True)

    assert contents(generated) == contents(tmp_path / "somewhere" / "else")


@pytest.mark.parametrize("dialect", names())
def test_every_dialect_has_a_client(dialect: str, workshop: Workshop) -> None:
    """Each shipped dialect gives a client that imports, with the dialect's models."""
    package = workshop.command("--dialect", dialect)
    rules = importlib.import_module(f"{package.__name__}.rules")

    assert list(Contract.load(dialect=dialect).models) == list(rules.CREATE_IMAGE.models)


def test_nothing_about_this_machine_is_written(generated: Path) -> None:
    """No generated file names a folder of the machine that wrote it."""
    text = b"\n".join(contents(generated).values()).decode()

    assert str(Path.home()) not in text
    assert str(generated.parent) not in text


def test_check_shows_a_readable_difference(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`check` fails with a unified diff, and names files that are missing or too many."""
    folder = tmp_path / "client"
    main(["generate", "--output", str(folder)])
    package = folder / "images_client"
    client = package / "client.py"
    client.write_text(client.read_text(encoding="utf-8").replace("blocking", "patient"), encoding="utf-8")
    (package / "errors.py").unlink()
    (package / "mine.py").touch()
    (package / "__pycache__").mkdir()
    (package / "__pycache__" / "client.pyc").touch()
    capsys.readouterr()

    assert main(["check", "--output", str(folder)]) == 1
    shown = capsys.readouterr().out.splitlines()
    assert '-    """A patient client.' in shown
    assert '+    """A blocking client.' in shown
    assert "missing: images_client/errors.py" in shown
    assert "not generated: images_client/mine.py" in shown
    assert not [line for line in shown if "pycache" in line]


def test_check_leaves_everything_as_it_is(generated: Path) -> None:
    """`check` writes nothing beside or into the folder that it checks."""
    before = contents(generated.parent)

    assert main(["check", "--output", str(generated)]) == 0
    assert before == contents(generated.parent)


def test_a_failed_run_leaves_the_old_client(tmp_path: Path, contract: Contract) -> None:
    """Where writing fails halfway, the old client stays byte for byte and no rubbish is left beside it."""
    folder = tmp_path / "client"
    output.replace(folder, lambda fresh: _write(fresh, "old"))

    def fail(fresh: Path) -> None:
        _write(fresh, "half")
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        output.replace(folder, fail)
    assert {f"client/{FILE_NAME}": b"old"} == contents(tmp_path)


def test_a_failed_swap_puts_the_old_client_back(tmp_path: Path) -> None:
    """Where the last rename fails, the old client is put back."""
    folder = tmp_path / "client"
    output.replace(folder, lambda fresh: _write(fresh, "old"))

    with pytest.raises(FileNotFoundError):
        output.replace(folder, lambda fresh: None)
    assert {f"client/{FILE_NAME}": b"old"} == contents(tmp_path)


def test_files_of_the_old_client_do_not_survive(tmp_path: Path) -> None:
    """A file that the generator no longer writes is gone after the next run."""
    folder = tmp_path / "client"
    output.replace(folder, lambda fresh: _write(fresh, "old"))
    (folder / "gone.py").touch()
    output.replace(folder, lambda fresh: _write(fresh, "new"))

    assert {f"client/{FILE_NAME}": b"new"} == contents(tmp_path)


def _write(folder: Path, text: str) -> None:
    folder.mkdir()
    (folder / FILE_NAME).write_text(text)


def test_a_foreign_folder_is_not_replaced(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A folder that holds something else than a generated client is refused, not deleted."""
    (tmp_path / "thesis.tex").touch()

    assert main(["generate", "--output", str(tmp_path)]) == 2
    assert "did not write" in capsys.readouterr().err
    assert (tmp_path / "thesis.tex").exists()


def no_paths(document: dict[str, Any]) -> None:
    document["paths"] = {}


def dangling(document: dict[str, Any]) -> None:
    document["components"]["schemas"]["Image"]["properties"]["url"] = {"$ref": "#/components/schemas/Nowhere"}


def not_an_object(document: dict[str, Any]) -> None:
    operation(document)["responses"]["200"]["content"]["application/json"]["schema"] = {"type": "string"}


def colliding_classes(document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]
    schemas["image"] = schemas["Image"]
    schemas["ImagesResponse"]["properties"]["cover"] = {"$ref": "#/components/schemas/image"}


def query_parameter(document: dict[str, Any]) -> None:
    operation(document)["parameters"] = [{"name": "q", "in": "query", "schema": {"type": "string"}}]


def no_content(document: dict[str, Any]) -> None:
    operation(document)["responses"]["200"]["content"] = None


def odd_examples(document: dict[str, Any]) -> None:
    operation(document)["requestBody"]["content"]["application/json"]["examples"] = ["x"]


def odd_mapping(document: dict[str, Any]) -> None:
    document["components"]["schemas"]["ImageStreamEvent"]["discriminator"]["mapping"] = 5


def odd_server(document: dict[str, Any]) -> None:
    document["servers"] = [{"url": 5}]


def operation(document: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = document["paths"]["/images/generations"]["post"]
    return found


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (no_paths, "at least one path"),
        (dangling, "leads nowhere"),
        (not_an_object, "something else than a JSON object"),
        (colliding_classes, 'duplicate models with name "Image"'),
        (no_content, "/responses/200/content: is None, not a mapping"),
        (odd_examples, "/examples: is ['x'], not a mapping"),
        (odd_mapping, "mapping"),
        (odd_server, "#/servers/0/url: is 5, not a text"),
        (query_parameter, "#/paths/~1images~1generations/post/parameters"),
    ],
)
def test_a_document_without_a_client_is_one_clear_message(
    spoil: Callable[[dict[str, Any]], None],
    said: str,
    document: dict[str, Any],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A document that is wrong, or that the engine would take in only in part: one line, exit 2, nothing written."""
    import yaml

    spoil(document)
    spec = tmp_path / "spec.yaml"
    spec.write_text(yaml.safe_dump(document), encoding="utf-8")

    assert main(["generate", "--spec", str(spec), "--output", str(tmp_path / "client")]) == 2
    error = capsys.readouterr().err
    assert said in error
    assert error.count("\n") == 1
    assert "Traceback" not in error
    assert not (tmp_path / "client").exists()


def test_a_missing_document_is_one_clear_message(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A file that is not there is named."""
    assert main(["check", "--spec", str(tmp_path / "none.yaml")]) == 2
    assert "none.yaml" in capsys.readouterr().err
