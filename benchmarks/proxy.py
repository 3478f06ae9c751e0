"""What `images-conformance proxy` adds to a request, and how it grows: `make bench-proxy` writes results/proxy.md.

The server behind it gives canned answers, each made once, so that what is measured is the proxy. Direct and proxied
requests take turns. Times are the median of a client that sends one request after another; CPU is that of the proxy's
process, judging and writing down included, once it has caught up.
"""

from __future__ import annotations

import asyncio
import base64
import http.client
import io
import json
import os
import random
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import uvicorn
from PIL import Image

RESULTS = Path(__file__).resolve().parent / "results" / "proxy.md"
PATH = "/v1/images/generations"
TURNS, PAUSE = 15, 2.0
MANY = 400
BODIES = {
    "refused": {"prompt": "a cat", "model": "dall-e-2", "n": 11},
    "one picture in base64": {"prompt": "a cat", "model": "gpt-image-1"},
    "a stream, three pictures": {"prompt": "a cat", "model": "gpt-image-1", "stream": True, "partial_images": 2},
    "unavailable": {"prompt": "a cat", "model": "dall-e-3"},
}


def picture() -> str:
    """A PNG of noise in base64, about 1.5 MiB."""
    image = Image.frombytes("RGB", (1024, 1024), random.Random(7).randbytes(1024 * 1024 * 3)).quantize(256)
    file = io.BytesIO()
    image.save(file, "PNG")
    return base64.b64encode(file.getvalue()).decode()


def answers() -> dict[str, tuple[int, str, list[bytes]]]:
    """Status, media type and parts of the answer to each body."""
    drawn, common = picture(), {"size": "1024x1024", "quality": "high", "output_format": "png", "background": "opaque"}
    usage = {"input_tokens": 5, "output_tokens": 5, "total_tokens": 10,
             "input_tokens_details": {"text_tokens": 5, "image_tokens": 0}}  # fmt: skip
    now = int(time.time())
    events = [
        {"type": "image_generation.partial_image", "b64_json": drawn, "created_at": now, "partial_image_index": index}
        for index in (0, 1)
    ] + [{"type": "image_generation.completed", "b64_json": drawn, "created_at": now, "usage": usage}]
    refusal = {"message": "n is too large", "type": "invalid_request_error", "param": "n", "code": None}
    served = {"created": now, "data": [{"b64_json": drawn}], "usage": usage, **common}
    parts = [f"event: {each['type']}\ndata: {json.dumps({**each, **common})}\n\n".encode() for each in events]
    given = [
        (400, "application/json", [json.dumps({"error": refusal}).encode()]),
        (200, "application/json", [json.dumps(served).encode()]),
        (200, "text/event-stream", parts),
        (503, "text/html", [b"<p>busy</p>" * 20_000]),
    ]
    return dict(zip((json.dumps(body) for body in BODIES.values()), given, strict=True))


def serve(port: int) -> None:
    """Give the canned answers."""
    canned = {body.encode(): answer for body, answer in answers().items()}

    async def app(scope: Any, receive: Any, send: Any) -> None:
        body, more = b"", True
        while more:
            message = await receive()
            body, more = body + message.get("body", b""), message.get("more_body", False)
        status, media_type, parts = canned[body]
        headers = [(b"content-type", media_type.encode()), (b"x-request-id", b"%d" % time.monotonic_ns())]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        for part in parts:
            await send({"type": "http.response.body", "body": part, "more_body": True})
        await send({"type": "http.response.body"})

    asyncio.run(
        uvicorn.Server(
            uvicorn.Config(app, port=port, log_level="critical", lifespan="off", timeout_keep_alive=900)
        ).serve()
    )


@contextmanager
def started(*command: str, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """Run a server while the block runs."""
    process = subprocess.Popen([sys.executable, *command], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        while process.poll() is None:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield process
    finally:
        process.terminate()
        process.wait()


def port() -> int:
    """A free port."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def timed(connection: http.client.HTTPConnection, body: dict[str, Any]) -> tuple[float, float]:
    """Send a request; return seconds to the first byte of the answer and to the last."""
    start = time.perf_counter()
    headers = {"Authorization": "Bearer sk-1", "Content-Type": "application/json"}
    connection.request("POST", PATH, json.dumps(body), headers)
    response = connection.getresponse()
    first = time.perf_counter() - start
    response.read()
    return first, time.perf_counter() - start


def cpu(process: subprocess.Popen[bytes]) -> float:
    """CPU seconds of a process so far, once it is idle."""
    before = -1.0
    while (now := _cpu(process.pid)) != before:
        before = now
        time.sleep(0.5)
    return now


def _cpu(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def memory(process: subprocess.Popen[bytes]) -> float:
    """MiB that a process holds."""
    status = Path(f"/proc/{process.pid}/status").read_text()
    return int(next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1]) / 1024


def measured(
    direct: http.client.HTTPConnection, proxied: http.client.HTTPConnection, proxy: Any, pause: float
) -> Iterator[str]:
    """Yield the rows of a table of times: of requests with a pause after each, or at once."""
    for name, body in BODIES.items():
        seen: dict[bool, list[tuple[float, float]]] = {False: [], True: []}
        before = cpu(proxy)
        for _ in range(TURNS):
            seen[False].append(timed(direct, body))
            seen[True].append(timed(proxied, body))
            time.sleep(pause)
        spent = (cpu(proxy) - before) / TURNS * 1000
        first, last = (
            [statistics.median(each[place] for each in seen[way]) * 1000 for way in (False, True)] for place in (0, 1)
        )
        cells = [f"{a:.1f} | {b:.1f} | {b - a:+.1f} | {b / a:.1f}" for a, b in (first, last)]
        yield f"| {name} | {' | '.join(cells)} | {spent:.1f} |"


def grown(proxied: http.client.HTTPConnection, proxy: Any) -> Iterator[str]:
    """Yield the rows of the table of memory."""
    for name in ("unavailable", "refused", "one picture in base64"):
        sizes = [memory(proxy)]
        for _ in range(2):
            for _ in range(MANY):
                timed(proxied, BODIES[name])
            cpu(proxy)
            sizes.append(memory(proxy))
        each = (sizes[2] - sizes[1]) / MANY * 1024
        yield f"| {name} | {sizes[0]:.0f} | {sizes[1]:.0f} | {sizes[2]:.0f} | {each:.1f} |"


def main() -> None:
    """Measure and write the page."""
    upstream, listening = port(), port()
    with TemporaryDirectory() as folder, started(__file__, str(upstream), port=upstream):
        command = ["-m", "images_conformance", "proxy", "--upstream", f"http://127.0.0.1:{upstream}/v1", "--quiet"]
        command += ["--port", str(listening), "--journal", f"{folder}/traffic.sqlite"]
        with started(*command, port=listening) as proxy:
            direct, proxied = (http.client.HTTPConnection("127.0.0.1", each) for each in (upstream, listening))
            for body in BODIES.values():
                timed(direct, body), timed(proxied, body)
            calm, busy = (list(measured(direct, proxied, proxy, pause)) for pause in (PAUSE, 0.0))
            sizes = list(grown(proxied, proxy))
    head = (__doc__ or "").partition("\n\n")[2]
    columns = [
        "| answer | first byte, direct | proxied | added | x "
        "| last byte, direct | proxied | added | x | CPU of the proxy |",
        f"|{'---|' * 10}",
    ]
    lines = [
        "# What the proxy adds", "", head, f"## Time in ms, {PAUSE} s between requests", "", *columns, *calm, "",
        "## Time in ms, each request when the one before is answered", "",
        "The proxy still judges an answer while the next request comes, and has one interpreter for both.", "",
        *columns, *busy, "",
        "## Memory, in MiB", "", "Of the proxy's process: before, after some requests, and after as many again.", "",
        f"| answer | before | {MANY:,} | {2 * MANY:,} | KiB a request, second half |", f"|{'---|' * 5}", *sizes,
    ]  # fmt: skip
    RESULTS.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(*lines, sep="\n")


if __name__ == "__main__":
    serve(int(sys.argv[1])) if len(sys.argv) > 1 else main()
