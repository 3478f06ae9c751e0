"""A conformance suite for servers of `POST /v1/images/generations`."""

from importlib.metadata import PackageNotFoundError, version

try:
    __version__ = version("images-conformance")
except PackageNotFoundError:  # run from a checkout that is not installed
    __version__ = "0+unknown"

__all__ = ["__version__"]
