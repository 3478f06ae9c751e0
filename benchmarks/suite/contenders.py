"""Who is measured: each is a command of its own that is pointed at a server, with its defaults as they are."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Sequence
from copy import deepcopy
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from images_contract import ABSENT, Contract

KEY = "sk-0123456789abcdefghijklmnopqrstuvwxyz"
BIN = Path(sys.executable).parent


@dataclass(frozen=True)
class Contender:
    """`command` gives the words for a base URL and a folder to write to; `complaints` reads what was found there."""

    name: str
    version: str
    command: Callable[[str, Path], Sequence[str]]
    complaints: Callable[[Path], set[str]]


def contenders(document: Path) -> list[Contender]:
    """Return all of them, ours first; `document` is where the one for others stands."""
    ours = Contender("images-conformance", version("images-conformance"), _ours, _broken_clauses)
    theirs = Contender(
        "schemathesis", version("schemathesis"), lambda url, folder: _theirs(document, url, folder), _failures
    )
    return [ours, theirs]


def _ours(url: str, folder: Path) -> list[str]:
    return [str(BIN / "images-conformance"), "check", url, "--json", str(folder / "report.json")]


def _broken_clauses(folder: Path) -> set[str]:
    report = json.loads((folder / "report.json").read_text(encoding="utf-8"))
    return {clause["id"] for clause in report["clauses"] if clause["verdict"] == "fail"}


def _theirs(document: Path, url: str, folder: Path) -> list[str]:
    words = [str(BIN / "schemathesis"), "run", str(document), "--url", url, "--header", f"Authorization: Bearer {KEY}"]
    return [*words, "--report", "junit", "--report-junit-path", str(folder / "junit.xml")]


def _failures(folder: Path) -> set[str]:
    """Return the codes of failures and errors: of a test case that went wrong, JUnit has one element for each.

    An integer written as 3.0, which JSON Schema takes for one and the contract does not, is no fault of the server's.
    """
    found = (folder / "junit.xml").read_text(encoding="utf-8")
    told = re.findall(r'<(?:failure|error)\b[^>]* message="([^"]*)"[^>]*>(.*?)</', found, re.DOTALL)
    return {code for code, text in told if not re.search(r": -?\d+\.0[,}]", text)}


def for_others(contract: Contract) -> dict[str, Any]:
    """Return the contract as plain OpenAPI 3.1, so that an honest server breaks nothing in the eyes of other tools.

    The schema of an event stream speaks of the whole event, as OpenAPI 3.2 has it, where ours speaks of its data. What
    our document leaves open without a model (`may`) other tools would take for a rule: here it is what any model takes.
    """
    document = deepcopy(dict(contract.document))
    answer = _at(document, f"{contract.operation}/responses/200/content/text~1event-stream")
    data = {"type": "string", "contentMediaType": "application/json", "contentSchema": answer["schema"]}
    answer["schema"] = {"type": "object", "required": ["data"], "properties": {"data": data}}
    models = [_without(_at(document, each.pointer), contract.discriminator) for each in contract.models.values()]
    absent = _at(document, contract.profiles[ABSENT].pointer)
    absent.clear()
    absent["anyOf"] = models
    return document


def _without(schema: dict[str, Any], name: str) -> dict[str, Any]:
    """Return the schema of a request that does not name its model."""
    copy = deepcopy(schema)
    del copy["properties"][name]
    copy["required"] = [each for each in copy["required"] if each != name]
    return copy


def _at(document: Any, pointer: str) -> Any:
    node = document
    for step in pointer.split("/")[1:]:
        step = step.replace("~1", "/").replace("~0", "~")
        node = node[int(step)] if isinstance(node, list) else node[step]
    return node
