"""A reference server for the image generation contract: honest, or with one fault that it is told to have."""

from .app import create_app
from .counts import Counts
from .errors import ServerError, StartupError, UnknownFault
from .faults import Fault, list_faults
from .runner import RunningServer, running, serve

__all__ = [
    "Counts",
    "Fault",
    "RunningServer",
    "ServerError",
    "StartupError",
    "UnknownFault",
    "create_app",
    "list_faults",
    "running",
    "serve",
]
