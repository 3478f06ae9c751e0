"""What can go wrong on our side.

ConformanceError      wrong usage or configuration: one sentence, exit code 2
└── PriceError        a price that is needed is missing or malformed
"""

from __future__ import annotations


class ConformanceError(Exception):
    """Wrong usage or configuration: one sentence that shows the value, names the place and offers the next step."""


class PriceError(ConformanceError):
    """A price that is needed is missing or malformed."""
