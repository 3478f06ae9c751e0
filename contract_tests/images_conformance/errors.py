"""What can go wrong on our side.

ConformanceError      wrong usage or configuration: one sentence, exit code 2
├── JournalError      a journal that cannot be read, written or resumed
├── PriceError        a price that is needed is missing or malformed
└── RecordingError    recorded traffic that cannot be read
"""

from __future__ import annotations


class ConformanceError(Exception):
    """Wrong usage or configuration: one sentence that shows the value, names the place and offers the next step."""


class JournalError(ConformanceError):
    """A journal cannot be read, written or resumed."""


class PriceError(ConformanceError):
    """A price that is needed is missing or malformed."""


class RecordingError(ConformanceError):
    """Recorded traffic cannot be read."""
