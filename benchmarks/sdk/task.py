"""One measurement in a process of its own: `python task.py TASK PEER URL` prints numbers as JSON.

`call` takes several peers with commas between them, which take turns, and prints numbers for each.

CPU is that of this process, in milliseconds. Memory is the growth of its resident set to its peak, in MiB (Linux).
`stall` is the longest time that the event loop kept a timer waiting, in milliseconds.
"""

from __future__ import annotations

import asyncio
import json
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from statistics import median
from typing import Any

CALLS, CONCURRENT = 50, 1000
_SIZE, _CHUNK = 8 * 1024 * 1024, 64 * 1024  # of an image, and of what httpx2 reads at once


def main(task: str, name: str, url: str) -> None:
    """Measure and print."""
    print(json.dumps(TASKS[task](name, url)))


class Meter:
    """CPU, wall and memory of what happens within it."""

    def __init__(self) -> None:
        self._before = _status("VmRSS")
        with suppress(OSError):
            Path("/proc/self/clear_refs").write_text("5")  # forgets the peak so far
        self._cpu, self._wall = time.process_time(), time.perf_counter()

    def told(self, count: int = 1) -> dict[str, float]:
        """Return the numbers so far, of each of `count` things."""
        cpu, wall = time.process_time() - self._cpu, time.perf_counter() - self._wall
        peak = max(_status("VmHWM") - self._before, 0.0)
        return {"cpu": 1000 * cpu / count, "wall": 1000 * wall / count, "peak": peak}


def _status(key: str) -> float:
    with suppress(OSError):
        for line in Path("/proc/self/status").read_text().splitlines():
            if line.startswith(key):
                return int(line.split()[1]) / 1024
    return float("nan")


def importing(name: str, url: str) -> dict[str, float]:
    """Import a peer; and, apart, make a client as well."""
    module = {"images-client": "images_client", "stock": "stock.client"}.get(name, name)
    meter = Meter()
    __import__(module)
    imported = meter.told()
    _peer(name, url).blocking()
    return {**imported, "client": meter.told()["cpu"]}


def _peer(name: str, url: str) -> Any:
    from peers import PEERS

    return PEERS[name](url)


def calling(names: str, url: str) -> dict[str, dict[str, float]]:
    """Call again and again over one connection: so short a time can be compared only within one process, by turns."""
    peers = {name: _peer(name, url) for name in names.split(",")}
    turns: dict[str, list[dict[str, float]]] = {name: [] for name in peers}
    for peer in peers.values():
        peer.blocking()
        peer.call()
    for _ in range(20):
        for name, peer in peers.items():
            meter = Meter()
            for _ in range(CALLS):
                peer.call()
            turns[name].append(meter.told(CALLS))
    return {name: {key: median(each[key] for each in told) for key in told[0]} for name, told in turns.items()}


def crowding(name: str, url: str) -> dict[str, float]:
    """Call a thousand times at once."""
    _raise_file_limit()
    peer = _peer(name, url)

    async def crowd() -> dict[str, float]:
        peer.concurrent()
        await peer.acall()
        meter = Meter()
        await asyncio.gather(*(peer.acall() for _ in range(CONCURRENT)))
        return meter.told()

    return asyncio.run(crowd())


def _raise_file_limit() -> None:
    import resource

    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def decoding(name: str, url: str) -> dict[str, float]:
    """Have ten images of 8 MiB, one after the other, of an answer that is in memory already."""
    import httpx2

    body = httpx2.post(f"{url}/images/generations").content
    chunks = [body[start : start + _CHUNK] for start in range(0, len(body), _CHUNK)]
    del body

    class Memory(httpx2.BaseTransport, httpx2.SyncByteStream):
        def handle_request(self, request: httpx2.Request) -> httpx2.Response:
            return httpx2.Response(200, headers={"content-type": "application/json"}, stream=self)

        def __iter__(self) -> Iterator[bytes]:
            return iter(chunks)

    peer = _peer(name, url)
    peer.blocking(Memory())
    for _ in peer.pictures():  # the first time imports things
        pass
    meter = Meter()
    sizes = {len(each) for each in peer.pictures()}
    told = meter.told()
    assert sizes == {_SIZE}, sizes
    return told


def objects(name: str, url: str) -> dict[str, float]:
    """Have ten images of 8 MiB as bytes."""
    return _large(name, url, lambda peer, _: list(peer.pictures()), lambda peer, _: peer.apictures())


def files(name: str, url: str) -> dict[str, float]:
    """Have ten images of 8 MiB in files."""
    return _large(name, url, lambda peer, folder: peer.files(folder), lambda peer, folder: peer.afiles(folder))


def _large(
    name: str, url: str, work: Callable[..., object], awork: Callable[..., Awaitable[object]]
) -> dict[str, float]:
    """Measure the blocking client for CPU and memory; then the asynchronous one for stalls."""
    peer = _peer(name, url)
    with tempfile.TemporaryDirectory() as folder:
        peer.blocking()
        peer.call()
        meter = Meter()
        done = work(peer, Path(folder))
        told = meter.told()
        if name != "httpx2, thrown away":
            _check(done, Path(folder))
        del done
        return {**told, "stall": asyncio.run(_stall(peer, lambda: awork(peer, Path(folder))))}


def _check(done: object, folder: Path) -> None:
    sizes = [len(each) for each in done] if isinstance(done, list) else [p.stat().st_size for p in folder.iterdir()]
    assert sizes == [_SIZE] * 10, sizes


async def _stall(peer: Any, work: Callable[[], Awaitable[object]]) -> float:
    peer.concurrent()
    await peer.acall()
    with _watched() as gaps:
        await asyncio.sleep(0.05)
        gaps.clear()
        await work()
        await asyncio.sleep(0.005)
    return 1000 * max(gaps)


@contextmanager
def _watched() -> Iterator[list[float]]:
    """Give a list of the times between the ticks of a timer that is due every millisecond."""
    gaps: list[float] = []

    async def tick() -> None:
        last = time.perf_counter()
        while True:
            await asyncio.sleep(0.001)
            now = time.perf_counter()
            gaps.append(now - last)
            last = now

    ticking = asyncio.create_task(tick())
    try:
        yield gaps
    finally:
        ticking.cancel()


TASKS = {
    "import": importing,
    "call": calling,
    "crowd": crowding,
    "decode": decoding,
    "objects": objects,
    "files": files,
}

if __name__ == "__main__":
    main(*sys.argv[1:])
