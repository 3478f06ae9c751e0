"""Recorded traffic: journals, HAR files and case files."""

from .opening import is_journal, open_recording
from .recording import Baseline, Judged, Recorded, Recording
from .runs import Entries, listed

__all__ = ["Baseline", "Entries", "Judged", "Recorded", "Recording", "is_journal", "listed", "open_recording"]
