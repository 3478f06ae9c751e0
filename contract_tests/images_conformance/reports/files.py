"""Writing reports to files."""

from __future__ import annotations

from pathlib import Path


def write_text(path: Path, text: str) -> None:
    """Write text to a file, in whole or not at all, making its folder where there is none.

    Half a surrogate pair, which no UTF-8 holds, is written as JSON escapes it.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f"{path.name}.partial")
    partial.write_text(text if text.endswith("\n") else f"{text}\n", encoding="utf-8", errors="backslashreplace")
    partial.replace(path)
