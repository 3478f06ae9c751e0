"""The commands, one module each."""

from .check import check
from .proxy import proxy
from .replay import replay
from .serve import serve

__all__ = ["check", "proxy", "replay", "serve"]
