"""Writes a typed client for the contract, with openapi-python-client underneath."""

from .errors import GenerateError
from .generation import check, generate, write_client

__all__ = ["GenerateError", "check", "generate", "write_client"]
