"""`images-conformance check` as a person uses it."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import jsonschema_rs
import pytest
from click.testing import CliRunner, Result

from images_conformance.cli import main
from images_conformance.reports.json_report import SCHEMA
from images_contract import Contract
from images_reference_server import RunningServer, running

KEY = "sk-secret-4711"


def run(*words: str, **environment: str) -> Result:
    """Run the command in this process."""
    return CliRunner().invoke(main, words, env={"OPENAI_API_KEY": KEY, **environment})


@pytest.fixture(scope="module")
def server() -> Iterator[RunningServer]:
    """An honest server that wants KEY."""
    with running(Contract.load().document, key=KEY) as running_server:
        yield running_server


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> tuple[Result, dict, Path]:
    """A run against the embedded server: its result, JSON report and JUnit file."""
    folder = tmp_path_factory.mktemp("reports")
    result = run("check", "--json", str(folder / "r.json"), "--junit", str(folder / "r.xml"))
    return result, json.loads((folder / "r.json").read_text()), folder / "r.xml"


class TestHonestServer:
    """The control: a server that keeps the contract."""

    def test_is_conformant(self, reports: tuple[Result, dict, Path]) -> None:
        """The embedded server keeps every clause; the table names every model."""
        result, report, _ = reports

        assert 0 == result.exit_code, result.output
        assert "CONFORMANT" in result.output
        assert all(model in result.output for model in Contract.load().models)
        assert {"pass", "skip"} == {clause["verdict"] for clause in report["clauses"]}

    def test_json_report_keeps_its_schema(self, reports: tuple[Result, dict, Path]) -> None:
        """The JSON report satisfies the schema in the repository, and names the contract it judged by."""
        _, report, _ = reports
        jsonschema_rs.validate(json.loads(SCHEMA.read_text()), report)

        assert Contract.load().sha256 == report["contract"]["sha256"]
        assert 0 == report["exit_code"]
        assert report["target"]["embedded"] is True

    def test_every_clause_is_in_the_report(self, reports: tuple[Result, dict, Path]) -> None:
        """No sentence of the contract goes unmentioned."""
        _, report, _ = reports
        told = [(clause["id"], clause["model"]) for clause in report["clauses"]]

        assert [clause.key for clause in Contract.load().clauses] == told

    def test_junit_has_a_case_per_clause_and_model(self, reports: tuple[Result, dict, Path]) -> None:
        """JUnit counts what the JSON report counts."""
        _, report, path = reports
        root = ElementTree.parse(path).getroot()
        cases = [(case.get("name"), case.get("classname")) for case in root.iter("testcase")]

        assert len(report["clauses"]) == len(cases) == len(set(cases))
        assert [] == list(root.iter("failure"))

    def test_a_smoke_run_is_conclusive_and_cheap(self, tmp_path: Path) -> None:
        """The least depth leaves no must clause untested, serves at most 12 requests and costs less than 0.40 USD."""
        result = run("check", "--depth", "smoke", "--json", str(tmp_path / "r.json"))
        report = json.loads((tmp_path / "r.json").read_text())

        assert 0 == result.exit_code, result.output
        assert report["accepted_requests"] <= 12
        assert report["estimated_usd"] < 0.40

    def test_counts_are_those_of_the_server(self, server: RunningServer, tmp_path: Path) -> None:
        """What the report says was sent, served and drawn is what the server saw."""
        before = (server.counts.requests, server.counts.accepted_requests, server.counts.images)
        run("check", server.base_url, "--models", "dall-e-2", "--json", str(tmp_path / "r.json"))
        report = json.loads((tmp_path / "r.json").read_text())
        after = (server.counts.requests, server.counts.accepted_requests, server.counts.images)
        told = [report["requests"], report["accepted_requests"], report["images"]]

        assert told[1:] == [now - then for then, now in zip(before, after, strict=True)][1:]
        assert told[0] <= after[0] - before[0]  # fetching pictures is not counted as a request to the API


FAULTS = {
    "accepts:n.maximum.dall-e-3": "n.maximum.dall-e-3",
    "accepts:style.unsupported.gpt-image-1": "style.unsupported.gpt-image-1",
    "accepts:prompt.required.dall-e-2": "prompt.required.dall-e-2",
    "accepts:background.transparent-needs-alpha.gpt-image-1": "background.transparent-needs-alpha",
    "auth:any-key": "auth.wrong-key",
    "auth:missing-passes": "auth.missing",
    "auth:any-header": "auth.malformed",
    "http:get-served": "http.method",
    "http:any-media-type": "http.media-type",
    "bodies:malformed-crashes": "http.malformed-json",
    "envelope:no-type": "error.envelope",
    "envelope:wrong-param": "error.param",
    "data:n-ignored": "data.count",
    "fields:created-missing": "response.schema",
}


@pytest.mark.parametrize(("fault", "clause"), FAULTS.items())
def test_a_fault_of_each_kind_is_caught_by_name(fault: str, clause: str, tmp_path: Path) -> None:
    """A server with one fault fails the clause that speaks of it, in words a person can act on."""
    contract = Contract.load()
    with running(contract.document, key=KEY, fault=fault) as faulty:
        result = run("check", faulty.base_url, "--json", str(tmp_path / "r.json"))
    report = json.loads((tmp_path / "r.json").read_text())
    failed = {each["id"] for each in report["clauses"] if each["verdict"] == "fail"}

    assert 1 == result.exit_code
    assert clause in failed
    assert f"FAIL {clause}" in result.output
    assert "Authorization: Bearer $OPENAI_API_KEY" in result.output or "auth" in clause
    assert KEY not in result.output + json.dumps(report)


def test_a_broken_should_warns_and_fails_only_on_demand() -> None:
    """422 in place of 400 is a warning, and a failure with --level should."""
    with running(Contract.load().document, key=KEY, fault="status:unprocessable-for-invalid") as faulty:
        lenient, strict = run("check", faulty.base_url), run("check", faulty.base_url, "--level", "should")

    assert (0, 1) == (lenient.exit_code, strict.exit_code)
    assert "warning reject.status-400" in lenient.output
    assert "FAIL reject.status-400" in strict.output


def test_the_curl_line_reproduces_what_was_seen(tmp_path: Path) -> None:
    """The printed command, run in a shell with the key in its variable, is answered as the report says."""
    with running(Contract.load().document, key=KEY, fault="accepts:prompt.maxLength.dall-e-2") as faulty:
        run("check", faulty.base_url, "--json", str(tmp_path / "r.json"))
        report = json.loads((tmp_path / "r.json").read_text())
        broken = next(each for each in report["clauses"] if each["id"] == "prompt.maxLength.dall-e-2")
        environment = {**os.environ, "OPENAI_API_KEY": KEY}
        line = broken["evidence"][0]["curl"]
        shell = subprocess.run(["bash", "-c", line], env=environment, capture_output=True, text=True, check=True)

    assert "fail" == broken["verdict"]
    assert f" {broken['evidence'][0]['response']['status']} " in shell.stdout.splitlines()[0]


class TestOptions:
    """What the options do."""

    def test_no_auth_skips_the_clauses_about_keys(self, tmp_path: Path) -> None:
        """A server without keys is conformant with --no-auth."""
        with running(Contract.load().document, key=None) as keyless:
            result = run("check", keyless.base_url, "--no-auth", "--json", str(tmp_path / "r.json"), OPENAI_API_KEY="")
        report = json.loads((tmp_path / "r.json").read_text())
        verdicts = {each["verdict"] for each in report["clauses"] if each["id"].startswith("auth.")}

        assert 0 == result.exit_code, result.output
        assert {"skip"} == verdicts

    def test_clause_globs_choose(self, tmp_path: Path) -> None:
        """--clause judges only what matches, and sends only what that needs."""
        run("check", "--clause", "size.*", "--json", str(tmp_path / "r.json"))
        report = json.loads((tmp_path / "r.json").read_text())
        judged = {each["id"].split(".")[0] for each in report["clauses"] if each["verdict"] == "pass"}

        assert {"size"} == judged
        assert report["requests"] < 60

    def test_dry_run_sends_nothing(self, server: RunningServer) -> None:
        """--dry-run lists cases and the worst case in USD."""
        before = server.counts.requests
        result = run("check", server.base_url, "--dry-run")

        assert 0 == result.exit_code
        assert before == server.counts.requests
        assert "n.maximum.dall-e-3" in result.output
        assert "USD if it serves and bills everything" in result.output

    def test_another_variable_may_hold_the_key(self, server: RunningServer) -> None:
        """--api-key-env names the variable, also in what reproduces a failure."""
        words = ("check", server.base_url, "--clause", "n.*", "--api-key-env", "MY_KEY")
        result = run(*words, OPENAI_API_KEY="", MY_KEY=KEY)

        assert 0 == result.exit_code, result.output


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["check", "localhost:8000"], "is no base URL"),
        (["check", "http://local host/v1"], "is no base URL"),
        (["check", "http://user:pass@localhost/v1"], "no user, password"),
        (["check", "--models", "dall-e-4"], "no model 'dall-e-4'"),
        (["check", "--clause", "sise.*"], "matches no clause id"),
        (["check", "--rate", "fast"], "is no rate"),
        (["check", "--spec", "missing.yaml"], "missing.yaml: cannot be read"),
        (["check", "--dialect", "no-such"], "dialect 'no-such'"),
        (["check", "--prices", "missing.yaml"], "missing.yaml: cannot be read"),
        (["check", "http://localhost:1/v1", "--api-key-env", "NOT_SET"], "NOT_SET is not set"),
        (["check", "https://images.invalid/v1"], "--budget"),
        (["serve", "--no-auth", "--fault", "no-such-fault"], "no-such-fault"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_wrong_usage_is_one_line_and_exit_code_2(words: list[str], message: str) -> None:
    """What is wrong with the input is told in one line, without a traceback."""
    result = run(*words)

    assert 2 == result.exit_code
    assert message in result.output
    assert 1 == len(result.output.strip().splitlines())


@pytest.mark.parametrize("value", ["nan", "inf", "0", "soon"])
def test_a_timeout_is_a_time(value: str) -> None:
    """What is no number of seconds is told before anything is sent."""
    result = run("check", "--timeout", value)

    assert 2 == result.exit_code
    assert f"{value!r} is no time in seconds" in result.output


@pytest.mark.parametrize("option", ["--json", "--junit", "--html", "--markdown", "--sarif", "--badge", "--write-known"])
def test_a_report_that_cannot_be_written_is_told_before_anything_is_sent(
    option: str, server: RunningServer, tmp_path: Path
) -> None:
    """Nobody pays for a run to learn that its report has no place."""
    (tmp_path / "file").write_text("")
    before = server.counts.requests
    result = run("check", server.base_url, option, str(tmp_path / "file" / "report"))

    assert 2 == result.exit_code
    assert "cannot be written: Not a directory" in result.output
    assert 1 == len(result.output.strip().splitlines())
    assert before == server.counts.requests


def test_a_document_with_its_parts_in_components_is_served_and_judged_alike(tmp_path: Path) -> None:
    """Body and answers may stand in components, their clauses with them."""
    document = json.loads(json.dumps(Contract.load().document))
    operation, components = document["paths"]["/images/generations"]["post"], document["components"]
    components["requestBodies"] = {"Asked": operation["requestBody"]}
    operation["requestBody"] = {"$ref": "#/components/requestBodies/Asked"}
    for status in ("200", "400", "401"):
        components["responses"][f"Answer{status}"] = operation["responses"][status]
        operation["responses"][status] = {"$ref": f"#/components/responses/Answer{status}"}
    (tmp_path / "moved.json").write_text(json.dumps(document))
    verdicts = []
    for spec in ([], ["--spec", str(tmp_path / "moved.json")]):
        run("check", "--depth", "smoke", "--models", "gpt-image-1", *spec, "--json", str(tmp_path / "report.json"))
        clauses = json.loads((tmp_path / "report.json").read_text())["clauses"]
        verdicts.append([(each["id"], each["model"], each["verdict"]) for each in clauses])

    assert verdicts[0] == verdicts[1]
    assert {"pass"} <= {verdict for *_, verdict in verdicts[1]} <= {"pass", "skip", "untested"}


def test_a_behaviour_that_no_code_judges_is_told(tmp_path: Path) -> None:
    """A dialect may declare what nothing here can judge: no answer could have told, and the run is inconclusive."""
    clause = {"id": "http.gzip", "level": "must", "sentence": "A gzipped body is read.", "source": "us"}
    action = {"target": "$.paths['/images/generations'].post['x-clauses']", "update": clause}
    overlay = {"overlay": "1.0.0", "info": {"title": "x", "version": "1.0.0"}, "actions": [action]}
    (tmp_path / "house.yaml").write_text(json.dumps(overlay))
    result = run("check", "--dialect", str(tmp_path / "house.yaml"), "--clause", "http.gzip")

    assert 3 == result.exit_code
    assert "http.gzip: no code judges this behaviour" in " ".join(result.output.split())


def test_a_server_that_is_not_there_is_inconclusive() -> None:
    """Nothing listens: exit code 3, the reason once, no verdict on the server."""
    result = run("check", "http://127.0.0.1:9/v1")

    assert 3 == result.exit_code
    assert "INCONCLUSIVE" in result.output
    assert "FAIL" not in result.output
