"""Behaviour faults: what a schema cannot state, done wrong one thing at a time. Adding one is adding a function."""

from . import (
    auth,
    bodies,
    data,
    envelope,
    fields,
    http,
    links,
    pixels,
    state,
    status,
    stream,
    stream_contents,
    usage,
)
from .registry import REGISTERED, of_each_model

__all__ = ["FAULTS", "of_each_model"]

_CATEGORIES = (status, envelope, auth, http, bodies, data, links, pixels, fields, usage, stream, stream_contents, state)
FAULTS = tuple(REGISTERED)
