"""The behaviour clauses that the document declares, implemented by id."""

from . import data, echoes, errors, http, pictures, responses, streams, urls
from .registry import CHECKS, Failed, Skipped
from .together import TOGETHER

__all__ = [
    "CHECKS", "TOGETHER", "Failed", "Skipped",
    "data", "echoes", "errors", "http", "pictures", "responses", "streams", "urls",
]  # fmt: skip
