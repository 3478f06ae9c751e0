"""What can be wrong with a contract.

ContractError
├── DocumentError   the document cannot be read, or is no OpenAPI 3.1 document
├── RuleError       a schema says something that no rule is derived from
└── DialectError    an overlay, or a list of known failures, cannot be found or does not apply
"""

from __future__ import annotations

from pathlib import Path


class ContractError(Exception):
    """One sentence that shows the value, names file and JSON pointer, and offers the next step."""

    def __init__(self, problem: str, *, path: Path | str | None = None, pointer: str | None = None) -> None:
        self.problem = problem
        self.path = path
        self.pointer = pointer
        super().__init__(problem)

    def __str__(self) -> str:
        place = f"{self.path or ''}{_line(self.pointer or '')}"
        problem = _line(self.problem, limit=1000)
        return f"{place}: {problem}" if place else problem


def _line(text: str, limit: int = 300) -> str:
    """Return a text of the document's as one line of readable length that no terminal acts on."""
    line = "".join(each if each.isprintable() else repr(each)[1:-1] for each in " ".join(text.split()))
    return line if len(line) <= limit else f"{line[:limit]}… ({len(line):,} characters)"


class DocumentError(ContractError):
    """The document cannot be read, or is no OpenAPI 3.1 document."""


class RuleError(ContractError):
    """A schema says something that no rule is derived from."""


class DialectError(ContractError):
    """An overlay, or a list of known failures, cannot be found or does not apply to the document."""
