"""The engine underneath: what we rely on, noticed when it moves."""

from __future__ import annotations

import hashlib
from importlib import resources
from importlib.metadata import version

import pytest

from images_sdkgen.project import TEMPLATES

# The engine's own versions of the templates that ours stand in for.
ORIGINALS = {
    "README.md.jinja": "db57918c4d3b23d2",
    "client.py.jinja": "4eac65762f21014a",
    "model.py.jinja": "fd1c79680d51c06c",
    "models_init.py.jinja": "4f64a3d6e1b15a56",
    "package_init.py.jinja": "ac15907e32dc39bd",
    "api_init.py.jinja": "f3b0290732b219be",
    "pyproject.toml.jinja": "ac1685ab4a2a9467",
}


def digest(name: str) -> str | None:
    original = resources.files("openapi_python_client") / "templates" / name
    return hashlib.sha256(original.read_bytes()).hexdigest()[:16] if original.is_file() else None


def test_the_engine_is_pinned() -> None:
    """Templates and parser are written against exactly this version."""
    assert version("openapi-python-client") == "0.29.1"


def test_every_overridden_template_is_listed() -> None:
    """Each template of ours that shadows one of the engine's is watched below."""
    assert ORIGINALS.keys() == {path.name for path in TEMPLATES.glob("*.jinja") if digest(path.name)}


@pytest.mark.parametrize("name", ORIGINALS)
def test_the_original_has_not_changed(name: str) -> None:
    """The template that ours was written after is still the same; if not, compare them before updating the digest."""
    assert ORIGINALS[name] == digest(name)
