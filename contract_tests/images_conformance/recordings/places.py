"""Where journals are kept unless a file is named."""

from __future__ import annotations

import hashlib
import os
import re
from pathlib import Path
from urllib.parse import urlsplit

KEPT = 5  # finished runs that stay in a journal that nobody named


def state_folder() -> Path:
    """Return the folder for what this tool remembers, below $XDG_STATE_HOME or ~/.local/state."""
    named = os.environ.get("XDG_STATE_HOME", "")
    return (Path(named) if os.path.isabs(named) else Path.home() / ".local/state") / "images-conformance"


def default_journal(url: str, kind: str = "") -> Path:
    """Return the journal of a target, for runs of a kind of their own or for those of the commands."""
    return state_folder() / f"{_name(url)}{kind and '-'}{kind}.sqlite"


def default_cases(url: str | None) -> Path:
    """Return the folder for failures of a target as case files; None is the embedded server."""
    return state_folder() / "cases" / ("embedded" if url is None else _name(url))


def _name(url: str) -> str:
    """Return a readable name, with a digest that keeps similar URLs apart."""
    parts = urlsplit(url)
    readable = re.sub(r"[^A-Za-z0-9.]+", "-", f"{parts.netloc}{parts.path}").strip("-.")[:60]
    return f"{readable}-{hashlib.sha256(url.encode()).hexdigest()[:8]}"


def proxy_journal(url: str) -> Path:
    """Return the journal of the traffic with a server, apart from that of its checks, which makes room for new runs."""
    path = default_journal(url)
    return path.with_name(f"traffic-{path.name}")
