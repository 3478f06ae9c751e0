"""The same calls by each peer: ours, the official SDK, the stock client that openapi-python-client writes, bare httpx2.

Each peer is imported when it is made, so that a process holds nothing but the one that it measures.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

KEY = "sk-benchmark"
BODY = {"model": "dall-e-2", "prompt": "a cat"}
TEN = {**BODY, "n": 10, "response_format": "b64_json"}
# An image takes minutes; waiting for a turn among a thousand is no failure, either.
PATIENCE = 120.0


class Bare:
    """httpx2 with json and base64, written by hand."""

    def __init__(self, url: str) -> None:
        import httpx2

        self._url = f"{url}/images/generations"
        self._settings: dict[str, Any] = {"headers": {"Authorization": f"Bearer {KEY}"}, "timeout": PATIENCE}
        self._module = httpx2

    def blocking(self, transport: Any = None) -> None:
        self._client = self._module.Client(**self._settings, transport=transport)

    def concurrent(self) -> None:
        limits = self._module.Limits(max_connections=1000)
        self._client = self._module.AsyncClient(**self._settings, limits=limits)

    def call(self) -> Any:
        return self._client.post(self._url, json=BODY).raise_for_status().json()

    async def acall(self) -> Any:
        return (await self._client.post(self._url, json=BODY)).raise_for_status().json()

    def pictures(self) -> Iterator[bytes]:
        return _decoded(json.loads(self._client.post(self._url, json=TEN).content))

    async def apictures(self) -> list[bytes]:
        return list(_decoded(json.loads((await self._client.post(self._url, json=TEN)).content)))

    def files(self, folder: Path) -> None:
        _write(folder, self.pictures())

    async def afiles(self, folder: Path) -> None:
        _write(folder, await self.apictures())


def _decoded(answer: Any) -> Iterator[bytes]:
    return (base64.b64decode(each["b64_json"]) for each in answer["data"])


def _write(folder: Path, pictures: Iterable[bytes]) -> None:
    for number, data in enumerate(pictures):
        (folder / f"{number}.png").write_bytes(data)


def _through(transport: Any) -> dict[str, Any]:
    """Return the setting that makes a client send through a transport."""
    import httpx2

    return {"http_client": httpx2.Client(transport=transport)} if transport else {}


class Dropped(Bare):
    """httpx2 that receives an answer and throws it away: what no client can do without."""

    def pictures(self) -> Iterator[bytes]:
        with self._client.stream("POST", self._url, json=TEN) as response:
            for _ in response.iter_bytes():
                pass
        return iter(())

    async def apictures(self) -> list[bytes]:
        async with self._client.stream("POST", self._url, json=TEN) as response:
            async for _ in response.aiter_bytes():
                pass
        return []


class Official:
    """The official SDK, used as its README has it."""

    def __init__(self, url: str) -> None:
        import openai

        self._module = openai
        self._settings: dict[str, Any] = {"api_key": KEY, "base_url": url, "timeout": PATIENCE, "max_retries": 0}

    def blocking(self, transport: Any = None) -> None:
        self._client: Any = self._module.OpenAI(**self._settings, **_through(transport))

    def concurrent(self) -> None:
        self._client = self._module.AsyncOpenAI(**self._settings)

    def call(self) -> Any:
        return self._client.images.generate(**BODY)

    async def acall(self) -> Any:
        return await self._client.images.generate(**BODY)

    def pictures(self) -> Iterator[bytes]:
        return (base64.b64decode(each.b64_json) for each in self._client.images.generate(**TEN).data)

    async def apictures(self) -> list[bytes]:
        return [base64.b64decode(each.b64_json) for each in (await self._client.images.generate(**TEN)).data]

    def files(self, folder: Path) -> None:
        _write(folder, self.pictures())

    async def afiles(self, folder: Path) -> None:
        _write(folder, await self.apictures())


class Stock:
    """What openapi-python-client writes from our document, as it comes."""

    def __init__(self, url: str) -> None:
        from stock.api.images import create_image  # type: ignore[import-not-found]
        from stock.client import AuthenticatedClient  # type: ignore[import-not-found]
        from stock.models import DallE2  # type: ignore[import-not-found]

        self._operation, self._body = create_image, DallE2
        self._client = AuthenticatedClient(base_url=url, token=KEY, timeout=PATIENCE)

    def blocking(self) -> None:
        self._client.get_httpx_client()

    def concurrent(self) -> None:
        self._client.get_async_httpx_client()

    def call(self) -> Any:
        return self._operation.sync(client=self._client, body=self._body.from_dict(BODY))

    async def acall(self) -> Any:
        return await self._operation.asyncio(client=self._client, body=self._body.from_dict(BODY))

    def pictures(self) -> Iterator[bytes]:
        answer = self._operation.sync(client=self._client, body=self._body.from_dict(TEN))
        return (base64.b64decode(each.b64_json) for each in answer.data)

    async def apictures(self) -> list[bytes]:
        answer = await self._operation.asyncio(client=self._client, body=self._body.from_dict(TEN))
        return [base64.b64decode(each.b64_json) for each in answer.data]

    def files(self, folder: Path) -> None:
        _write(folder, self.pictures())

    async def afiles(self, folder: Path) -> None:
        _write(folder, await self.apictures())


class Ours:
    """images_client."""

    def __init__(self, url: str) -> None:
        import images_client

        self._module = images_client
        self._settings: dict[str, Any] = {"api_key": KEY, "base_url": url, "timeout": PATIENCE, "max_retries": 0}

    def blocking(self, transport: Any = None) -> None:
        self._client: Any = self._module.Client(**self._settings, **_through(transport))

    def concurrent(self) -> None:
        self._client = self._module.AsyncClient(**self._settings)

    def call(self) -> Any:
        return self._client.images.generate(**BODY)

    async def acall(self) -> Any:
        return await self._client.images.generate(**BODY)

    def pictures(self) -> Iterator[bytes]:
        return (each.bytes() for each in self._client.images.generate(**TEN).data)

    async def apictures(self) -> list[bytes]:
        return [await each.abytes() for each in (await self._client.images.generate(**TEN)).data]

    def files(self, folder: Path) -> None:
        self._client.images.generate_to(folder, **TEN)

    async def afiles(self, folder: Path) -> None:
        await self._client.images.generate_to(folder, **TEN)


PEERS: dict[str, type[Bare] | type[Official] | type[Stock] | type[Ours]] = {
    "httpx2": Bare,
    "httpx2, thrown away": Dropped,
    "images-client": Ours,
    "openai": Official,
    "stock": Stock,
}
