"""Pages that the contract and the commands give: the clause catalogue, the contract, the commands."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import click

from images_conformance.cli import main
from images_conformance.mutation.mutants import Notes
from images_contract import ABSENT, Clause, Contract
from images_contract.table import parameter_table
from images_reference_server import Fault, list_faults

SHOWN = 6  # faults named for one clause


def pages(folder: Path) -> None:
    """Write all pages into a folder."""
    contract = Contract.load()
    folder.mkdir(exist_ok=True)
    for name, lines in {
        "clauses": catalogue(contract),
        "contract": reference(contract),
        "commands": commands(),
    }.items():
        (folder / f"{name}.md").write_text("\n".join(lines) + "\n", encoding="utf-8")


def catalogue(contract: Contract) -> Iterator[str]:
    """Yield the lines of the clause catalogue: every sentence, how it is tested, and what it catches."""
    notes, faults = Notes.load(), list(list_faults(contract.document))
    yield from ("# Clauses", "", f"Version {contract.version} of the contract has {len(contract.clauses)} clauses.", "")
    yield "`must` decides the verdict, `should` warns, `may` leaves both answers open."
    groups: dict[str, list[Clause]] = {}
    for clause in contract.clauses:
        groups.setdefault(clause.id.split(".")[0], []).append(clause)
    for group, clauses in groups.items():
        yield from ("", f"## {group}", "")
        by_id: dict[str, list[Clause]] = {}
        for clause in clauses:
            by_id.setdefault(clause.id, []).append(clause)
        for id, listed in by_id.items():
            yield from _entry(id, listed, notes, faults)


def _entry(id: str, listed: list[Clause], notes: Notes, faults: list[Fault]) -> Iterator[str]:
    first = listed[0]
    models = ", ".join("no model" if each.model == ABSENT else each.model or "all" for each in listed)
    yield from ("", f"### `{id}`", "", f"{first.sentence}", "")
    yield from ("Level", f": {first.level}", "", "Models", f": {models}", "", "Source", f": {first.source or '-'}", "")
    yield from ("Stands at", f": `{first.pointer}`", "", "Tested by", f": {_tested(first)}", "")
    if caught := _caught(id, listed, notes, faults):
        yield from ("Catches", f": {caught}", "")


_TESTED = {
    "behaviour": "the answers to all requests that bear on it",
    "accepted": "valid requests, which together hold every value, and every pair of values of optional parameters",
    "open": "nothing: neither answer is wrong, so that nothing is sent for it",
}


def _tested(clause: Clause) -> str:
    if clause.level == "may":
        return _TESTED["open"]
    return _TESTED.get(clause.keyword, "requests next to valid ones that break this rule and no other")


def _caught(id: str, listed: list[Clause], notes: Notes, faults: list[Fault]) -> str:
    """Return the faults of the reference server that the clause is there for."""
    globs = [(glob, ids) for glob, ids in notes.speaks.items() if any(fnmatchcase(id, each) for each in ids)]
    found = [fault for fault in faults if any(fnmatchcase(fault.name, glob) for glob, _ in globs)]
    names = [f"`{fault.name}` ({fault.sentence.rstrip('.')})" for fault in found[:SHOWN]]
    rest = [f"and {len(found) - SHOWN} more"] if len(found) > SHOWN else []
    if not names and listed[0].keyword not in ("behaviour", "open"):
        return "servers whose document says otherwise here, made automatically for `make mutation`"
    return ", ".join([*names, *rest])


def reference(contract: Contract) -> Iterator[str]:
    """Yield the lines of the rendered contract: the operation, each model's parameters, answers, events, errors."""
    operation = contract.resolve(contract.operation)
    path = contract.operation.split("/")[2].replace("~1", "/")
    yield from ("# The contract", "", f"Version {contract.version}, sha256 `{contract.sha256[:16]}…`.", "")
    yield from (f"## POST {path}", "", operation["description"], "", parameter_table(contract), "")
    for profile in contract.profiles.values():
        yield from (f"### {'Without a model' if profile.name == ABSENT else profile.name}", "", profile.description, "")
        for condition in profile.conditions:
            yield f"- {condition.sentence} (`{condition.id}`, {condition.level})"
        for case in profile.open_cases:
            yield f"- Open: {case.sentence.replace('{parameter}', 'A parameter')} ({case.source})"
        yield ""
    yield from ("### Parameters", "")
    for parameter in next(iter(contract.profiles.values())).parameters.values():
        yield from (f"`{parameter.name}`", f": {' '.join(parameter.description.split())}", "")
    for status, response in operation["responses"].items():
        yield from _response(contract, status, contract.resolve(response))


def _response(contract: Contract, status: str, response: dict[str, Any]) -> Iterator[str]:
    yield from (f"## {status}", "", response.get("description", ""), "")
    for media_type, content in response.get("content", {}).items():
        yield from (f"### {status}: {media_type}", "")
        yield from _schema(contract, content["schema"], 0)
        for example in _examples(content):
            yield from ("", "```json", json.dumps(example, ensure_ascii=False, indent=2), "```", "")


def _examples(content: dict[str, Any]) -> Iterable[Any]:
    return [content["example"]] if "example" in content else [e["value"] for e in content.get("examples", {}).values()]


def _schema(contract: Contract, schema: Any, depth: int) -> Iterator[str]:
    node = contract.resolve(schema)
    if "oneOf" in node:
        for branch in node["oneOf"]:
            each = contract.resolve(branch)
            yield f"- **{each.get('title', 'one of')}**: {each.get('description', '').strip()}"
            yield from _schema(contract, each, depth + 1)
        return
    for name, below in node.get("properties", {}).items():
        each = contract.resolve(below)
        words = [_kind(each), *(["required"] if name in node.get("required", []) else [])]
        text = " ".join(each.get("description", "").split())
        yield f"{'  ' * depth}- `{name}` ({', '.join(words)}): {text}"
        yield from _schema(contract, each.get("items", each), depth + 1)


def _kind(schema: dict[str, Any]) -> str:
    if "enum" in schema:
        return " · ".join(f"`{value}`" for value in schema["enum"])
    if "const" in schema:
        return f"`{schema['const']}`"
    kind = schema.get("type", "any")
    return " or ".join(kind) if isinstance(kind, list) else str(kind)


def commands() -> Iterator[str]:
    """Yield the lines of the page about the commands, from their own help."""
    yield from ("# Commands", "", "Every option can also stand in a file: see `images-conformance init`.", "")
    context = click.Context(main, info_name="images-conformance", max_content_width=100)
    for name in main.list_commands(context):
        command = main.get_command(context, name)
        assert command is not None
        below = click.Context(command, info_name=name, parent=context, max_content_width=100)
        yield from (f"## {name}", "", "```text", command.get_help(below), "```", "")
