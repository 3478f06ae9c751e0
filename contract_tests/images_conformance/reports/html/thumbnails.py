"""Small copies of pictures, as data URIs that a page can hold by the hundred."""

from __future__ import annotations

import base64
import io
from functools import lru_cache

from ...judging.picture import Picture, read_picture

EDGE = 176  # pixels
QUALITY = 70


@lru_cache(maxsize=1024)
def thumbnail(content: bytes | None) -> str | None:
    """Return a picture made small, as a data URI; None where there is no picture in the file."""
    if content is None or not isinstance(read_picture(content), Picture):
        return None
    from PIL import Image

    with Image.open(io.BytesIO(content)) as image:
        image.draft("RGB", (EDGE, EDGE))  # lets JPEG decode at a fraction of its size
        small = image.convert("RGBA" if image.has_transparency_data else "RGB")
        small.thumbnail((EDGE, EDGE))
        file = io.BytesIO()
        small.save(file, "WEBP", quality=QUALITY, method=2)
    return f"data:image/webp;base64,{base64.b64encode(file.getvalue()).decode()}"
