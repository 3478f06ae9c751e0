"""How long a run takes beside a bare loop that sends the same requests as concurrently, and does nothing else."""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx2
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from images_conformance.judging.results import Target
from images_conformance.planning.cases import Case
from images_conformance.planning.plan import Selection, plan
from images_conformance.recordings.journal import Journal
from images_conformance.sending.checking import Settings, run_check
from images_conformance.sending.run import Pacing
from images_conformance.sending.target import Opened
from images_conformance.spending.prices import Prices
from images_contract import Contract
from images_reference_server import running

CONCURRENCY = 4  # the command's own default
PRICES = Prices.load(unknown=0.0)


WAITS = (0.0, 0.25)  # seconds that a server takes for an answer with pictures; real ones take 5 to 60


@dataclass(frozen=True)
class Speed:
    """Seconds of each turn, ours and the bare loop's; `ratio` is that of the medians."""

    wait: float
    requests: int
    ours: tuple[float, ...]
    bare: tuple[float, ...]

    @property
    def ratio(self) -> float:
        """How many times as long a run takes."""
        return statistics.median(self.ours) / statistics.median(self.bare)


def measure(turns: int, selection: Selection, wait: float) -> Speed:
    """Run both in turn against one honest server, everything in a process of its own; the first turn does not count."""
    ours, bare = [], []
    with _server(wait) as url:
        for _ in range(turns + 1):
            ours.append(_alone(_run, selection, url))
            bare.append(_alone(_bare, selection, url))
    return Speed(wait, len(_plan(Contract.load(), selection)), tuple(ours[1:]), tuple(bare[1:]))


def _alone(function: Callable[[Selection, str], float], selection: Selection, url: str) -> float:
    """Return what a function returns in a new process, which remembers nothing of earlier ones."""
    with get_context("spawn").Pool(1) as pool:
        return pool.apply(function, (selection, url))


def _plan(contract: Contract, selection: Selection) -> list[Case]:
    return plan(contract, selection, PRICES)


def _run(selection: Selection, url: str) -> float:
    """Return the seconds from the plan to the report."""
    contract = Contract.load()
    with TemporaryDirectory() as folder, Journal.open(Path(folder) / "journal.sqlite", durable=False) as journal:
        start = time.perf_counter()
        report = run_check(
            contract, Opened(Target(url), url, None), _plan(contract, selection), PRICES,
            Settings(selection, pacing=Pacing(CONCURRENCY)), journal=journal,
        )  # fmt: skip
        seconds = time.perf_counter() - start
    if report.exit_code:
        raise RuntimeError(f"the honest server does not conform (exit code {report.exit_code}): nothing to measure")
    return seconds


def _bare(selection: Selection, url: str) -> float:
    """Return the seconds that it takes to send the same requests and to read the answers."""
    contract = Contract.load()
    waiting = iter(_plan(contract, selection))

    async def work(client: httpx2.AsyncClient) -> None:
        for case in waiting:
            sent = case.request
            headers = {"Content-Type": sent.content_type or "", "Accept": sent.accept}
            await client.request(sent.method, url + contract.route, content=sent.body, headers=headers)

    async def send() -> None:
        async with httpx2.AsyncClient(timeout=60) as client:
            await asyncio.gather(*(work(client) for _ in range(CONCURRENCY)))

    start = time.perf_counter()
    asyncio.run(send())
    return time.perf_counter() - start


@contextmanager
def _server(wait: float) -> Iterator[str]:
    ours, theirs = get_context("spawn").Pipe()
    process = get_context("spawn").Process(target=_serve, args=(theirs, wait), daemon=True)
    process.start()
    try:
        yield ours.recv()
    finally:
        ours.send(None)
        process.join(10)


def _serve(connection: Connection, wait: float) -> None:
    with running(Contract.load().document, key=None) as server:
        server.app.add_middleware(Slow, wait=wait)
        connection.send(server.base_url)
        connection.recv()


class Slow:
    """Lets every success of the operation wait, as if its pictures were made."""

    def __init__(self, app: ASGIApp, wait: float) -> None:
        self.app = app
        self.wait = wait

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_late(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] == 200 and scope["method"] == "POST":
                await asyncio.sleep(self.wait)
            await send(message)

        await self.app(scope, receive, send_late)
