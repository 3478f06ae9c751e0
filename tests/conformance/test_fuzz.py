"""`images-conformance fuzz` as a person uses it, and the strategies that it draws from."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import fakeredis
import pytest
from click.testing import CliRunner, Result
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from serving import Remembering, serving

from images_conformance.cli import main
from images_conformance.exchange import Request
from images_conformance.fuzz.malformed import malformed
from images_conformance.fuzz.sinful import known_sins, many_sins, one_sin
from images_conformance.fuzz.valid import broken, valid
from images_conformance.judging.judge import judge
from images_conformance.judging.verdicts import Verdict
from images_conformance.planning.values import minimal
from images_conformance.recordings.case_file import CaseFile
from images_conformance.recordings.journal import Journal
from images_conformance.spending.prices import Prices
from images_contract import Contract
from images_reference_server import create_app, running

KEY = "sk-secret-4711"
CONTRACT = Contract.load()
PRICES = Prices.load()
FAULT, BROKEN = "accepts:n.maximum.dall-e-3", "n.maximum.dall-e-3"
DRAWN = settings(
    max_examples=60, derandomize=True, database=None, deadline=None, suppress_health_check=list(HealthCheck)
)
ONLY = ("--clause", BROKEN, "--models", "dall-e-3")


def fuzz(*words: str, **environment: str) -> Result:
    """Run the command in this process."""
    return CliRunner().invoke(main, ["fuzz", *words], env={"OPENAI_API_KEY": KEY, **environment})


@pytest.fixture(scope="module")
def honest() -> Iterator[str]:
    """The base URL of an honest server."""
    with running(CONTRACT.document, key=KEY) as server:
        yield server.base_url


@pytest.fixture(scope="module")
def faulty() -> Iterator[str]:
    """The base URL of a server that draws several pictures with a model that draws one."""
    with running(CONTRACT.document, key=KEY, fault=FAULT) as server:
        yield server.base_url


class TestStrategies:
    """What is drawn is what its name says, for every model."""

    @given(st.data())
    @DRAWN
    def test_valid_bodies_break_nothing(self, data: st.DataObject) -> None:
        """A body drawn as valid has no finding, not even an open one."""
        profile = data.draw(st.sampled_from([*CONTRACT.profiles.values()]))

        assert () == CONTRACT.violations(data.draw(valid(CONTRACT, profile)))

    @given(st.data())
    @DRAWN
    def test_one_sin_breaks_its_clause_alone(self, data: st.DataObject) -> None:
        """A body with one sin breaks that clause and no other that a server must or should enforce."""
        key = data.draw(st.sampled_from([*known_sins(CONTRACT)]))
        body = data.draw(one_sin(CONTRACT, CONTRACT.clause(*key)))

        assert [key] == [found.clause.key for found in CONTRACT.violations(body) if found.level != "may"]

    @given(st.data())
    @DRAWN
    def test_many_sins_break_something(self, data: st.DataObject) -> None:
        """A body with many sins is to be refused."""
        profile = data.draw(st.sampled_from([*CONTRACT.profiles.values()]))

        assert broken(CONTRACT, data.draw(many_sins(CONTRACT, profile)))

    @given(st.data())
    @DRAWN
    def test_malformed_bodies_are_no_json(self, data: st.DataObject) -> None:
        """No parser of JSON takes a malformed body."""
        drawn = data.draw(malformed(minimal(CONTRACT, CONTRACT.models["dall-e-2"])))

        with pytest.raises(ValueError):  # noqa: PT011
            json.loads(drawn.decode("utf-8"), parse_constant=lambda word: json.loads("nothing"))


class TestHonestServer:
    """The control: a server that keeps the contract."""

    @pytest.mark.parametrize("seed", ["1", "2"])
    def test_nothing_is_found(self, seed: str) -> None:
        """The embedded server gives no cause for complaint, to our judge or to schemathesis'; requests are bounded."""
        result = fuzz("--max-requests", "120", "--seed", seed)

        assert 0 == result.exit_code, result.output
        assert "120 requests in" in result.output
        assert f"seed {seed}; ended after 120 requests (--max-requests)" in result.output
        assert "schemathesis remarks" not in result.output

    def test_time_ends_it(self, honest: str) -> None:
        """No request is begun after --time."""
        start = time.monotonic()
        result = fuzz(honest, "--max-requests", "100000", "--time", "1")

        assert 0 == result.exit_code, result.output
        assert "ended after 1 s (--time)" in result.output
        assert time.monotonic() - start < 30

    def test_models_are_chosen(self, honest: str, tmp_path: Path) -> None:
        """--models sends requests of no other model."""
        fuzz(honest, "--max-requests", "60", "--models", "dall-e-2", "--journal", str(tmp_path / "j"))
        with Journal.open(tmp_path / "j", write=False) as journal:
            bodies = [entry.case.request.body for entry in journal.entries(1)]

        assert not any(b"dall-e-3" in body or b"gpt-image-1" in body for body in bodies)


@pytest.fixture(scope="module")
def found(faulty: str, tmp_path_factory: pytest.TempPathFactory) -> tuple[Result, Path]:
    """The output of an exploration, and the folder with all that it left behind."""
    folder = tmp_path_factory.mktemp("fuzz")
    words = ("--cases", str(folder / "cases"), "--journal", str(folder / "journal.sqlite"))
    files = ("--database", str(folder / "database"), "--json", str(folder / "report.json"))
    return fuzz(faulty, *ONLY, *words, *files, "--max-requests", "60", "--seed", "3"), folder


class TestFailure:
    """A failure is told so that whoever gets it can act on it."""

    def test_is_named_and_small(self, found: tuple[Result, Path]) -> None:
        """The clause is named, and the request has nothing in it that is not needed."""
        result, folder = found
        case = CaseFile.read(folder / f"cases/{BROKEN}.json")

        assert 1 == result.exit_code, result.output
        assert f"FAIL {BROKEN}" in result.output
        assert {**minimal(CONTRACT, CONTRACT.models["dall-e-3"]), "n": 2} == case.exchange.request.json()
        assert "it failed 2 of 2 times" in result.output

    def test_is_in_the_report(self, found: tuple[Result, Path]) -> None:
        """The JSON report has the small request as evidence."""
        _, folder = found
        clauses = json.loads((folder / "report.json").read_text())["clauses"]
        (told,) = [each for each in clauses if each["verdict"] == "fail"]

        assert BROKEN == told["id"]
        assert '"n": 2' in told["evidence"][0]["request"]["body"]

    def test_the_python_program_reproduces_it(self, found: tuple[Result, Path]) -> None:
        """The printed program runs as it is and is served, with the key in its variable."""
        after = found[0].output.partition("  in Python\n")[2]
        program = after[: after.index("print(answer.status") + len("print(answer.status, answer.read()[:2000])")]
        environment = {**os.environ, "OPENAI_API_KEY": KEY}
        done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True)

        assert done.stdout.startswith("200 "), done.stderr

    def test_the_case_is_judged_the_same(self, found: tuple[Result, Path]) -> None:
        """The case file holds all that a judge needs, and names the clause."""
        case = CaseFile.read(found[1] / f"cases/{BROKEN}.json")
        failed = {each.clause for each in judge(CONTRACT, case.exchange) if each.verdict is Verdict.FAIL}

        assert ((BROKEN, "dall-e-3"),) == case.aims
        assert failed == {*case.aims}

    def test_everything_sent_is_in_the_journal(self, found: tuple[Result, Path]) -> None:
        """The journal has every request with its answer, those of shrinking included."""
        with Journal.open(found[1] / "journal.sqlite", write=False) as journal:
            (run,) = journal.runs()
            entries = list(journal.entries(run.id))

        assert "fuzz" == run.about.kind
        assert 60 == len(entries)
        assert all(entry.exchange is not None for entry in entries)
        assert any(entry.case.name == "fuzz: shrinking" for entry in entries)

    def test_the_key_is_nowhere(self, found: tuple[Result, Path]) -> None:
        """Neither the output nor any file holds the key."""
        result, folder = found
        files = [path for path in folder.rglob("*") if path.is_file()]

        assert KEY not in result.output
        assert len(files) > 3
        assert not any(KEY.encode() in path.read_bytes() for path in files)


class TestMemory:
    """A failure that was found is the first thing tried next time."""

    def test_is_tried_first_until_it_is_gone(self, faulty: str, honest: str, tmp_path: Path) -> None:
        """Another run with one request finds it again; once it is fixed it is forgotten."""
        memory = ("--database", str(tmp_path))
        first = fuzz(faulty, *ONLY, *memory, "--max-requests", "60", "--seed", "3")
        again = fuzz(faulty, *ONLY, *memory, "--max-requests", "1", "--seed", "4")

        assert (1, 1) == (first.exit_code, again.exit_code), again.output
        assert "1 an earlier run" in again.output

    def test_many_machines_share_it(self, redis_url: str, faulty: str, tmp_path: Path) -> None:
        """What one machine has found in a common Redis, another tries first; when it is fixed, it is gone for all."""
        shared = {"IMAGES_CONFORMANCE_DATABASE": redis_url}
        first = fuzz(faulty, *ONLY, "--max-requests", "60", "--seed", "3", **shared, XDG_STATE_HOME=str(tmp_path / "a"))
        other = fuzz(faulty, *ONLY, "--max-requests", "1", **shared, XDG_STATE_HOME=str(tmp_path / "b"))

        assert (1, 1) == (first.exit_code, other.exit_code), other.output
        assert "1 an earlier run" in other.output
        assert "hunter2" not in first.output + other.output

    def test_a_fixed_failure_is_forgotten(self, tmp_path: Path) -> None:
        """A remembered request that is answered as it should be is not tried a third time."""
        memory = ("--database", str(tmp_path / "memory"))
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        url = f"http://127.0.0.1:{port}/v1"
        with running(CONTRACT.document, key=KEY, fault=FAULT, port=port):
            fuzz(url, *ONLY, *memory, "--max-requests", "60", "--seed", "3")
        gone = fuzz(url, *ONLY, *memory, "--max-requests", "1")
        with running(CONTRACT.document, key=KEY, port=port):
            fixed = fuzz(url, *ONLY, *memory, "--max-requests", "1")
            new = fuzz(url, *ONLY, *memory, "--max-requests", "1")

        assert 3 == gone.exit_code  # nobody listened: it is kept
        assert "1 an earlier run" in fixed.output
        assert "an earlier run" not in new.output


@pytest.fixture(scope="module")
def redis_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL, with a password, of a Redis: Debian's where it is installed, else one that speaks its protocol."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    if shutil.which("redis-server") is None:
        server = fakeredis.TcpFakeServer(("127.0.0.1", port), server_type="redis")
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"redis://127.0.0.1:{port}/0"
        server.shutdown()
        server.server_close()
        return
    words = ["redis-server", "--port", str(port), "--requirepass", "hunter2", "--save", ""]
    with subprocess.Popen(words, cwd=tmp_path_factory.mktemp("redis"), stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        while "Ready to accept" not in process.stdout.readline():
            pass
        yield f"redis://:hunter2@127.0.0.1:{port}/0"
        process.terminate()


class TestMoney:
    """Exploration costs no more than its owner allowed."""

    def test_the_ceiling_holds(self, tmp_path: Path) -> None:
        """A server that serves whatever it gets bills less than the budget."""
        app = Remembering(create_app(CONTRACT.document, key=KEY, fault="status:accepts-anything"))
        with serving(app) as origin:
            result = fuzz(f"{origin}/v1", "--budget", "0.5", "--max-requests", "60", "--seed", "1")

        assert 1 == result.exit_code, result.output
        assert 0.3 < sum(PRICES.worst_case(CONTRACT, Request(body)) for body in app.bodies()) <= 0.5

    def test_a_vendor_needs_a_ceiling(self) -> None:
        """Where requests cost money and nobody can be asked, a budget is demanded, in one line."""
        result = fuzz("https://images.invalid/v1")

        assert 2 == result.exit_code
        assert "--budget" in result.output
        assert 1 == len(result.output.strip().splitlines())


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--clause", "sise.*"], "matches no clause id"),
        (["--models", "dall-e-4"], "no model 'dall-e-4'"),
        (["--database", "redis://:hunter2@127.0.0.1:9/0"], "Redis at 127.0.0.1 cannot be used"),
        (["--database", "redis://:hunter2@127.0.0.1:port/0"], "no Redis URL"),
        (["--database", "/dev/null/x"], "cannot be written"),
    ],
)
def test_wrong_usage_is_one_line_and_exit_code_2(words: list[str], message: str) -> None:
    """What is wrong with the input is told in one line, without a traceback and without a password."""
    result = fuzz(*words, "--max-requests", "1")

    assert 2 == result.exit_code, result.output
    assert message in result.output
    assert 1 == len(result.output.strip().splitlines())
    assert "hunter2" not in result.output


def test_without_the_extra_it_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where Hypothesis or schemathesis is missing, one line tells what to install."""
    monkeypatch.setitem(sys.modules, "schemathesis", None)
    result = fuzz()

    assert 2 == result.exit_code
    assert "error: fuzz needs Hypothesis and schemathesis: pip install 'images-conformance[fuzz]'\n" == result.output


def test_ctrl_c_ends_it_with_a_report() -> None:
    """After an interruption the report tells what is known, and that it is not all."""
    words = [sys.executable, "-m", "images_conformance", "fuzz", "--max-requests", "100000", "--no-journal"]
    environment = {**os.environ, "OPENAI_API_KEY": KEY}
    with (
        running(CONTRACT.document, key=KEY) as server,
        subprocess.Popen(
            [*words, server.base_url], env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        ) as process,
    ):
        deadline = time.monotonic() + 60
        while server.counts.requests < 3 and time.monotonic() < deadline:
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        try:
            output = process.communicate(timeout=60)[0]
        finally:
            process.kill()

    assert 3 == process.returncode, output
    assert "The run ended early: interrupted" in output
    assert "Traceback" not in output
