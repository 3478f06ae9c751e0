import click


@click.command()
def proxy() -> None:
    """Soon."""
