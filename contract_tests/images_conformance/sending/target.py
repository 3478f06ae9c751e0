"""The server under test: named by a URL, or the reference server, started for the run."""

from __future__ import annotations

import ipaddress
import os
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

from images_contract import Contract

from ..errors import ConformanceError
from ..judging.results import Target

_HOST = re.compile(r"[\w.:%-]+")
_BLANK = re.compile(r"[\s\x00-\x1f]")


@dataclass(frozen=True)
class Opened:
    """A target that is ready for requests, with its key, which `repr` does not show."""

    target: Target
    base_url: str
    key: str | None

    def __repr__(self) -> str:
        return f"Opened({self.base_url!r})"


def is_loopback(url: str) -> bool:
    """Tell whether a URL names this machine."""
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def is_free(url: str | None, contract: Contract | None = None) -> bool:
    """Tell whether nothing is paid at a target: the embedded server (None), or one on this machine."""
    return url is None or is_loopback(check_url(url, contract))


def check_url(url: str, contract: Contract | None = None) -> str:
    """Return a base URL; raises ConformanceError where it is none, or holds credentials.

    Its query may have the parameters that the contract names, such as the version of an API.
    """
    try:
        parts = urlsplit(url)
        host = _HOST.fullmatch(parts.hostname or "") is not None
        valid = parts.scheme in ("http", "https") and host and parts.port != 0 and _BLANK.search(url) is None
    except ValueError:
        valid = False
    if not valid:
        raise ConformanceError(f"{url!r} is no base URL; write one such as http://localhost:8000/v1")
    known = contract.access.query if contract else {}
    if any(name not in known for name, _ in parse_qsl(parts.query, keep_blank_values=True)):
        named = f" but {', '.join(known)}" if known else ""
        raise ConformanceError(f"a base URL has no query{named}; put the key into a variable")
    if parts.username or parts.password or parts.fragment or (parts.query and not known):
        raise ConformanceError("a base URL has no user, password, query or fragment; put the key into a variable")
    return url


def read_key(variable: str, *, auth: bool) -> str | None:
    """Return the key from the environment; raises ConformanceError where a key is needed and there is none."""
    if not auth:
        return None
    key = os.environ.get(variable, "").strip()
    if not key:
        raise ConformanceError(f"{variable} is not set; export the key, name another variable with --api-key-env, "
                               "or pass --no-auth for a server without keys")  # fmt: skip
    if not key.isascii() or not key.isprintable() or " " in key:
        raise ConformanceError(f"the key in {variable} holds blanks or characters that no header can carry")
    return key


@contextmanager
def opened(contract: Contract, url: str | None, variable: str, *, auth: bool) -> Iterator[Opened]:
    """Open the server at a URL, or an embedded reference server on a free loopback port for None."""
    if url is not None:
        base = check_url(url, contract)
        shown = Target(contract.access.url(base), key_variable=variable if auth else None)
        yield Opened(shown, base, read_key(variable, auth=auth))
        return
    from images_reference_server import running

    key = f"sk-{secrets.token_hex(16)}" if auth else None
    with running(contract.document, key=key) as server:
        shown = Target(contract.access.url(server.base_url), embedded=True, key_variable=variable if auth else None)
        yield Opened(shown, server.base_url, key)
