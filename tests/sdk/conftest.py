"""Fakes for the tests of the SDK: a server that is a function, and clients generated from changed documents."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

import httpx2
import pytest
import yaml

from images_client import AsyncClient, Client
from images_contract import Contract

KEY = "sk-test-0123456789"
ANSWER = {"created": 1589478378, "data": [{"url": "https://example.com/picture.png"}]}


@dataclass
class FakeServer:
    """Answers every request with the next of `answers` (the last one for ever) and keeps what it was asked."""

    answers: list[httpx2.Response | Exception] = field(default_factory=lambda: [httpx2.Response(200, json=ANSWER)])
    requests: list[httpx2.Request] = field(default_factory=list)

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        self.requests.append(request)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        try:  # a response serves once, and either kind of client
            return httpx2.Response(answer.status_code, headers=answer.headers, content=answer.content)
        except httpx2.ResponseNotRead:
            return answer

    def client(self, **settings: Any) -> Client:
        """Return a blocking client that talks to this server."""
        http = httpx2.Client(transport=httpx2.MockTransport(self))
        return Client(**{"api_key": KEY, "base_url": "http://fake/v1", "http_client": http, **settings})

    def async_client(self, **settings: Any) -> AsyncClient:
        """Return an asynchronous client that talks to this server."""
        http = httpx2.AsyncClient(transport=httpx2.MockTransport(self))
        return AsyncClient(**{"api_key": KEY, "base_url": "http://fake/v1", "http_client": http, **settings})


@pytest.fixture
def server() -> FakeServer:
    return FakeServer()


@pytest.fixture
def answering() -> Callable[..., FakeServer]:
    """A server with answers of your own."""
    return lambda *answers: FakeServer(answers=list(answers))


@pytest.fixture(scope="session")
def contract() -> Contract:
    return Contract.load()


@pytest.fixture
def document(contract: Contract) -> dict[str, Any]:
    """The shipped document, to be changed at will."""
    return deepcopy(dict(contract.document))


class _Quoting(yaml.CSafeDumper):
    """Quotes every string, since YAML 1.1 and 1.2 disagree about what else is one."""


_Quoting.add_representer(str, lambda dumper, text: dumper.represent_scalar("tag:yaml.org,2002:str", text, style='"'))


@dataclass
class Workshop:
    """Generates clients from documents and imports them, one at a time, in place of the real one."""

    folder: Path

    def contract(self, document: dict[str, Any]) -> Contract:
        """Return the contract of a document."""
        path = self.folder / "spec.yaml"
        text = yaml.dump(document, Dumper=_Quoting, allow_unicode=True, sort_keys=False, width=1000)
        path.write_text(text, encoding="utf-8")
        return Contract.load(path)

    def build(self, document: dict[str, Any]) -> Path:
        """Return the folder of a client of a document."""
        from images_sdkgen import write_client

        output = self.folder / "client"
        write_client(self.contract(document), output)
        return output

    def load(self, document: dict[str, Any]) -> ModuleType:
        """Return the package `images_client` of a document."""
        return self._imported(self.build(document))

    def command(self, *arguments: str) -> ModuleType:
        """Return the package that the command generates."""
        from images_sdkgen.cli import main

        output = self.folder / "client"
        assert main(["generate", *arguments, "--output", str(output)]) == 0
        return self._imported(output)

    def _imported(self, client: Path) -> ModuleType:
        sys.path.insert(0, str(client))
        return importlib.import_module("images_client")


def _client_modules() -> dict[str, ModuleType]:
    return {name: module for name, module in sys.modules.items() if name.partition(".")[0] == "images_client"}


@pytest.fixture
def workshop(tmp_path: Path) -> Iterator[Workshop]:
    real, path = _client_modules(), list(sys.path)
    for name in real:
        del sys.modules[name]
    yield Workshop(tmp_path)
    for name in _client_modules():
        del sys.modules[name]
    sys.modules.update(real)
    sys.path[:] = path
