"""Templates filled in: nothing in a page is loaded from elsewhere, and no script runs but its own."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from ..shown import printable

HERE = Path(__file__).parent


@cache
def _file(name: str) -> str:
    return (HERE / name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def rendered(template: str, **values: Any) -> str:
    """Return a page with its style, its script, and a policy that allows these two and pictures within the page."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined  # only who writes a page pays for it

    style, script = _file("report.css"), _file("report.js")
    environment = Environment(
        loader=FileSystemLoader(HERE), autoescape=True, undefined=StrictUndefined, finalize=_inert,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    environment.filters["anchor"] = anchor
    policy = f"default-src 'none'; img-src data:; style-src {_hash(style)}; script-src {_hash(script)}; "
    policy += "base-uri 'none'; form-action 'none'"
    return environment.get_template(template).render(**values, style=style, script=script, policy=policy)


def _inert(value: Any) -> Any:
    """Return what the template prints: text of a server without characters that hide or turn other text."""
    return printable(value) if type(value) is str else value


def anchor(clause: Mapping[str, Any]) -> str:
    """Return the fragment that names a clause: its id, and its model where the id does not tell it."""
    model = clause["model"]
    return clause["id"] if model is None or clause["id"].endswith(f".{model}") else f"{clause['id']}@{model}"
