"""`pytest contract_tests` as a person uses it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

import pytest

from images_contract import Contract
from images_reference_server import RunningServer, running

ROOT = Path(__file__).resolve().parents[2]
KEY = "sk-secret-4711"
CONTRACT = Contract.load()
N = "n and maximum and dall-e"


@dataclass(frozen=True)
class Ran:
    """A finished pytest run."""

    code: int
    output: str
    outcomes: dict[str, str]

    def named(self, outcome: str) -> set[str]:
        """Return the names of the tests with an outcome."""
        return {name for name, each in self.outcomes.items() if each == outcome}


def run(folder: Path, *words: str, **environment: str) -> Ran:
    """Run pytest on contract_tests in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "contract_tests", "-p", "no:cacheprovider", "--junitxml", folder / "r.xml",
         *words],
        cwd=ROOT, env={**os.environ, "OPENAI_API_KEY": KEY, **environment}, capture_output=True, text=True, timeout=300,
        check=False,
    )  # fmt: skip
    cases = ElementTree.parse(folder / "r.xml").iter("testcase") if (folder / "r.xml").exists() else ()
    outcomes = {str(case.get("name")): next((each.tag for each in case if each.tag != "properties"), "passed")
                for case in cases}  # fmt: skip
    return Ran(done.returncode, done.stdout + done.stderr, outcomes)


@pytest.fixture(scope="module")
def server() -> Iterator[RunningServer]:
    """An honest server that wants KEY."""
    with running(CONTRACT.document, key=KEY) as honest:
        yield honest


@pytest.fixture(scope="module")
def faulty() -> Iterator[RunningServer]:
    """A server that draws several pictures with a model that draws one."""
    with running(CONTRACT.document, key=KEY, fault="accepts:n.maximum.dall-e-3") as server:
        yield server


class TestClauses:
    """One test per clause and model."""

    def test_every_clause_has_a_test_of_its_name(self, tmp_path: Path) -> None:
        """pytest lists each clause of the contract once, and no property."""
        listed = run(tmp_path, "--collect-only").output
        names = {line.partition("[")[2].rstrip("]") for line in listed.splitlines() if "test_clause[" in line}

        assert {clause.name for clause in CONTRACT.clauses} == names
        assert "test_property" not in listed

    def test_the_embedded_server_passes(self, tmp_path: Path) -> None:
        """Without --base-url the tests that -k chooses pass against the embedded server."""
        ran = run(tmp_path, "-k", "size and dall-e-2")

        assert 0 == ran.code, ran.output
        assert "test_clause[size.enum.dall-e-2]" in ran.named("passed")
        assert all("size" in name and "dall-e-2" in name for name in ran.outcomes)

    def test_a_broken_clause_fails_by_name(self, faulty: RunningServer, tmp_path: Path) -> None:
        """Only the test of the broken clause fails, with a command that reproduces it, without the key."""
        ran = run(tmp_path, "--base-url", faulty.base_url, "-k", N)

        assert 1 == ran.code, ran.output
        assert {"test_clause[n.maximum.dall-e-3]"} == ran.named("failure")
        assert "test_clause[n.maximum.dall-e-2]" in ran.named("passed")
        assert "Authorization: Bearer $OPENAI_API_KEY" in ran.output
        assert KEY not in ran.output + (tmp_path / "r.xml").read_text()

    def test_workers_pay_once(self, server: RunningServer, tmp_path: Path) -> None:
        """Two workers of xdist send together what one process sends, and come to the same verdicts."""
        words = ("--base-url", server.base_url, "--models", "dall-e-2", "-k", "n.m or data or echo")
        before = server.counts.requests, server.counts.images
        alone = run(tmp_path, *words)
        between = server.counts.requests, server.counts.images
        together = run(tmp_path, *words, "-n", "2")
        after = server.counts.requests, server.counts.images

        assert 0 == alone.code == together.code, together.output
        assert alone.outcomes == together.outcomes
        assert [now - then for then, now in zip(before, between, strict=True)] == [
            now - then for then, now in zip(between, after, strict=True)
        ]

    def test_a_broken_should_is_expected_to_fail(self, tmp_path: Path) -> None:
        """What only warns is an expected failure, and fails with --level should."""
        with running(CONTRACT.document, key=KEY, fault="status:unprocessable-for-invalid") as unusual:
            words = ("--base-url", unusual.base_url, "-k", "status-400", "--depth", "smoke")
            lenient, strict = run(tmp_path, *words), run(tmp_path, *words, "--level", "should")

        assert 0 == lenient.code, lenient.output
        assert "1 xfailed" in lenient.output
        assert {"test_clause[reject.status-400]"} == strict.named("failure")

    def test_a_server_that_is_not_there_is_inconclusive(self, tmp_path: Path) -> None:
        """What must be tested and cannot be is skipped, with the reason, and pytest ends with exit code 3."""
        ran = run(tmp_path, "--base-url", "http://127.0.0.1:9/v1", "-k", N, "-rs")

        assert 3 == ran.code, ran.output
        assert {"skipped"} == {*ran.outcomes.values()}
        assert "not tested: " in ran.output
        assert "could not be tested (exit code 3)" in ran.output


class TestProperties:
    """Property tests per kind of rule and model, where they are chosen."""

    WORDS = ("-m", "fuzz", "-k", "ranges and dall-e-3", "--max-requests", "40", "--seed", "1")

    def test_an_honest_server_passes_within_its_bounds(self, server: RunningServer, tmp_path: Path) -> None:
        """Every kind of property passes, and no more is sent than was allowed."""
        before = server.counts.requests
        words = ("--base-url", server.base_url, "--models", "gpt-image-1", "-m", "fuzz", "--max-requests", "50")
        ran = run(tmp_path, *words, "-n", "2")
        kinds = ("ranges", "enums", "conditions", "responses", "schemathesis")

        assert 0 == ran.code, ran.output
        assert {f"test_property[{kind}.gpt-image-1]" for kind in kinds} == ran.named("passed")
        assert server.counts.requests - before <= 50

    def test_a_fault_is_found(self, faulty: RunningServer, tmp_path: Path) -> None:
        """The property that has the broken clause fails, with the smallest request; nobody sees the key."""
        ran = run(tmp_path, "--base-url", faulty.base_url, *self.WORDS)

        assert 1 == ran.code, ran.output
        assert {"test_property[ranges.dall-e-3]"} == ran.named("failure")
        assert "n.maximum.dall-e-3" in ran.output
        assert '"n": 2' in ran.output
        assert KEY not in ran.output

    def test_they_share_a_budget(self, tmp_path: Path) -> None:
        """All property tests together cost no more than --budget, on a server that serves whatever it gets."""
        with running(CONTRACT.document, key=KEY, fault="status:accepts-anything") as lavish:
            ran = run(tmp_path, "--base-url", lavish.base_url, "-m", "fuzz", "-k", "dall-e-2", "--budget", "0.1")
        spent = float(ran.output.partition("at most ")[2].partition(" USD")[0])

        assert 1 == ran.code, ran.output
        assert 0.05 < spent <= 0.1


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--depth", "deep"], "'deep' is not one of"),
        (["--models", "dall-e-4"], "no model 'dall-e-4'"),
        (["--base-url", "localhost:8000"], "is no base URL"),
        (["--base-url", "http://localhost:8000/v1", "--api-key-env", "NOT_SET"], "NOT_SET is not set"),
        (["--base-url", "https://images.invalid/v1"], "--budget"),
        (["--dialect", "no-such"], "dialect 'no-such'"),
    ],
)
def test_wrong_usage_is_told_in_one_line(words: list[str], message: str, tmp_path: Path) -> None:
    """What is wrong with the options is told before anything is collected."""
    ran = run(tmp_path, *words)

    assert 4 == ran.code
    assert message in ran.output
    assert 1 == len(ran.output.strip().splitlines())


def test_options_of_other_plugins_are_left_alone(tmp_path: Path) -> None:
    """Where another plugin has an option of ours, it keeps it; ours has a longer name, and its --base-url will do."""
    (tmp_path / "others.py").write_text(
        "def pytest_addoption(parser):\n"
        "    for name in ('--base-url', '--models', '--timeout'):\n"
        "        parser.addoption(name, help='theirs')\n"
    )
    words = ("-p", "others", "--timeout", "5", "--models", "theirs", "--images-models", "dall-e-2", "-k", "style")
    ran = run(tmp_path, *words, "--base-url", "http://127.0.0.1:9/v1", PYTHONPATH=str(tmp_path))

    assert 3 == ran.code, ran.output
    assert {"test_clause[style.unsupported.dall-e-2]"} <= ran.named("skipped")
