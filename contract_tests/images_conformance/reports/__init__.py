"""Reports: pure functions of a judged run."""

from .badge import to_endpoint, to_svg, write_badge
from .har import to_har, write_har
from .html import to_html, write_html
from .json_report import to_json, write_json
from .junit import to_junit, write_junit
from .markdown import to_markdown, write_markdown
from .sarif import to_sarif, write_sarif
from .terminal import print_report

__all__ = [
    "print_report",
    "to_endpoint",
    "to_har",
    "to_html",
    "to_json",
    "to_junit",
    "to_markdown",
    "to_sarif",
    "to_svg",
    "write_badge",
    "write_har",
    "write_html",
    "write_json",
    "write_junit",
    "write_markdown",
    "write_sarif",
]
