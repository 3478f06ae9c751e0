"""What changed between two contracts, by meaning: who breaks, and a request or response that shows it."""

from .change import LEVELS, Change, Sample
from .comparison import Comparison
from .words import sentence

__all__ = ["LEVELS", "Change", "Comparison", "Sample", "sentence"]
