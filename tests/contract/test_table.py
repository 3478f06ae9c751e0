"""The table of parameters and models is current wherever it stands."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from images_contract import Contract, ContractError
from images_contract.table import END, START, main, parameter_table, with_table

from .conftest import SPEC, Load
from .documents import NEW_MODEL

DOCS = SPEC.parents[1] / "docs" / "contract.md"


def cells(table: str) -> dict[tuple[str, str], str]:
    """Return what stands in each cell, by parameter and model."""
    head, _, *rows = ([cell.strip() for cell in line.strip("|").split(" | ")] for line in table.splitlines())
    return {(row[0].strip("`"), model): cell for row in rows for model, cell in zip(head[1:], row[1:], strict=True)}


@pytest.mark.parametrize("path", [SPEC, DOCS], ids=lambda path: path.name)
def test_the_table_is_current(contract: Contract, path: Path) -> None:
    """The table in the document's description and in the docs is that of the contract; if not, run `make generate`."""
    text = path.read_text(encoding="utf-8")

    assert text == with_table(text, contract), f"the table in {path.name} is old; run: make generate"


def test_the_table_has_a_cell_for_every_parameter_and_model(contract: Contract) -> None:
    """There is a row for each parameter but the model's name, and a column for each model and for none."""
    found = cells(parameter_table(contract))
    names = [name for name in contract.models["dall-e-3"].parameters if name != "model"]

    assert [(name, model) for name in names for model in [*contract.models, "no model"]] == list(found)


@pytest.mark.parametrize(
    ("parameter", "model", "expected"),
    [
        ("n", "gpt-image-1", "1 to 10, default `1`"),
        ("n", "dall-e-3", "only 1, default `1`"),
        ("prompt", "dall-e-3", "required, 1 to 4,000 characters"),
        ("size", "dall-e-2", "`256x256` · `512x512` · `1024x1024`, default `1024x1024`"),
        ("stream", "gpt-image-1", "`true` · `false`, default `false`"),
        ("style", "gpt-image-1", "-"),
        ("style", "no model", "depends on the model"),
        ("user", "dall-e-2", "text"),
        ("size", "no model", "`1024x1024`"),
    ],
)
def test_a_cell_says_what_a_model_takes(contract: Contract, parameter: str, model: str, expected: str) -> None:
    """A cell has the values or bounds and the default, or says that the model lacks the parameter."""
    assert expected == cells(parameter_table(contract))[parameter, model]


def test_a_new_model_is_a_new_column(document: dict[str, Any], load: Load) -> None:
    """The table follows the document, with whatever rules a model has."""
    found = cells(parameter_table(load(document, *NEW_MODEL)))

    assert "1 to 4, default `1`" == found["n", "new-model"]
    assert "any number, default `7.5`" == found["guidance", "new-model"]
    assert "3 to 5 characters" == found["style", "new-model"]


def test_the_table_takes_the_indentation_of_its_place(contract: Contract) -> None:
    """Every line is indented as the marker is, no line ends in a blank, and doing it again changes nothing."""
    text = f"info:\n  description: |\n    {START}\n    old\n    {END}\n    More.\n"
    renewed = with_table(text, contract)
    lines = renewed.split("\n")[2:-2]

    assert [] == [line for line in lines if line and not re.match(r" {4}\S", line)]
    assert renewed.startswith(text[: text.index("    old")])
    assert renewed.endswith(f"\n    {END}\n    More.\n")
    assert "old" not in renewed
    assert renewed == with_table(renewed, contract)


@pytest.mark.parametrize("text", ["", START, END, f"{END}\n{START}\n", f"x {START}\n{END}\n"])
def test_a_text_without_a_place_is_told(contract: Contract, text: str) -> None:
    """Where a marker is missing, the message says which lines to add."""
    with pytest.raises(ContractError, match="add the lines"):
        with_table(text, contract)


def test_the_command_renews_files(contract: Contract, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Files with old tables are rewritten and named; a file without a place is told, with exit code 2."""
    old, bare = tmp_path / "old.md", tmp_path / "bare.md"
    old.write_text(f"{START}\n{END}\n")
    bare.write_text("nothing\n")

    assert 0 == main([str(old)])
    assert with_table(old.read_text(), contract) == old.read_text()
    assert 0 == main([str(old)])
    assert f"{old}: table renewed\n" == capsys.readouterr().out
    assert 2 == main([str(bare)])
    assert f"{bare}: has no place for the table" in capsys.readouterr().err
