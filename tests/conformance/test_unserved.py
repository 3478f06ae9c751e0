"""Servers that lack a model or a value, and do not say what they mind: the blame goes where it belongs."""

from __future__ import annotations

import json
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from canned import DALLE3, GPT, exchange, failing, gpt, refused, request, respond
from click.testing import CliRunner
from serving import serving

from images_conformance.cli import main
from images_conformance.judging.results import Tally
from images_conformance.planning.cases import Case
from images_contract import Contract
from images_reference_server import create_app


def refusing(reason: Callable[[bytes], str | None], status: int) -> Any:
    """The reference server behind a gate that refuses bodies, as frameworks do: without a word on the parameter."""
    honest = create_app(Contract.load().document, key=None)

    async def app(scope: Any, receive: Any, send: Any) -> None:
        body = b""
        while (message := await receive())["type"] == "http.request":
            body += message.get("body", b"")
            if not message.get("more_body"):
                break

        read = iter([{"type": "http.request", "body": body}])

        async def again() -> Any:
            return next(read, None) or await receive()

        said = reason(body)
        if said is None or scope["method"] != "POST":
            await honest(scope, again, send)
            return
        headers = [(b"content-type", b"application/json"), (b"x-request-id", str(id(said)).encode())]
        error = {"type": "invalid_request_error", "message": said, "param": None, "code": None}
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": json.dumps({"error": error}).encode()})

    return app


def checked(app: Any, folder: Path, *words: str) -> tuple[str, dict[tuple[str, str | None], Any]]:
    """What the command prints about an application, and its clauses by key."""
    with serving(app) as origin:
        path = folder / "r.json"
        result = CliRunner().invoke(main, ["check", f"{origin}/v1", "--no-auth", "--json", str(path), *words])
    clauses = json.loads(path.read_text())["clauses"]
    return result.output, {(each["id"], each["model"]): each for each in clauses}


@pytest.mark.parametrize("status", [400, 404])
def test_a_model_that_is_not_there_breaks_one_clause(status: int, tmp_path: Path) -> None:
    """What a server refuses of a model that it does not have tells nothing about that model's rules."""
    app = refusing(lambda body: "The model does not exist." if b'"dall-e-3"' in body else None, status)
    output, clauses = checked(app, tmp_path, "--models", "dall-e-2,dall-e-3")
    failing = [key for key, each in clauses.items() if each["verdict"] == "fail" and each["level"] == "must"]

    assert [("accept.status", "dall-e-3")] == failing
    assert "untested" == clauses["n.maximum.dall-e-3", "dall-e-3"]["verdict"]
    assert "pass" == clauses["n.maximum.dall-e-2", "dall-e-2"]["verdict"]
    assert f"no request for dall-e-3 was served (status {status}: The model does not exist.)" in " ".join(
        output.split()
    )


def test_without_that_model_the_server_conforms(tmp_path: Path) -> None:
    """--models leaves a model out."""
    app = refusing(lambda body: "The model does not exist." if b'"dall-e-3"' in body else None, 404)
    output, _ = checked(app, tmp_path, "--models", "dall-e-2", "--depth", "smoke")

    assert "\nCONFORMANT" in output, output


def test_a_value_that_is_never_served_is_blamed(tmp_path: Path) -> None:
    """A server that never serves size auto, and says so in prose only, does not accept size."""
    app = refusing(lambda body: "Bad size." if b'"size": "auto"' in body else None, 400)
    _, clauses = checked(app, tmp_path, "--models", "gpt-image-1", "--clause", "*.accepted.*")
    broken = clauses["size.accepted.gpt-image-1", "gpt-image-1"]

    assert "fail" == broken["verdict"]
    assert "Bad size." in broken["evidence"][0]["seen"]
    assert 'size "auto" was refused' in broken["evidence"][0]["seen"]
    assert "pass" == clauses["quality.accepted.gpt-image-1", "gpt-image-1"]["verdict"]


def test_a_single_refusal_blames_no_value() -> None:
    """A value that was refused once may have been in bad company."""
    wide = GPT | {"size": "1536x1024"}

    assert {"accept.status"} == failing(gpt(), refused(request(wide), 400))
    assert "size.accepted.gpt-image-1" in failing(gpt(), *(refused(request(wide), 400) for _ in range(2)))


def test_that_a_model_is_unknown_may_be_said_of_any_request() -> None:
    """A server that does not have a model blames `model` with 404, whatever else is wrong with the request."""
    error = {"type": "invalid_request_error", "message": "No such model.", "param": "model", "code": "model_not_found"}
    sent = request(DALLE3 | {"n": 2})

    assert "error.param" not in failing(exchange(sent, respond(404, {"error": error})))
    assert "error.param" in failing(exchange(sent, respond(400, {"error": error})))


def test_a_wrong_path_is_not_a_hundred_failures(tmp_path: Path) -> None:
    """Where nothing is served at all, the report asks for the URL, and breaks no rule of any parameter."""
    output, clauses = checked(refusing(lambda body: "Not Found", 404), tmp_path, "--models", "dall-e-2")
    parameters = [each["verdict"] for each in clauses.values() if each["parameters"] and each["level"] != "may"]

    assert "Is that the right URL?" in output
    assert "fail" not in parameters


@pytest.mark.parametrize(("status", "code"), [(503, "overloaded"), (400, "moderation_blocked")])
def test_what_has_no_verdict_takes_no_memory(status: int, code: str) -> None:
    """A long session may see any number of failures: nothing is kept of an answer that says nothing."""
    tally = Tally(Contract.load())
    tracemalloc.start()
    for number in range(100):
        error = {"message": f"{number}".zfill(100_000), "type": "server_error", "param": None, "code": code}
        failed = exchange(request(GPT), respond(status, {"error": error}))
        assert () == tally.add(Case(f"exchange {number}", failed.request, ()), failed)
    kept, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert kept < 1_000_000
