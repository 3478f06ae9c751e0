"""`images-conformance serve`: the reference server."""

from __future__ import annotations

from typing import Any

import click

from images_contract import Contract

from ..errors import ConformanceError
from ..sending.target import read_key
from . import options as shared


@click.command()
@shared.document
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="0 takes a free port.")
@click.option(
    "--api-key-env", default="OPENAI_API_KEY", show_default=True, metavar="NAME", help="Variable that holds the key."
)
@click.option("--no-auth", is_flag=True, help="Serve without keys.")
@click.option("--fault", metavar="NAME", help="Break one thing, to see whether a suite finds it.")
@click.option("--list-faults", is_flag=True, help="List the faults and end.")
def serve(**options: Any) -> None:
    """Serve the contract: an honest reference server, or one with a fault."""
    from images_reference_server import ServerError, list_faults
    from images_reference_server import serve as serve_app

    contract = Contract.load(options["spec"], options["dialect"])
    if options["list_faults"]:
        for fault in list_faults(contract.document):
            click.echo(f"{fault.name}  ({fault.category}) {fault.sentence}")
        return
    key = read_key(options["api_key_env"], auth=not options["no_auth"])
    try:
        serve_app(
            contract.document, host=options["host"], port=options["port"], key=key, fault=options["fault"],
            announce=click.echo,
        )  # fmt: skip
    except ServerError as error:
        raise ConformanceError(str(error)) from error
