"""`images-conformance compare`: vendors beside each other, and one vendor over time."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner, Result

from images_conformance.cli import main
from images_contract import Contract
from images_reference_server import running

DOCUMENT = Contract.load().document
FLEET = Path(__file__).resolve().parents[2] / "examples" / "fleet.yml"


def run(*words: object) -> Result:
    """Run the command in this process."""
    return CliRunner().invoke(main, [str(word) for word in words], env={"OPENAI_API_KEY": "sk-secret-4711"})


def steps(job: str) -> list[str]:
    """The shell steps of a job of the example workflow, but for what installs."""
    listed = yaml.safe_load(FLEET.read_text(encoding="utf-8"))["jobs"][job]["steps"]
    return [step["run"] for step in listed if "run" in step and not step["run"].startswith("pip")]


@pytest.fixture(scope="module")
def vendors() -> Iterator[list[str]]:
    """The URLs of ten servers, each with a fault of its own but the first."""
    from images_reference_server import list_faults

    names = [fault.name for fault in list_faults(DOCUMENT) if fault.witness is None]
    faults = [None, *names[:: max(1, len(names) // 9)][:9]]
    with ExitStack() as stack:
        yield [stack.enter_context(running(DOCUMENT, key="sk-1234567890ab", fault=fault)).base_url for fault in faults]


def test_a_fleet_of_ten(vendors: list[str], tmp_path: Path) -> None:
    """The example workflow's own steps check ten servers and merge the reports into one comparison."""
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    environment |= {
        "OPENAI_API_KEY": "sk-1234567890ab",
        "BUDGET": "4.00",
        "GITHUB_STEP_SUMMARY": str(tmp_path / "s.md"),
    }
    environment |= {"XDG_STATE_HOME": str(tmp_path / "state")}
    (check,), (merge,) = steps("check"), steps("compare")
    for number, url in enumerate(vendors):
        words = {"URL": url, "NAME": f"vendor-{number}"}
        subprocess.run(["bash", "-ec", check], cwd=tmp_path, env=environment | words, check=True, capture_output=True)
    subprocess.run(["bash", "-ec", merge], cwd=tmp_path, env=environment, check=True, capture_output=True)
    told = json.loads((tmp_path / "comparison.json").read_text())
    reports = [json.loads((tmp_path / f"reports/vendor-{number}.json").read_text()) for number in range(10)]

    assert [each["exit_code"] for each in reports] == [each["exit_code"] for each in told["columns"]]
    assert 10 == len({each["name"] for each in told["columns"]})
    assert "conformant" == told["columns"][0]["verdict"]
    for place, report in enumerate(reports):
        broken = {(each["id"], each["model"]) for each in report["clauses"] if each["verdict"] == "fail"}
        shown = {(each["id"], each["model"]) for each in told["differences"] if each["verdicts"][place] == "fail"}
        assert broken == shown
    assert (tmp_path / "s.md").read_text().startswith("# Conformance, side by side")


def report(folder: Path, name: str, **changes: Any) -> Path:
    """A JSON report of a short run, with some of it changed."""
    path = folder / f"{name}.json"
    done = run("check", "--clause", "n.*", "--models", "dall-e-2", "--json", path, "-q")
    assert 0 == done.exit_code, done.output
    told = json.loads(path.read_text())
    path.write_text(json.dumps(told | changes))
    return path


def test_over_time(tmp_path: Path) -> None:
    """Two runs of one server: what changed from the earlier to the later, whatever the order of the files."""
    target = {"url": "https://a.example/v1/images/generations", "embedded": False}
    first = report(tmp_path, "first", target=target, started="2026-01-01T00:00:00+00:00")
    told = json.loads(first.read_text()) | {"started": "2026-02-01T00:00:00+00:00", "exit_code": 1}
    clause = next(each for each in told["clauses"] if each["verdict"] == "pass")
    clause |= {"verdict": "error", "reason": "ours"}
    second = tmp_path / "second.json"
    second.write_text(json.dumps(told))
    done = run("compare", second, first)

    assert 0 == done.exit_code, done.output
    assert "## From a.example 2026-01-01 to a.example 2026-02-01" in done.output
    assert f"- `{clause['id']}`" in done.output
    assert "kept, now error" in done.output


def test_a_journal_is_as_good_as_a_report(tmp_path: Path) -> None:
    """The latest run of a journal stands beside a JSON report, with the same verdicts."""
    with running(DOCUMENT, key="sk-secret-4711", fault="data:n-ignored") as server:
        run(
            "check",
            server.base_url,
            "--clause",
            "data.count",
            "--journal",
            tmp_path / "j.sqlite",
            "--json",
            tmp_path / "r.json",
        )
    done = run(
        "compare",
        tmp_path / "j.sqlite",
        tmp_path / "r.json",
        "--json",
        tmp_path / "c.json",
        "--html",
        tmp_path / "c.html",
    )
    told = json.loads((tmp_path / "c.json").read_text())

    assert 0 == done.exit_code, done.output
    assert [] == told["differences"]
    assert [1, 1] == [each["exit_code"] for each in told["columns"]]
    assert 'id="2-data.count@dall-e-2"' in (tmp_path / "c.html").read_text()


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"clauses": []}', "\x00\x01"])
def test_what_is_no_report(text: str, tmp_path: Path) -> None:
    """One line and exit code 2."""
    path = tmp_path / "r.json"
    path.write_text(text)
    done = run("compare", path)

    assert 2 == done.exit_code
    assert "is no" in done.output
    assert "Traceback" not in done.output


def test_a_page_of_a_json_report(tmp_path: Path) -> None:
    """`report` makes a page of a JSON report, and one with pictures of a journal."""
    path = report(tmp_path, "r")
    with running(DOCUMENT, key="sk-secret-4711") as server:
        run("check", server.base_url, "--depth", "smoke", "--journal", tmp_path / "j.sqlite")
    pages = [tmp_path / "r.html", tmp_path / "j.html"]
    done = [run("report", path, pages[0]), run("report", tmp_path / "j.sqlite", pages[1])]

    assert [0, 0] == [each.exit_code for each in done], [each.output for each in done]
    assert [False, True] == ["data:image/webp" in page.read_text() for page in pages]


def test_names_for_columns(tmp_path: Path) -> None:
    """A run is called as one says, NAME=FILE; a file whose own name has a sign of equality is still a file."""
    first = report(tmp_path, "first", target={"url": "https://a.example/v1", "embedded": False})
    second = first.rename(tmp_path / "a=b.json")
    done = run("compare", f"blue={second}", second, "--json", tmp_path / "c.json")

    assert 0 == done.exit_code, done.output
    assert ["blue", "a.example"] == [each["name"] for each in json.loads((tmp_path / "c.json").read_text())["columns"]]
