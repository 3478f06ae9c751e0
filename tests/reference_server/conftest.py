"""The honest server in process, and a way to ask it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from starlette.testclient import TestClient

from images_contract import Contract
from images_reference_server import create_app

KEY = "test-key"
PATH = "/v1/images/generations"


@pytest.fixture(scope="session")
def document() -> dict[str, Any]:
    return dict(Contract.load().document)


@pytest.fixture(scope="module")
def client(document: dict[str, Any]) -> Iterator[TestClient]:
    """An honest server that asks for KEY, and a client that has it."""
    app = create_app(document, key=KEY)
    headers = {"Authorization": f"Bearer {KEY}"}
    with TestClient(app, headers=headers, raise_server_exceptions=False) as test_client:
        yield test_client
