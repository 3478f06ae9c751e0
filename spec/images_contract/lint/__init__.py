"""Whether a document, or a dialect, says what the tools here rely on, and how to mend it."""

from .linting import lint
from .problem import Problem

__all__ = ["Problem", "lint"]
