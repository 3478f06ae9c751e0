"""The table of parameters and models, and its place in a text. `python -m images_contract.table FILE...` renews it."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from .contract import Contract
from .errors import ContractError
from .keywords import shown
from .profile import ABSENT, ModelProfile, Parameter

START = "<!-- parameter table: generated, `make generate` rewrites it -->"
END = "<!-- end of parameter table -->"
_PLACE = re.compile(
    r"^([ \t]*)(<!-- parameter table: generated\b[^\n]*-->)[ \t]*\n.*?^[ \t]*" + re.escape(END),
    re.MULTILINE | re.DOTALL,
)


def parameter_table(contract: Contract) -> str:
    """Return a Markdown table: a row for each parameter, a column for each model and one for requests without one."""
    profiles = contract.profiles.values()
    names = [name for name in next(iter(profiles)).parameters if name != contract.discriminator]
    heads = ["parameter", *("no model" if each.name == ABSENT else each.name for each in profiles)]
    rows = [heads, ["---"] * len(heads)]
    rows += [[f"`{name}`", *(_cell(each, each.parameters[name]) for each in profiles)] for name in names]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _cell(profile: ModelProfile, parameter: Parameter) -> str:
    if not parameter.supported:
        return "depends on the model" if profile.name == ABSENT else "-"
    told = [*(["required"] if parameter.required else []), _allowed(parameter)]
    if parameter.default is not None:
        told.append(f"default {_code(parameter.default)}")
    return ", ".join(told).replace("|", "\\|")


def _allowed(parameter: Parameter) -> str:
    if parameter.values is not None:
        return " · ".join(map(_code, parameter.values))
    if parameter.dimensions is not None:
        return " · ".join([*map(_code, parameter.dimensions.words), str(parameter.dimensions)])
    if parameter.type == "boolean":
        return " · ".join(map(_code, (True, False)))
    if parameter.type == "string":
        return f"{_range(parameter.min_length, parameter.max_length)} characters".replace("any characters", "text")
    return _range(parameter.minimum, parameter.maximum).replace("any", f"any {parameter.type or 'value'}")


def _range(low: Any, high: Any) -> str:
    if low is None and high is None:
        return "any"
    if low is None or high is None:
        return f"at most {high:,}" if low is None else f"at least {low:,}"
    return f"only {low:,}" if low == high else f"{low:,} to {high:,}"


def _code(value: Any) -> str:
    return f"`{value if isinstance(value, str) else shown(value)}`"


def with_table(text: str, contract: Contract, path: Path | None = None) -> str:
    """Return a text with what stands between its markers replaced by the table, indented as the first marker is.

    Raises ContractError where the text has no such markers.
    """
    if not _PLACE.search(text):
        raise ContractError(f"has no place for the table; add the lines {START!r} and {END!r}", path=path)

    def placed(found: re.Match[str]) -> str:
        lines = [found[2], "", *parameter_table(contract).split("\n"), "", END]
        return "\n".join(f"{found[1]}{line}".rstrip() for line in lines)

    return _PLACE.sub(placed, text)


def main(files: Sequence[str]) -> int:
    """Renew the table in each file; return 2, with a message, where the contract or a file is wrong."""
    try:
        contract = Contract.load()
        for file in map(Path, files):
            text = file.read_text(encoding="utf-8")
            renewed = with_table(text, contract, file)
            if renewed != text:
                file.write_text(renewed, encoding="utf-8")
                print(f"{file}: table renewed")
    except (ContractError, OSError, UnicodeDecodeError) as error:
        print(error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
