"""Running the proxy until somebody ends it, and the report of what it saw."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.parse import urlsplit

import httpx2
import uvicorn

from images_contract import Contract

from ..errors import ConformanceError, JournalError
from ..judging.results import Report, Target
from ..planning.plan import Selection, check_selection
from ..recordings import Entries, Judged
from ..recordings.about import About
from ..recordings.journal import Journal
from ..recordings.resume import Continued, RunLog, begun
from ..sending.interruption import interruptible
from .forwarding import Forwarder
from .witness import Judge

IDLE = 75  # seconds for which a client's connection is kept open, longer than clients keep theirs


@dataclass(frozen=True)
class ProxySettings:
    """Where the proxy listens (port 0: any that is free), what it judges, and whether it fetches URLs of answers."""

    upstream: str
    host: str = "127.0.0.1"
    port: int = 0
    selection: Selection = field(default_factory=Selection)
    gate: str = "must"
    fetch: bool = False


def run_proxy(
    contract: Contract, settings: ProxySettings, journal: Journal | None = None,
    announce: Callable[[str], None] = lambda url: None, tell: Callable[[str], None] = lambda text: None,
) -> Report:  # fmt: skip
    """Forward traffic until Ctrl-C or SIGTERM; return the report of it. `announce` gets the base URL for clients.

    Raises ConformanceError where it cannot listen.
    """
    check_selection(contract, settings.selection)
    target = Target(settings.upstream.rstrip("/") + contract.route)
    about = About.of("proxy", contract, target, settings.selection, settings.gate)
    started = datetime.now(UTC)
    with (
        _listening(settings.host, settings.port) as listener,
        begun(journal, about, ()) if journal is not None else nullcontext(Continued(None, ())) as run,
    ):
        judge = _serve(contract, settings, listener, run.log, announce, tell)
        report = Report.from_tally(
            judge.tally, judge.record, target, settings.selection, settings.gate, started, datetime.now(UTC),
            exchanges=Judged(Entries(run.log.journal, run.log.run)) if run.log else (), planned=False, usd=None,
        )  # fmt: skip
        if run.log is not None:
            _finish(run.log, report, tell)
        return report


def _serve(
    contract: Contract, settings: ProxySettings, listener: socket.socket, log: RunLog | None,
    announce: Callable[[str], None], tell: Callable[[str], None],
) -> Judge:  # fmt: skip
    """Forward until a signal comes; what is under way then has a while to end."""
    client = httpx2.AsyncClient(limits=httpx2.Limits(max_connections=None, max_keepalive_connections=None))
    files = httpx2.AsyncClient()
    codings = client.headers["accept-encoding"].split(", ")
    judge = Judge(
        contract, settings.selection, settings.gate, codings, log, tell, files if settings.fetch else None
    )  # fmt: skip
    auth = settings.selection.auth
    server = _Server(_config(Forwarder(client, settings.upstream, contract.route, judge, auth=auth)))

    async def serve() -> None:
        async with client, files:
            with interruptible(server.stop, tell):
                announce(_base_url(listener, settings.upstream))
                await server.serve([listener])

    # What is left when the time is over is cancelled, and then judged, before the judge goes home.
    with judge, suppress(KeyboardInterrupt, asyncio.CancelledError):
        asyncio.run(serve())
    return judge


class _Server(uvicorn.Server):
    """A server that leaves signals alone."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Do nothing."""
        yield

    def stop(self, reason: str) -> None:
        """Take no more requests, and return when those under way have been answered."""
        self.should_exit = True


def _config(app: Forwarder) -> uvicorn.Config:
    """Return a configuration in which nothing is added to what passes, and nothing printed."""
    return uvicorn.Config(
        app, http="h11", ws="none", lifespan="off", interface="asgi3", log_config=None, log_level="critical",
        access_log=False, server_header=False, date_header=False, proxy_headers=False, timeout_keep_alive=IDLE,
    )  # fmt: skip


@contextmanager
def _listening(host: str, port: int) -> Iterator[socket.socket]:
    """Listen. The socket names its protocol, or asyncio would leave Nagle's delay of 40 ms on."""
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    except OSError as error:
        raise ConformanceError(f"--host: {host!r} is no address to listen on: {error.strerror}") from error
    with listener:
        try:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(address)
            listener.listen(512)
        except OSError as error:
            raise ConformanceError(
                f"cannot listen on {host}:{port}: {error.strerror}; choose another --port"
            ) from error
        yield listener


def _base_url(listener: socket.socket, upstream: str) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://{f'[{host}]' if ':' in host else host}:{port}{urlsplit(upstream).path.rstrip('/')}"


def _finish(log: RunLog, report: Report, tell: Callable[[str], None]) -> None:
    verdicts = [(each.clause.id, each.clause.model, each.verdict.value) for each in report.results]
    try:
        log.journal.finish(log.run, report.stopped, verdicts)
    except JournalError as error:
        tell(f"note: {error}")
