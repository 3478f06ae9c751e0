"""The client as a distribution of its own."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import images_client

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
    """The wheel has the package, its type marker and its command; it asks for httpx2, what that needs and a decoder."""
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        metadata, commands = (
            archive.read(next(name for name in names if name.endswith(end))).decode()
            for end in ("/METADATA", "/entry_points.txt")
        )

    assert "images_client/py.typed" in names
    assert "images-client = images_client.__main__:run" in commands
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
