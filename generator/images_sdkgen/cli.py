"""The command: `python -m images_sdkgen generate` writes the client, `check` compares it."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from images_contract import Contract, ContractError

_CHECKOUT = Path(__file__).resolve().parents[2]
# The checkout's own client; an installed generator writes to where it is called.
DEFAULT_OUTPUT = (_CHECKOUT if (_CHECKOUT / "generator").is_dir() else Path()) / "generated_client"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns 0, 1 where `check` finds a difference, 2 where there is no client to be made."""
    options = _parser().parse_args(arguments)
    try:
        contract = Contract.load(options.spec, dialect=options.dialect)
        command = {"generate": _generate, "check": _check}[options.command]
        return command(contract, options.output, options.guide)
    except ContractError as error:
        print(f"images_sdkgen: {error}", file=sys.stderr)
    except OSError as error:
        print(f"images_sdkgen: {error}", file=sys.stderr)
    return 2


def _generate(contract: Contract, output: Path, guide: Path | None) -> int:
    # Importing the engine takes longer than everything else; a bad document should be told at once.
    from .generation import generate

    generate(contract, output, guide)
    print(f"wrote {output} from {contract.path.name} {contract.version}")
    return 0


def _check(contract: Contract, output: Path, guide: Path | None) -> int:
    from .generation import check

    found = check(contract, output, guide)
    if not found:
        print(f"{output} is what {contract.path.name} {contract.version} generates")
        return 0
    print(*found, sep="\n")
    hint = "run `python -m images_sdkgen generate`"
    print(f"images_sdkgen: {output} is not what the document generates; {hint}", file=sys.stderr)
    return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m images_sdkgen", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    for name, says in (
        ("generate", "write the client"),
        ("check", "fail where the client is not what would be written"),
    ):
        command = commands.add_parser(name, help=says, description=says)
        command.add_argument(
            "--spec", type=Path, metavar="FILE", help="the OpenAPI document (default: the one shipped)"
        )
        command.add_argument("--dialect", metavar="NAME|FILE", help="an overlay to apply to the document first")
        command.add_argument(
            "--output",
            type=Path,
            metavar="DIR",
            default=DEFAULT_OUTPUT,
            help="the client's folder (default: %(default)s)",
        )
        command.add_argument(
            "--guide", type=Path, metavar="FILE", help="a Markdown file that tells of the contract between markers"
        )
    return parser
