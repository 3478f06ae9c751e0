"""What the tests of changes share."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from images_contract import Contract

SPEC = Path(__file__).resolve().parents[2] / "spec" / "openapi.yaml"

Load = Callable[[dict[str, Any]], Contract]


@pytest.fixture(scope="session")
def base() -> Contract:
    """The contract as it stands in this repository."""
    return Contract.load(SPEC)


@pytest.fixture(scope="session")
def load(tmp_path_factory: pytest.TempPathFactory) -> Load:
    """Load a contract from plain values."""
    path = tmp_path_factory.mktemp("edited") / "openapi.json"

    def loaded(document: dict[str, Any]) -> Contract:
        path.write_text(json.dumps(document))
        return Contract.load(path)

    return loaded
