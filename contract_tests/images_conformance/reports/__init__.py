"""Reports: pure functions of a judged run."""

from .json_report import to_json, write_json
from .junit import to_junit, write_junit
from .terminal import print_report

__all__ = ["print_report", "to_json", "to_junit", "write_json", "write_junit"]
