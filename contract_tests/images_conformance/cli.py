"""The command: `images-conformance`."""

from __future__ import annotations

import sys
from difflib import get_close_matches
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from images_contract import Contract, ContractError

from . import __version__, commands
from .commands.configuration import defaults, read_configuration
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

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            near = get_close_matches(args[0], commands.__all__, 1)
            raise click.UsageError(f"{error.message} Did you mean {near[0]!r}?", ctx) if near else error from None

    def invoke(self, ctx: click.Context) -> Any:
        try:
            path, values = read_configuration(Path.cwd())
            if values:
                every = [command for name in self.list_commands(ctx) if (command := self.get_command(ctx, name))]
                ctx.default_map = defaults(every, path, values)
            return super().invoke(ctx)
        except (ContractError, ConformanceError) as error:
            click.echo(f"error: {error}", err=True)
        except (click.Abort, KeyboardInterrupt):
            click.echo("error: interrupted", err=True)
        sys.exit(2)


def _version(ctx: click.Context, parameter: click.Parameter, wanted: bool) -> None:
    if wanted:
        contract = Contract.load()
        click.echo(f"images-conformance {__version__}, contract {contract.version} (sha256 {contract.sha256})")
        ctx.exit()


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option("--version", is_flag=True, is_eager=True, expose_value=False, callback=_version, help="Show versions.")
def main() -> None:
    """Does a server keep the contract of POST /v1/images/generations?"""
