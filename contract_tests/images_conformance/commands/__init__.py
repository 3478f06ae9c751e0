"""The commands, one module each."""

from .check import check
from .lint import lint
from .proxy import proxy
from .replay import replay
from .serve import serve

__all__ = ["check", "lint", "proxy", "replay", "serve"]
