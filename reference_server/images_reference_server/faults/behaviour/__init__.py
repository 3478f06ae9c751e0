"""Behaviour faults: what a schema cannot state, done wrong one thing at a time. Adding one is adding a function."""

from . import auth, bodies, data, envelope, fields, http, links, pixels, state, status, stream, usage
from .registry import REGISTERED

__all__ = ["FAULTS"]

_CATEGORIES = (status, envelope, auth, http, bodies, data, links, pixels, fields, usage, stream, state)
FAULTS = tuple(REGISTERED)
