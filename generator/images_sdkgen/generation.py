"""From a contract to a client."""

from __future__ import annotations

from pathlib import Path

from images_contract import Contract

from . import engine, metadata, output, shape
from .document import engine_document
from .formatting import format_folder
from .project import ImagesProject


def write_client(contract: Contract, folder: Path) -> None:
    """Write a client of a contract to a folder that does not exist yet."""
    shape.check(contract)
    config = engine.configure(folder)
    data = engine.parse(engine_document(contract), config, contract)
    project = ImagesProject(contract, data, config)
    project.write()
    engine.refuse(project.errors, contract)
    format_folder(project.package_dir)
    project.carry_runtime()
    (folder / metadata.FILE_NAME).write_text(metadata.describe(contract), encoding="utf-8", newline="\n")


def generate(contract: Contract, folder: Path) -> None:
    """Write a client of a contract in place of the one in a folder; where that fails, the old one stays.

    Raises GenerateError where no client can be made of the document.
    """
    output.replace(folder, lambda fresh: write_client(contract, fresh))


def check(contract: Contract, folder: Path) -> list[str]:
    """Return the lines of a diff between the client in a folder and the one that would be written now."""
    return output.differences(folder, lambda fresh: write_client(contract, fresh))
