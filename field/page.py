"""docs/field.md: what field.yaml names, and what expected.yaml says was seen of it. `make generate` writes it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).resolve().parent
PAGE = HERE.parent / "docs" / "field.md"
HEAD = """# In the field

Servers and clients that nobody here wrote, with the suite and through its proxy, each installed from PyPI or npm in the
version given. `make field` runs them all and fails where one does otherwise than recorded, by clause and by call;
`make field FIELD=museq` runs one, `make field FIELD="clients --record"` writes down what is seen. What is run stands in
`field/field.yaml`, what was seen in `field/expected.yaml`; this page follows from the two. What was found on
the servers at greater depth is told in [](field-notes.md).
"""
SERVERS = """## Servers

`check` at smoke depth. The run also writes the servers side by side, with the evidence: `build/field/comparison.html`.
"""
CLIENTS = """## Clients

Each at `images-conformance proxy --fetch-urls` in front of the reference server. Of what the contract wants of requests
and answers, that under *broken* was not kept.
"""


def page(told: Mapping[str, Any], seen: Mapping[str, Any]) -> str:
    """Return the whole page."""
    servers, clients = told["servers"], told["clients"]
    lines = [
        HEAD, SERVERS, *_table(_servers(servers, seen["servers"])), "", *_notes(servers), "",
        CLIENTS, *_table(_clients(clients, seen["clients"])), "", *_notes(clients), "",
        "What the calls came to:", "", *_table(_calls(seen["clients"])), "",
    ]  # fmt: skip
    return "\n".join(lines)


def _servers(told: Mapping[str, Any], seen: Mapping[str, Any]) -> Iterator[Sequence[object]]:
    yield "server", "installed", "served", "kept", "broken", "declared", "not tested", "on"
    for name, each in told.items():
        counts = [_count(seen[name], verdict) for verdict in ("fail", "deviation", "untested")]
        yield *_head(name, each, seen[name]), *counts, seen[name]["day"]


def _clients(told: Mapping[str, Any], seen: Mapping[str, Any]) -> Iterator[Sequence[object]]:
    yield "client", "installed", "served", "kept", "broken", "on"
    for name, each in told.items():
        broken = ", ".join(f"`{rule}`" for rule in seen[name].get("fail", {})) or "nothing"
        yield *_head(name, each, seen[name]), broken, seen[name]["day"]


def _head(name: str, told: Mapping[str, Any], found: Mapping[str, Any]) -> Sequence[object]:
    packages = ", ".join([*told.get("pip", []), *told.get("npm", [])])
    return name, packages, f"{found['served']} of {found['requests']}", found["kept"]


def _calls(seen: Mapping[str, Any]) -> Iterator[Sequence[object]]:
    yield "client", "call", "outcome"
    for name, found in seen.items():
        yield from ((name, call, outcome) for call, outcome in found["calls"].items())


def _count(found: Mapping[str, Any], verdict: str) -> int:
    return sum(map(len, found.get(verdict, {}).values()))


def _notes(told: Mapping[str, Any]) -> Iterator[str]:
    for name, each in told.items():
        yield f"- **{name}**, {each['what']}" + (f": {each['note']}" if "note" in each else ".")


def _table(rows: Iterator[Sequence[object]]) -> Iterator[str]:
    for place, row in enumerate(rows):
        yield f"| {' | '.join(str(cell).replace('|', chr(92) + '|') for cell in row)} |"
        if not place:
            yield f"|{'---|' * len(row)}"


def current() -> str:
    """Return the page as the two files have it."""
    told, seen = (yaml.safe_load((HERE / f"{name}.yaml").read_text(encoding="utf-8")) for name in ("field", "expected"))
    return page(told, seen)


if __name__ == "__main__":
    PAGE.write_text(current(), encoding="utf-8")
