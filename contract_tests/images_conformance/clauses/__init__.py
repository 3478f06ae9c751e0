"""The behaviour clauses that the document declares, implemented by id."""

from . import errors, http, responses
from .registry import CHECKS, Failed

__all__ = ["CHECKS", "Failed", "errors", "http", "responses"]
