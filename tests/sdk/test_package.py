"""The client as a distribution of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import zipfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

import images_client

from .conftest import ANSWER

PROJECT = Path(images_client.__file__).parents[1]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pytest.importorskip("hatchling", reason="without its build backend no wheel can be made offline")
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--wheel-dir"]
    subprocess.run([*command, str(folder), str(PROJECT)], check=True, capture_output=True)
    (found,) = folder.glob("*.whl")
    return found


def test_the_wheel_holds_the_package_alone(wheel: Path) -> None:
    """The wheel has the package with its type marker, and asks for httpx2, what that needs, and a base64 decoder."""
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        metadata = archive.read(next(name for name in names if name.endswith("/METADATA"))).decode()

    assert "images_client/py.typed" in names
    assert {"images_client"} == {name.split("/")[0] for name in names if ".dist-info/" not in name}
    assert [line for line in metadata.splitlines() if line.startswith("Requires-Dist")] == [
        "Requires-Dist: anyio<5,>=4.10",
        "Requires-Dist: httpx2<3,>=2.16",
        "Requires-Dist: pybase64<2,>=1.4",
        "Requires-Dist: pillow>=10; extra == 'images'",
    ]


def test_the_wheel_installs_and_imports_alone(wheel: Path, tmp_path: Path) -> None:
    """What is installed from the wheel imports without this checkout."""
    install = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--target", str(tmp_path)]
    subprocess.run([*install, str(wheel)], check=True, capture_output=True)
    code = "import images_client; print(images_client.__file__); images_client.Client('key').close()"
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", code], env=environment, check=True, capture_output=True, text=True)

    assert done.stdout.strip() == str(tmp_path / "images_client" / "__init__.py")


class Pictures(BaseHTTPRequestHandler):
    """A server on a real socket that answers every request with one picture."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["content-length"]))
        body = json.dumps(ANSWER).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def base_url() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Pictures) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/v1"
        server.shutdown()


def test_the_readme_runs(base_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """The README's own example runs as it stands, against a server on a real socket."""
    text = (PROJECT / "README.md").read_text(encoding="utf-8")
    monkeypatch.setenv("OPENAI_API_KEY", "key")
    monkeypatch.setenv("OPENAI_BASE_URL", base_url)
    exec(compile(text.split("```python\n")[1].split("```")[0], "README.md", "exec"), {})

    assert "url='https://example.com/picture.png'" in capsys.readouterr().out
