"""Running the server: embedded in a thread on a free loopback port, or in the foreground."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import uvicorn
from starlette.applications import Starlette

from .app import create_app
from .catalogue import Document
from .counts import Counts
from .errors import StartupError

HOST = "127.0.0.1"
PATIENCE = 10  # seconds, to start as to stop


@dataclass(frozen=True)
class RunningServer:
    """A server that is up: where to send requests, and what it has done so far."""

    base_url: str
    app: Starlette

    @property
    def counts(self) -> Counts:
        """Requests, accepted requests and images up to now."""
        counts: Counts = self.app.state.counts
        return counts


@contextmanager
def running(document: Document, *, host: str = HOST, port: int = 0, **options: Any) -> Iterator[RunningServer]:
    """Serve a document in a thread while the block runs, by default on a free loopback port.

    Takes the options of `create_app` as well. Raises StartupError if the port cannot be had.

        with running(document, key="secret") as server:
            client = OpenAI(api_key="secret", base_url=server.base_url)
    """
    app = create_app(document, **options)
    with _listening(host, port) as listener:
        server = _server(app)
        thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
        thread.start()
        _wait_until(lambda: server.started or not thread.is_alive())
        if not server.started:
            raise StartupError(f"The server on {host} did not come up within {PATIENCE} seconds.")
        try:
            yield RunningServer(_url(listener, app), app)
        finally:
            server.should_exit = True
            thread.join(PATIENCE)


def serve(document: Document, *, host: str = HOST, port: int = 8000, announce: Any = print, **options: Any) -> None:
    """Serve a document in the foreground until interrupted; `announce` is called with the base URL once it listens.

    Takes the options of `create_app` as well. Raises StartupError if the port cannot be had.
    """
    app = create_app(document, **options)
    with _listening(host, port) as listener:
        announce(_url(listener, app))
        _server(app, log_level="info").run([listener])


def _server(app: Starlette, log_level: str = "error") -> uvicorn.Server:
    config = uvicorn.Config(
        app, log_level=log_level, access_log=log_level == "info", lifespan="off", timeout_graceful_shutdown=1
    )
    return uvicorn.Server(config)


@contextmanager
def _listening(host: str, port: int) -> Iterator[socket.socket]:
    try:
        listener = _listener(host, port)
    except OSError as error:
        raise StartupError(f"Cannot listen on {host}:{port}: {error.strerror}; choose another port.") from error
    with listener:
        yield listener


def _listener(host: str, port: int) -> socket.socket:
    """Return a listening socket. It names its protocol, or asyncio would leave Nagle's delay of 40 ms on."""
    family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(512)
    except OSError:
        listener.close()
        raise
    return listener


def _url(listener: socket.socket, app: Starlette) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://{f'[{host}]' if ':' in host else host}:{port}{app.state.base}"


def _wait_until(ready: Any) -> None:
    deadline = time.monotonic() + PATIENCE
    while not ready() and time.monotonic() < deadline:
        time.sleep(0.002)
