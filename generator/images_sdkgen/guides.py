"""What the guide tells of the contract: Markdown for the places that docs/sdk.md has between markers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from images_contract import Contract
from images_contract.table import with_table

from .errors import GenerateError
from .params import Params
from .rules import refused


def places(contract: Contract, params: Iterable[Params]) -> dict[str, str]:
    """Return the Markdown of each place by its name."""
    types = ["| arguments of | TypedDict |", "| --- | --- |", *(f"| {each.title} | `{each.name}` |" for each in params)]
    rules = [rule for model in contract.models.values() for rule in model.conditions if refused(rule)]
    told = dict.fromkeys(f"- {rule.sentence} (`{rule.id}`)" for rule in rules)
    return {"argument types": "\n".join(types), "conditions": "\n".join(told)}


def renewed(guide: Path, contract: Contract, places: Mapping[str, str]) -> str:
    """Return the text of a guide with every place renewed; raises GenerateError where one is missing."""
    text = with_table(guide.read_text(encoding="utf-8"), contract, guide)
    for name, markdown in places.items():
        start, end = f"<!-- {name}: generated, `make generate` rewrites it -->", f"<!-- end of {name} -->"
        before, found, rest = text.partition(f"{start}\n")
        _, closed, after = rest.partition(end)
        if not found or not closed:
            raise GenerateError(f"has no place for the {name}; add the lines {start!r} and {end!r}", path=guide)
        text = f"{before}{start}\n\n{markdown}\n\n{end}{after}"
    return text
