"""The command: `images-conformance`."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import Any

import click

from images_contract import ContractError

from . import __version__, commands
from .errors import ConformanceError


class _Group(click.Group):
    """Imports a command when it is called; turns what is wrong with the user's input into one line and exit code 2."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return commands.__all__

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in commands.__all__:
            return None
        command: click.Command = getattr(import_module(f"{commands.__name__}.{cmd_name}"), cmd_name)
        return command

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
