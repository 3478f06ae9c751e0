"""The command: `images-conformance`."""

from __future__ import annotations

import sys
from typing import Any

import click

from images_contract import ContractError

from . import __version__, commands
from .errors import ConformanceError


class _Group(click.Group):
    """Turns what is wrong with the user's input into one line and exit code 2."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except (ContractError, ConformanceError) as error:
            click.echo(f"error: {error}", err=True)
        except (click.Abort, KeyboardInterrupt):
            click.echo("error: interrupted", err=True)
        sys.exit(2)


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="images-conformance")
def main() -> None:
    """Does a server keep the contract of POST /v1/images/generations?"""


for name in commands.__all__:
    main.add_command(getattr(commands, name))
