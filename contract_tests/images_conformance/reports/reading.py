"""Reading JSON reports back."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from ..errors import RecordingError
from ..exchange import strict_json
from .json_report import SCHEMA


@cache
def _validator() -> Any:
    import jsonschema_rs

    return jsonschema_rs.validator_for(json.loads(SCHEMA.read_text(encoding="utf-8")))


def read_json_report(path: Path) -> dict[str, Any]:
    """Return a JSON report from a file; raises RecordingError where it cannot be read or is none."""
    try:
        report: dict[str, Any] = strict_json(path.read_bytes())
    except OSError as error:
        raise RecordingError(f"{path} cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise RecordingError(f"{path} is no JSON report: {error}") from error
    problem = next(_validator().iter_errors(report), None)
    if problem is not None:
        place = "/".join(map(str, problem.instance_path)) or "the top"
        raise RecordingError(f"{path} is no report of this tool: {place}: {str(problem.message)[:200]}")
    return report
