"""Calls: what goes over the wire, and what comes back of it."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx2
import pytest

import images_client
from images_client import APIError, APIResponseValidationError, APIStatusError, AsyncClient, Client, ConfigurationError

from .conftest import ANSWER, KEY, FakeServer

Answering = Callable[..., FakeServer]
USAGE = {"input_tokens": 1, "input_tokens_details": {"image_tokens": 0, "text_tokens": 1}}
ERROR = {"message": "n is too large", "type": "invalid_request_error", "param": "n", "code": "integer_above_max_value"}


def test_only_what_is_given_is_sent(server: FakeServer) -> None:
    """Omitted parameters are not sent, not even as their defaults."""
    server.client().images.generate(prompt="a cat", model="dall-e-3")

    assert json.loads(server.requests[0].content) == {"prompt": "a cat", "model": "dall-e-3"}


def test_the_request(server: FakeServer) -> None:
    """A call posts JSON to the path of the document, with the key as bearer token."""
    server.client().images.generate(prompt="小猫 🎨", model="gpt-image-1", n=2)
    request = server.requests[0]

    assert (request.method, str(request.url)) == ("POST", "http://fake/v1/images/generations")
    assert f"Bearer {KEY}" == request.headers["authorization"]
    assert request.headers["content-type"] == "application/json"
    assert json.loads(request.content)["prompt"] == "小猫 🎨"


def test_the_environment(monkeypatch: pytest.MonkeyPatch, server: FakeServer) -> None:
    """Key and base URL come from the environment where they are not given, the base URL else from the document."""
    monkeypatch.setenv("OPENAI_API_KEY", "from-environment")
    http = httpx2.Client(transport=httpx2.MockTransport(server))
    monkeypatch.delenv("OPENAI_BASE_URL", raising=False)
    Client(http_client=http).images.generate(prompt="a cat")
    monkeypatch.setenv("OPENAI_BASE_URL", "http://elsewhere:8000/v1/")
    Client(http_client=http).images.generate(prompt="a cat")
    first, second = server.requests

    assert first.headers["authorization"] == "Bearer from-environment"
    assert str(first.url) == "https://api.openai.com/v1/images/generations"
    assert str(second.url) == "http://elsewhere:8000/v1/images/generations"


def test_a_missing_key_is_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a key there is no client; an empty key, for servers that ask for none, sends no header."""
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)

    with pytest.raises(ConfigurationError, match="OPENAI_API_KEY"):
        Client()
    server = FakeServer()
    server.client(api_key="").images.generate(prompt="a cat")
    assert "authorization" not in server.requests[0].headers


@pytest.mark.parametrize("settings", [{"base_url": "localhost:8000"}, {"base_url": "/v1"}, {"api_key": "sk-1\n"}])
def test_wrong_settings_are_told_at_once(settings: dict[str, Any], server: FakeServer) -> None:
    """A base URL without scheme or a key with a newline is refused when the client is made; the key is not shown."""
    with pytest.raises(ConfigurationError) as caught:
        server.client(**settings)

    assert "sk-1" not in str(caught.value)


def test_the_query_of_a_base_url_stays(server: FakeServer) -> None:
    """A base URL may carry a query, as some gateways want it."""
    server.client(base_url="http://fake/v1?version=2").images.generate(prompt="a cat")

    assert str(server.requests[0].url) == "http://fake/v1/images/generations?version=2"


def test_account_headers_and_query(monkeypatch: pytest.MonkeyPatch, server: FakeServer) -> None:
    """Organisation and project are headers; defaults go with every call, and a call's own win, whatever their case."""
    monkeypatch.setenv("OPENAI_ORG_ID", "org-environment")
    monkeypatch.setenv("OPENAI_PROJECT_ID", "proj-environment")
    settings: dict[str, Any] = {"default_headers": {"X-Team": "a", "User-Agent": "b"}, "default_query": {"v": "1"}}
    client = server.client(organization="org-given", **settings)
    client.images.generate(prompt="a cat", extra_headers={"x-team": "c"}, extra_query={"w": 2})
    client.images.generate(prompt="a cat", extra_headers={"authorization": "Basic eA=="}, extra_query={"v": "3"})
    first, second = server.requests

    names = ("openai-organization", "openai-project", "x-team", "user-agent")
    assert [first.headers[name] for name in names] == ["org-given", "proj-environment", "c", "b"]
    assert second.headers["authorization"] == "Basic eA=="
    assert [str(each.url.query, "ascii") for each in (first, second)] == ["v=1&w=2", "v=3"]


def test_the_key_is_never_shown(answering: Answering) -> None:
    """Neither the client nor an error shows the key."""
    client = answering(httpx2.Response(401, json={"error": ERROR})).client(base_url="http://user:password@fake/v1")
    with pytest.raises(APIError) as caught:
        client.images.generate(prompt="a cat")

    shown = [repr(client), str(client), repr(client.images), str(caught.value), repr(caught.value)]
    assert not [text for text in shown if KEY in text or "password" in text]


def test_a_server_that_repeats_the_key(answering: Answering) -> None:
    """A key that a server repeats in its message is not in the exception's."""
    error = {"message": f"Incorrect API key provided: {KEY}. Find yours online."}
    with pytest.raises(APIStatusError) as caught:
        answering(httpx2.Response(401, json={"error": error})).client().images.generate(prompt="a cat")

    assert "401: Incorrect API key provided: [key]. Find yours online." == str(caught.value)


def test_a_redirect_is_not_followed_but_told(answering: Answering) -> None:
    """A redirect could send the key elsewhere: where it leads is told, but for a secret in the query."""
    answer = httpx2.Response(308, headers={"location": "https://new/v2/images/generations?sig=1"})
    with pytest.raises(APIStatusError, match="308: the server redirects to https://new/v2/images/generations; give"):
        answering(answer).client().images.generate(prompt="a cat")


def test_a_typed_answer(answering: Answering) -> None:
    """The answer has the document's fields; what a server adds is kept, what it leaves out is None."""
    body = {
        **ANSWER,
        "quality": "sublime",
        "background": None,
        "seed": 7,
        "usage": {**USAGE, "output_tokens": 2, "total_tokens": 3},
    }
    answer = httpx2.Response(200, json=body, headers={"x-request-id": "req_1"})
    result = answering(answer).client().images.generate(prompt="a cat", model="gpt-image-1")

    assert result.data[0].url == "https://example.com/picture.png"
    assert (result.data[0].b64_json, result.background, result.quality) == (None, None, "sublime")
    assert result.usage is not None
    assert result.usage.total_tokens == 3
    assert result.extra == {"seed": 7}
    assert body == result.raw
    assert (result.request_id, result.headers["X-Request-Id"]) == ("req_1", "req_1")


def test_a_picture_does_not_fill_the_screen(answering: Answering) -> None:
    """The repr of an answer has no megabytes in it, wherever they stand."""
    answer = httpx2.Response(200, json={"created": 1, "data": [{"b64_json": "iVBORw0KGgo" * 100_000}]})
    result = answering(answer).client().images.generate(prompt="a cat")

    assert (
        repr(result) == "ImagesResponse(created=1, data=(Image(b64_json=<1,100,000 characters: 'iVBORw0KGgoiVBOR'…>),))"
    )


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"data": []}, "the answer breaks the contract at /: expected a field 'created', got {'data': []}"),
        ({"created": "now", "data": []}, "the answer breaks the contract at /created: expected an integer, got 'now'"),
        (
            {"created": 1, "data": [{"url": 5}]},
            "the answer breaks the contract at /data/0/url: expected a string, got 5",
        ),
        ({"created": 1, "data": {}}, "the answer breaks the contract at /data: expected an array, got {}"),
        ([], "the answer breaks the contract at /: expected an object, got []"),
    ],
)
def test_an_answer_that_breaks_the_contract(answering: Answering, body: Any, message: str) -> None:
    """A breach of the contract is named with its place, and the answer is kept, for it may hold the images."""
    with pytest.raises(APIResponseValidationError) as caught:
        answering(httpx2.Response(200, json=body)).client().images.generate(prompt="a cat")

    assert (message, body) == (str(caught.value), caught.value.body)


def test_an_answer_that_is_no_json(answering: Answering) -> None:
    """A page of HTML with status 200 is a breach; the error keeps it."""
    with pytest.raises(APIResponseValidationError) as caught:
        answering(httpx2.Response(200, text="<html>")).client().images.generate(prompt="a cat")

    assert caught.value.body == "<html>"


@pytest.mark.parametrize(
    ("status", "name"),
    [
        (400, "BadRequestError"),
        (401, "AuthenticationError"),
        (403, "PermissionDeniedError"),
        (404, "NotFoundError"),
        (409, "ConflictError"),
        (422, "UnprocessableEntityError"),
        (429, "RateLimitError"),
        (500, "InternalServerError"),
        (503, "InternalServerError"),
        (302, "APIStatusError"),
        (418, "APIStatusError"),
    ],
)
def test_a_status_is_an_exception(answering: Answering, status: int, name: str) -> None:
    """Each status has its class, with what the server said and the id of the request."""
    answer = httpx2.Response(status, json={"error": ERROR}, headers={"x-request-id": "req_1"})
    with pytest.raises(APIStatusError) as caught:
        answering(answer).client().images.generate(prompt="a cat")
    error = caught.value

    assert getattr(images_client, name) is type(error)
    assert (status, *ERROR.values()) == (error.status_code, error.message, error.type, error.param, error.code)
    assert (error.request_id, error.body) == ("req_1", {"error": ERROR})
    assert str(error) == f"{status}: n is too large (param n, code integer_above_max_value, request_id req_1)"


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (httpx2.Response(400, json={"detail": "no such size"}), "no such size"),
        (httpx2.Response(422, json={"detail": [{"loc": ["n"]}]}), "[{'loc': ['n']}]"),
        (httpx2.Response(400, json={"error": "broken"}), "broken"),
        (httpx2.Response(400, json={"error": {"code": 400, "type": None}}), "{'code': 400, 'type': None}"),
        (httpx2.Response(502, text="bad gateway"), "bad gateway"),
        (httpx2.Response(500), "Internal Server Error"),
        (httpx2.Response(400, json=[1]), "[1]"),
    ],
)
def test_any_error_body_gives_a_message(answering: Answering, answer: httpx2.Response, message: str) -> None:
    """Whatever shape an error has, its words are not lost."""
    with pytest.raises(APIStatusError) as caught:
        answering(answer).client().images.generate(prompt="a cat")

    assert message == caught.value.message


@pytest.mark.parametrize(
    ("failure", "name"),
    [
        (httpx2.ConnectError("refused"), "APIConnectionError"),
        (httpx2.ReadError(""), "APIConnectionError"),
        (httpx2.RemoteProtocolError("cut off"), "APIConnectionError"),
        (httpx2.ReadTimeout(""), "APITimeoutError"),
        (httpx2.ConnectTimeout("slow"), "APITimeoutError"),
    ],
)
def test_a_failure_on_the_way(answering: Answering, failure: Exception, name: str) -> None:
    """What goes wrong on the way is an exception of this package, with a message and the cause."""
    with pytest.raises(APIError) as caught:
        answering(failure).client().images.generate(prompt="a cat")

    assert getattr(images_client, name) is type(caught.value)
    assert caught.value.__cause__ is failure
    assert caught.value.message
    assert not isinstance(caught.value, APIStatusError)


def test_the_asynchronous_client(server: FakeServer) -> None:
    """The asynchronous client does the same, awaited."""

    async def call(client: AsyncClient) -> Any:
        async with client:
            return await client.images.generate(prompt="a cat", model="dall-e-2", size="256x256")

    assert asyncio.run(call(server.async_client())).raw == ANSWER
    assert server.requests[0].content == b'{"prompt":"a cat","model":"dall-e-2","size":"256x256"}'


def test_the_escape_hatch(server: FakeServer) -> None:
    """Extra headers win over the client's, extra query and body are added, and none of it is checked."""
    server.client(base_url="http://fake/v1?version=2").images.generate(
        prompt="a cat",
        model="dall-e-2",
        extra_headers={"authorization": "Custom", "X-Trace": "7"},
        extra_query={"seed": 5},
        extra_body={"n": 99, "steps": 3},
        timeout=4.5,
    )
    request = server.requests[0]

    assert json.loads(request.content) == {"prompt": "a cat", "model": "dall-e-2", "n": 99, "steps": 3}
    assert request.headers.get_list("authorization") == ["Custom"]
    assert (request.headers["x-trace"], request.url.query) == ("7", b"version=2&seed=5")
    assert request.extensions["timeout"]["read"] == 4.5


def test_options_of_an_untyped_call(server: FakeServer) -> None:
    """Options have the same names where parameters are not typed; what is no option is a parameter."""
    server.client().images.generate_untyped(prompt="a cat", model="next", check_locally=False, extra_body={"a": 1})

    assert json.loads(server.requests[0].content) == {"prompt": "a cat", "model": "next", "a": 1}


@dataclass
class Gateway:
    """A server on a socket that sets a cookie; keeps the target, headers and body of each request."""

    host: str
    seen: list[tuple[str, Message, bytes]]


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    seen: list[tuple[str, Message, bytes]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            seen.append((self.path, self.headers, self.rfile.read(int(self.headers["content-length"]))))
            self.send_response(200)
            for name, value in (("content-type", "application/json"), ("set-cookie", "node=7; Path=/")):
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(json.dumps(ANSWER).encode())

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield Gateway(f"127.0.0.1:{server.server_port}", seen)
        server.shutdown()


def test_the_request_on_the_wire(gateway: Gateway) -> None:
    """Over a socket, a request has what HTTP wants; a cookie that a gateway sets is sent back to it."""
    with Client(KEY, f"http://{gateway.host}/v1", default_headers={"X-Team": "a"}) as client:
        client.images.generate(prompt="小猫", extra_headers={"accept-encoding": "identity"})
        client.images.generate(prompt="小猫")
    (_, first, body), (_, second, _) = gateway.seen

    assert {"prompt": "小猫"} == json.loads(body)
    assert (gateway.host, str(len(body)), "a", "identity", f"Bearer {KEY}") == tuple(
        first[name] for name in ("host", "content-length", "x-team", "accept-encoding", "authorization")
    )
    assert "gzip" in second["accept-encoding"]
    assert (None, "node=7") == (first["cookie"], second["cookie"])
    assert first["user-agent"].startswith("images-client/")


def test_the_proxy_of_the_environment(gateway: Gateway, monkeypatch: pytest.MonkeyPatch) -> None:
    """Requests go through the proxy that the environment names, but for hosts that it excepts."""
    for name, value in (("HTTP_PROXY", f"http://{gateway.host}"), ("NO_PROXY", "127.0.0.1")):
        monkeypatch.setenv(name, value)
        monkeypatch.setenv(name.lower(), value)
    for base_url in ("http://api.invalid/v1", f"http://{gateway.host}/v1"):
        with Client(KEY, base_url) as client:
            client.images.generate(prompt="a cat")

    assert ["http://api.invalid/v1/images/generations", "/v1/images/generations"] == [path for path, *_ in gateway.seen]


def test_a_lent_http_client_stays_open(server: FakeServer) -> None:
    """Only what the client opened itself is closed by it."""
    with httpx2.Client(transport=httpx2.MockTransport(server)) as http:
        with Client(KEY, "http://fake/v1", http_client=http):
            pass

        assert not http.is_closed


def test_the_public_names() -> None:
    """`__all__` is sorted as ruff sorts it, and all of it is there."""
    assert not [name for name in images_client.__all__ if not hasattr(images_client, name)]
    assert len(set(images_client.__all__)) == len(images_client.__all__)


def test_the_client_needs_httpx2_only() -> None:
    """Importing the client imports nothing of ours and no third party but httpx2 and what that needs."""
    code = "import sys, images_client; print(*{name.partition('.')[0] for name in sys.modules})"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=dict(os.environ)
    )
    forbidden = {
        "httpx",
        "attrs",
        "attr",
        "pydantic",
        "jinja2",
        "yaml",
        "images_contract",
        "images_sdkgen",
        "openapi_python_client",
    }

    assert set() == forbidden & set(done.stdout.split())
