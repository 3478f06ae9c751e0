"""A job: what a request comes to once every default is filled in and every `auto` decided."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from typing import Any

from .catalogue import Model, Schema
from .pictures import ALPHA, MAX_PIXELS, NO_ALPHA, Sketch

# The words of the endpoint that mean something to a drawing; all other values are the document's.
AUTO = "auto"
TRANSPARENT = "transparent"
OPAQUE = "opaque"
PLAIN_FORMAT = "png"
PLAIN_SIZE = (1024, 1024)
# A server that was told to forget its bounds must not run out of memory.
MOST_IMAGES = 16
MOST_PREVIEWS = 8

_SIZE = re.compile(r"([1-9][0-9]{0,4})x([1-9][0-9]{0,4})")


@dataclass(frozen=True)
class Job:
    """Images to make: `count` of them, `previews` partial ones before each when streaming.

    `size`, `output_format`, `background` and `quality` are resolved, never `auto`; `image_field` names the member of
    each image that carries the picture.
    """

    model: Model
    prompt: str
    count: int
    size: tuple[int, int]
    output_format: str
    background: str
    quality: str | None
    compression: int
    image_field: str
    stream: bool
    previews: int
    created: int

    @property
    def size_text(self) -> str:
        """The size as WIDTHxHEIGHT."""
        return f"{self.size[0]}x{self.size[1]}"

    def sketch(self, index: int, stage: int | None = None) -> Sketch:
        """Return what to draw for the image of an index, or for a preview of it."""
        alpha = ALPHA if self.background == TRANSPARENT else NO_ALPHA
        return Sketch(self.size, self.output_format, alpha, self.quality, self.compression, index, stage)

    @classmethod
    def from_request(cls, model: Model, body: dict[str, Any]) -> Job:
        """Resolve a body. It asks nothing of the body: a value of no use counts as absent."""
        asked = {**{name: model.default(name) for name in model.parameters}, **body}
        return cls(
            model=model,
            prompt=str(asked.get("prompt", "")),
            count=_number(asked.get("n"), 1, MOST_IMAGES),
            size=_size(model, asked.get("size")),
            output_format=_word(model, "output_format", asked.get("output_format")) or PLAIN_FORMAT,
            background=TRANSPARENT if asked.get("background") == TRANSPARENT else OPAQUE,
            quality=_word(model, "quality", asked.get("quality")),
            compression=_number(asked.get("output_compression"), 100, 100),
            image_field=_image_field(model, asked.get("response_format")),
            stream=asked.get("stream") is True,
            previews=_number(asked.get("partial_images"), 0, MOST_PREVIEWS),
            created=int(time.time()),
        )


def _number(value: Any, default: int, most: int) -> int:
    usable = isinstance(value, int | float) and not isinstance(value, bool)
    return max(0, min(int(value), most)) if usable else default


def _word(model: Model, parameter: str, value: Any) -> str | None:
    """Return the value of an enumerated parameter, `auto` and the unusable resolved to its first real value."""
    choices = [choice for choice in model.choices(parameter) if choice != AUTO]
    return value if value in choices else next(iter(choices), None)


def _image_field(model: Model, asked: Any) -> str:
    return asked if isinstance(asked, str) and asked in model.image else model.image[0]


def _size(model: Model, value: Any) -> tuple[int, int]:
    schema = model.parameters.get("size", {})
    candidates = [value, *_values(schema)]
    return next((size for size in map(_parsed, candidates) if size), PLAIN_SIZE)


def _values(schema: Schema) -> list[Any]:
    return [*schema.get("enum", ()), schema.get("default"), *schema.get("examples", ())]


def _parsed(value: Any) -> tuple[int, int] | None:
    match = _SIZE.fullmatch(value) if isinstance(value, str) else None
    if not match:
        return None
    width, height = int(match[1]), int(match[2])
    return (width, height) if width * height <= MAX_PIXELS else None
