"""The README's snippets do what it says; every option and exit code it names exists."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from images_contract import Contract
from images_reference_server import RunningServer, running

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
KEY = "sk-your-key"
FENCE = re.compile(r"^```(\w+)\n(.*?)^```", re.MULTILINE | re.DOTALL)


def snippets(language: str) -> list[str]:
    """The fenced blocks of a language, without the two set-up commands, which every clone runs anyway."""
    blocks = [body for kind, body in FENCE.findall(README) if kind == language]
    return [block for block in blocks if not block.startswith("make conformance ")]


@pytest.fixture(scope="module")
def server() -> Iterator[RunningServer]:
    """What listens where the README says http://localhost:8000/v1."""
    with running(Contract.load().document, key=KEY) as running_server:
        yield running_server


@pytest.fixture
def environment(server: RunningServer, tmp_path: Path) -> dict[str, str]:
    """A shell with this interpreter's commands on its path, and the files that the README speaks of."""
    (overlay,) = [block for block in snippets("yaml") if block.startswith("overlay:")]
    (tmp_path / "house.overlay.yaml").write_text(overlay, encoding="utf-8")
    for name in ("generated_client", "spec"):
        (tmp_path / name).symlink_to(ROOT / name)
    (tmp_path / "edited.yaml").write_bytes((ROOT / "spec/openapi.yaml").read_bytes())
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return {**os.environ, "PATH": path, "OPENAI_API_KEY": KEY, "OPENAI_BASE_URL": server.base_url}


def shell(script: str, environment: dict[str, str], folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a script in bash."""
    return subprocess.run(
        ["bash", "-euc", script], cwd=folder, env=environment, capture_output=True, text=True, timeout=120, check=False
    )


@pytest.mark.parametrize(
    "script", [s for s in snippets("sh") if not s.startswith(("pip install", "images-conformance serve --no-auth"))]
)
def test_shell_snippets_run(script: str, environment: dict[str, str], server: RunningServer, tmp_path: Path) -> None:
    """Every shell snippet ends with exit code 0 against an honest server."""
    done = shell(script.replace("http://localhost:8000/v1", server.base_url), environment, tmp_path)

    assert 0 == done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize("page", ["first-run", "check-a-vendor", "gate-ci", "reports"])
def test_the_snippets_of_a_page_run(
    page: str, environment: dict[str, str], server: RunningServer, tmp_path: Path
) -> None:
    """The shell snippets of a page of the documentation, one after the other, end with exit code 0."""
    text = (ROOT / "docs" / f"{page}.md").read_text(encoding="utf-8")
    script = "\n".join(body for kind, body in FENCE.findall(text) if kind == "sh")
    done = shell(script.replace("http://localhost:8000/v1", server.base_url), environment, tmp_path)

    assert script
    assert 0 == done.returncode, done.stdout + done.stderr


def test_the_python_of_the_page_about_changes_runs(environment: dict[str, str], tmp_path: Path) -> None:
    """It lists what a dialect changes, each with a level and a witness."""
    (script,) = [body for kind, body in FENCE.findall((ROOT / "docs/changes.md").read_text()) if kind == "python"]
    done = shell(f"python - <<'END'\n{script}END", environment, tmp_path)

    assert 0 == done.returncode, done.stderr
    assert len(re.findall(r"^breaks-(?:callers|servers) .*Sample", done.stdout, re.MULTILINE)) > 5, done.stdout


def test_the_sdk_installs_as_the_readme_says(environment: dict[str, str], tmp_path: Path) -> None:
    """`pip install ./generated_client` resolves (into a folder of its own, without its dependencies)."""
    (script,) = [s for s in snippets("sh") if s.startswith("pip install")]
    options = f" --quiet --no-deps --no-build-isolation --disable-pip-version-check --target {tmp_path}/site"
    done = shell(f"python -m {script.strip()}{options}", environment, tmp_path)

    assert 0 == done.returncode, done.stderr
    assert (tmp_path / "site/images_client/py.typed").exists()


def test_the_faulty_server_is_caught(environment: dict[str, str], tmp_path: Path) -> None:
    """The snippet that starts a faulty server leads to a failing check."""
    (script,) = [s for s in snippets("sh") if s.startswith("images-conformance serve --no-auth")]
    with subprocess.Popen(
        script.replace("--port 8000", "--port 0").split(),
        cwd=tmp_path,
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        url = process.stdout.readline().strip().split()[-1]
        done = shell(f"images-conformance check {url} --no-auth --clause data.count", environment, tmp_path)
        process.terminate()

    assert 1 == done.returncode, done.stdout + done.stderr
    assert "FAIL data.count" in done.stdout


@pytest.mark.parametrize("script", snippets("python"))
def test_python_snippets_run(script: str, environment: dict[str, str], tmp_path: Path) -> None:
    """Every Python snippet runs and prints what it promises."""
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )

    assert 0 == done.returncode, done.stderr
    assert "n.maximum.dall-e-3" in done.stdout


def test_every_option_is_one_that_exists(environment: dict[str, str], tmp_path: Path) -> None:
    """Options that the README names occur in a help text."""
    named = set(re.findall(r"--[a-z][a-z-]+", README))
    names = ("changes", "check", "fuzz", "proxy", "replay", "serve")
    commands = [*(f"images-conformance {name}" for name in names), "images-client generate"]
    helped = "".join(shell(f"{command} --help", environment, tmp_path).stdout for command in commands)

    assert set() == {option for option in named if option not in helped}


def test_every_link_leads_somewhere() -> None:
    """Relative links name files that exist, or pages that `make docs` generates, and checks itself."""
    pages = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
    broken = [
        (page.name, target)
        for page in pages
        for target in re.findall(r"\]\(([^)#]+)[^)]*\)", page.read_text(encoding="utf-8"))
        if "://" not in target and not target.startswith("reference/") and not (page.parent / target).exists()
    ]

    assert [] == broken
