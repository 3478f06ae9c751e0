"""Temporary files: pictures kept under unguessable names until they expire."""

from __future__ import annotations

import secrets
import time
from collections import OrderedDict

from .pictures import Picture
from .seams import Call


class Store:
    """Keeps the last `capacity` pictures for `lifetime` seconds each."""

    def __init__(self, lifetime: float, capacity: int = 10_000) -> None:
        self.lifetime = lifetime
        self.capacity = capacity
        self._files: OrderedDict[str, tuple[float, Picture, Call]] = OrderedDict()

    def keep(self, picture: Picture, call: Call) -> str:
        """Keep a picture, and the call that it was made for; return the name to fetch it by."""
        name = f"{secrets.token_urlsafe(16)}.{picture.output_format}"
        self._files[name] = time.monotonic() + self.lifetime, picture, call
        while len(self._files) > self.capacity:
            self._files.popitem(last=False)
        return name

    def fetch(self, name: str) -> tuple[Picture, Call] | None:
        """Return what is kept under a name, None where there is nothing or its time is over."""
        kept = self._files.get(name)
        return kept[1:] if kept and time.monotonic() < kept[0] else None
