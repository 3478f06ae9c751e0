"""Which schemas of the document are pictures, and where answers hold them.

A picture is an object with a property that is base64, by JSON Schema's own `contentEncoding`; a property of format
`uri` beside it is where the picture may be fetched instead.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from images_contract import Contract

from .runtime._scanner import Place


@dataclass(frozen=True)
class PictureSchema:
    """The properties of a picture: its base64, and its URL where it may have one."""

    base64: str
    url: str | None


def picture(contract: Contract, schema: Any) -> PictureSchema | None:
    """Return what makes a schema a picture; None where it is something else."""
    properties = dict(_properties(contract, schema))
    base64 = [name for name, each in properties.items() if each.get("contentEncoding") == "base64"]
    urls = [name for name, each in properties.items() if each.get("format") == "uri"]
    return PictureSchema(base64[0], urls[0] if urls else None) if base64 else None


def places(contract: Contract, schema: Any) -> tuple[Place, ...]:
    """Return the places of base64 in an answer, where a property of it is an array of pictures."""
    found = ((name, picture(contract, each.get("items"))) for name, each in _properties(contract, schema))
    return tuple((name, None, inner.base64) for name, inner in found if inner)


def _properties(contract: Contract, schema: Any) -> Iterator[tuple[str, Mapping[str, Any]]]:
    if isinstance(schema, Mapping):
        for name, each in contract.resolve(schema).get("properties", {}).items():
            if isinstance(each, Mapping):
                yield name, contract.resolve(each)
