"""The report in the terminal, as somebody reads it who has never seen this project."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from canned import b64, picture
from click.testing import CliRunner
from serving import serving
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from images_conformance.cli import main

TEXT = b64(picture())


@pytest.fixture(scope="module")
def careless() -> Iterator[str]:
    """A server that takes every JSON object and always answers with the same picture."""

    async def answer(request: Request) -> JSONResponse:
        await request.json()
        return JSONResponse({"created": 1, "data": [{"b64_json": TEXT}]})

    with serving(Starlette(routes=[Route("/v1/images/generations", answer, methods=["POST"])])) as origin:
        yield f"{origin}/v1"


def printed(*words: str) -> str:
    """What the command prints about a server without keys."""
    return CliRunner().invoke(main, ["check", *words, "--no-auth"]).output


def test_one_cause_is_told_once(careless: str) -> None:
    """Of a hundred rules that are broken in the same way, one is shown in full; the rest with place and command."""
    output = printed(careless)
    named = set(re.findall(r"(?:FAIL|warning) ([a-z_]+\.[\w.-]+)", output))

    assert {"n.maximum.dall-e-3", "style.unsupported.dall-e-2", "size.enum.gpt-image-1", "data.count"} <= named
    assert len(re.findall(r"^ *(?:FAIL|warning) \S+\.", output, re.MULTILINE)) == output.count("curl ")
    assert output.count("curl ") <= output.count("#/")
    assert "more, the same way (expected status 400 or 422, seen status 200)" in " ".join(output.split())
    assert len(output.splitlines()) < 800


def test_verbose_shows_every_clause_in_full(careless: str) -> None:
    """With --verbose each broken clause has its sentence, its place, what was expected and seen, and a command."""
    output = printed(careless, "--verbose", "--clause", "*.unsupported.*", "--models", "gpt-image-1,dall-e-2")
    broken = re.findall(r"^(?:FAIL|warning) (\S+)", output, re.MULTILINE)

    assert len(broken) > 8
    for word in ("rule", "stands at", "expected", "seen", "answer", "times"):
        assert len(broken) == len(re.findall(rf"^  {word} ", output, re.MULTILINE)), word
    assert len(broken) == output.count("curl ")


def test_pictures_are_not_poured_into_the_terminal(careless: str) -> None:
    """An answer is shown without its base64, with the number of its bytes."""
    output = printed(careless, "--clause", "data.count")

    assert "bytes)" in " ".join(output.split())
    assert TEXT[:60] not in "".join(output.split())


def test_the_rows_of_the_table_do_not_mix(careless: str) -> None:
    """Rules about the parameter stream belong to its row, not to that of streams."""
    output = printed(careless, "--models", "dall-e-2")
    (row,) = re.findall(r"^│stream +│ +(\S+) +│", output, re.MULTILINE)
    (streams,) = re.findall(r"^│streams +│ +(\S+) +│", output, re.MULTILINE)

    assert ("FAIL", "-") == (row, streams)


def test_the_next_command_is_the_last_line(careless: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A run ends with the command that shows it, and that command does."""
    *_, last = printed(careless, "--clause", "data.count", "--models", "dall-e-2").splitlines()

    monkeypatch.chdir(tmp_path)
    shown = CliRunner().invoke(main, last.removeprefix("next: images-conformance ").split())
    page = Path("report.html").read_text(encoding="utf-8")

    assert 0 == shown.exit_code
    assert "data.count" in page


def test_a_command_misspelled() -> None:
    """An unknown command is refused, with the one that was probably meant."""
    result = CliRunner().invoke(main, ["chekc"])

    assert 2 == result.exit_code
    assert "No such command 'chekc'. Did you mean 'check'?" in result.output
