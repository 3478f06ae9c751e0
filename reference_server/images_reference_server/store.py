"""Temporary files: pictures kept under unguessable names until they expire."""

from __future__ import annotations

import secrets
import time
from collections import OrderedDict

from .pictures import Picture


class Store:
    """Keeps the last `capacity` pictures for `lifetime` seconds each."""

    def __init__(self, lifetime: float, capacity: int = 10_000) -> None:
        self.lifetime = lifetime
        self.capacity = capacity
        self._files: OrderedDict[str, tuple[float, Picture]] = OrderedDict()

    def keep(self, picture: Picture) -> str:
        """Keep a picture and return the name to fetch it by."""
        name = f"{secrets.token_urlsafe(16)}.{picture.output_format}"
        self._files[name] = time.monotonic() + self.lifetime, picture
        while len(self._files) > self.capacity:
            self._files.popitem(last=False)
        return name

    def fetch(self, name: str) -> Picture | None:
        """Return the picture of a name, None where there is none or its time is over."""
        expires, picture = self._files.get(name, (0.0, None))
        return picture if time.monotonic() < expires else None
