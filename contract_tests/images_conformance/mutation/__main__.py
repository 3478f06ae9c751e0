"""`python -m images_conformance.mutation`."""

from .campaign import main

main()
