"""action.yml, run as a runner would: its shell steps in order, with their environment, against servers of our own."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml

from images_contract import Contract
from images_reference_server import RunningServer, running

ROOT = Path(__file__).resolve().parent.parent
ACTION: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
KEY = "sk-action-0123456789"


@dataclass
class Job:
    """What a run of the action left behind."""

    folder: Path
    codes: dict[str, int] = field(default_factory=dict)
    outputs: dict[str, dict[str, str]] = field(default_factory=dict)
    text: str = ""

    @property
    def summary(self) -> str:
        """The job summary."""
        path = self.folder / "summary"
        return path.read_text(encoding="utf-8") if path.exists() else ""

    def value(self, expression: str, inputs: dict[str, str]) -> str:
        """Return what `${{ … }}` stands for."""
        known = {"github.action_path": str(ROOT), "steps.python.outputs.python-path": sys.executable}
        if expression.startswith("inputs."):
            name = expression.removeprefix("inputs.")
            return inputs.get(name, ACTION["inputs"][name].get("default", ""))
        if expression.startswith("steps.check.outputs."):
            return self.outputs["check"][expression.rpartition(".")[2]]
        return known[expression]


def environment(temp: Path, job: Job) -> dict[str, str]:
    """A runner's environment, in which pip takes the dependencies that are here anyway."""
    pip = {"PIP_NO_DEPS": "1", "PIP_NO_BUILD_ISOLATION": "0", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    files = {"GITHUB_STEP_SUMMARY": str(job.folder / "summary"), "GITHUB_OUTPUT": str(job.folder / "output")}
    return {**kept, **pip, **files, "RUNNER_TEMP": str(temp), "PYTHONPATH": sysconfig.get_path("purelib")}


def run(job: Job, temp: Path, names: list[str], **inputs: str) -> Job:
    """Run shell steps of the action; stop at one that fails, as a runner does."""
    for step in ACTION["runs"]["steps"]:
        if "run" not in step or step["name"] not in names:
            continue
        filled = {
            name: re.sub(r"\$\{\{ (.*?) \}\}", lambda found: job.value(found[1], inputs), text)
            for name, text in step.get("env", {}).items()
        }
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]],
            cwd=job.folder, env={**environment(temp, job), **filled}, capture_output=True, text=True, timeout=240,
            check=False,
        )  # fmt: skip
        job.codes[step["name"]] = done.returncode
        job.text += done.stdout + done.stderr
        if (output := job.folder / "output").exists():
            pairs = [line.split("=", 1) for line in output.read_text().splitlines()]
            job.outputs[step.get("id", "")] = dict(pairs)
        if done.returncode:
            break
    return job


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Run the step that installs; the folder for temporary files that it leaves."""
    temp = tmp_path_factory.mktemp("runner")
    job = run(Job(tmp_path_factory.mktemp("install")), temp, ["Install"])

    assert {"Install": 0} == job.codes, job.text
    return temp


@pytest.fixture(scope="module")
def honest() -> Iterator[RunningServer]:
    """An honest server that wants KEY."""
    with running(Contract.load().document, key=KEY) as server:
        yield server


def check(installed: Path, folder: Path, server: RunningServer, **inputs: str) -> Job:
    """Run the steps that check and that tell the result."""
    common = {"url": server.base_url, "depth": "smoke", "models": "dall-e-2", **inputs}
    return run(Job(folder), installed, ["Check", "Result"], **common)


def test_a_server_that_keeps_the_contract(installed: Path, honest: RunningServer, tmp_path: Path) -> None:
    """The job passes, its summary says so, the reports are there, and the key is in none of it."""
    job = check(installed, tmp_path, honest, key=KEY, budget="5")
    reports = {path.name: path.read_bytes() for path in (tmp_path / "images-conformance-reports").iterdir()}

    assert {"Check": 0, "Result": 0} == job.codes, job.text
    assert "0" == job.outputs["check"]["exit-code"]
    assert "✅ Conformant" in job.summary
    assert {"report.json", "report.xml", "report.html", "summary.md", "journal.sqlite"} <= set(reports)
    assert KEY not in job.text + job.summary
    assert not any(KEY.encode() in content for content in reports.values())


def test_a_server_that_breaks_a_clause(installed: Path, tmp_path: Path) -> None:
    """The job fails as the check does, and the summary names the clause; with a list of known ones it passes."""
    (tmp_path / "known.yaml").write_text("- {clause: error.envelope, reason: known, expires: 2999-01-01}\n")
    with running(Contract.load().document, fault="envelope:no-type") as faulty:
        job = check(installed, tmp_path, faulty)
        known = check(installed, tmp_path, faulty, known="known.yaml")

    assert {"Check": 0, "Result": 1} == job.codes, job.text
    assert "| ❌ | `error.envelope` |" in job.summary
    assert {"Check": 0, "Result": 0} == known.codes, known.text


def test_wrong_usage(installed: Path, honest: RunningServer, tmp_path: Path) -> None:
    """A dialect that there is not fails the job with exit code 2; the summary says why there is no report."""
    job = check(installed, tmp_path, honest, key=KEY, dialect="no-such-vendor")

    assert {"Check": 0, "Result": 2} == job.codes
    assert "## The check did not run" in job.summary
    assert "no-such-vendor" in job.summary


def test_no_input_reaches_a_script_but_by_the_environment() -> None:
    """What a caller writes into an input is never pasted into a shell script; every input is used and described."""
    steps = ACTION["runs"]["steps"]
    text = (ROOT / "action.yml").read_text(encoding="utf-8")

    assert not any("${{" in step.get("run", "") for step in steps)
    assert all(each["description"] and f"inputs.{name} }}" in text for name, each in ACTION["inputs"].items())


def test_hooks_name_commands_that_exist() -> None:
    """Each hook of pre-commit, for others and for ourselves, runs something that this project has."""
    for file in (".pre-commit-hooks.yaml", ".pre-commit-config.yaml"):
        content = yaml.safe_load((ROOT / file).read_text(encoding="utf-8"))
        hooks = content if isinstance(content, list) else [hook for repo in content["repos"] for hook in repo["hooks"]]
        for hook in hooks:
            words = hook["entry"].replace(".venv/bin/", "").split()
            command = (
                [sys.executable, "-m", words[2]]
                if words[0] == "python"
                else [sys.executable, "-m", "images_conformance"]
            )
            arguments = words[3:] if words[0] == "python" else words[1:]
            done = subprocess.run([*command, *arguments, "--help"], capture_output=True, text=True, check=False)

            assert 0 == done.returncode, done.stderr


def test_the_readme_names_inputs_that_exist() -> None:
    """The README's job gives inputs that the action has, those that it needs among them, and lists the others."""
    text = (ROOT / "README.md").read_text(encoding="utf-8").partition("## In continuous integration")[2]
    given = yaml.safe_load(text.partition("```yaml")[2].partition("```")[0])["jobs"]["conformance"]["steps"][0]["with"]
    others = set(re.findall(r"`([a-z]+)`", text.partition("Further inputs:")[2].partition(". For")[0]))

    assert set(ACTION["inputs"]) == set(given) | others
