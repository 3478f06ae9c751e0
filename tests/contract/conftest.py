"""What the tests of the contract share."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from images_contract import Contract

SPEC = Path(__file__).resolve().parents[2] / "spec" / "openapi.yaml"

Load = Callable[..., Contract]


@pytest.fixture(scope="session")
def contract() -> Contract:
    """The contract as it stands in this repository."""
    return Contract.load(SPEC)


@pytest.fixture
def document(contract: Contract) -> dict[str, Any]:
    """The document as plain values, to be changed by the test."""
    copy: dict[str, Any] = json.loads(json.dumps(contract.document))
    return copy


@pytest.fixture
def load(tmp_path: Path) -> Load:
    """Load a contract from plain values, with or without the actions of an overlay."""

    def loaded(document: Any, *actions: dict[str, Any]) -> Contract:
        path, overlay = tmp_path / "openapi.json", tmp_path / "changes.overlay.yaml"
        path.write_text(json.dumps(document))
        info = {"title": "Changes", "version": "1.0.0"}
        overlay.write_text(json.dumps({"overlay": "1.0.0", "info": info, "actions": actions}))
        return Contract.load(path, dialect=overlay if actions else None)

    return loaded
