"""Several runs side by side: vendors beside each other, or one vendor over time."""

from .comparison import Change, Column, Comparison, Row
from .page import comparison_html
from .words import comparison_json, comparison_markdown

__all__ = ["Change", "Column", "Comparison", "Row", "comparison_html", "comparison_json", "comparison_markdown"]
