"""The embedded server comes up quickly, says where it is, and goes away."""

from __future__ import annotations

import time
from typing import Any

import httpx2
import pytest

from images_reference_server import StartupError, running

BODY = {"model": "dall-e-2", "prompt": "A cat", "size": "256x256"}


def test_up_and_down(document: dict[str, Any]) -> None:
    """It serves on a free loopback port while the block runs, and not after."""
    with running(document, key="k") as server:
        url = f"{server.base_url}/images/generations"
        answer = httpx2.post(url, json=BODY, headers={"Authorization": "Bearer k"})
        assert (200, 1) == (answer.status_code, server.counts.accepted_requests)
        assert server.base_url.startswith("http://127.0.0.1:")

    with pytest.raises(httpx2.ConnectError):
        httpx2.post(url, json=BODY)


def test_urls_lead_here(document: dict[str, Any]) -> None:
    """A temporary URL leads to the very server that made it."""
    with running(document) as server:
        (item,) = httpx2.post(f"{server.base_url}/images/generations", json=BODY).json()["data"]

        assert "image/png" == httpx2.get(item["url"]).headers["Content-Type"]


def test_no_delay(document: dict[str, Any]) -> None:
    """Small answers are not held back by the network stack: thirty in a row take well under 40 ms each."""
    with running(document) as server, httpx2.Client() as client:
        started = time.perf_counter()
        for _ in range(30):
            client.get(f"{server.base_url}/models")

        assert time.perf_counter() - started < 30 * 0.03


def test_port_taken(document: dict[str, Any]) -> None:
    """A port that is taken is an error that names it."""
    with running(document) as server:
        port = int(server.base_url.split(":")[2].split("/")[0])
        with pytest.raises(StartupError, match=f"127.0.0.1:{port}"), running(document, port=port):
            pass  # pragma: no cover


def test_two_at_once(document: dict[str, Any]) -> None:
    """Two servers do not disturb each other, even when one of them is at fault."""
    with running(document) as honest, running(document, fault="status:crashes-on-invalid") as faulty:
        answers = [
            httpx2.post(f"{server.base_url}/images/generations", json={}).status_code for server in (honest, faulty)
        ]

        assert [400, 500] == answers


def test_large_body(document: dict[str, Any]) -> None:
    """A body far over the limit is answered, not cut off."""
    with running(document) as server:
        answer = httpx2.post(f"{server.base_url}/images/generations", json={"prompt": "a" * 5_000_000})

        assert 413 == answer.status_code
