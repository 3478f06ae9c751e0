"""museq's own application, with a model that draws instead of one of gigabytes."""

import os
import sys

import uvicorn
from muse.core.registry import ModalityRegistry
from muse.core.server import create_app
from muse.modalities.image_generation import ImageResult
from muse.modalities.image_generation.routes import MODALITY, build_router
from PIL import Image, ImageDraw


class Drawing:
    default_size = (512, 512)

    def __init__(self, model_id):
        self.model_id = model_id

    def generate(self, prompt, *, width=None, height=None, seed=None, **_):
        picture = Image.new("RGB", (width, height), tuple(os.urandom(3)))
        ImageDraw.Draw(picture).text((10, 10), prompt[:40].encode("ascii", "replace").decode(), fill="white")
        return ImageResult(picture, width, height, seed or 0, {"prompt": prompt})


registry = ModalityRegistry()
for name in ("gpt-image-1", "dall-e-3", "dall-e-2"):
    registry.register(MODALITY, Drawing(name))
uvicorn.run(create_app(registry=registry, routers={"images": build_router(registry)}), port=int(sys.argv[1]))
