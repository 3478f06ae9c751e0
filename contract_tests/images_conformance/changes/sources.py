"""Contracts to compare, from files or from git."""

from __future__ import annotations

import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

from images_contract import Contract, ContractError

from ..errors import ConformanceError

SHIPPED = "spec/openapi.yaml"  # what a bare revision means
DIALECTS = "spec/dialects"


def load(source: str, dialect: str | None = None) -> Contract:
    """Load a document: a file, `REVISION:PATH` or a bare revision, which means its spec/openapi.yaml.

    A dialect is applied: an overlay file as it is, a name as the same revision has it. Raises ConformanceError, or
    ContractError naming the revision, for what cannot be read.
    """
    if Path(source).is_file():
        return Contract.load(source, dialect)
    revision, _, path = source.partition(":")
    path = path or SHIPPED
    with TemporaryDirectory() as folder:
        document = Path(folder, "openapi.yaml")
        document.write_bytes(_show(revision, path, source))
        overlay: str | Path | None = dialect
        if dialect and not Path(dialect).is_file():
            overlay = Path(folder, f"{dialect}.overlay.yaml")
            overlay.write_bytes(_show(revision, f"{DIALECTS}/{dialect}.overlay.yaml", source))
        try:
            return Contract.load(document, overlay)
        except ContractError as error:
            names = {str(document): f"{revision}:{path}", str(overlay): f"{revision}:{DIALECTS}/{dialect}.overlay.yaml"}
            ...


def _show(revision: str, path: str, source: str) -> bytes:
    ...
