"""Credentials, methods, media types, malformed bodies, paths."""

from __future__ import annotations

from typing import Any

import pytest
from starlette.testclient import TestClient

from images_reference_server import create_app

PATH = "/v1/images/generations"
BODY = {"model": "dall-e-2", "prompt": "A cat", "size": "256x256"}
RAW = b'{"model": "dall-e-2", "prompt": "A cat", "size": "256x256"}'


class TestAuthorization:
    """A request without the key is refused with 401."""

    @pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
    def test_scheme(self, client: TestClient, scheme: str) -> None:
        """The scheme may be written in any case."""
        answer = client.post(PATH, json=BODY, headers={"Authorization": f"{scheme} test-key"})

        assert 200 == answer.status_code

    @pytest.mark.parametrize(
        "header",
        [None, "", "Bearer", "Bearer ", "test-key", "Basic test-key", "Bearer test-key x", "Bearer wrong", "Bearer ü"],
    )
    def test_refused(self, document: dict[str, Any], header: str | None) -> None:
        """A missing, malformed or wrong key is refused with the envelope and a challenge; the key is not repeated."""
        app = create_app(document, key="test-key")
        headers = {} if header is None else {"Authorization": header.encode("latin-1")}
        answer = TestClient(app).post(PATH, json=BODY, headers=headers)

        assert 401 == answer.status_code
        assert answer.headers["WWW-Authenticate"].startswith("Bearer ")
        assert {"type", "message", "param", "code"} == answer.json()["error"].keys()
        assert "test-key" not in answer.text

    def test_two_headers(self, document: dict[str, Any]) -> None:
        """Two Authorization headers are none."""
        app = create_app(document, key="test-key")
        headers = [("Authorization", "Bearer test-key"), ("Authorization", "Bearer other")]
        answer = TestClient(app).post(PATH, json=BODY, headers=headers)

        assert 401 == answer.status_code

    def test_no_key(self, document: dict[str, Any]) -> None:
        """A server without a key asks for none."""
        answer = TestClient(create_app(document)).post(PATH, json=BODY)

        assert 200 == answer.status_code


class TestMethods:
    """Only POST makes images."""

    @pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "BREW"])
    def test_refused(self, client: TestClient, method: str) -> None:
        """Another method than POST is refused with 405 and an Allow header that lists POST."""
        answer = client.request(method, PATH)

        assert (405, "POST") == (answer.status_code, answer.headers["Allow"])


class TestMediaTypes:
    """The body is application/json, in UTF-8."""

    @pytest.mark.parametrize(
        "media_type",
        [
            "application/json",
            "application/json; charset=utf-8",
            "application/json;charset=UTF-8",
            'application/json; charset="utf-8"',
            "Application/JSON",
        ],
    )
    def test_accepted(self, client: TestClient, media_type: str) -> None:
        """application/json is accepted however it is written."""
        answer = client.post(PATH, content=RAW, headers={"Content-Type": media_type})

        assert 200 == answer.status_code

    @pytest.mark.parametrize(
        "media_type",
        ["", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "application/jsonl",
         "application/json; charset=utf-16", "nonsense"],
    )  # fmt: skip
    def test_refused(self, client: TestClient, media_type: str) -> None:
        """Another media type is refused with 415."""
        answer = client.post(PATH, content=RAW, headers={"Content-Type": media_type})

        assert (415, "unsupported_media_type") == (answer.status_code, answer.json()["error"]["code"])

    def test_compressed(self, client: TestClient) -> None:
        """A compressed body is refused, not misread."""
        headers = {"Content-Type": "application/json", "Content-Encoding": "gzip"}
        answer = client.post(PATH, content=RAW, headers=headers)

        assert 415 == answer.status_code


class TestMalformedBodies:
    """A body that is not JSON is refused with exactly 400."""

    @pytest.mark.parametrize(
        "raw",
        [
            b"",
            b"{",
            b"not json",
            RAW[:-1],
            RAW + b"}",
            b"\xef\xbb\xbf" + RAW,
            b'{"prompt": "\xff"}',
            b'{"prompt": "\\ud800"}',
            b'{"n": NaN}',
            b'{"n": -Infinity}',
            b'{"n": 1e999}',
            b'{"n": ' + b"9" * 5000 + b"}",
            b"[" * 100_000,
            b'{"prompt": ' + b"[" * 500 + b"]" * 500 + b"}",
            b"{'prompt': 'A cat'}",
        ],
        ids=lambda raw: raw[:16].decode("latin-1") or "empty",
    )
    def test_refused(self, client: TestClient, raw: bytes) -> None:
        """Whatever a body is made of, the answer is 400 in the envelope."""
        answer = client.post(PATH, content=raw, headers={"Content-Type": "application/json"})

        assert 400 == answer.status_code
        assert {"type", "message", "param", "code"} == answer.json()["error"].keys()

    def test_too_large(self, document: dict[str, Any]) -> None:
        """A body over the limit is refused with 413."""
        answer = TestClient(create_app(document, body_limit=100)).post(PATH, json={**BODY, "prompt": "a" * 100})

        assert (413, "content_too_large") == (answer.status_code, answer.json()["error"]["code"])


class TestPaths:
    """Nothing else is served, and models are listed."""

    @pytest.mark.parametrize("path", ["/", "/v1", "/v1/images", PATH + "/", "/v1/images/edits", "/images/none.png"])
    def test_unknown(self, client: TestClient, path: str) -> None:
        """An unknown path is answered with 404 in the envelope."""
        answer = client.get(path)

        assert (404, "not_found") == (answer.status_code, answer.json()["error"]["code"])

    def test_models(self, client: TestClient) -> None:
        """GET /v1/models lists the models of the document, in its order."""
        listed = [model["id"] for model in client.get("/v1/models").json()["data"]]

        assert ["gpt-image-1", "dall-e-3", "dall-e-2"] == listed

    @pytest.mark.parametrize(("name", "status"), [("dall-e-3", 200), ("dall-e-4", 404)])
    def test_model(self, client: TestClient, name: str, status: int) -> None:
        """GET /v1/models/NAME knows the models of the document."""
        assert status == client.get(f"/v1/models/{name}").status_code

    def test_models_need_the_key(self, document: dict[str, Any]) -> None:
        """The list of models needs the key, too."""
        assert 401 == TestClient(create_app(document, key="test-key")).get("/v1/models").status_code

    def test_other_methods(self, client: TestClient) -> None:
        """A method that a path does not serve is refused with 405 and what it does serve."""
        answer = client.post("/v1/models")

        assert (405, "method_not_allowed") == (answer.status_code, answer.json()["error"]["code"])
        assert "GET" in answer.headers["Allow"]

    def test_request_ids(self, client: TestClient) -> None:
        """Every answer has an id of its own."""
        answers = [client.get("/v1/models"), client.get("/nowhere"), client.post(PATH, json=BODY), client.get(PATH)]

        assert 4 == len({answer.headers["X-Request-ID"] for answer in answers})
