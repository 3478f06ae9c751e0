"""Structural faults: one rule of the document is widened, dropped or narrowed for requests, or broken in answers."""

from .accepts import accepts
from .answers import answers
from .rejects import rejects

__all__ = ["accepts", "answers", "rejects"]
