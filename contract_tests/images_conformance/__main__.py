"""`python -m images_conformance` is `images-conformance`."""

from .cli import main

main(prog_name="images-conformance")
