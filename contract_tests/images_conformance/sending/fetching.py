"""Fetching the pictures that an answer gives out by URL, once each, without credentials."""

from __future__ import annotations

import asyncio
from typing import Any
from urllib.parse import urlsplit

import httpx2

from ..exchange import Fetched, Response

MAX_FILE = 64 * 1024 * 1024
MOST = 16  # URLs of one answer
TIMEOUT = 60.0


def urls_of(response: Response) -> list[str]:
    """Return the http and https URLs of a successful JSON answer, each once."""
    try:
        answer = response.json() if response.status == 200 else None
    except ValueError:
        return []
    data = answer.get("data") if isinstance(answer, dict) else None
    items: list[Any] = data if isinstance(data, list) else []
    urls = [item.get("url") for item in items if isinstance(item, dict)]
    return list(dict.fromkeys(url for url in urls if isinstance(url, str) and _is_web(url)))[:MOST]


def _is_web(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        return False


async def fetch_all(client: httpx2.AsyncClient, response: Response) -> tuple[Fetched, ...]:
    """Return what stands behind the URLs of an answer, in their order."""
    return tuple(await asyncio.gather(*(_fetch(client, url) for url in urls_of(response))))


async def _fetch(client: httpx2.AsyncClient, url: str) -> Fetched:
    try:
        async with asyncio.timeout(TIMEOUT):
            return await _read(client, url)
    except TimeoutError:
        return Fetched(url, failure=f"nothing after {TIMEOUT:g} seconds")
    except Exception as error:  # a server's url, or where it leads, makes a client raise whatever it likes
        return Fetched(url, failure=f"{type(error).__name__}: {error}")


async def _read(client: httpx2.AsyncClient, url: str) -> Fetched:
    body = bytearray()
    async with client.stream("GET", url, headers={"Accept": "image/*"}, follow_redirects=True) as response:
        content_type = response.headers.get("content-type")
        async for chunk in response.aiter_bytes():
            body += chunk
            if len(body) > MAX_FILE:
                return Fetched(url, response.status_code, content_type, failure=f"more than {MAX_FILE >> 20} MiB")
    return Fetched(url, response.status_code, content_type, bytes(body))
