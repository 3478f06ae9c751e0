"""A proxy in front of a live server: traffic passes untouched, and each exchange with the endpoint is judged."""

from .forwarding import Forwarder
from .running import ProxySettings, run_proxy

__all__ = ["Forwarder", "ProxySettings", "run_proxy"]
