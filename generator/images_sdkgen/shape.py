"""The parts of the document outside of schemas, checked for the shapes that the generator relies on."""

from __future__ import annotations

from typing import Any

from images_contract import Contract

from .document import EVENT_STREAM, operations
from .errors import GenerateError

_SAID: dict[type, str] = {dict: "a mapping", list: "a list", str: "a text"}


def check(contract: Contract) -> None:
    """Raise GenerateError, with a JSON pointer, where something that a client is made of has another shape."""
    for index, server in enumerate(_expect(contract, contract.document.get("servers", []), list, "#/servers")):
        at = f"#/servers/{index}"
        _expect(contract, _expect(contract, server, dict, at).get("url"), str, f"{at}/url")
    for _, _, operation, pointer in operations(contract):
        for index, tag in enumerate(_expect(contract, operation.get("tags", []), list, f"{pointer}/tags")):
            _expect(contract, tag, str, f"{pointer}/tags/{index}")
        for word in ("summary", "description"):
            _expect(contract, operation.get(word, ""), str, f"{pointer}/{word}")
        _responses(contract, operation, f"{pointer}/responses")
        if "requestBody" in operation:
            _content(contract, operation["requestBody"], f"{pointer}/requestBody")


def _responses(contract: Contract, operation: Any, pointer: str) -> None:
    for status, response in _expect(contract, operation.get("responses", {}), dict, pointer).items():
        _content(contract, response, f"{pointer}/{status}")


def _content(contract: Contract, holder: Any, pointer: str) -> None:
    content = _expect(contract, contract.resolve(_expect(contract, holder, dict, pointer)), dict, pointer).get(
        "content", {}
    )
    for kind, media in _expect(contract, content, dict, f"{pointer}/content").items():
        at = f"{pointer}/content/{kind.replace('/', '~1')}"
        schema = _expect(contract, media, dict, at).get("schema", {})
        resolved = contract.resolve(_expect(contract, schema, dict, f"{at}/schema"))
        if kind == EVENT_STREAM:
            _discriminator(contract, resolved, f"{at}/schema/discriminator")
        for name, example in _expect(contract, media.get("examples", {}), dict, f"{at}/examples").items():
            _expect(contract, contract.resolve(example), dict, f"{at}/examples/{name}")


def _discriminator(contract: Contract, schema: Any, pointer: str) -> None:
    found = _expect(contract, schema.get("discriminator", {}), dict, pointer)
    _expect(contract, found.get("propertyName", "type"), str, f"{pointer}/propertyName")
    for kind, target in _expect(contract, found.get("mapping", {}), dict, f"{pointer}/mapping").items():
        _expect(contract, target, str, f"{pointer}/mapping/{kind}")


def _expect(contract: Contract, value: Any, kind: type, pointer: str) -> Any:
    if not isinstance(value, kind):
        raise GenerateError(f"is {value!r}, not {_SAID[kind]}"[:200], path=contract.path, pointer=pointer)
    return value
