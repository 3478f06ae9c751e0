"""From a contract to a client."""

from __future__ import annotations

from pathlib import Path

from images_contract import Contract

from . import engine, guides, metadata, output, shape
from .document import engine_document
from .formatting import format_folder
from .project import ImagesProject


def write_client(contract: Contract, folder: Path) -> dict[str, str]:
    """Write a client of a contract to a folder that does not exist yet; return what a guide tells of it, by place."""
    shape.check(contract)
    config = engine.configure(folder)
    data = engine.parse(engine_document(contract), config, contract)
    project = ImagesProject(contract, data, config)
    project.write()
    engine.refuse(project.errors, contract)
    format_folder(project.package_dir)
    project.carry_runtime()
    (folder / metadata.FILE_NAME).write_text(metadata.describe(contract), encoding="utf-8", newline="\n")
    return guides.places(contract, project.params)


def generate(contract: Contract, folder: Path, guide: Path | None = None) -> None:
    """Write a client of a contract in place of the one in a folder; where that fails, the old one stays.

    What the contract says in a guide, a Markdown file, is renewed too. Raises GenerateError where no client can be made
    of the document, or the guide has no place for it.
    """
    places: dict[str, str] = {}
    output.replace(folder, lambda fresh: places.update(write_client(contract, fresh)))
    if guide:
        guide.write_text(guides.renewed(guide, contract, places), encoding="utf-8", newline="\n")


def check(contract: Contract, folder: Path, guide: Path | None = None) -> list[str]:
    """Return the lines of a diff between the client in a folder, and a guide, and what would be written now."""
    places: dict[str, str] = {}
    found = output.differences(folder, lambda fresh: places.update(write_client(contract, fresh)))
    if guide:
        found += output.difference(guide.name, guide.read_bytes(), guides.renewed(guide, contract, places).encode())
    return found
