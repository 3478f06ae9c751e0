"""`images-conformance proxy`: traffic passes untouched, and is judged."""

from __future__ import annotations

import asyncio
import gzip
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import brotli
import httpx2
import openai
import pytest
from canned import CONTRACT, DALLE3, GPT, NOW, event, gpt, preview
from click.testing import CliRunner
from serving import Remembering, serving

from images_conformance.cli import main
from images_conformance.errors import JournalError
from images_conformance.exchange import Exchange
from images_conformance.judging import arriving
from images_conformance.judging.results import Target
from images_conformance.judging.verdicts import Verdict
from images_conformance.planning.plan import Selection
from images_conformance.proxy import Forwarder
from images_conformance.proxy.witness import Judge
from images_conformance.recordings.about import About
from images_conformance.recordings.journal import Journal
from images_conformance.recordings.resume import begun
from images_reference_server import create_app, running

KEY = "sk-secret-4711-0815"
AUTHORIZED = {"Authorization": f"Bearer {KEY}"}
PATH = "/v1/images/generations"
PATIENCE = 20.0


@dataclass
class Proxy:
    """A proxy that is up, what it told, and what it wrote down."""

    url: str
    judge: Judge
    told: list[str]
    file: Path
    journal: Journal

    @property
    def exchanges(self) -> list[Exchange | None]:
        """What it wrote down so far; None for what is under way."""
        with Journal.open(self.file, write=False) as journal:
            return [entry.exchange for entry in journal.entries(1)]

    def failing(self) -> set[str]:
        """The clauses that were broken so far."""
        return {each.clause.id for each in self.judge.tally.results(Selection()) if each.verdict is Verdict.FAIL}


@contextmanager
def proxied(upstream: str, folder: Path, *, auth: bool = True, fetch: bool = False) -> Iterator[Proxy]:
    """A proxy in front of a server; all that passed is judged when the block ends."""
    told, file, selection = list[str](), folder / "traffic.sqlite", Selection(auth=auth)
    about = About.of("proxy", CONTRACT, Target(upstream + CONTRACT.route), selection, "must")
    client, files = httpx2.AsyncClient(trust_env=False), httpx2.AsyncClient(trust_env=False)
    codings = client.headers["accept-encoding"].split(", ")
    with Journal.open(file) as journal, begun(journal, about, ()) as run:
        judge = Judge(CONTRACT, selection, "must", codings, run.log, told.append, files if fetch else None)
        app = Forwarder(client, upstream, CONTRACT.route, judge, auth=auth)
        loops: list[asyncio.AbstractEventLoop] = []

        async def remembering(scope: Any, receive: Any, send: Any) -> None:
            loops.append(asyncio.get_running_loop())
            await app(scope, receive, send)

        with judge, serving(remembering) as origin:
            yield Proxy(origin + urlsplit(upstream).path, judge, told, file, journal)
            for each in (client, files):
                if loops:
                    asyncio.run_coroutine_threadsafe(each.aclose(), loops[0]).result(PATIENCE)


@dataclass
class Upstream:
    """A server that answers as it is told and remembers what it got."""

    answer: Callable[[Any], Any]
    seen: list[dict[str, Any]] = field(default_factory=list)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        body, more = b"", True
        while more:
            message = await receive()
            body, more = body + message.get("body", b""), message.get("more_body", False)
        self.seen.append({**scope, "body": body})
        status, headers, parts = self.answer(scope)
        await send({"type": "http.response.start", "status": status, "headers": headers})
        for part in parts:
            await send({"type": "http.response.body", "body": part, "more_body": True})
        await send({"type": "http.response.body"})


def answering(body: bytes, *headers: tuple[bytes, bytes], status: int = 200) -> Upstream:
    """A server that gives one answer."""
    length = (b"content-length", b"%d" % len(body))
    return Upstream(lambda scope: (status, [(b"content-type", b"application/json"), length, *headers], [body]))


def good() -> bytes:
    """A good answer to GPT, made now."""
    import time

    response = gpt().response
    assert response is not None
    return json.dumps(json.loads(response.body) | {"created": int(time.time())}).encode()


def until(condition: Callable[[], Any]) -> None:
    """Wait for something that is about to happen."""
    import time

    deadline = time.monotonic() + PATIENCE
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.01)
    assert condition()


class TestUntouched:
    """What passes is the same on both sides."""

    def test_request(self, tmp_path: Path) -> None:
        """Path, query, body and headers go on as they came, the key too; what belongs to the connection does not."""
        app = answering(b"{}")
        with serving(app) as origin, proxied(f"{origin}/v1", tmp_path) as proxy:
            connection = http.client.HTTPConnection(urlsplit(proxy.url).netloc)
            connection.putrequest("PATCH", "/v1/a%2Fb/../c%20d?x=1&y=%zz&z", skip_accept_encoding=True)
            sent = [("Authorization", f"Bearer {KEY}"), ("X-Twice", "1"), ("X-Twice", "2"), ("X-Latin", "caf\xe9"),
                    ("Connection", "keep-alive, X-Mine"), ("X-Mine", "1"), ("Keep-Alive", "timeout=5"),
                    ("TE", "trailers"), ("Proxy-Connection", "keep-alive"), ("Upgrade", "h2c"),
                    ("Content-Length", "3")]  # fmt: skip
            for name, value in sent:
                connection.putheader(name, value.encode("latin-1"))
            connection.endheaders(b"abc")
            assert 200 == connection.getresponse().status
            connection.close()
            (got,) = app.seen

        assert ("PATCH", b"/v1/a%2Fb/../c%20d", b"x=1&y=%zz&z", b"abc") == (
            got["method"], got["raw_path"], got["query_string"], got["body"],
        )  # fmt: skip
        assert [
            (b"host", urlsplit(origin).netloc.encode()), (b"authorization", AUTHORIZED["Authorization"].encode()),
            (b"x-twice", b"1"), (b"x-twice", b"2"), (b"x-latin", b"caf\xe9"), (b"content-length", b"3"),
        ] == got["headers"]  # fmt: skip

    def test_chunked_request(self, tmp_path: Path) -> None:
        """A body without a length stays one."""
        app = answering(b"{}")
        with serving(app) as origin, proxied(origin, tmp_path) as proxy:
            httpx2.post(f"{proxy.url}{PATH}", content=iter([b'{"a":', b"1}"]), headers=AUTHORIZED)
            (got,) = app.seen

        assert b'{"a":1}' == got["body"]
        assert (b"transfer-encoding", b"chunked") in got["headers"]
        assert b"content-length" not in dict(got["headers"])

    def test_answer(self) -> None:
        """Status, headers and body come back as they were, and nothing is added."""
        headers = [(b"set-cookie", b"a=1"), (b"set-cookie", b"b=2"), (b"x-odd", b"\xff"), (b"content-length", b"2")]
        own = [(b"connection", b"x-mine"), (b"x-mine", b"1"), (b"keep-alive", b"timeout=9")]
        app = Upstream(lambda scope: (418, [*headers, *own], [b"{", b"}"]))
        with serving(app) as origin, command("--upstream", origin, "--no-journal") as (_, url):
            with httpx2.stream("GET", f"{url}/x") as got:
                body = b"".join(got.iter_raw())
            added = [name for name, _ in httpx2.get(f"{origin}/x").headers.raw[:2]]  # by the server of this test

        assert (418, b"{}") == (got.status_code, body)
        assert [b"date", b"server"] == added
        assert [*added, *(name for name, _ in headers)] == [name for name, _ in got.headers.raw]
        assert headers == got.headers.raw[2:]

    @pytest.mark.parametrize("coding", ["gzip", "br", "zstd", "deflate"])
    def test_content_coding(self, coding: str, tmp_path: Path) -> None:
        """A coded body passes as it is; the judge sees what it stands for."""
        from backports.zstd import compress

        coded = {"gzip": gzip.compress, "br": brotli.compress, "zstd": compress, "deflate": zlib.compress}[coding](
            good()
        )
        app = answering(coded, (b"content-encoding", coding.encode()), (b"x-request-id", b"1"))
        with serving(app) as origin, proxied(origin, tmp_path) as proxy:
            assert coded == _raw(f"{proxy.url}{PATH}")
            until(lambda: proxy.judge.record.images == 1)

        assert set() == proxy.failing()

    def test_unknown_content_coding(self, tmp_path: Path) -> None:
        """A coding that nobody here knows is no verdict."""
        app = answering(b"\x01\x02", (b"content-encoding", b"x-secret"))
        with serving(app) as origin, proxied(origin, tmp_path) as proxy:
            assert 200 == httpx2.post(f"{proxy.url}{PATH}", json=GPT, headers=AUTHORIZED).status_code
        (exchange,) = proxy.exchanges

        assert exchange is not None
        assert "Content-Encoding 'x-secret' is not known" in (exchange.failure or "")
        assert [
            "no verdict (the answer cannot be decoded: Content-Encoding 'x-secret' is not known here)"
        ] == proxy.told

    def test_bombs(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """A body that unfolds to more than anybody wants is passed on folded, and not unfolded here."""
        monkeypatch.setattr(arriving, "MAX_BODY", 1 << 20)
        bomb = gzip.compress(bytes(50 << 20))
        app = answering(bomb, (b"content-encoding", b"gzip"))
        with serving(app) as origin, proxied(origin, tmp_path) as proxy:
            assert bomb == _raw(f"{proxy.url}{PATH}")
        (exchange,) = proxy.exchanges

        assert exchange is not None
        assert "larger than 1 MiB" in (exchange.failure or "")

    @pytest.mark.parametrize("method", ["HEAD", "OPTIONS", "GET", "DELETE"])
    def test_other_methods(self, method: str, tmp_path: Path) -> None:
        """What the reference server answers to other methods comes back, Allow included."""
        with serving(create_app(CONTRACT.document, key=KEY)) as origin, proxied(f"{origin}/v1", tmp_path) as proxy:
            direct, got = (httpx2.request(method, f"{each}{PATH}", headers=AUTHORIZED)
                           for each in (origin, proxy.url.removesuffix("/v1")))  # fmt: skip

        assert (direct.status_code, direct.headers.get("allow"), len(direct.content)) == (
            got.status_code, got.headers.get("allow"), len(got.content),
        )  # fmt: skip

    def test_other_paths_are_nobodys_business(self, tmp_path: Path) -> None:
        """They are forwarded, and neither judged nor written down."""
        with serving(create_app(CONTRACT.document, key=KEY)) as origin, proxied(f"{origin}/v1", tmp_path) as proxy:
            assert 200 == httpx2.get(f"{proxy.url}/models", headers=AUTHORIZED).status_code

        assert [] == proxy.exchanges

    def test_not_for_the_whole_web(self, tmp_path: Path) -> None:
        """A request for another server is refused: this is no open proxy."""
        app = answering(b"{}")
        with serving(app) as origin, proxied(origin, tmp_path) as proxy:
            connection = http.client.HTTPConnection(urlsplit(proxy.url).netloc)
            connection.request("GET", "http://example.com/")
            status = connection.getresponse().status
            connection.close()

        assert (400, []) == (status, app.seen)


def _raw(url: str) -> bytes:
    """The body of an answer as it passes."""
    with httpx2.stream("POST", url, json=GPT, headers=AUTHORIZED) as got:
        return b"".join(got.iter_raw())


class Gated:
    """A server that streams: it sends the last event only when it may, and notices when its reader leaves."""

    def __init__(self, *, closing: bytes = b"") -> None:
        self.may_end = threading.Event()
        self.sent_last = self.left = False
        self.closing = closing

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        while (await receive()).get("more_body"):
            pass
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/event-stream")]})
        await self._send(send, preview())
        waiting = [
            asyncio.ensure_future(self._leave(receive)),
            asyncio.ensure_future(asyncio.to_thread(self.may_end.wait)),
        ]
        await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        if self.left:
            self.may_end.set()
            return
        self.sent_last = True
        await self._send(send, event())
        if self.closing:
            await send({"type": "http.response.body", "body": self.closing, "more_body": True})
        await send({"type": "http.response.body"})

    async def _send(self, send: Any, data: dict[str, Any]) -> None:
        import time

        data |= {"created_at": int(time.time())}
        text = f"event: {data['type']}\ndata: {json.dumps(data)}\n\n"
        await send({"type": "http.response.body", "body": text.encode(), "more_body": True})

    async def _leave(self, receive: Any) -> None:
        while (await receive())["type"] != "http.disconnect":
            pass
        self.left = True


STREAM = GPT | {"stream": True, "partial_images": 1}


class TestStreams:
    """Events reach the client one by one."""

    def test_the_first_event_comes_before_the_last_is_sent(self, tmp_path: Path) -> None:
        """The server is allowed to go on only when the client has the first event."""
        app = Gated()
        with serving(app) as origin, proxied(f"{origin}/v1", tmp_path) as proxy:
            with httpx2.stream("POST", f"{proxy.url}/images/generations", json=STREAM, headers=AUTHORIZED) as got:
                parts = got.iter_raw()
                first = next(parts)
                early = not app.sent_last
                app.may_end.set()
                rest = b"".join(parts)
            until(lambda: proxy.judge.record.requests == 1)
            until(lambda: None not in proxy.exchanges)
        (exchange,) = proxy.exchanges

        assert early
        assert first.startswith(b"event: image_generation.partial_image")
        assert rest.startswith(b"event: image_generation.completed")
        assert exchange is not None
        assert exchange.response is not None
        assert first + rest == exchange.response.body
        assert [len(first), len(first + rest)] == [size for _, size in exchange.response.arrivals]
        assert {"response.request-id"} >= proxy.failing()

    def test_leaving_is_passed_on(self, tmp_path: Path) -> None:
        """The server hears that the client has left, and the exchange has no verdict."""
        app = Gated()
        with serving(app) as origin, proxied(f"{origin}/v1", tmp_path) as proxy:
            with httpx2.stream("POST", f"{proxy.url}/images/generations", json=STREAM, headers=AUTHORIZED) as got:
                next(got.iter_raw())
            until(lambda: app.left)
            until(lambda: None not in proxy.exchanges)
        (exchange,) = proxy.exchanges

        assert exchange is not None
        assert (None, "the client left before the answer was complete") == (exchange.response, exchange.failure)
        assert not app.sent_last

    def test_leaving_after_the_closing_word(self, tmp_path: Path) -> None:
        """A client that leaves at `[DONE]`, as SDKs do, has read the whole answer."""
        finish = threading.Event()

        async def app(scope: Any, receive: Any, send: Any) -> None:
            while (await receive()).get("more_body"):
                pass
            headers = [(b"content-type", b"text/event-stream"), (b"x-request-id", b"r")]
            await send({"type": "http.response.start", "status": 200, "headers": headers})
            for data in (preview(created_at=NOW), event(created_at=NOW)):
                part = f"event: {data['type']}\ndata: {json.dumps(data)}\n\n".encode()
                await send({"type": "http.response.body", "body": part, "more_body": True})
            await send({"type": "http.response.body", "body": b"data: [DONE]\n\n", "more_body": True})
            await asyncio.to_thread(finish.wait, PATIENCE)
            await send({"type": "http.response.body"})

        with serving(app) as origin, proxied(f"{origin}/v1", tmp_path) as proxy:
            with httpx2.stream("POST", f"{proxy.url}/images/generations", json=STREAM, headers=AUTHORIZED) as got:
                seen = b""
                for part in got.iter_raw():
                    seen += part
                    if b"[DONE]" in seen:
                        break
            finish.set()
            until(lambda: None not in proxy.exchanges)
            (exchange,) = proxy.exchanges

        assert exchange is not None
        assert exchange.response is not None
        assert seen == exchange.response.body


class TestUpstreamFails:
    """Where there is no answer, client and journal hear why."""

    def test_nobody_listens(self, tmp_path: Path) -> None:
        """502 with an envelope; the request was never sent."""
        with proxied("http://127.0.0.1:9/v1", tmp_path) as proxy:
            got = httpx2.post(f"{proxy.url}/images/generations", json=GPT, headers=AUTHORIZED)
            with (
                openai.OpenAI(api_key=KEY, base_url=proxy.url, max_retries=0) as sdk,
                pytest.raises(openai.InternalServerError),
            ):
                sdk.images.generate(model="dall-e-2", prompt="A cat")
        first, second = proxy.exchanges

        assert (502, "bad_gateway") == (got.status_code, got.json()["error"]["code"])
        assert {"message", "type", "param", "code"} == set(got.json()["error"])
        assert first is not None
        assert second is not None
        assert (GPT, None, True) == (first.request.json(), first.response, first.unsent)
        assert "ConnectError" in (first.failure or "")
        assert set() == proxy.failing()

    @pytest.mark.parametrize(
        "said", [b"", b"HTTP/1.1 200 OK\r\n", b"this is no HTTP\r\n\r\n"], ids=["nothing", "half a head", "letters"]
    )
    def test_no_answer(self, said: bytes, tmp_path: Path) -> None:
        """502 where the server hangs up, or says what is no answer."""
        with saying(said) as origin, proxied(origin, tmp_path) as proxy:
            got = httpx2.post(f"{proxy.url}{PATH}", json=GPT, headers=AUTHORIZED)
        (exchange,) = proxy.exchanges

        assert 502 == got.status_code
        assert exchange is not None
        assert (None, False) == (exchange.response, exchange.unsent)

    @pytest.mark.parametrize(
        "framing",
        [b"Content-Length: 99\r\n\r\n", b"Transfer-Encoding: chunked\r\n\r\n63\r\n"],
        ids=["length", "chunked"],
    )
    def test_half_an_answer(self, framing: bytes, tmp_path: Path) -> None:
        """What breaks off breaks off at the client, too, and is not judged."""
        said = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n" + framing + b'{"created": 1'
        with saying(said) as origin, proxied(origin, tmp_path) as proxy:
            with pytest.raises(httpx2.RemoteProtocolError):
                httpx2.post(f"{proxy.url}{PATH}", json=GPT, headers=AUTHORIZED)
            until(lambda: proxy.exchanges and None not in proxy.exchanges)
        (exchange,) = proxy.exchanges

        assert exchange is not None
        assert "the answer broke off" in (exchange.failure or "")
        assert set() == proxy.failing()


@contextmanager
def saying(words: bytes) -> Iterator[str]:
    """A server that reads a request, says some words and hangs up, as often as it is asked."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                with connection:
                    data = b""
                    while not data.endswith(b"}"):
                        data += connection.recv(65536)
                    connection.sendall(words)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        listener.shutdown(socket.SHUT_RDWR)
    thread.join(PATIENCE)


class TestClients:
    """Programs that know nothing of the proxy work through it."""

    def test_openai(self, tmp_path: Path) -> None:
        """The official SDK, blocking, streaming and asynchronous; an honest server breaks nothing."""

        async def ask(url: str) -> list[str]:
            async with openai.AsyncOpenAI(api_key=KEY, base_url=url) as sdk:
                await asyncio.gather(*(sdk.images.generate(**DALLE3) for _ in range(3)))
                stream = await sdk.images.generate(model="gpt-image-1", prompt="A cat", stream=True, partial_images=1)
                return [each.type async for each in stream]

        with running(CONTRACT.document, key=KEY) as server, proxied(server.base_url, tmp_path) as proxy:
            with openai.OpenAI(api_key=KEY, base_url=proxy.url, max_retries=0) as sdk:
                answer = sdk.images.generate(model="gpt-image-1", prompt="A cat", n=2, quality="low")
                events = list(sdk.images.generate(model="gpt-image-1", prompt="A cat", stream=True, partial_images=2))
                with pytest.raises(openai.BadRequestError):
                    sdk.images.generate(model="dall-e-3", prompt="A cat", n=2)
                assert 3 == len(list(sdk.models.list()))
            types = asyncio.run(ask(proxy.url))
            until(lambda: proxy.judge.record.accepted == 6)

        assert (2, 3) == (len(answer.data or []), len(events))
        assert ["image_generation.partial_image", "image_generation.completed"] == types
        assert 7 == proxy.judge.record.requests
        assert (set(), []) == (proxy.failing(), proxy.told)

    @pytest.mark.parametrize("fault", [None, "accepts:n.maximum.dall-e-3", "stream:json-instead"])
    def test_check(self, fault: str | None, tmp_path: Path) -> None:
        """A check through the proxy says what it says without, and the proxy says the same of what it sees."""
        report = tmp_path / "r.json"
        words = ("--depth", "smoke", "--no-journal", "--models", "dall-e-3,gpt-image-1", "--json", str(report))
        with running(CONTRACT.document, key=KEY, fault=fault) as server, proxied(server.base_url, tmp_path) as proxy:
            told = []
            for url in (server.base_url, proxy.url):
                result = CliRunner().invoke(main, ["check", url, *words], env={"OPENAI_API_KEY": KEY})
                clauses = json.loads(report.read_text())["clauses"]
                told.append((result.exit_code, [(each["id"], each["model"], each["verdict"]) for each in clauses]))
        direct, through = told
        failed = {id for id, _, verdict in direct[1] if verdict == "fail"}

        assert direct == through
        assert (1 if fault else 0) == direct[0]
        assert failed == proxy.failing()
        assert bool(failed) == any(line.startswith("FAIL") for line in proxy.told)

    def test_told_once(self, tmp_path: Path) -> None:
        """A broken clause is told the first time and the tenth, not every time."""
        fault = "accepts:n.maximum.dall-e-3"
        with running(CONTRACT.document, key=KEY, fault=fault) as server, proxied(server.base_url, tmp_path) as proxy:
            for _ in range(12):
                httpx2.post(f"{proxy.url}/images/generations", json=DALLE3 | {"n": 2}, headers=AUTHORIZED)
            until(lambda: proxy.judge.record.accepted == 12)

        assert [
            "FAIL n.maximum.dall-e-3 (dall-e-3): expected status 400 or 422, because n must be at most 1, got 2; "
            "seen status 200",
            "FAIL n.maximum.dall-e-3 (dall-e-3): 10 times by now",
        ] == proxy.told


class TestKeys:
    """Keys pass, and stay nowhere."""

    @pytest.mark.parametrize("fault", ["auth:key-in-header", "envelope:key-echoed"])
    def test_in_no_file(self, fault: str, tmp_path: Path) -> None:
        """Not even where a server repeats them, which is told."""
        with running(CONTRACT.document, key=KEY, fault=fault) as server, proxied(server.base_url, tmp_path) as proxy:
            for body in (DALLE3, DALLE3 | {"n": 2}):
                httpx2.post(f"{proxy.url}/images/generations", json=body, headers=AUTHORIZED)
                httpx2.post(f"{proxy.url}/images/generations", json=body, headers={"Authorization": f"Bearer {KEY}9"})
            until(lambda: len(proxy.exchanges) == 4 and None not in proxy.exchanges)
            written = b"".join(path.read_bytes() for path in tmp_path.iterdir())

        assert "auth.key-echo" in proxy.failing()
        assert len(written) > 4096
        assert KEY.encode() not in written
        assert KEY not in "".join(proxy.told)

    def test_wrong_keys_are_the_clients_own(self, tmp_path: Path) -> None:
        """A denied key is no fault of the server, whoever else is served; how it is denied is judged."""
        with running(CONTRACT.document, key=KEY) as server, proxied(server.base_url, tmp_path) as proxy:
            for headers in (
                AUTHORIZED,
                {"Authorization": "Bearer sk-of-somebody-else"},
                {"Authorization": "bearer no"},
            ):
                for body in (DALLE3, DALLE3 | {"n": 2}):
                    httpx2.post(f"{proxy.url}/images/generations", json=body, headers=headers)
            until(lambda: proxy.judge.record.requests == 6)

        passes = {each.clause.id: each.passes for each in proxy.judge.tally.results(Selection())}
        assert set() == proxy.failing()
        assert (4, 0) == (passes["auth.challenge"], passes["auth.wrong-key"])

    def test_missing_keys(self, tmp_path: Path) -> None:
        """A server that serves who has no key is told; one that has no keys is not, if we are told so."""
        with serving(answering(good(), (b"x-request-id", b"1"))) as origin:
            with proxied(origin, tmp_path) as keyed:
                httpx2.post(f"{keyed.url}{PATH}", json=GPT)
            (tmp_path / "2").mkdir()
            with proxied(origin, tmp_path / "2", auth=False) as keyless:
                httpx2.post(f"{keyless.url}{PATH}", json=GPT)

        assert ({"auth.missing"}, set()) == (keyed.failing(), keyless.failing())


class TestNoSurprises:
    """Nothing is sent but what clients send."""

    @pytest.mark.parametrize("fetch", [False, True])
    def test_urls(self, fetch: bool, tmp_path: Path) -> None:
        """What stands behind the URL of an answer is fetched on demand alone, once."""
        app = Remembering(create_app(CONTRACT.document, key=KEY))
        paths: list[str] = []

        async def counting(scope: Any, receive: Any, send: Any) -> None:
            paths.append(scope["path"])
            await app(scope, receive, send)

        with serving(counting) as origin, proxied(f"{origin}/v1", tmp_path, fetch=fetch) as proxy:
            httpx2.post(f"{proxy.url}/images/generations", json=DALLE3, headers=AUTHORIZED)
            until(lambda: proxy.judge.record.images == 1)

        assert 1 + fetch == len(paths)
        assert set() == proxy.failing()

    def test_a_full_disk_stops_no_traffic(self, tmp_path: Path) -> None:
        """Where nothing can be written down any more, that is told once, and traffic goes on and is judged."""
        app = answering(good(), (b"x-request-id", b"1"))
        with serving(app) as origin, proxied(origin, tmp_path) as proxy:

            def full(*_: Any) -> int:
                raise JournalError("the disk is full")

            proxy.journal.intend = full  # type: ignore[method-assign]
            for _ in range(2):
                assert 200 == httpx2.post(f"{proxy.url}{PATH}", json=GPT, headers=AUTHORIZED).status_code
            until(lambda: proxy.judge.record.images == 2)

        assert ["note: nothing more is written down: the disk is full"] == proxy.told[:1]
        assert 1 == sum("written down" in line for line in proxy.told)


@contextmanager
def command(*words: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The command in a process of its own, and the base URL that it announces."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    line = [sys.executable, "-m", "images_conformance", "proxy", "--port", "0", *words]
    process = subprocess.Popen(line, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout is not None
    try:
        yield process, process.stdout.readline().split()[-1]
    finally:
        process.kill()
        process.communicate()


class TestCommand:
    """The command from its start to its report."""

    @pytest.mark.parametrize(("name", "fault"), [("SIGINT", None), ("SIGTERM", "accepts:n.maximum.dall-e-3")])
    def test_ends_with_a_report(self, name: str, fault: str | None, tmp_path: Path) -> None:
        """A signal ends it; report, exit code and journal agree, and what was under way is in them."""
        file, report = tmp_path / "t.sqlite", tmp_path / "r.json"
        with running(CONTRACT.document, key=KEY, fault=fault) as server:
            words = ("--upstream", server.base_url, "--journal", str(file), "--json", str(report))
            with command(*words) as (process, url):
                for body in (GPT, DALLE3 | {"n": 2}):
                    httpx2.post(f"{url}/images/generations", json=body, headers=AUTHORIZED)
                process.send_signal(getattr(signal, name))
                output, errors = process.communicate(timeout=PATIENCE)
        live = json.loads(report.read_text())
        again = CliRunner().invoke(main, ["replay", str(file), "--json", str(report)])
        replayed = json.loads(report.read_text())

        assert (1 if fault else 0) == process.returncode == again.exit_code, errors
        assert ("FAIL n.maximum.dall-e-3 (dall-e-3)" in errors) == bool(fault)
        assert ("NOT CONFORMANT" if fault else "NOTHING BROKEN") in output
        assert (2, False) == (live["requests"], live["planned"])
        assert live["clauses"] == replayed["clauses"]
        assert [] == replayed["changes"]["clauses"]
        assert KEY.encode() not in file.read_bytes()
        assert KEY not in output + errors

    def test_under_way(self, tmp_path: Path) -> None:
        """A stream that is under way comes to its end first."""
        app = Gated()
        with serving(app) as origin, command("--upstream", f"{origin}/v1", "--journal", str(tmp_path / "t.sqlite")) as (
            process, url,
        ):  # fmt: skip
            with httpx2.stream("POST", f"{url}/images/generations", json=STREAM, headers=AUTHORIZED) as got:
                parts = got.iter_raw()
                next(parts)
                process.send_signal(signal.SIGINT)
                assert process.stderr is not None
                assert "answers under way" in process.stderr.readline()
                app.may_end.set()
                rest = b"".join(parts)
            output, _ = process.communicate(timeout=PATIENCE)

        assert rest.startswith(b"event: image_generation.completed")
        assert "1 requests" in output

    def test_killed(self, tmp_path: Path) -> None:
        """After kill -9 the journal has what was answered, and what was under way without an answer."""
        app, file = Gated(), tmp_path / "t.sqlite"
        with serving(app) as origin, command("--upstream", f"{origin}/v1", "--journal", str(file)) as (process, url):
            with httpx2.stream("POST", f"{url}/images/generations", json=STREAM, headers=AUTHORIZED) as got:
                next(got.iter_raw())
                process.kill()
                process.wait()
            app.may_end.set()
        with Journal.open(file, write=False) as journal:
            entries = list(journal.entries(1))
        result = CliRunner().invoke(main, ["replay", str(file)])

        assert [(None, STREAM)] == [(entry.exchange, entry.case.request.json()) for entry in entries]
        assert 3 == result.exit_code, result.output

    def test_nothing_came(self, tmp_path: Path) -> None:
        """Without traffic there is nothing to say, which is not a pass."""
        with command("--upstream", "http://127.0.0.1:9/v1", "--no-journal") as (process, _):
            process.send_signal(signal.SIGTERM)
            output, _ = process.communicate(timeout=PATIENCE)

        assert 3 == process.returncode
        assert "INCONCLUSIVE" in output

    @pytest.mark.parametrize(
        ("words", "said"),
        [((), "--upstream"), (("--upstream", "localhost"), "is no base URL"),
         (("--upstream", "http://u:p@localhost/"), "no user, password"),
         (("--upstream", "http://localhost/v1", "--models", "dall-e-4"), "no model 'dall-e-4'"),
         (("--upstream", "http://localhost/v1", "--host", "no.such.host.invalid"), "no address to listen on"),
         (("--upstream", "http://localhost/v1", "--journal", "/dev/null/x"), "--no-journal")],
    )  # fmt: skip
    def test_wrong_usage(self, words: tuple[str, ...], said: str) -> None:
        """What is wrong is told in one line, with exit code 2."""
        result = CliRunner().invoke(main, ["proxy", *words])

        assert 2 == result.exit_code
        assert said in result.output

    def test_port_taken(self) -> None:
        """So is a port that another program has."""
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = str(taken.getsockname()[1])
            result = CliRunner().invoke(main, ["proxy", "--upstream", "http://localhost/v1", "--port", port])

        assert 2 == result.exit_code
        assert "choose another --port" in result.output
