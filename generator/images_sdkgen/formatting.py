"""Generated files, formatted: one fixed style, whatever configuration is lying about."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from .errors import GenerateError

_COMMON = ("--isolated", "--no-cache", "--quiet", "--target-version=py311", "--line-length=120")
# Templates import whatever a class might need; what it does not need goes, and the rest is sorted.
_STEPS = (("check", "--select=I,F401", "--fix", *_COMMON), ("format", *_COMMON))


def format_folder(folder: Path) -> None:
    """Format all Python files of a folder in place."""
    for step in _STEPS:
        done = subprocess.run([sys.executable, "-m", "ruff", *step, str(folder)], capture_output=True, check=False)
        if done.returncode != 0:
            said = " ".join((done.stderr or done.stdout).decode(errors="replace").split())
            raise GenerateError(f"the formatter refused what was generated: {said.replace(str(folder), '')[:500]}")
