"""The HTML report: one file that works from disk, without a network, whatever a server wrote into it."""

from .page import render, to_html, write_html

__all__ = ["render", "to_html", "write_html"]
