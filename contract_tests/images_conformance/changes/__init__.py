"""What changed between two contracts, by meaning: who breaks, and a request or response that shows it."""

from .change import LEVELS, Change, Sample
from .comparison import Comparison
from .reports import to_json, to_markdown, to_text
from .sources import load
from .words import sentence

__all__ = ["LEVELS", "Change", "Comparison", "Sample", "load", "sentence", "to_json", "to_markdown", "to_text"]
