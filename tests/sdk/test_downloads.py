"""Pictures behind URLs: fetched together, and never from where an untrusted URL must not lead."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx2
import pytest

from images_client import (
    AsyncClient,
    Client,
    DownloadLimits,
    ImageDownloadError,
    ImageError,
    ImageExpiredError,
    ImageRefusedError,
    SaveError,
)

from .conftest import KEY

PNG = b"\x89PNG\r\n\x1a\n" + bytes(1000)
Page = tuple[int, dict[str, str], bytes]


@dataclass
class Store:
    """A server that answers a request for images with `urls`, and serves `pages`; keeps what it was asked."""

    port: int = 0
    urls: list[str] = field(default_factory=list)
    pages: dict[str, Page] = field(default_factory=dict)
    requests: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    most: int = 0
    now: int = 0
    delay: float = 0.0

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def client(self, **limits: Any) -> Client:
        return Client(KEY, f"{self.base}/v1", download_limits=DownloadLimits(**limits))

    def picture(self, url: str, **limits: Any) -> Any:
        """Return a picture at a URL, as a client of this store has it."""
        self.urls = [url]
        return self.client(**limits).images.generate(prompt="a cat", model="dall-e-2").data[0]


@pytest.fixture
def store() -> Iterator[Store]:
    kept = Store()
    lock = threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["content-length"]))
            items = ",".join(f'{{"url":"{url}"}}' for url in kept.urls)
            self._send((200, {"content-type": "application/json"}, f'{{"created":1,"data":[{items}]}}'.encode()))

        def do_GET(self) -> None:
            with lock:
                kept.requests.append((self.path, {name.lower(): value for name, value in self.headers.items()}))
                kept.now += 1
                kept.most = max(kept.most, kept.now)
            time.sleep(kept.delay)
            self._send(kept.pages.get(self.path.partition("?")[0], (404, {}, b"gone")))
            with lock:
                kept.now -= 1

        def _send(self, page: Page) -> None:
            status, headers, body = page
            self.send_response(status)
            for name, value in {"content-length": str(len(body)), **headers}.items():
                if value:
                    self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        kept.port = server.server_port
        kept.pages["/cat"] = (200, {"content-type": "image/png"}, PNG)
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield kept
        server.shutdown()


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[str]]:
    """What names lead to; each look-up takes the next address, the last one for ever."""
    real = socket.getaddrinfo
    known: dict[str, list[str]] = {}

    def look_up(host: Any, port: Any, *rest: Any, **more: Any) -> Any:
        addresses = known.get(host if isinstance(host, str) else host.decode())
        if addresses:
            host = addresses.pop(0) if len(addresses) > 1 else addresses[0]
        return real(host, port, *rest, **more)

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    return known


def test_urls_are_fetched_together_without_the_key(store: Store, tmp_path: Path) -> None:
    """All URLs of an answer are fetched, several at a time, and the key is sent to none of them."""
    store.urls = [f"{store.base}/cat?signature=x" for _ in range(6)]
    store.delay = 0.05
    with store.client(concurrency=3) as client:
        result = client.images.generate(prompt="a cat", model="dall-e-2", n=6)
    paths = result.save_all(tmp_path)

    assert [path.read_bytes() for path in paths] == [PNG] * 6
    assert {path.suffix for path in paths} == {".png"}
    assert 2 <= store.most <= 3
    assert not [headers for _, headers in store.requests if KEY in str(headers)]
    assert {headers["host"] for _, headers in store.requests} == {f"127.0.0.1:{store.port}"}


def test_the_asynchronous_forms(store: Store, tmp_path: Path) -> None:
    """The asynchronous client's pictures are fetched and saved without holding up the loop."""
    store.urls = [f"{store.base}/cat", "/cat"]  # a relative URL is one of the API's own

    async def run() -> list[Path]:
        async with AsyncClient(KEY, f"{store.base}/v1") as client:
            result = await client.images.generate(prompt="a cat", model="dall-e-2", n=2)
            assert await result.data[0].abytes() == PNG
            arrived = await client.images.generate_to(tmp_path, prompt="a cat", model="dall-e-2", n=2)
            return [
                *await result.asave_all(tmp_path),
                await result.data[1].asave(tmp_path / "one"),
                *(each.path or Path() for each in arrived.data),
            ]

    assert [path.read_bytes() for path in asyncio.run(run())] == [PNG] * 5


def test_what_has_expired_is_told_and_the_rest_is_saved(store: Store, tmp_path: Path) -> None:
    """`save_all` saves what it can and tells which URL serves nothing any more, without its signature."""
    store.urls = [f"{store.base}/cat", f"{store.base}/old?sig=secret", f"{store.base}/denied", f"{store.base}/broken"]
    store.pages |= {"/denied": (403, {}, b"AuthenticationFailed"), "/broken": (500, {}, b"")}
    result = store.client().images.generate(prompt="a cat", model="dall-e-2", n=4)
    for save in (result.save_all, lambda folder: asyncio.run(result.asave_all(folder))):
        with pytest.raises(SaveError) as caught:
            save(tmp_path)

        assert list(caught.value.saved) == [0]
        kinds = [ImageExpiredError, ImageExpiredError, ImageDownloadError]
        assert [type(each) for each in caught.value.failures.values()] == kinds
        assert "image 1: " in str(caught.value)
        assert "secret" not in str(caught.value)
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [PNG, PNG]


BAD: list[tuple[str, Page, str]] = [
    ("html", (200, {"content-type": "image/png"}, b"<html>sorry</html>"), "is no picture; it starts with b'<html>"),
    ("empty", (200, {}, b""), "is no picture"),
    ("large", (200, {}, PNG + bytes(5000)), "has more than 5,000 bytes"),
    ("liar", (200, {"content-length": "900000"}, PNG), "has more than 5,000 bytes"),
    ("squeezed", (200, {"content-encoding": "gzip"}, PNG), "is compressed"),
    ("loop", (302, {"location": "/loop"}, b""), "redirects more than 3 times"),
    ("file", (302, {"location": "file:///etc/passwd"}, b""), "is no URL with http:// or https://"),
    ("cut", (200, {"content-length": "4000"}, PNG), "peer closed connection"),
]


@pytest.mark.parametrize(("name", "page", "said"), BAD, ids=[name for name, _, _ in BAD])
def test_guards(store: Store, tmp_path: Path, name: str, page: Page, said: str) -> None:
    """Too large, no picture, a redirect too many: refused with the reason, and no half file is left."""
    store.pages[f"/{name}"] = page
    picture = store.picture(f"{store.base}/{name}", max_bytes=5000)
    for fetch in (picture.bytes, lambda: picture.save(tmp_path), lambda: asyncio.run(picture.asave(tmp_path))):
        with pytest.raises(ImageError) as caught:
            fetch()

        assert said in str(caught.value)
    assert list(tmp_path.iterdir()) == []


def test_a_large_body_without_a_length_is_cut_off(store: Store) -> None:
    """A body that does not say its length is read no further than the limit."""
    store.pages["/endless"] = (200, {"content-length": ""}, PNG + bytes(50_000))
    with pytest.raises(ImageRefusedError, match="more than 5,000 bytes"):
        store.picture(f"{store.base}/endless", max_bytes=5000).bytes()


def test_a_slow_server_is_given_up(store: Store) -> None:
    """A picture that takes too long is given up, by either client."""
    store.delay = 0.6
    for fetch in ("bytes", "abytes"):
        picture = store.picture(f"{store.base}/cat", seconds=0.2)
        with pytest.raises(ImageDownloadError):
            asyncio.run(picture.abytes()) if fetch == "abytes" else picture.bytes()


def test_redirects_are_followed(store: Store) -> None:
    """A redirect to a picture is followed."""
    store.pages["/moved"] = (302, {"location": "/cat"}, b"")

    assert store.picture(f"{store.base}/moved").bytes() == PNG


PRIVATE = [
    "http://10.0.0.1/x",
    "http://192.168.1.1/x",
    "http://169.254.169.254/latest/meta-data/",
    "http://100.64.0.1/x",
    "http://0.0.0.0/x",
    "http://127.0.0.1:1/x",
    "http://localhost:1/x",
    "http://2130706433/x",
    "http://0x7f.1/x",
    "http://[::1]/x",
    "http://[::ffff:127.0.0.1]/x",
    "http://[::ffff:10.0.0.1]/x",
    "http://[64:ff9b::7f00:1]/x",
    "http://[2002:7f00:1::]/x",
    "http://[::7f00:1]/x",
    "http://[fe80::1]/x",
    "http://[fd00::1]/x",
    "http://224.0.0.1/x",
]


@pytest.mark.parametrize("url", PRIVATE)
def test_private_addresses_are_refused(url: str, names: dict[str, list[str]]) -> None:
    """An answer of a public API cannot make this machine ask what only this machine can reach."""
    names["api.example"] = ["93.184.216.34"]
    answer = httpx2.Response(200, json={"created": 1, "data": [{"url": url}]})
    http = httpx2.Client(transport=httpx2.MockTransport(lambda _: answer))
    picture = Client(KEY, "https://api.example/v1", http_client=http).images.generate(prompt="a cat").data[0]

    for fetch in (picture.bytes, lambda: asyncio.run(picture.abytes())):
        with pytest.raises(ImageRefusedError, match="leads to an address that is not public"):
            fetch()


def test_the_addresses_of_the_api_itself_are_allowed(store: Store, names: dict[str, list[str]]) -> None:
    """What runs on this machine or in this network may serve its pictures itself; its neighbours may not."""
    names["gateway.example"] = ["127.0.0.1"]
    names["neighbour.example"] = ["10.1.2.3"]
    assert store.picture(f"http://gateway.example:{store.port}/cat").bytes() == PNG
    assert store.picture(f"http://127.0.0.2:{store.port}/cat?").remote_url()
    with pytest.raises(ImageRefusedError, match=r"not public \(10\.1\.2\.3\)"):
        store.picture("http://neighbour.example/cat").bytes()


def fetched(url: str, serve: Callable[[httpx2.Request], httpx2.Response], **limits: Any) -> bytes:
    """Return the picture that a public API names, with the network in the hands of `serve`."""

    def answer(request: httpx2.Request) -> httpx2.Response:
        if request.method == "POST":
            return httpx2.Response(200, json={"created": 1, "data": [{"url": url}]})
        return serve(request)

    http = httpx2.Client(transport=httpx2.MockTransport(answer))
    client = Client(KEY, "https://api.example/v1", http_client=http, download_limits=DownloadLimits(**limits))
    return client.images.generate(prompt="a cat").data[0].bytes()


def test_the_address_that_was_judged_is_the_one_that_is_asked(names: dict[str, list[str]]) -> None:
    """A name that leads elsewhere when it is looked up again (DNS rebinding) gains nothing: it is looked up once."""
    names["rebinding.example"] = ["93.184.216.34", "127.0.0.1"]
    asked: list[httpx2.Request] = []

    def serve(request: httpx2.Request) -> httpx2.Response:
        asked.append(request)
        return httpx2.Response(200, content=PNG)

    assert fetched("https://user:password@rebinding.example:8443/cat?sig=1#top", serve) == PNG
    assert str(asked[0].url) == "https://93.184.216.34:8443/cat?sig=1"
    assert asked[0].headers["host"] == "rebinding.example:8443"
    assert asked[0].extensions["sni_hostname"] == "rebinding.example"
    assert "authorization" not in asked[0].headers


def test_redirects_are_judged_like_any_url(names: dict[str, list[str]]) -> None:
    """A redirect leads neither from outside to the API's own network nor from https to http."""
    names |= {"cdn.example": ["93.184.216.34"], "api.example": ["10.0.0.7"], "evil.example": ["127.0.0.1"]}
    for target, said in {
        "http://cdn.example/cat": "https to http",
        "https://evil.example/": r"127\.0\.0\.1",
        "https://api.example/secrets": r"not public \(10\.0\.0\.7\)",
    }.items():
        with pytest.raises(ImageRefusedError, match=said):
            fetched("https://cdn.example/x", lambda _, to=target: httpx2.Response(302, headers={"location": to}))


def test_the_guard_can_be_lifted(names: dict[str, list[str]]) -> None:
    """Who asks for it fetches from anywhere; the URL is used as it stands then."""
    assert fetched("http://10.0.0.1/cat", lambda _: httpx2.Response(200, content=PNG), allow_private=True) == PNG


def test_another_address_is_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a name has several addresses and one does not answer, the next is asked; a private one never is."""
    asked: list[str] = []

    def serve(request: httpx2.Request) -> httpx2.Response:
        asked.append(request.url.host)
        if len(asked) == 1:
            raise httpx2.ConnectError("refused", request=request)
        return httpx2.Response(200, content=PNG)

    found = [(0, 0, 0, "", (each, 443)) for each in ("10.0.0.1", "93.184.216.34", "2606:2800:21f::1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)

    assert fetched("https://cdn.example/cat", serve) == PNG
    assert asked == ["93.184.216.34", "2606:2800:21f::1"]
