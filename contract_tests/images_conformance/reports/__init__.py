"""Reports: pure functions of a judged run."""

from .html import to_html, write_html
from .json_report import to_json, write_json
from .junit import to_junit, write_junit
from .terminal import print_report

__all__ = ["print_report", "to_html", "to_json", "to_junit", "write_html", "write_json", "write_junit"]
