"""What was paid for is never lost and never paid for twice."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from serving import Remembering, serving

from images_conformance.cli import main
from images_conformance.errors import JournalError
from images_conformance.exchange import Exchange, Fetched, Request, Response
from images_conformance.judging.results import Target
from images_conformance.planning.cases import Case
from images_conformance.planning.plan import Selection, plan
from images_conformance.recordings.about import About
from images_conformance.recordings.journal import Journal
from images_conformance.recordings.locks import locked
from images_conformance.recordings.packing import pack, unpack
from images_conformance.spending.budget import may_be_billed
from images_conformance.spending.prices import Prices
from images_contract import Contract
from images_reference_server import create_app

KEY = "sk-secret-4711"
CLAUSE = "size.*"
OPTIONS = ("--depth", "smoke", "--models", "dall-e-2", "--clause", CLAUSE)
CONTRACT, PRICES = Contract.load(), Prices.load()
CASES = plan(CONTRACT, Selection("smoke", models=("dall-e-2",), clauses=(CLAUSE,)), PRICES)
MOMENTS = [
    (moment, n) for moment in ("before intent", "after intent", "after exchange") for n in range(1, len(CASES) + 1)
]
DYING = Path(__file__).with_name("dying.py")


def run(*words: str) -> Result:
    """Run the command in this process."""
    return CliRunner().invoke(main, words, env={"OPENAI_API_KEY": KEY})


def server() -> Remembering:
    """An honest server that remembers what it was sent."""
    return Remembering(create_app(CONTRACT.document, key=KEY))


def environment() -> dict[str, str]:
    """What a process needs to run the suite."""
    return {**os.environ, "OPENAI_API_KEY": KEY, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}


@dataclass(frozen=True)
class Aftermath:
    """What a killed and resumed run left behind."""

    moment: str
    number: int
    died: int
    resumed: Result
    served: list[bytes]
    report: dict[str, Any]
    entries: list[Any]


@pytest.fixture(scope="module")
def aftermaths(tmp_path_factory: pytest.TempPathFactory) -> list[Aftermath]:
    """A run killed at every moment of its journal, each resumed to its end."""
    folder = tmp_path_factory.mktemp("killed")

    def kill(moment: str, number: int) -> tuple[int, Remembering, Path]:
        app, file = server(), folder / f"{moment}-{number}.sqlite"
        with serving(app) as origin:
            words = [sys.executable, str(DYING), f"{origin}/v1", str(file), CLAUSE, moment, str(number)]
            died = subprocess.run(words, env=environment(), check=False).returncode
            sent = len(app.seen)
            return (died, app, file) if sent <= len(CASES) else (-1, app, file)

    with ThreadPoolExecutor(4) as pool:
        killed = list(pool.map(lambda each: kill(*each), MOMENTS))
    return [_resume(*moment, *rest) for moment, rest in zip(MOMENTS, killed, strict=True)]


def _resume(moment: str, number: int, died: int, app: Remembering, file: Path) -> Aftermath:
    """Go on at the same URL: another port would be another target, so the journal is told the new one."""
    with serving(app) as origin:
        _move(file, origin)
        report = file.with_suffix(".json")
        result = run("check", f"{origin}/v1", *OPTIONS, "--journal", str(file), "--resume", "--json", str(report))
    with Journal.open(file, write=False) as journal:
        entries = list(journal.entries(1))
    return Aftermath(moment, number, died, result, app.bodies(), json.loads(report.read_text()), entries)


def _move(file: Path, origin: str) -> None:
    connection = sqlite3.connect(file)
    for id, text in connection.execute("SELECT id, about FROM run").fetchall():
        about = json.loads(text)
        about["target"]["url"] = f"{origin}/v1/images/generations"
        connection.execute("UPDATE run SET about = ? WHERE id = ?", (json.dumps(about), id))
    connection.commit()
    connection.close()


class TestKilled:
    """A process may be killed before an intent, after it, after an exchange: `--resume` finishes the run."""

    def test_died(self, aftermaths: list[Aftermath]) -> None:
        """Each process died where it was told to, each run was resumed."""
        assert {9} == {each.died for each in aftermaths}
        assert set() == {each.resumed.output for each in aftermaths if each.resumed.exit_code not in (0, 3)}

    def test_no_accepted_request_is_sent_twice(self, aftermaths: list[Aftermath]) -> None:
        """The server made each picture at most once."""
        twice = [(each.moment, each.number) for each in aftermaths if len(each.served) > len(set(each.served))]

        assert [] == twice
        assert len(aftermaths) == len(MOMENTS)

    def test_everything_else_is_sent(self, aftermaths: list[Aftermath]) -> None:
        """All that is missing is the request that was served without an answer in the journal, and that is told."""
        for each in aftermaths:
            accepted = [case.request.body for case in CASES if case.accept]
            lost_one = each.moment == "after intent" and CASES[each.number - 1].accept
            unanswered = [entry for entry in each.entries if entry.exchange is None]

            assert len(accepted) - lost_one == len(each.served), (each.moment, each.number)
            assert (each.moment == "after intent") == bool(unanswered)

    def test_an_unanswered_intent_is_charged(self, aftermaths: list[Aftermath]) -> None:
        """The estimate has every intent whose answer is not known, also that of a refusal that was sent again."""
        for each in aftermaths:
            usd = sum(entry.usd for entry in each.entries if may_be_billed(entry.exchange))

            assert usd == pytest.approx(each.report["estimated_usd"], abs=1e-4)

    def test_same_verdicts(self, aftermaths: list[Aftermath]) -> None:
        """A resumed run says what an uninterrupted one says, but for what was lost."""
        whole = [each for each in aftermaths if each.moment != "after intent"]
        told = {tuple((c["id"], c["model"], c["verdict"]) for c in each.report["clauses"]) for each in whole}

        assert 1 == len(told)


def test_sigkill_with_requests_under_way(tmp_path: Path) -> None:
    """A run that is killed while pictures are being made is charged for them, and asks for none of them again."""
    app, release = server(), threading.Event()

    async def slow(scope: Any, receive: Any, send: Any) -> None:
        import asyncio

        # The first picture comes, the others take their time.
        while scope["method"] == "POST" and app.bodies() and not release.is_set():
            await asyncio.sleep(0.01)
        await app(scope, receive, send)

    file = tmp_path / "j.sqlite"
    with serving(slow) as origin:
        words = ["check", f"{origin}/v1", *OPTIONS, "--journal", str(file), "--concurrency", "1"]
        process = subprocess.Popen([sys.executable, "-m", "images_conformance", *words], env=environment(),
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # fmt: skip
        _until(lambda: file.exists() and _count(file) == len(CASES))
        process.kill()
        process.wait()
        release.set()
        resumed = run(*words, "--resume", "--json", str(tmp_path / "r.json"))
        resent = run(*words, "--resume", "--resend", "--json", str(tmp_path / "s.json"))
    before, after = (json.loads((tmp_path / name).read_text()) for name in ("r.json", "s.json"))
    lost = PRICES.worst_case(CONTRACT, CASES[-1].request)

    assert "1 requests without a known answer may have been billed; --resend" in resumed.output
    assert "requests without a known answer" not in resent.output
    assert 0 == resent.exit_code, resent.output
    assert after["estimated_usd"] - before["estimated_usd"] == pytest.approx(lost, abs=1e-4)


def _count(file: Path) -> int:
    try:
        connection = sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True)
        with connection:
            (count,) = connection.execute("SELECT count(*) FROM entry").fetchone()
        connection.close()
        return int(count)
    except sqlite3.OperationalError:
        return 0


def _until(condition: Any) -> None:
    deadline = time.monotonic() + 20
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.01)


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM"])
def test_interrupted(name: str, tmp_path: Path) -> None:
    """Ctrl-C and SIGTERM wait for what is under way, then print what is known and the command that goes on."""
    app, file = server(), tmp_path / "j.sqlite"

    async def slow(scope: Any, receive: Any, send: Any) -> None:
        import asyncio

        await asyncio.sleep(0.5 if len(app.seen) > 1 else 0)
        await app(scope, receive, send)

    with serving(slow) as origin:
        words = ["check", f"{origin}/v1", *OPTIONS, "--journal", str(file), "--concurrency", "1"]
        process = subprocess.Popen([sys.executable, "-m", "images_conformance", *words], env=environment(), text=True,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE)  # fmt: skip
        _until(lambda: len(app.seen) >= 2)
        process.send_signal(getattr(signal, name))
        output, errors = process.communicate(timeout=20)
        with Journal.open(file, write=False) as journal:
            unanswered = [entry for entry in journal.entries(1) if entry.exchange is None]
        resumed = run(*words, "--resume")

    assert 3 == process.returncode, errors
    assert "The run ended early" in output
    assert f"check {origin}/v1 --depth smoke" in errors
    assert "--resume" in errors
    assert [] == unanswered
    assert 0 == resumed.exit_code, resumed.output
    assert len(CASES) == len(app.seen)


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A finished run: (URL, journal, server)."""
    app, file = server(), tmp_path_factory.mktemp("finished") / "j.sqlite"
    with serving(app) as origin:
        result = run("check", f"{origin}/v1", *OPTIONS, "--journal", str(file))
        assert 0 == result.exit_code, result.output
        yield f"{origin}/v1", file, app


class TestResume:
    """What `--resume` goes on with, and what it does not."""

    def test_a_finished_run_sends_nothing(self, finished: Any) -> None:
        """There is nothing left to send, and the report is the same."""
        url, file, app = finished
        before = len(app.seen)
        result = run("check", url, *OPTIONS, "--journal", str(file), "--resume")

        assert 0 == result.exit_code, result.output
        assert before == len(app.seen)

    @pytest.mark.parametrize(
        ("words", "said"),
        [(("--models", "dall-e-3"), "dall-e-2"), (("--depth", "pairwise"), "depth smoke"),
         (("--clause", "n.*"), CLAUSE)],
    )  # fmt: skip
    def test_another_selection(self, finished: Any, words: tuple[str, str], said: str) -> None:
        """A run that judges something else is refused, with what differs."""
        url, file, app = finished
        before = len(app.seen)
        options = list(OPTIONS)
        options[options.index(words[0]) + 1] = words[1]
        result = run("check", url, *options, "--journal", str(file), "--resume")

        assert 2 == result.exit_code
        assert said in result.output
        assert 1 == len(result.output.strip().splitlines())
        assert before == len(app.seen)

    def test_another_target(self, finished: Any) -> None:
        """So is one against another server."""
        _, file, _ = finished
        result = run("check", "http://127.0.0.1:9/v1", *OPTIONS, "--journal", str(file), "--resume")

        assert 2 == result.exit_code
        assert "http://127.0.0.1:9/v1/images/generations" in result.output

    def test_another_contract(self, finished: Any, tmp_path: Path) -> None:
        """So is one by another contract, also where it differs in a comment alone."""
        url, file, _ = finished
        other = tmp_path / "openapi.yaml"
        other.write_text(CONTRACT.path.read_text() + "\n# another\n")
        result = run("check", url, *OPTIONS, "--journal", str(file), "--resume", "--spec", str(other))

        assert 2 == result.exit_code
        assert CONTRACT.sha256[:12] in result.output

    def test_other_prices(self, finished: Any, tmp_path: Path) -> None:
        """What was sent at other prices is kept, the ceiling is another matter: nothing is sent again."""
        url, file, app = finished
        before = len(app.seen)
        result = run("check", url, *OPTIONS, "--journal", str(file), "--resume", "--budget", "0")

        assert 0 == result.exit_code, result.output
        assert before == len(app.seen)

    def test_nothing_to_resume(self, tmp_path: Path) -> None:
        """A journal without a run says so."""
        result = run("check", "http://127.0.0.1:9/v1", "--journal", str(tmp_path / "new.sqlite"), "--resume")

        assert 2 == result.exit_code
        assert "no run" in result.output

    def test_under_way_elsewhere(self, finished: Any) -> None:
        """A run that another process holds is not run twice."""
        url, file, _ = finished
        program = (
            "import sys, pathlib; from images_conformance.recordings.locks import locked\n"
            "with locked(pathlib.Path(sys.argv[1]), 1): print('held', flush=True); sys.stdin.read()"
        )
        words = [sys.executable, "-c", program, str(file)]
        with subprocess.Popen(words, env=environment(), stdin=-1, stdout=-1) as holder:
            assert holder.stdout is not None
            holder.stdout.readline()
            result = run("check", url, *OPTIONS, "--journal", str(file), "--resume")
            holder.kill()
        with locked(file, 1) as free:
            assert free  # a lock ends with its process

        assert 2 == result.exit_code
        assert "under way" in result.output

    def test_budget_goes_on(self, tmp_path: Path) -> None:
        """The ceiling is one for the whole run: what was spent counts, and it is remembered."""
        app, file = server(), tmp_path / "j.sqlite"
        usd = PRICES.worst_case(CONTRACT, CASES[-1].request)
        with serving(app) as origin:
            words = ("check", f"{origin}/v1", *OPTIONS, "--journal", str(file), "--concurrency", "1")
            first = run(*words, "--budget", str(1.3 * usd))
            second = run(*words, "--resume")
            third = run(*words, "--resume", "--budget", str(2.1 * usd))

        assert [3, 3, 0] == [first.exit_code, second.exit_code, third.exit_code], third.output
        assert "--resume" in first.output
        assert ["1 served", "1 served", "2 served"] == [_served(each) for each in (first, second, third)]
        assert 2 == len(app.bodies()) == len(set(app.bodies()))


def _served(result: Result) -> str:
    return next(part for part in result.output.split(", ") if part.endswith("served"))


class TestFile:
    """The file itself."""

    def test_holds_no_key(self, tmp_path: Path) -> None:
        """The key is nowhere in it, even where a server repeats it."""
        file = tmp_path / "j.sqlite"
        app = create_app(CONTRACT.document, key=KEY, fault="auth:key-in-header")
        with serving(app) as origin:
            run("check", f"{origin}/v1", *OPTIONS, "--journal", str(file))
        written = b"".join(path.read_bytes() for path in tmp_path.iterdir())

        assert len(written) > 10_000
        assert KEY.encode() not in written

    def test_default_place(self, state_folder: Path) -> None:
        """Each server has a journal of its own in the state folder, for its owner's eyes; old runs make room."""
        url = "http://127.0.0.1:9/default-place"  # where nobody listens, and no other test asks
        for _ in range(7):
            run("check", url, *OPTIONS)
        files = [path for path in (state_folder / "images-conformance").iterdir() if "default-place" in path.name]
        (file,) = [path for path in files if path.suffix == ".sqlite"]
        with Journal.open(file) as journal:
            runs = journal.runs()

        assert 0o600 == file.stat().st_mode & 0o777
        assert [2, 3, 4, 5, 6, 7] == [each.id for each in runs]

    @pytest.mark.parametrize("content", [b"hello, I am a letter", b"SQLite format 3\0" + b"junk" * 300, b"x" * 5000])
    def test_foreign_file(self, content: bytes, tmp_path: Path) -> None:
        """A file of another kind is told in one line and left as it is."""
        file = tmp_path / "precious.txt"
        file.write_bytes(content)
        result = run("check", "http://127.0.0.1:9/v1", "--journal", str(file))

        assert 2 == result.exit_code
        assert "left as it is" in result.output
        assert 1 == len(result.output.strip().splitlines())
        assert content == file.read_bytes()
        assert [file] == list(tmp_path.iterdir())

    def test_foreign_database(self, tmp_path: Path) -> None:
        """So is a database of another program."""
        file = tmp_path / "other.sqlite"
        connection = sqlite3.connect(file)
        connection.execute("CREATE TABLE mine (x)")
        connection.close()
        content = file.read_bytes()
        result = run("check", "http://127.0.0.1:9/v1", "--journal", str(file), "--resume")

        assert 2 == result.exit_code
        assert "no journal of this tool" in result.output
        assert content == file.read_bytes()

    def test_newer_format(self, tmp_path: Path) -> None:
        """A journal of a newer version is not misread."""
        file = tmp_path / "j.sqlite"
        Journal.open(file).__exit__(None, None, None)
        connection = sqlite3.connect(file)
        connection.execute("PRAGMA user_version = 99")
        connection.close()

        with pytest.raises(JournalError, match="newer version"):
            Journal.open(file)

    def test_damaged(self, tmp_path: Path) -> None:
        """A journal with holes is told in one line and left as it is."""
        file = tmp_path / "j.sqlite"
        with serving(server()) as origin:
            run("check", f"{origin}/v1", *OPTIONS, "--journal", str(file))
            data = bytearray(file.read_bytes())
            data[4096:] = b"\xff" * (len(data) - 4096)
            file.write_bytes(data)
            result = run("check", f"{origin}/v1", *OPTIONS, "--journal", str(file), "--resume")

        assert 2 == result.exit_code, result.output
        assert "damaged" in result.output
        assert 1 == len(result.output.strip().splitlines())

    def test_unwritable(self, tmp_path: Path) -> None:
        """A journal that cannot be had stops a run that asked for it."""
        (tmp_path / "file").write_text("")
        result = run("check", "http://127.0.0.1:9/v1", "--journal", str(tmp_path / "file" / "j.sqlite"))

        assert 2 == result.exit_code
        assert 1 == len(result.output.strip().splitlines())

    def test_many_writers(self, tmp_path: Path) -> None:
        """Several threads and processes may write at once."""
        file = tmp_path / "j.sqlite"
        about = About.of("check", CONTRACT, Target("http://x"), Selection(), "must")

        def write(_: int) -> None:
            with Journal.open(file) as journal:
                number = journal.begin(about)
                for case in CASES:
                    journal.answer(journal.intend(number, case, 0.1), Exchange(case.request, Response(400, (), b"{}")))

        with ThreadPoolExecutor(8) as pool:
            list(pool.map(write, range(16)))
        with Journal.open(file) as journal:
            assert [len(CASES)] * 16 == [len(list(journal.entries(each.id))) for each in journal.runs()]


class TestPacking:
    """Values are written by field and read back whole."""

    EXCHANGE = Exchange(
        Request(b"\xff\x00", content_type=None, credential="none"),
        Response(200, (("a", "é"), ("a", "b")), "\u2028\0".encode(), 1.5),
        fetched=(Fetched("http://x", 200, "image/png", b"\x89PNG"),), sent_at=3.25,
    )  # fmt: skip

    def test_there_and_back(self) -> None:
        """Every field survives, bytes that are no text included."""
        assert self.EXCHANGE == unpack(Exchange, json.loads(json.dumps(pack(self.EXCHANGE))))

    def test_case(self) -> None:
        """Cases too, with their aims."""
        assert CASES == [unpack(Case, json.loads(json.dumps(pack(case)))) for case in CASES]

    def test_other_versions(self) -> None:
        """What another version added is passed over, what it lacks takes its default."""
        packed = pack(self.EXCHANGE)
        packed["new_field"] = packed["request"]["other"] = 1
        del packed["fetched"], packed["request"]["accept"]

        assert replace(self.EXCHANGE, fetched=()) == unpack(Exchange, packed)

    @pytest.mark.parametrize(
        ("value", "said"),
        [([], "the top"), ({}, "request is missing"), ({"request": {"body": 3}}, "request.body"),
         ({"request": {"body": ""}, "response": {"status": "200", "headers": [], "body": ""}}, "response.status"),
         ({"request": {"body": ""}, "response": {"status": 200, "headers": [["a"]], "body": ""}}, "headers[0]")],
    )  # fmt: skip
    def test_wrong_values(self, value: Any, said: str) -> None:
        """What is wrong is named with its place."""
        with pytest.raises(ValueError) as caught:  # noqa: PT011
            unpack(Exchange, value)

        assert said in str(caught.value)
