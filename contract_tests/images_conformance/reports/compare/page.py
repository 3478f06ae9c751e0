"""A comparison as one HTML page."""

from __future__ import annotations

from ..html.rendering import rendered
from .comparison import Comparison


def comparison_html(comparison: Comparison) -> str:
    """Return the page: a support table per model, and the evidence behind every cell that is not kept."""
    return rendered("compare.html.jinja", comparison=comparison)
