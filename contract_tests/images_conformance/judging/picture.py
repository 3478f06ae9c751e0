"""What a picture file is: its format, its size and whether it can be seen through."""

from __future__ import annotations

import hashlib
import io
from collections import OrderedDict
from dataclasses import dataclass
from typing import Any

MAX_PIXELS = 64_000_000  # well above any size that a model has; a file that claims more is a decompression bomb
_KEPT = 2048
_cache: OrderedDict[bytes, Picture | str] = OrderedDict()


@dataclass(frozen=True)
class Picture:
    """A picture that was decoded to its end.

    `format` is a lower-case word such as png, `media_type` its registered type; `see_through` tells whether any pixel
    is not fully opaque.
    """

    format: str
    media_type: str
    width: int
    height: int
    see_through: bool

    @property
    def size(self) -> str:
        """The size as WIDTHxHEIGHT."""
        return f"{self.width}x{self.height}"


def read_picture(data: bytes) -> Picture | str:
    """Return the picture that a file holds, or a phrase that says why it holds none; remembered by digest."""
    digest = hashlib.sha256(data).digest()
    if digest not in _cache:
        _cache[digest] = _read(data)
        while len(_cache) > _KEPT:
            _cache.popitem(last=False)
    return _cache[digest]


def _read(data: bytes) -> Picture | str:
    if not data:
        return "an empty file"
    from PIL import Image, UnidentifiedImageError  # takes a while to import, and not every run sees a picture

    try:
        with Image.open(io.BytesIO(data)) as image:
            width, height = image.size
            if width * height > MAX_PIXELS:
                return f"a picture of {width}x{height}, more pixels than any model makes"
            image.load()  # truncated files fail here
            name = image.format or ""
            media_type = Image.MIME.get(name, f"image/{name.lower()}")
            return Picture(name.lower(), media_type, width, height, _see_through(image))
    except UnidentifiedImageError:
        return f"no picture: {data[:16]!r}"
    except Exception as error:  # Pillow's decoders raise whatever they like for a broken file
        return f"a broken picture ({type(error).__name__}: {error})"


def _see_through(image: Any) -> bool:
    if not image.has_transparency_data:
        return False
    with_alpha = image if image.mode in ("RGBA", "LA") else image.convert("RGBA")
    lowest, _ = with_alpha.getchannel("A").getextrema()
    return bool(lowest < 255)
