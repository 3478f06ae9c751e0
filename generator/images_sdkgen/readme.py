"""The facts of the contract that the client's README tells, and the example that it shows."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from images_contract import Contract, Parameter

from .document import JSON
from .methods import Method
from .signatures import example_call
from .text import literal, markdown


@dataclass(frozen=True)
class Facts:
    """What README, pyproject and the client's defaults say about the contract."""

    version: str
    base_url: str
    models: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    example: tuple[str, ...]
    call: str
    command: str


def facts(contract: Contract, own: Method) -> Facts:
    """Return the facts of a contract, with an example of its own operation."""
    models = list(contract.models.values())
    rows = tuple(
        (markdown(name), *(markdown(_cell(model.parameters[name])) for model in models))
        for name in models[0].parameters
        if name != contract.discriminator
    )
    return Facts(
        version=_version(contract.version),
        base_url=literal(_server(contract)),
        models=tuple(markdown(model.name) for model in models),
        rows=rows,
        example=_example(contract, own),
        call=own.call,
        command=_command(contract, own),
    )


def _server(contract: Contract) -> str:
    """Return the URL of the first server; nothing where it has variables, since their defaults are nobody's server."""
    servers = contract.document.get("servers") or [{}]
    url = str(servers[0].get("url", ""))
    return "" if "{" in url else url


def _version(text: str) -> str:
    """Return a version that Python packaging takes; the document may use any words."""
    return text if re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,9}){0,3}", text) else "0"


def _command(contract: Contract, own: Method) -> str:
    """Return a command that asks for a picture of the first model with a name that a shell takes as it is."""
    names = [name for name in contract.models if shlex.quote(name) == name]
    choice = [f"--{contract.discriminator}", names[0]] if names else []
    return shlex.join(["images-client", own.name, "A lighthouse in the fog", *choice, "--out", "lighthouse"])


def _cell(one: Parameter) -> str:
    if not one.supported:
        return "-"
    if one.values is not None:
        return ", ".join(map(str, one.values))
    if one.dimensions is not None:
        return ", ".join([*one.dimensions.words, str(one.dimensions)])
    unit = " characters" if one.max_length is not None else ""
    low, high = (one.min_length, one.max_length) if unit else (one.minimum, one.maximum)
    if low is not None and high is not None:
        return f"{low}{unit}" if low == high else f"{low} to {high}{unit}"
    return one.type or "any"


def _example(contract: Contract, method: Method) -> tuple[str, ...]:
    """Return the arguments of the first example of the document that local validation lets pass."""
    content: Mapping[str, Any] = contract.resolve(contract.resolve(contract.operation)["requestBody"])["content"][JSON]
    values = [contract.resolve(each).get("value") for each in content.get("examples", {}).values()]
    good = [value for value in values if isinstance(value, dict) and not contract.violations(value)]
    return example_call(good[0], method.names) if good else ()
