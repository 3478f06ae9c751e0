"""The installed command `images-client`, against the reference server and servers that misbehave."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from images_contract import Contract
from images_reference_server import RunningServer, running

from .conftest import KEY, Workshop

COMMAND = str(Path(sys.executable).with_name("images-client"))
Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="module")
def reference() -> Iterator[RunningServer]:
    with running(Contract.load().document, key=KEY) as server:
        yield server


@pytest.fixture
def environment(reference: RunningServer) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "TERM")}
    return {**kept, "OPENAI_API_KEY": KEY, "OPENAI_BASE_URL": reference.base_url, "TERM": "xterm"}


@pytest.fixture
def run(environment: dict[str, str], tmp_path: Path) -> Run:
    """Runs the command in an empty folder; whatever it is given, there is no traceback and no key."""

    def run(*arguments: str, **changes: str) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [COMMAND, *arguments],
            cwd=tmp_path,
            env={**environment, **changes},
            capture_output=True,
            text=True,
            timeout=60,
        )

        assert "Traceback" not in done.stderr
        assert KEY not in done.stdout + done.stderr
        return done

    return run


def test_pictures(run: Run, tmp_path: Path) -> None:
    """A picture goes where `--out` says, several are numbered; standard output has the paths and nothing else."""
    one = run("generate", "a cat", "--model", "dall-e-3", "--size", "1792x1024", "--out", "cat")
    two = run("generate", "a cat", "--model", "dall-e-2", "--n", "2", "--size", "256x256", "--out", "new/cats.png")

    assert (0, "cat.png\n", "") == (one.returncode, one.stdout, one.stderr)
    assert (0, "new/cats-1.png\nnew/cats-2.png\n", "") == (two.returncode, two.stdout, two.stderr)
    for path, size in ((tmp_path / "cat.png", (1792, 1024)), (tmp_path / "new" / "cats-2.png", (256, 256))):
        with Image.open(path) as image:
            assert size == image.size


def test_a_stream(run: Run, tmp_path: Path) -> None:
    """Of a stream, previews are told on standard error, and the finished picture on standard output."""
    done = run("generate", "a cat", "--model", "gpt-image-1", "--stream", "--partial-images", "2", "--out", "cat.png")

    assert (0, "cat.png\n") == (done.returncode, done.stdout)
    assert ["preview 1: cat-preview-1.png", "preview 2: cat-preview-2.png"] == done.stderr.splitlines()
    assert {"cat.png", "cat-preview-1.png", "cat-preview-2.png"} == {path.name for path in tmp_path.iterdir()}


def test_a_file_may_be_called_as_no_text_is(environment: dict[str, str], tmp_path: Path) -> None:
    """A name that is no UTF-8 is a name."""
    command = [COMMAND.encode(), b"generate", b"a cat", b"--out", b"\xff.png"]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, timeout=60, check=False)

    assert (0, b"\xff.png\n", b"") == (done.returncode, done.stdout, done.stderr)
    assert (tmp_path / os.fsdecode(b"\xff.png")).exists()


def test_every_broken_rule_is_told(run: Run, tmp_path: Path) -> None:
    """A wrong request is not sent; each rule that it breaks is told with its id, without a key, too."""
    done = run("generate", "", "--model", "dall-e-3", "--n", "two", "--stream", "--style", "dull", OPENAI_API_KEY="")
    ids = [line.rpartition("[")[2] for line in done.stderr.splitlines()[1:]]

    assert (2, "") == (done.returncode, done.stdout)
    assert {
        "prompt.minLength.dall-e-3]",
        "n.type.dall-e-3]",
        "stream.unsupported.dall-e-3]",
        "style.enum.dall-e-3]",
    } == {*ids}
    assert [] == [*tmp_path.iterdir()]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "required: COMMAND"),
        (("generate", "a", "cat"), "quote it"),
        (("generate",), "'prompt' is required [prompt.required.absent]"),
        (
            ("generate", "--api-key", KEY, "a cat"),
            "--api-key is no option; --help lists what is, and the key comes from",
        ),
        (("generate", f"--key={KEY}", "a cat"), "--key is no option"),
        (("generate", "a cat", "--timeout", "soon"), "must be a number of seconds, got 'soon'"),
        (("generate", "a cat", "--model", "dall-e-33"), "did you mean 'dall-e-3'? [model.enum]"),
        (("generate", "a cat", "--base-url", "localhost"), "must begin with http:// or https://"),
    ],
)
def test_wrong_usage(run: Run, arguments: tuple[str, ...], said: str) -> None:
    """Wrong usage ends with 2 and says what is wrong; a key among the arguments is neither used nor repeated."""
    done = run(*arguments)

    assert (2, "") == (done.returncode, done.stdout)
    assert said in done.stderr


def test_no_key(run: Run, environment: dict[str, str]) -> None:
    """The key comes from the environment."""
    del environment["OPENAI_API_KEY"]
    done = run("generate", "a cat")

    assert 2 == done.returncode
    assert "set OPENAI_API_KEY" in done.stderr


def test_failures(run: Run, tmp_path: Path) -> None:
    """A refusal, a missing server and a folder that cannot be written to end with 1 and a line that says so."""
    refused = run("generate", "a cat", "--model", "house", "--unchecked")
    missing = run("generate", "a cat", "--base-url", "http://127.0.0.1:1/v1")
    (tmp_path / "file").touch()
    unusable = run("generate", "a cat", "--out", "file/cat.png")

    assert [1, 1, 1] == [refused.returncode, missing.returncode, unusable.returncode]
    assert "400: The model 'house' does not exist. (param model" in refused.stderr
    assert missing.stderr.count("trying again in") == 2
    assert "images-client: file" in unusable.stderr


def test_the_options_are_those_of_the_contract(run: Run) -> None:
    """`--help` has each parameter, with what each model takes."""
    said = " ".join(run("generate", "--help").stdout.split())

    for name in next(iter(Contract.load().models.values())).parameters:
        assert name == "prompt" or f"--{name.replace('_', '-')}" in said, name
    assert "dall-e-3: 'hd' or 'standard', default standard" in said


def test_a_new_parameter_is_an_option(workshop: Workshop, document: dict[str, Any]) -> None:
    """What is added to the document is an option after the next generation, though it be called as one of ours."""
    model = document["components"]["schemas"]["DallE2Request"]
    model["properties"]["seed"] = {"type": "integer", "description": "100 % the same", "maximum": 9}
    model["properties"]["out"] = {"type": "string", "enum": ["here"]}
    command = [sys.executable, "-m", "images_client", "generate"]
    environment = {**os.environ, "PYTHONPATH": str(workshop.build(document)), "COLUMNS": "200"}
    told = subprocess.run([*command, "--help"], env=environment, capture_output=True, text=True, check=True)
    wrong = [*command, "a cat", "--model", "dall-e-2", "--seed", "10", "--body-out", "there"]
    done = subprocess.run(wrong, env=environment, capture_output=True, text=True, check=False)

    assert "100 % the same (dall-e-2: at most 9)" in told.stdout
    assert 2 == done.returncode
    assert [
        "'seed' must be at most 9, got 10 [seed.maximum.dall-e-2]",
        "'out' must be 'here', got 'there' [out.enum.dall-e-2]",
    ] == [line.strip() for line in done.stderr.splitlines()[1:]]


Answer = Callable[[BaseHTTPRequestHandler], None]


@contextmanager
def answering(answer: Answer) -> Iterator[str]:
    """A server whose every answer is what a function writes."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["content-length"]))
            answer(self)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/v1"
        server.shutdown()


def send(handler: BaseHTTPRequestHandler, status: int, kind: str, body: bytes) -> None:
    handler.send_response(status)
    handler.send_header("content-type", kind)
    handler.end_headers()
    handler.wfile.write(body)


PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
EVENT = {
    "created_at": 1, "size": "1024x1024", "quality": "low", "background": "opaque", "output_format": "png",
    "b64_json": PIXEL,
}  # fmt: skip
PREVIEW = {**EVENT, "type": "image_generation.partial_image", "partial_image_index": 0}
STREAM = ("generate", "a cat", "--model", "gpt-image-1", "--stream", "--partial-images", "1", "--out", "cat")


def test_a_preview_is_there_before_the_picture(run: Run, tmp_path: Path) -> None:
    """A preview is saved while the picture is still being drawn, and stays where the stream breaks off."""
    seen: list[bool] = []

    def answer(handler: BaseHTTPRequestHandler) -> None:
        send(handler, 200, "text/event-stream", f"data: {json.dumps(PREVIEW)}\n\n".encode())
        handler.wfile.flush()
        deadline = time.monotonic() + 20
        while not (tmp_path / "cat-preview-1.png").exists() and time.monotonic() < deadline:
            time.sleep(0.01)
        seen.append((tmp_path / "cat-preview-1.png").exists())

    with answering(answer) as url:
        done = run(*STREAM, OPENAI_BASE_URL=url)

    assert [True] == seen
    assert (1, "") == (done.returncode, done.stdout)
    assert "the stream ended before the picture was complete" in done.stderr


def test_what_is_paid_for_is_kept(run: Run, tmp_path: Path) -> None:
    """An answer whose pictures cannot be saved, whatever is wrong, is kept in a file."""
    for number, body in enumerate([{"images": [1]}, answer_with("no base64!"), answer_with(), answer_with("", PIXEL)]):
        with answering(
            lambda handler, body=body: send(handler, 200, "application/json", json.dumps(body).encode())
        ) as url:
            done = run("generate", "a cat", "--out", f"cat{number}.png", OPENAI_BASE_URL=url)

        assert (1, body) == (done.returncode, json.loads((tmp_path / f"cat{number}-answer.json").read_text()))
        assert f"what arrived is kept in cat{number}-answer.json" in done.stderr
    assert "cat3-2.png\n" == done.stdout


def answer_with(*pictures: str) -> dict[str, Any]:
    return {"created": 1, "data": [{"b64_json": each} for each in pictures]}


def test_a_server_cannot_steer_the_terminal(run: Run) -> None:
    """What a server says is shown without its control characters."""
    with answering(lambda handler: send(handler, 400, "application/json", b'{"error": "no\\u001b[2J\\nway"}')) as url:
        refused = run("generate", "a cat", OPENAI_BASE_URL=url)

    assert "images-client: 400: no\\x1b[2J\\nway\n" == refused.stderr


def seen_on_terminal(environment: dict[str, str], *arguments: str) -> str:
    """Return what the command writes on a terminal."""
    terminal, end = pty.openpty()
    with subprocess.Popen([COMMAND, *arguments], env=environment, stderr=end, stdout=subprocess.DEVNULL):
        os.close(end)
        seen = b""
        while True:
            try:
                seen += os.read(terminal, 4096)
            except OSError:  # the other end is closed
                break
    os.close(terminal)
    return seen.decode()


def test_a_terminal(environment: dict[str, str], tmp_path: Path) -> None:
    """A terminal shows a line that tells the time, gone in the end, and an error in red unless NO_COLOR is set."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        time.sleep(0.6)
        send(handler, 400, "application/json", b'{"error": "no"}')

    with answering(answer) as url:
        settings = {**environment, "OPENAI_BASE_URL": url}
        coloured = seen_on_terminal(settings, "generate", "a cat", "--out", str(tmp_path))
        plain = seen_on_terminal({**settings, "NO_COLOR": "1"}, "generate", "a cat", "--out", str(tmp_path))

    assert coloured.startswith("waiting 0 s")
    assert coloured.endswith("\r\x1b[1;31mimages-client: \x1b[0m400: no\r\n")
    assert plain.endswith(f"\r{' ' * len('waiting 0 s')}\rimages-client: 400: no\r\n")


def test_interrupted(environment: dict[str, str], tmp_path: Path) -> None:
    """Ctrl-C ends the command with 130 and a word about the bill."""
    arrived, go_on = threading.Event(), threading.Event()

    def answer(_: BaseHTTPRequestHandler) -> None:
        arrived.set()
        go_on.wait(20)

    with answering(answer) as url:
        command = [COMMAND, "generate", "a cat", "--base-url", url]
        with subprocess.Popen(command, env=environment, cwd=tmp_path, stderr=subprocess.PIPE, text=True) as process:
            assert arrived.wait(20)
            process.send_signal(2)
            _, said = process.communicate(timeout=20)
            go_on.set()

    assert (130, "images-client: interrupted; a request that was under way may be billed\n") == (
        process.returncode,
        said,
    )
