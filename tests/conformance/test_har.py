"""HAR files: what is read, what is passed over, and what never comes out of them."""

from __future__ import annotations

import base64
import io
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import harfile
import pytest
from canned import CONTRACT, DALLE2, DALLE3, ERROR, GPT, USAGE, b64, picture
from click.testing import CliRunner, Result
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from images_conformance.cli import main
from images_conformance.exchange import Exchange
from images_conformance.judging.judge import judge
from images_conformance.judging.verdicts import Verdict
from images_conformance.recordings.har import ELSEWHERE, MALFORMED, NO_ANSWER, NO_REQUEST, Har

KEY = "sk-secret-4711-0815"
URL = "https://api.example/v1/images/generations"
JSON = {"name": "Content-Type", "value": "application/json"}
AUTHORIZED = {"name": "Authorization", "value": f"Bearer {KEY}"}
REFUSAL = {"error": ERROR}
LEAK = {"error": ERROR | {"message": f"No key like {KEY}."}}


def entry(body: Any = DALLE2, answer: Any = REFUSAL, status: int = 400, **replaced: Any) -> dict[str, Any]:
    """An entry with what HAR 1.2 asks for; a dotted name replaces a member, None takes it out."""
    text = json.dumps(answer)
    value: dict[str, Any] = {
        "startedDateTime": "2026-11-24T06:00:00.000Z",
        "time": 1500.0,
        "request": {
            "method": "POST", "url": URL, "httpVersion": "HTTP/1.1", "cookies": [], "queryString": [],
            "headers": [JSON, {"name": "Accept", "value": "application/json"}],
            "headersSize": -1, "bodySize": len(json.dumps(body)),
            "postData": {"mimeType": "application/json", "text": json.dumps(body)},
        },
        "response": {
            "status": status, "statusText": "", "httpVersion": "HTTP/1.1", "cookies": [], "redirectURL": "",
            "headers": [JSON, {"name": "X-Request-ID", "value": "req_1"}], "headersSize": -1, "bodySize": len(text),
            "content": {"size": len(text), "mimeType": "application/json", "text": text},
        },
        "cache": {}, "timings": {"send": 0, "wait": 1500, "receive": 0},
    }  # fmt: skip
    for name, new in replaced.items():
        *path, last = name.split("__")
        place = value
        for step in path:
            place = place[step]
        place.pop(last) if new is None else place.update({last: new})
    return value


def har(*entries: Any) -> dict[str, Any]:
    """A HAR file."""
    return {"log": {"version": "1.2", "creator": {"name": "a test", "version": "1"}, "entries": list(entries)}}


def read(*entries: Any) -> Har:
    """What is read of some entries."""
    return Har.from_json(har(*entries), CONTRACT.route)


def exchange(*entries: Any) -> Exchange:
    """The one exchange that is read of some entries."""
    ((_, only),) = read(*entries).exchanges
    return only


def failing(*entries: Any) -> set[str]:
    """The ids of the clauses that entries break."""
    said = [told for _, each in read(*entries).exchanges for told in judge(CONTRACT, each)]
    return {told.clause[0] for told in said if told.verdict is Verdict.FAIL}


def replay(file: Path, *words: str) -> Result:
    """Run the command on a file."""
    return CliRunner().invoke(main, ["replay", str(file), *words])


def served(**replaced: Any) -> dict[str, Any]:
    """A served request of gpt-image-1, two months before anybody reads it."""
    created = int(datetime(2026, 11, 24, 6, tzinfo=UTC).timestamp())
    answer = {"created": created, "data": [{"b64_json": b64(picture())}], "usage": USAGE}
    answer |= {name: GPT[name] for name in ("size", "quality", "output_format", "background")}
    return entry(GPT, answer, 200, **replaced)


class TestReading:
    """An entry becomes an exchange, as far as the file tells."""

    def test_a_whole_entry(self) -> None:
        """Request, answer, time and place are read."""
        got = exchange(served())

        assert GPT == got.request.json()
        assert ("POST", "application/json", "application/json", "right") == (
            got.request.method, got.request.content_type, got.request.accept, got.request.credential,
        )  # fmt: skip
        assert got.response is not None
        assert (200, "application/json", "req_1", 1.5) == (
            got.response.status, got.response.media_type, got.response.header("x-request-id"), got.response.seconds,
        )  # fmt: skip
        assert (URL, datetime(2026, 11, 24, 6, tzinfo=UTC).timestamp()) == (got.url, got.sent_at)
        assert set() == failing(served())

    def test_base64(self) -> None:
        """A body in base64 is read like any other."""
        plain = exchange(served()).response
        text = served()["response"]["content"]["text"]
        content = {"size": len(text), "encoding": "base64", "text": b64(text.encode())}

        assert plain is not None
        assert plain == exchange(served(response__content=content | {"mimeType": "application/json"})).response

    @pytest.mark.parametrize(
        ("size", "saved"), [(len(json.dumps(REFUSAL)), 20), (80, len(json.dumps(REFUSAL)) - 80), (200, -120)]
    )
    def test_compressed_on_the_wire(self, size: int, saved: int) -> None:
        """Content is decoded already, whatever Content-Encoding says and whichever size the recorder counted."""
        content = {"size": size, "compression": saved, "mimeType": "application/json", "text": json.dumps(REFUSAL)}
        headers = [JSON, {"name": "content-encoding", "value": "gzip"}]
        got = exchange(entry(response__content=content, response__headers=headers)).response

        assert got is not None
        assert REFUSAL == got.json()

    def test_missing_fields(self) -> None:
        """What is optional, or should not be, may be missing: times, headers, sizes."""
        bare = entry(startedDateTime=None, time=None, cache=None, timings=None, request__headers=None,
                     request__bodySize=None, response__headers=None, response__content__size=None)  # fmt: skip
        got = exchange(bare)

        assert 0 == got.sent_at
        assert "application/json" == got.request.content_type
        assert got.response is not None
        assert "application/json" == got.response.media_type

    def test_no_answer(self) -> None:
        """Where no answer came there is a failure with the recorder's word on it, and no verdict."""
        blocked = entry(response={"status": 0, "headers": [], "content": {}, "_error": "net::ERR_CONNECTION_RESET"})
        got = exchange(blocked)

        assert (None, "net::ERR_CONNECTION_RESET") == (got.response, got.failure)
        assert set() == failing(blocked)

    def test_what_harfile_writes(self) -> None:
        """A file of the library that schemathesis writes its own with is read."""
        body, answer = json.dumps(DALLE3 | {"n": 2}), json.dumps({"created": 1, "data": []})
        sent = harfile.PostData("application/json", text=body)
        told = harfile.Content(len(answer), None, "application/json", b64(answer.encode()), "base64")
        file = io.StringIO()
        with harfile.HarFile(file) as writer:
            writer.add_entry(
                startedDateTime=datetime(2026, 11, 24, tzinfo=UTC), time=12,
                request=harfile.Request("POST", URL, "HTTP/1.1", postData=sent),
                response=harfile.Response(200, "OK", "HTTP/1.1", content=told),
                timings=harfile.Timings(0, 12, 0),
            )  # fmt: skip
        ((_, got),) = Har.from_json(json.loads(file.getvalue()), CONTRACT.route).exchanges

        assert {"n.maximum.dall-e-3"} <= {each.clause[0] for each in judge(CONTRACT, got) if each.verdict == "fail"}


class TestPassedOver:
    """What cannot be judged is counted, and never guessed at."""

    @pytest.mark.parametrize(
        ("broken", "why"),
        [(None, MALFORMED), (7, MALFORMED), ({}, MALFORMED), (entry(request=None), MALFORMED),
         (entry(request__url=5), MALFORMED), (entry(request__method=None), MALFORMED),
         (entry(response=None), MALFORMED), (entry(response__status="200"), MALFORMED),
         (entry(response__content={"text": "%%%", "encoding": "base64"}), MALFORMED),
         (entry(request__url="https://api.example/v1/models"), ELSEWHERE), (entry(request__url="http://["), ELSEWHERE),
         (entry(request__postData=None), NO_REQUEST), (entry(request__postData={"params": []}), NO_REQUEST),
         (entry(response__content={"size": 900, "mimeType": "application/json"}), NO_ANSWER),
         (entry(response__content__size=900), NO_ANSWER), (entry(response__content=None), NO_ANSWER)],
    )  # fmt: skip
    def test_why(self, broken: Any, why: str) -> None:
        """Each has its word, and the others are read all the same."""
        got = read(broken, served())

        assert 1 == len(got.exchanges)
        assert {why: 1} == dict(got.passed_over)

    def test_empty_bodies_are_no_gap(self) -> None:
        """A body of no bytes is one."""
        nothing = entry(request__postData=None, request__bodySize=0, response__content={"size": 0})

        assert b"" == exchange(nothing).request.body

    def test_a_get_needs_no_body(self) -> None:
        """Another method is judged as such."""
        get = entry(request__method="GET", request__postData=None, request__bodySize=None)

        assert {"http.method-405"} == failing(get)

    def test_counted_aloud(self, tmp_path: Path) -> None:
        """The command says how many and why."""
        file = tmp_path / "t.har"
        file.write_text(
            json.dumps(har(served(), None, entry(request__url="https://x/"), entry(request__url="https://y/")))
        )
        result = replay(file)

        assert 0 == result.exit_code, result.output
        assert f"passed over: 2 {ELSEWHERE}" in result.output
        assert f"passed over: 1 {MALFORMED}" in result.output
        assert "NOTHING BROKEN" in result.output

    def test_nothing_to_judge(self, tmp_path: Path) -> None:
        """Where every request lacks something, nobody knows."""
        file = tmp_path / "t.har"
        file.write_text(json.dumps(har(entry(response__content={"size": 9}))))
        result = replay(file)

        assert 3 == result.exit_code
        assert f"passed over: 1 {NO_ANSWER}" in result.output


class TestKeys:
    """Keys are judged by their form, and left where they were."""

    def test_blotted_out(self, tmp_path: Path) -> None:
        """A key that an answer repeats is in no report, and is told."""
        leaking = entry(answer=LEAK, request__headers=[JSON, AUTHORIZED],
                        response__headers=[JSON, {"name": "x-key", "value": KEY}])  # fmt: skip
        file = tmp_path / "t.har"
        file.write_text(json.dumps(har(leaking)))
        result = replay(file, "--json", str(tmp_path / "r.json"), "--junit", str(tmp_path / "r.xml"),
                        "--html", str(tmp_path / "r.html"))  # fmt: skip
        written = "".join((tmp_path / name).read_text() for name in ("r.json", "r.xml", "r.html"))

        assert "auth.key-echo" in failing(leaking)
        assert KEY not in result.output + written

    @pytest.mark.parametrize("name", ["api-key", "X-Goog-Api-Key", "x-auth-token", "Proxy-Authorization"])
    def test_keys_in_other_headers(self, name: str) -> None:
        """Vendors have other headers for it."""
        got = exchange(entry(answer=LEAK, request__headers=[JSON, {"name": name, "value": KEY}]))

        assert got.response is not None
        assert KEY.encode() not in got.response.body
        assert KEY not in repr(got)

    @pytest.mark.parametrize("token", ["x", "none", "1", "EMPTY"])
    def test_short_tokens_do_no_harm(self, token: str) -> None:
        """A token that is no secret leaves answers as they are where its letters happen to stand."""
        authorized = [JSON, {"name": "authorization", "value": f"Bearer {token}"}]

        assert set() == failing(served(request__headers=authorized))

    @pytest.mark.parametrize("value", ["[REDACTED]", "REDACTED", "Bearer ***", "***", "Bearer [blotted out by hand]"])
    def test_blotted_by_others(self, value: str) -> None:
        """A header that a tool made unreadable is not held against the server."""
        assert set() == failing(served(request__headers=[JSON, {"name": "Authorization", "value": value}]))

    def test_sanitized_files(self) -> None:
        """Where a file keeps no Authorization header, a missing one says nothing."""
        assert "right" == exchange(served()).request.credential

    def test_missing_keys(self) -> None:
        """Where it keeps them, it does."""
        assert {"auth.missing"} == failing(served(), served(request__headers=[JSON, AUTHORIZED]))

    def test_scheme(self) -> None:
        """The spelling of the scheme is seen."""
        got = exchange(entry(request__headers=[JSON, {"name": "authorization", "value": f"bearer {KEY}"}]))

        assert "lower-case scheme" == got.request.credential


class TestHostileFiles:
    """Whatever a file holds, it is one line and exit code 2."""

    @pytest.mark.parametrize(
        ("content", "said"),
        [(b"", "no JSON"), (b"{", "no JSON"), (b"[" * 100_000, "nested too deeply"), (b"\xff\xfe{\0}\0", "no JSON"),
         (b"NaN", "no JSON"), (b"1" * 5000, "no JSON"), (b"hello, I am a letter", "no JSON"), (b"\0" * 4096, "no JSON"),
         (b"{}", "request is missing"), (b"[]", "case file"), (b"7", "case file"), (b'"log"', "case file"),
         (b'{"log": 5}', "log.entries is missing"), (b'{"log": {"entries": {}}}', "log.entries is missing"),
         (b'{"log": {"entries": []}}', "no request to"),
         (json.dumps(har(entry(request__url="https://x/"))).encode(), "among its 1 entries"),
         (b'{"name": "x", "exchange": {"request": {"body": 5}}}', "exchange.request.body")],
        ids=lambda value: value[:24].decode("latin-1") if isinstance(value, bytes) else "",
    )  # fmt: skip
    def test_one_line(self, content: bytes, said: str, tmp_path: Path) -> None:
        """Damaged, foreign, empty and deep files."""
        file = tmp_path / "t.har"
        file.write_bytes(content)
        result = replay(file)

        assert 2 == result.exit_code, result.output
        assert said in result.output
        assert 1 == len(result.output.strip().splitlines())
        assert content == file.read_bytes()

    def test_huge(self, tmp_path: Path) -> None:
        """A file that no memory should hold is not read."""
        file = tmp_path / "t.har"
        with file.open("wb") as sparse:
            sparse.truncate(1 << 40)
        result = replay(file)

        assert 2 == result.exit_code
        assert "1048576 MiB" in result.output

    @pytest.mark.parametrize("name", [".", "/dev/null", "/dev/zero", "missing.har"])
    def test_no_file(self, name: str, tmp_path: Path) -> None:
        """Folders, devices and nothing at all."""
        result = replay(tmp_path / name)

        assert 2 == result.exit_code
        assert 1 == len(result.output.strip().splitlines())

    def test_byte_order_mark(self, tmp_path: Path) -> None:
        """A byte order mark is no damage: the format allows it."""
        file = tmp_path / "t.har"
        file.write_bytes(b"\xef\xbb\xbf" + json.dumps(har(served())).encode())

        assert 0 == replay(file).exit_code

    def test_what_a_file_says_is_text(self, tmp_path: Path) -> None:
        """Neither a terminal nor a shell nor a report takes what a file says for anything but text."""
        body = {"model": "gpt-image-1", "prompt": "\x1b[2J", "n": 99, "user": "\ud800"}
        odd = entry(body, {"error": {"message": "\x1b]0;mine\x07 \udfff", "type": "\x1b"}}, 200,
                    request__url=f"https://x\x1b\u202e/v1{CONTRACT.route}", request__method="POST")  # fmt: skip
        raw = entry(request__postData={"text": '\x1b{"n": \x9b}'}, status=200)
        shell = entry(request__method="PUT; touch /tmp/mine", status=200)
        file = tmp_path / "t.har"
        file.write_text(json.dumps(har(odd, raw, shell)))
        names = ["r.json", "r.xml", "r.html", "r.sarif"]
        options = [word for name in names for word in (f"--{name[2:].replace('xml', 'junit')}", str(tmp_path / name))]
        result = replay(file, *options)
        ElementTree.parse(tmp_path / "r.xml")
        lines = [each["curl"] for clause in json.loads((tmp_path / "r.json").read_text())["clauses"]
                 for each in clause["evidence"]]  # fmt: skip

        assert 1 == result.exit_code, result.exception
        assert not set("\x1b\x07\x9b\u202e") & set(result.output + "".join(lines))
        assert "-X 'PUT; TOUCH /TMP/MINE'" in "".join(lines)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9) | st.sampled_from([URL, "base64"]),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from(["method", "url", "headers", "name", "value", "text", "status", "content", "size", "encoding",
                         "postData", "mimeType", "time", "bodySize"]), inner, max_size=6),
    max_leaves=12,
)  # fmt: skip


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_any_entry_is_read_or_passed_over(data: st.DataObject) -> None:
    """Whatever stands where, every entry is accounted for, and what is read can be judged."""
    mangled = served()
    for name in data.draw(st.lists(st.sampled_from(["request", "response", "startedDateTime", "time"]), max_size=2)):
        mangled[name] = data.draw(VALUES)
    for part in ("request", "response"):
        if isinstance(mangled[part], dict):
            for name in data.draw(st.lists(st.sampled_from(sorted(mangled[part]) or ["x"]), max_size=2)):
                mangled[part][name] = data.draw(VALUES)
    got = read(mangled)
    for _, each in got.exchanges:
        judge(CONTRACT, each)

    assert 1 == len(got.exchanges) + sum(got.passed_over.values())


def test_content_is_not_decoded_twice() -> None:
    """A body in base64 is what stands there; the picture in it stays in base64."""
    text = base64.b64encode(json.dumps({"data": [{"b64_json": "QUJD"}]}).encode()).decode()
    got = exchange(entry(response__content={"encoding": "base64", "text": text})).response

    assert got is not None
    assert "QUJD" == got.json()["data"][0]["b64_json"]
