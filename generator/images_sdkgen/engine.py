"""openapi-python-client as a library: parse a document, fail on whatever it leaves out."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from openapi_python_client.config import Config, ConfigFile, MetaType
from openapi_python_client.parser import GeneratorData
from openapi_python_client.parser.errors import GeneratorError as EngineComplaint

from images_contract import Contract

from .errors import GenerateError

PROJECT = "images-client"
PACKAGE = "images_client"


def configure(output: Path) -> Config:
    """Return the engine's configuration; formatting is ours, since its post hooks go through a shell."""
    chosen = ConfigFile(project_name_override=PROJECT, package_name_override=PACKAGE, post_hooks=[])
    return Config.from_sources(
        chosen, MetaType.UV, document_source=output, file_encoding="utf-8", overwrite=False, output_path=output
    )


def parse(document: dict[str, Any], config: Config, contract: Contract) -> GeneratorData:
    """Return what the engine reads from a document; raises GenerateError where it warns or fails."""
    try:
        data = GeneratorData.from_dict(document, config=config)
    except (RecursionError, ValueError, TypeError, KeyError, AttributeError) as error:
        problem = f"openapi-python-client cannot read this document: {type(error).__name__}: {error}"
        raise GenerateError(problem, path=contract.path) from error
    if isinstance(data, EngineComplaint):
        raise GenerateError(_said([data]), path=contract.path)
    collections = data.endpoint_collections_by_tag.values()
    refuse([*data.errors, *(error for each in collections for error in each.parse_errors)], contract)
    return data


def refuse(complaints: Iterable[EngineComplaint], contract: Contract) -> None:
    """Raise GenerateError if there are complaints: the engine would leave something out and go on."""
    if listed := list(complaints):
        raise GenerateError(_said(listed), path=contract.path)


def _said(complaints: Iterable[EngineComplaint]) -> str:
    texts = (f"{each.header.strip()} {each.detail or ''}" for each in complaints)
    return "openapi-python-client would leave something out: " + "; ".join(" ".join(text.split()) for text in texts)
