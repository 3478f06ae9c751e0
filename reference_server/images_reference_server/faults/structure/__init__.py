"""Structural faults: the server validates with a document in which one rule is widened, dropped or narrowed."""

from .accepts import accepts
from .rejects import rejects

__all__ = ["accepts", "rejects"]
