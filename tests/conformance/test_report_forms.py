"""Reports for other programs, read by programs that nobody here wrote."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner
from junitparser import JUnitXml
from sarif_pydantic import Sarif

from images_conformance.cli import main
from images_contract import Contract
from images_reference_server import running

DOCUMENT = Contract.load()
KEY = "sk-secret-4711"


@pytest.fixture(scope="module")
def forms(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with every form of the report on a server that ignores n."""
    folder = tmp_path_factory.mktemp("forms")
    files = {"json": "r.json", "junit": "r.xml", "sarif": "r.sarif", "badge": "b.svg"}
    words = [word for option, name in files.items() for word in (f"--{option}", str(folder / name))]
    with running(DOCUMENT.document, key=KEY, fault="data:n-ignored") as server:
        done = CliRunner().invoke(
            main, ["check", server.base_url, "--clause", "data.*", "--no-journal", *words], env={"OPENAI_API_KEY": KEY}
        )
    assert 1 == done.exit_code, done.output
    return folder


def broken(forms: Path) -> list[dict[str, Any]]:
    """The broken clauses of the JSON report."""
    return [each for each in json.loads((forms / "r.json").read_text())["clauses"] if each["verdict"] == "fail"]


def test_sarif(forms: Path) -> None:
    """SARIF has one result per broken clause and model, each at the line of the document that states the clause."""
    text = (forms / "r.sarif").read_text()
    (run,) = Sarif.model_validate_json(text).runs
    results = run.results or []
    document = DOCUMENT.path.read_text(encoding="utf-8").splitlines()
    places = [place.physical_location for each in results for place in each.locations or []]
    lines = [document[place.region.start_line - 1] for place in places if place and place.region]

    assert len(broken(forms)) == len(results) == len(lines) > 1
    assert {"spec/openapi.yaml"} == {place.artifact_location.uri for place in places if place}
    assert all("id: data.count" in line for line in lines)
    assert {"error"} == {each.level for each in results}


def test_junit(forms: Path) -> None:
    """JUnit counts the failures that the JSON report counts."""
    suites = JUnitXml.fromfile(str(forms / "r.xml"))

    assert len(broken(forms)) == sum(suite.failures for suite in suites)
    assert 0 == sum(suite.errors for suite in suites)


def test_badge(forms: Path, tmp_path: Path) -> None:
    """The badge is a picture that says how much is broken, or the JSON that the endpoint badge of shields.io takes."""
    picture = ElementTree.parse(forms / "b.svg").getroot()
    done = CliRunner().invoke(main, ["check", "--clause", "body.*", "--badge", str(tmp_path / "b.json"), "-q"])
    told = json.loads((tmp_path / "b.json").read_text())

    assert f"{len(broken(forms))} broken" in "".join(picture.itertext())
    assert 0 == done.exit_code, done.output
    assert {"schemaVersion": 1, "label": "images contract", "message": "conformant", "color": "brightgreen"} == told
