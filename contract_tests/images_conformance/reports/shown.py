"""Server text made fit for a report: short, printable, on one line."""

from __future__ import annotations

import unicodedata

EXCERPT = 2_000


def plain(text: str, limit: int = EXCERPT) -> str:
    """Return text with control and direction characters escaped, cut to a length that is told."""
    kept = text[:limit]
    shown = "".join(_safe(character) for character in kept)
    return shown if len(text) <= limit else f"{shown}… ({len(text):,} characters)"


def printable(text: str) -> str:
    """Return text of several lines with other control and direction characters escaped."""
    return "".join(character if character in "\n\t" else _safe(character) for character in text)


def _safe(character: str) -> str:
    if unicodedata.category(character) in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp") and character != "\u200d":
        return character.encode("unicode_escape", "surrogatepass").decode()
    return character


def body_excerpt(body: bytes, limit: int = EXCERPT) -> str:
    """Return the beginning of a body as printable text."""
    if not body:
        return "(empty)"
    text = body[: limit * 4].decode("utf-8", errors="replace")
    return plain(text) if len(text) <= limit else f"{plain(text[:limit])}… ({len(body):,} bytes)"
