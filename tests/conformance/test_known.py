"""Known failures, of a dialect or of a file: told and not counted until they expire; what is new still fails."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner, Result

from images_conformance.cli import main
from images_contract import Contract
from images_reference_server import RunningServer, running

CLAUSE = "style.unsupported.gpt-image-1"
ENTRY = {"clause": CLAUSE, "model": "gpt-image-1", "reason": "the vendor ignores style", "expires": "2999-01-01"}


@pytest.fixture(scope="module")
def faulty() -> Iterator[RunningServer]:
    """A server without keys that takes style for gpt-image-1."""
    with running(Contract.load().document, fault=f"accepts:{CLAUSE}") as server:
        yield server


def check(server: RunningServer, *words: str) -> Result:
    """Check what gpt-image-1 does not support."""
    common = ["--no-auth", "--no-journal", "--models", "gpt-image-1", "--clause", "s*.unsupported.*"]
    return CliRunner().invoke(main, ["check", server.base_url, *common, *words])


def listed(path: Path, *entries: dict[str, Any]) -> str:
    """Write a file of known failures; returns its name."""
    path.write_text(yaml.safe_dump(list(entries)))
    return str(path)


def told(path: Path) -> tuple[dict[str, str], list[str]]:
    """Return the verdicts of the clauses in a JSON report, and the states of its known failures."""
    report = json.loads(path.read_text())
    return {each["id"]: each["verdict"] for each in report["clauses"]}, [each["state"] for each in report["deviations"]]


def test_what_was_written_down_is_excused(faulty: RunningServer, tmp_path: Path) -> None:
    """The run that writes the list fails; with the list the same run passes, and says what it lets pass."""
    first = check(faulty, "--write-known", str(tmp_path / "known.yaml"))
    again = check(faulty, "--known", str(tmp_path / "known.yaml"), "--json", str(tmp_path / "r.json"))
    verdicts, states = told(tmp_path / "r.json")

    assert (1, 0) == (first.exit_code, again.exit_code), again.output
    assert "deviation" == verdicts[CLAUSE]
    assert ["holds"] == states
    assert f"deviation {CLAUSE} (gpt-image-1): known until" in again.output.replace("\n", " ")


def test_writing_keeps_reasons_and_days(faulty: RunningServer, tmp_path: Path) -> None:
    """Who writes the list anew keeps the words and the day of what still fails, and loses what is fixed."""
    fixed = {**ENTRY, "clause": "n.maximum.dall-e-3", "model": "dall-e-3"}
    known = listed(tmp_path / "known.yaml", ENTRY, fixed)
    check(faulty, "--known", known, "--write-known", known)
    (entry,) = yaml.load(Path(known).read_text(), yaml.BaseLoader)

    assert entry == ENTRY


def test_recorded_traffic_is_gated_alike(faulty: RunningServer, tmp_path: Path) -> None:
    """What replay of a run writes down excuses its failures, in replay and in the next check."""
    journal, known = str(tmp_path / "run.sqlite"), str(tmp_path / "known.yaml")
    words = ["check", faulty.base_url, "--no-auth", "--models", "gpt-image-1", "--clause", "s*.unsupported.*"]
    CliRunner().invoke(main, [*words, "--journal", journal])
    broken = CliRunner().invoke(main, ["replay", journal, "--write-known", known])
    excused = CliRunner().invoke(main, ["replay", journal, "--known", known])

    assert (1, 0) == (broken.exit_code, excused.exit_code), excused.output
    assert 0 == check(faulty, "--known", known).exit_code


def test_what_is_new_fails(faulty: RunningServer, tmp_path: Path) -> None:
    """A list that speaks of something else excuses nothing; an entry that is fixed is told."""
    other = {**ENTRY, "clause": "s*.unsupported.dall-e-2", "model": None}
    stream = {**ENTRY, "clause": "*.unsupported.gpt-image-1", "model": "dall-e-3"}
    bad = check(faulty, "--known", listed(tmp_path / "bad.yaml", stream))
    result = check(faulty, "--known", listed(tmp_path / "known.yaml", other), "--json", str(tmp_path / "r.json"))

    assert 2 == bad.exit_code
    assert "there is one of gpt-image-1" in bad.output
    assert 1 == result.exit_code
    assert ["not seen"] == told(tmp_path / "r.json")[1]


def test_what_is_fixed_is_told(tmp_path: Path) -> None:
    """Where a known failure does not occur any more, the report says so, and the run passes."""
    with running(Contract.load().document) as honest:
        result = check(honest, "--known", listed(tmp_path / "known.yaml", ENTRY), "--markdown", str(tmp_path / "r.md"))

    assert 0 == result.exit_code
    assert f"fixed {CLAUSE} (gpt-image-1): take it off the list" in result.output.replace("\n", " ")
    assert "| fixed: take it off the list | `style.unsupported.gpt-image-1` |" in (tmp_path / "r.md").read_text()


def test_what_expired_fails_again(faulty: RunningServer, tmp_path: Path) -> None:
    """After its day an entry excuses nothing; on that day it still does."""
    known = listed(tmp_path / "known.yaml", {**ENTRY, "expires": "2026-01-31"})
    result = check(faulty, "--known", known, "--json", str(tmp_path / "r.json"), "--markdown", str(tmp_path / "r.md"))

    assert 1 == result.exit_code
    assert ["expired"] == told(tmp_path / "r.json")[1]
    assert "expired" in result.output
    assert "| **expired** |" in (tmp_path / "r.md").read_text()


def test_a_dialect_declares_deviations(faulty: RunningServer, tmp_path: Path) -> None:
    """Deviations of a dialect hold as those of a file do."""
    overlay = {
        "overlay": "1.0.0",
        "info": {"title": "Vendor", "version": "1"},
        "actions": [{"target": "$.info", "update": {"x-vendor": "v"}}],
        "x-deviations": [{**ENTRY, "source": "its documentation, 2026-11"}],
    }
    path = tmp_path / "vendor.overlay.yaml"
    path.write_text(yaml.safe_dump(overlay))
    result = check(faulty, "--dialect", str(path))

    assert 0 == result.exit_code, result.output
    assert "its documentation, 2026-11" in result.output.replace("\n", " ")


WRONG: dict[str, tuple[Any, str]] = {
    "no list": ({"clause": CLAUSE}, "list deviations"),
    "an id that is none": ([{**ENTRY, "clause": "style.unsuported.gpt-image-1"}], f"did you mean '{CLAUSE}'"),
    "a model that is none": ([{**ENTRY, "model": "dall-e-9"}], "there is one of gpt-image-1"),
    "no reason": ([{**ENTRY, "reason": " "}], "needs reason"),
    "no day": ([{**ENTRY, "expires": "soon"}], "write a day such as"),
    "a word that none has": ([{**ENTRY, "until": "2027-01-01"}], "has 'until', which no deviation has"),
    "a text": (["data.count"], "a deviation needs"),
    "a number": ([{**ENTRY, "model": 3}], "is 3, not a text"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_list_is_told(faulty: RunningServer, tmp_path: Path, name: str) -> None:
    """A list that cannot be what is meant ends the command with one line that names the place."""
    content, expected = WRONG[name]
    path = tmp_path / "known.yaml"
    path.write_text(yaml.safe_dump(content))
    result = check(faulty, "--known", str(path))

    assert 2 == result.exit_code
    assert expected in result.output
    assert f"error: {path}#" in result.output
