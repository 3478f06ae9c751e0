"""`images-conformance replay`: what was recorded, judged again."""

from __future__ import annotations

import json
import socket
import sqlite3
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from canned import CONTRACT, DALLE3, dalle, gpt, refusal, request
from click.testing import CliRunner, Result
from serving import Remembering, serving

from images_conformance.cli import main
from images_conformance.exchange import Exchange
from images_conformance.judging.results import Target
from images_conformance.planning.cases import Case
from images_conformance.planning.plan import Selection
from images_conformance.recordings.about import About
from images_conformance.recordings.case_file import CaseFile
from images_conformance.recordings.journal import Journal
from images_conformance.recordings.packing import pack
from images_conformance.reports.json_report import SCHEMA
from images_contract import Contract
from images_reference_server import create_app, running

KEY = "sk-secret-4711"
RUN = ("--depth", "smoke", "--models", "dall-e-2,dall-e-3")


def run(*words: str) -> Result:
    """Run the command in this process."""
    return CliRunner().invoke(main, words, env={"OPENAI_API_KEY": KEY})


def verdicts(report: dict[str, Any]) -> list[tuple[Any, ...]]:
    """What a JSON report says of every clause, and how often."""
    return [(c["id"], c["model"], c["verdict"], c["passes"], c["failures"]) for c in report["clauses"]]


@pytest.fixture
def offline(monkeypatch: pytest.MonkeyPatch) -> None:
    """No connection can be made."""

    def refuse(*_: Any) -> None:
        raise AssertionError("replay must not touch the network")

    for name in ("connect", "connect_ex"):
        monkeypatch.setattr(socket.socket, name, refuse)


@pytest.fixture(scope="module", params=[None, "envelope:no-type", "accepts:n.maximum.dall-e-3"])
def recorded(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict]:
    """A run against an honest or a faulty server: its journal and its report."""
    folder = tmp_path_factory.mktemp("recorded")
    with running(CONTRACT.document, key=KEY, fault=request.param) as server:
        words = ("--journal", str(folder / "j.sqlite"), "--json", str(folder / "live.json"))
        result = run("check", server.base_url, *RUN, *words)
    report = json.loads((folder / "live.json").read_text())
    assert (1 if request.param else 0) == result.exit_code, result.output
    return folder / "j.sqlite", report


@pytest.mark.usefixtures("offline")
class TestJournal:
    """A journal tells what its run told."""

    def test_same_verdicts(self, recorded: tuple[Path, dict], tmp_path: Path) -> None:
        """Everything is said again but the time at which the report was made, and no verdict changes."""
        file, live = recorded
        before = file.read_bytes()
        result = run("replay", str(file), "--json", str(tmp_path / "r.json"))
        again = json.loads((tmp_path / "r.json").read_text())
        jsonschema_rs.validate(json.loads(SCHEMA.read_text()), again)

        assert live["exit_code"] == result.exit_code, result.output
        assert verdicts(live) == verdicts(again)
        assert {"since": "the run", "clauses": []} == again["changes"]
        assert "Changed since the run: no verdict" in result.output
        assert [] == [
            name for name in live if name not in ("started", "finished", "changes") and live[name] != again[name]
        ]
        assert before == file.read_bytes()

    def test_another_contract(self, recorded: tuple[Path, dict], tmp_path: Path) -> None:
        """Verdicts that change by an edit of the document are listed, and no others."""
        file, live = recorded
        edited = tmp_path / "openapi.yaml"
        text = CONTRACT.path.read_text(encoding="utf-8")
        place = text.index("maximum: 1", text.index("    DallE3Request:"))
        edited.write_text(f"{text[:place]}maximum: 2{text[place + 10 :]}", encoding="utf-8")
        files = ("--json", str(tmp_path / "r.json"), "--html", str(tmp_path / "r.html"))
        result = run("replay", str(file), "--spec", str(edited), *files)
        again = json.loads((tmp_path / "r.json").read_text())
        was = {(c["id"], c["model"]): c["verdict"] for c in live["clauses"]}
        now = {(c["id"], c["model"]): c["verdict"] for c in again["clauses"]}
        told = {(c["id"], c["model"]): (c["before"], c["after"]) for c in again["changes"]["clauses"]}

        assert {key: (was[key], now[key]) for key in now if was[key] != now[key]} == told
        assert ("n.maximum.dall-e-3", "dall-e-3") in told
        assert "n.maximum.dall-e-3" in result.output
        changed = (tmp_path / "r.html").read_text().partition("Changed since the run")[2].partition("</section>")[0]
        assert all(id in changed for id, _ in told)

    def test_a_dialect(self, recorded: tuple[Path, dict], tmp_path: Path) -> None:
        """A dialect that takes a rule away takes its verdict away, and says so."""
        file, live = recorded
        overlay = tmp_path / "open.overlay.yaml"
        overlay.write_text(
            "overlay: 1.0.0\ninfo: {title: Any n, version: 1.0.0}\nactions:\n"
            "  - target: $.components.schemas.DallE3Request.properties.n.maximum\n    remove: true\n"
        )
        run("replay", str(file), "--dialect", str(overlay), "--json", str(tmp_path / "r.json"))
        again = json.loads((tmp_path / "r.json").read_text())
        (was,) = [c["verdict"] for c in live["clauses"] if c["id"] == "n.maximum.dall-e-3"]
        (change,) = [c for c in again["changes"]["clauses"] if c["id"] == "n.maximum.dall-e-3"]

        assert (was, None) == (change["before"], change["after"])

    def test_narrower(self, recorded: tuple[Path, dict], tmp_path: Path) -> None:
        """What nobody asks for is no change."""
        file, _ = recorded
        words = ("--clause", "size.*", "--models", "dall-e-2", "--json", str(tmp_path / "r.json"))
        result = run("replay", str(file), *words)
        report = json.loads((tmp_path / "r.json").read_text())

        assert 0 == result.exit_code, result.output
        assert {"size"} == {c["id"].split(".")[0] for c in report["clauses"] if c["verdict"] == "pass"}
        assert [] == report["changes"]["clauses"]

    def test_wrong_names(self, recorded: tuple[Path, dict]) -> None:
        """A model or a glob that names nothing is told."""
        file, _ = recorded

        assert 2 == run("replay", str(file), "--models", "dall-e-4").exit_code
        assert 2 == run("replay", str(file), "--clause", "sise.*").exit_code

    def test_runs(self, recorded: tuple[Path, dict]) -> None:
        """--runs lists them, --run chooses one."""
        file, _ = recorded
        listed = run("replay", str(file), "--runs")

        assert 0 == listed.exit_code
        assert "   1  check of http://127.0.0.1" in listed.output
        assert "finished" in listed.output
        assert run("replay", str(file)).output == run("replay", str(file), "--run", "1").output
        assert "no run 2; it has 1" in run("replay", str(file), "--run", "2").output


def journal(file: Path, kind: str, exchanges: list[Exchange], said: list[tuple[Any, ...]] | None = None) -> Path:
    """A journal with one run; it is finished if something was said."""
    about = About.of(kind, CONTRACT, Target("http://127.0.0.1:9/v1/images/generations"), Selection(), "must")
    with Journal.open(file) as made:
        number = made.begin(about)
        for each in exchanges:
            made.answer(made.intend(number, Case("a case", each.request, ()), 0.5), each)
        if said is not None:
            made.finish(number, None, said)
    return file


@pytest.mark.usefixtures("offline")
class TestRuns:
    """Runs of every kind, ended or not."""

    def test_latest(self, tmp_path: Path) -> None:
        """Where nothing is said, the latest run is judged."""
        file = journal(tmp_path / "j.sqlite", "proxy", [gpt()], [])
        journal(file, "proxy", [dalle(DALLE3 | {"n": 2}, [])], [])

        assert (1, 0) == (run("replay", str(file)).exit_code, run("replay", str(file), "--run", "1").exit_code)

    def test_killed(self, tmp_path: Path) -> None:
        """A planned run without an end is inconclusive; an intent without an answer is told and charged."""
        file = journal(tmp_path / "j.sqlite", "check", [gpt()])
        with Journal.open(file) as made:
            made.intend(1, Case("lost", request(), (("data.count", "gpt-image-1"),)), 0.25)
        result = run("replay", str(file), "--json", str(tmp_path / "r.json"))
        report = json.loads((tmp_path / "r.json").read_text())

        assert 3 == result.exit_code
        assert (2, 0.75, "the run was not written down to its end") == (
            report["requests"], report["estimated_usd"], report["stopped"],
        )  # fmt: skip
        assert report["changes"] is None

    def test_repeated(self, tmp_path: Path) -> None:
        """Of several attempts the last is judged, all are counted."""
        file, case = journal(tmp_path / "j.sqlite", "check", []), Case("again", request(), ())
        busy = replace(refusal(), request=case.request)
        with Journal.open(file) as made:
            first = made.intend(1, case, 0.5)
            made.answer(first, busy)
            second = made.intend(1, case, 0.5, first)
            made.answer(second, replace(gpt(), request=case.request))
        run("replay", str(file), "--json", str(tmp_path / "r.json"))
        report = json.loads((tmp_path / "r.json").read_text())

        assert (2, 1, 0) == (
            report["requests"],
            report["accepted_requests"],
            sum(c["failures"] for c in report["clauses"]),
        )

    def test_explored(self, tmp_path: Path) -> None:
        """Exploration writes down failures alone: what it did not find is the only news."""
        broken = dalle(DALLE3 | {"n": 2}, [])
        file = journal(tmp_path / "j.sqlite", "fuzz", [gpt(), broken], [("n.maximum.dall-e-3", "dall-e-3", "fail")])
        result = run("replay", str(file))
        silent = run("replay", str(journal(tmp_path / "k.sqlite", "fuzz", [gpt(), broken], [])))

        assert "Changed since the run: no verdict" in result.output
        assert "Changed since the run: 1 verdict\n  nothing said -> fail  n.maximum.dall-e-3" in silent.output

    def test_traffic(self, tmp_path: Path) -> None:
        """What traffic did not touch is not held against the server; its money was nobody's business."""
        file = journal(tmp_path / "j.sqlite", "proxy", [gpt()], [])
        result = run("replay", str(file), "--json", str(tmp_path / "r.json"))
        report = json.loads((tmp_path / "r.json").read_text())

        assert 0 == result.exit_code, result.output
        assert "NOTHING BROKEN" in result.output
        assert (None, False, None) == (report["estimated_usd"], report["planned"], report["depth"])

    def test_nothing_recorded(self, tmp_path: Path) -> None:
        """Where nothing was sent, nothing is known."""
        assert 3 == run("replay", str(journal(tmp_path / "j.sqlite", "proxy", [], []))).exit_code

    def test_while_it_is_written(self, tmp_path: Path) -> None:
        """A run can be looked at while it is under way, and goes on."""
        file = journal(tmp_path / "j.sqlite", "proxy", [gpt()])
        with Journal.open(file) as writer:
            writer.answer(writer.intend(1, Case("next", request(), ()), 0.0), gpt())
            assert 0 == run("replay", str(file)).exit_code
            writer.finish(1, None, [])

    def test_in_a_folder_that_nobody_may_write_to(self, tmp_path: Path) -> None:
        """Reading leaves nothing behind."""
        file = journal(tmp_path / "j.sqlite", "proxy", [gpt()], [])
        run("replay", str(file))

        assert [file] == list(tmp_path.iterdir())


@pytest.mark.usefixtures("offline")
class TestHostileJournals:
    """Whatever stands in a journal, it is one line and exit code 2."""

    @pytest.mark.parametrize(
        "statement",
        ["UPDATE run SET about = '{}'", "UPDATE run SET about = '['", "UPDATE run SET started = 'soon'",
         "UPDATE run SET started = 1e300", "UPDATE run SET finished = 1e300", "UPDATE run SET started = 9e999",
         "UPDATE run SET verdicts = '[[1]]'", "UPDATE run SET verdicts = '[[\"a\", null, \"splendid\"]]'",
         "UPDATE run SET verdicts = '5'", "UPDATE entry SET exchange = 'x'", "UPDATE entry SET \"case\" = '[]'",
         "UPDATE entry SET exchange = replace(exchange, '\"sent_at\": 1', '\"sent_at\": NaN, \"x\": 1')",
         "UPDATE entry SET exchange = replace(hex(zeroblob(200000)), '00', '[')",
         "UPDATE entry SET exchange = json_set(exchange, '$.response.body', 5)", "UPDATE entry SET exchange = x'ff00'",
         "UPDATE entry SET usd = 'much'", "DELETE FROM run", "DROP TABLE entry",
         "ALTER TABLE entry RENAME TO e; CREATE VIEW entry AS "
         "WITH RECURSIVE r(id) AS (SELECT 1 UNION ALL SELECT id FROM r) "
         "SELECT id, 1 AS run, NULL AS first, '' AS \"case\", 0 AS usd, '' AS exchange FROM r"],
    )  # fmt: skip
    def test_one_line(self, statement: str, tmp_path: Path) -> None:
        """Fields of other kinds, times that never come, tables that are none."""
        file = journal(tmp_path / "j.sqlite", "proxy", [gpt()], [])
        connection = sqlite3.connect(file)
        connection.executescript(statement)
        connection.close()
        result = run("replay", str(file))

        assert 2 == result.exit_code, result.output
        assert 1 == len(result.output.strip().splitlines()), result.output

    def test_far_future(self, tmp_path: Path) -> None:
        """An exchange at a time that no calendar has is judged without it."""
        file = journal(tmp_path / "j.sqlite", "proxy", [replace(gpt(), sent_at=1e300)], [])

        assert 2 > run("replay", str(file), "--json", str(tmp_path / "r.json")).exit_code

    def test_cut_short(self, tmp_path: Path) -> None:
        """A file that was copied in part is damaged."""
        file = journal(tmp_path / "j.sqlite", "proxy", [gpt()] * 9, [])
        file.write_bytes(file.read_bytes()[: 3 * 4096])
        result = run("replay", str(file))

        assert 2 == result.exit_code
        assert "damaged" in result.output


class TestCaseFile:
    """A failure that exploration printed, looked at again."""

    BROKEN = dalle(DALLE3 | {"n": 2}, [])

    def write(self, path: Path, exchange: Exchange) -> Path:
        """Write a case file."""
        CaseFile("fuzz: near misses", exchange, (("n.maximum.dall-e-3", "dall-e-3"),)).write(path)
        return path

    @pytest.mark.usefixtures("offline")
    def test_with_its_answer(self, tmp_path: Path) -> None:
        """The answer in the file is judged."""
        result = run("replay", str(self.write(tmp_path / "case.json", self.BROKEN)))

        assert 1 == result.exit_code, result.output
        assert "FAIL n.maximum.dall-e-3" in result.output

    @pytest.mark.usefixtures("offline")
    @pytest.mark.parametrize("value", [BROKEN, Case("by itself", BROKEN.request, ())])
    def test_bare(self, value: Any, tmp_path: Path) -> None:
        """A packed exchange or case by itself will do."""
        (tmp_path / "case.json").write_text(json.dumps(pack(value)))

        assert run("replay", str(tmp_path / "case.json")).exit_code == (1 if isinstance(value, Exchange) else 3)

    @pytest.mark.usefixtures("offline")
    @pytest.mark.parametrize(
        ("body", "said"),
        [(DALLE3 | {"n": 2}, "wants it refused with 400 or 422: n must be at most 1, got 2 [n.maximum.dall-e-3]"),
         (DALLE3, "wants it served"), (DALLE3 | {"n": None}, "leaves open")],
    )  # fmt: skip
    def test_without_an_answer(self, body: dict[str, Any], said: str, tmp_path: Path) -> None:
        """What can be said of a request alone is said, and is no verdict."""
        result = run("replay", str(self.write(tmp_path / "case.json", Exchange(request(body)))))

        assert 3 == result.exit_code
        assert said in result.output

    @pytest.mark.parametrize(
        ("fault", "code", "news"), [(None, 0, "fail -> pass"), ("accepts:n.maximum.dall-e-3", 1, "no verdict")]
    )
    def test_sent_again(self, fault: str | None, code: int, news: str, tmp_path: Path) -> None:
        """--send asks a server again, and tells whether it has learnt."""
        app = Remembering(create_app(Contract.load().document, key=KEY, fault=fault))
        file = self.write(tmp_path / "case.json", self.BROKEN)
        with serving(app) as origin:
            result = run("replay", str(file), "--send", f"{origin}/v1", "--clause", "n.*")

        assert code == result.exit_code, result.output
        assert f"Changed since the answer in the file: {'1 verdict' if code == 0 else news}" in result.output
        assert news in result.output
        assert 1 == len(app.seen)

    def test_only_cases_are_sent(self, tmp_path: Path) -> None:
        """A journal is never sent again: it may hold hundreds of pictures."""
        app = Remembering(create_app(CONTRACT.document, key=KEY))
        file = journal(tmp_path / "j.sqlite", "proxy", [gpt()], [])
        with serving(app) as origin:
            result = run("replay", str(file), "--send", f"{origin}/v1")

        assert (2, []) == (result.exit_code, app.seen)
        assert "--send takes a case file" in result.output


def test_other_files_have_no_runs(tmp_path: Path) -> None:
    """--run and --runs speak of journals."""
    (tmp_path / "x.json").write_text("{}")

    assert "is no journal" in run("replay", str(tmp_path / "x.json"), "--runs").output
    assert "is no journal" in run("replay", str(tmp_path / "x.json"), "--run", "1").output


def test_a_long_run_is_not_held_in_memory(tmp_path: Path) -> None:
    """Answers are read one after the other: a journal may be larger than memory."""
    import tracemalloc

    file = journal(tmp_path / "j.sqlite", "proxy", [gpt(data=[{"b64_json": "A" * 2_000_000}]) for _ in range(30)], [])
    begun = time.monotonic()
    tracemalloc.start()
    try:
        result = run("replay", str(file), "-q")
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert 1 == result.exit_code
    assert file.stat().st_size > 60_000_000
    assert peak < 45_000_000, f"{peak} bytes after {time.monotonic() - begun:.1f} s"
