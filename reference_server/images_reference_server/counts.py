"""What a server has done so far, for tests that check what a run costs."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass
class Counts:
    """Requests of any kind, image requests that were served, and images made for them."""

    requests: int = 0
    accepted_requests: int = 0
    images: int = 0
