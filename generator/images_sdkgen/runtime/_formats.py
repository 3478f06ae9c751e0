"""The file format of a picture, told from its first bytes: names and headers may lie."""

from __future__ import annotations

import re

ENOUGH = 256
"""As many bytes as it takes to tell."""

_XML = rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)?(?:<!DOCTYPE svg[^>]*>\s*)?"
_BEGINNINGS: dict[str, re.Pattern[bytes]] = {
    "png": re.compile(rb"\x89PNG\r\n\x1a\n"),
    "jpg": re.compile(rb"\xff\xd8\xff"),
    "webp": re.compile(rb"RIFF.{4}WEBP", re.DOTALL),
    "gif": re.compile(rb"GIF8[79]a"),
    "avif": re.compile(rb".{4}ftypavi[fs]", re.DOTALL),
    "bmp": re.compile(rb"BM.{12}[\x0c\x28\x6c\x7c]\0\0\0", re.DOTALL),
    "tiff": re.compile(rb"II\*\0|MM\0\*"),
    "svg": re.compile(_XML + rb"<svg[\s>]", re.DOTALL),
}


def extension(start: bytes) -> str | None:
    """Return the usual extension of a file that starts like this; None where it is no picture that is known."""
    return next((name for name, pattern in _BEGINNINGS.items() if pattern.match(start)), None)
