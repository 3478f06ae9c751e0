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
        place = f"{self.path or ''}{self.pointer or ''}"
        problem = " ".join(self.problem.split())
        return f"{place}: {problem}" if place else problem


class DocumentError(ContractError):
    """The document cannot be read, or is no OpenAPI 3.1 document."""


class RuleError(ContractError):
    """A schema says something that no rule is derived from."""


class DialectError(ContractError):
    """An overlay, or a list of known failures, cannot be found or does not apply to the document."""
