"""Real pictures, drawn with Pillow: flat shapes that compress well, kept once drawn."""

from __future__ import annotations

import base64
import io
import zlib
from dataclasses import dataclass
from functools import cached_property, lru_cache

from PIL import Image, ImageDraw

NO_ALPHA = "none"
ALPHA = "used"
OPAQUE_ALPHA = "opaque"
MAX_PIXELS = 16_777_216


@dataclass(frozen=True)
class Sketch:
    """What to draw. `alpha` is one of "none", "used" (a see-through ground) and "opaque" (a channel without effect).

    `stage` counts the previews of a picture, None for the finished one; `compression` is in percent of quality.
    """

    size: tuple[int, int]
    output_format: str
    alpha: str = NO_ALPHA
    quality: str | None = None
    compression: int = 100
    index: int = 0
    stage: int | None = None


@dataclass(frozen=True)
class Picture:
    """A drawn picture: the bytes of its file and the format that they are in."""

    data: bytes
    output_format: str

    @property
    def media_type(self) -> str:
        """The content type to serve the file with."""
        return f"image/{self.output_format}"

    @cached_property
    def b64(self) -> str:
        """The file as base64."""
        return base64.b64encode(self.data).decode()


@lru_cache(maxsize=512)
def draw(sketch: Sketch) -> Picture:
    """Return the picture of a sketch; the same object for the same sketch.

    A format that Pillow cannot write comes out as png.
    """
    image = Image.new("RGB" if sketch.alpha == NO_ALPHA else "RGBA", sketch.size, _ground(sketch))
    _shapes(ImageDraw.Draw(image), sketch)
    output_format = sketch.output_format if sketch.output_format in _SAVING else "png"
    if output_format == "jpeg":
        image = image.convert("RGB")
    file = io.BytesIO()
    image.save(file, output_format, **_SAVING[output_format](sketch.compression))
    return Picture(file.getvalue(), output_format)


def _ground(sketch: Sketch) -> tuple[int, ...]:
    red, green, blue = _colour(sketch, "ground")
    alpha = {NO_ALPHA: (), ALPHA: (0,), OPAQUE_ALPHA: (255,)}[sketch.alpha]
    return (red, green, blue, *alpha)


def _shapes(pen: ImageDraw.ImageDraw, sketch: Sketch) -> None:
    """Draw a frame of bars, one per index, so that no two pictures of a request are alike; a preview has fewer rows."""
    width, height = sketch.size
    bars = sketch.index + 2
    bottom = height * 3 // 4 if sketch.stage is None else height * (sketch.stage + 2) // 8
    for bar in range(bars):
        left, right = width * (2 * bar + 1) // (2 * bars + 1), width * (2 * bar + 2) // (2 * bars + 1)
        if right > left and bottom > height // 8:
            pen.rectangle((left, height // 8, right - 1, bottom - 1), fill=(*_colour(sketch, f"bar {bar}"), 255))


def _colour(sketch: Sketch, part: str) -> tuple[int, int, int]:
    seed = zlib.crc32(f"{sketch.quality} {sketch.index} {part}".encode())
    return seed & 255, seed >> 8 & 255, seed >> 16 & 255


def _png(compression: int) -> dict[str, int]:
    return {"compress_level": 6}


def _jpeg(compression: int) -> dict[str, int]:
    return {"quality": max(1, min(compression, 95))}


def _webp(compression: int) -> dict[str, int]:
    return {"lossless": True, "method": 0} if compression >= 100 else {"quality": compression, "method": 0}


def _gif(compression: int) -> dict[str, int]:
    return {}


_SAVING = {"png": _png, "jpeg": _jpeg, "webp": _webp, "gif": _gif}
