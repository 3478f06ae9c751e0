"""Wheel and sdist of both distributions, on every Python there is, with pip, pipx and uv: `make install-matrix`.

Each combination gets an environment of its own, from nothing; the commands must say their version, check a server, and
fetch a picture. A Python that is not there is told as such. Exit code: 0 all that was run works, 1 something does not.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from itertools import product
from pathlib import Path

from images_contract import Contract
from images_reference_server import running

ROOT = Path(__file__).resolve().parents[2]
HERE = ROOT / "build" / "install"
TOOLS = ["pipx==1.18.4", "uv==0.13.9"]
VERSIONS = ("3.11", "3.12", "3.13")
KEY = "sk-install-matrix"


def main() -> None:
    """Build, install everywhere, try, and print a table."""
    shutil.rmtree(HERE, ignore_errors=True)
    for project in (ROOT, ROOT / "generated_client"):
        run([sys.executable, "-m", "build", "--outdir", str(HERE / "dist"), str(project)])
    run([sys.executable, "-m", "venv", str(HERE / "tools")])
    run([str(HERE / "tools/bin/pip"), "install", "--quiet", *TOOLS])
    failed = 0
    with running(Contract.load().document, key=KEY) as server:
        for version in VERSIONS:
            python = found(version)
            if python is None:
                print(f"Python {version}: not here")
                continue
            for kind, (name, install) in product(("*.whl", "*.tar.gz"), INSTALLERS.items()):
                place = HERE / f"{version}-{name}-{kind[2:]}"
                try:
                    attempt(install(place, python, sorted((HERE / "dist").glob(kind))), place, server.base_url)
                    said = "works"
                except (subprocess.SubprocessError, OSError) as error:
                    said, failed = f"FAILS: {getattr(error, 'stderr', None) or error}", 1
                print(f"{said_by(python)}, {name}, {kind[2:]}: {said}", flush=True)
    sys.exit(failed)


def found(version: str) -> Path | None:
    """Return an interpreter of a version, from the path or from pyenv."""
    on_path = shutil.which(f"python{version}")
    others = sorted(Path.home().glob(f".pyenv/versions/{version}.*/bin/python"))
    candidates = [*others[-1:], *([Path(on_path)] if on_path else [])]
    return next((each for each in candidates if said_by(each).startswith(f"Python {version}")), None)


def said_by(python: Path) -> str:
    """Return what an interpreter calls itself."""
    return subprocess.run([python, "--version"], capture_output=True, text=True).stdout.strip()


def pip(place: Path, python: Path, files: Sequence[Path]) -> Path:
    """Install with pip; return the folder of the commands."""
    run([str(python), "-m", "venv", str(place)])
    run([str(place / "bin/python"), "-m", "pip", "install", "--quiet", *map(str, files)], place)
    return place / "bin"


def pipx(place: Path, python: Path, files: Sequence[Path]) -> Path:
    """Install with pipx, each distribution for itself."""
    told = {"PIPX_HOME": str(place / "home"), "PIPX_BIN_DIR": str(place / "bin"), "PIPX_MAN_DIR": str(place / "man")}
    for file in files:
        run([str(HERE / "tools/bin/pipx"), "install", "--quiet", "--python", str(python), str(file)], place, **told)
    return place / "bin"


def uv(place: Path, python: Path, files: Sequence[Path]) -> Path:
    """Install with uv."""
    tool = str(HERE / "tools/bin/uv")
    run([tool, "venv", "--quiet", "--python", str(python), str(place)])
    run([tool, "pip", "install", "--quiet", "--python", str(place / "bin/python"), *map(str, files)], place)
    return place / "bin"


INSTALLERS: dict[str, Callable[[Path, Path, Sequence[Path]], Path]] = {"pip": pip, "pipx": pipx, "uv": uv}


def attempt(commands: Path, place: Path, base_url: str) -> None:
    """Run what a user runs first; raises where it does not work."""
    run([str(commands / "images-conformance"), "--version"], place)
    run([str(commands / "images-conformance"), "check", "--depth=smoke", "--no-journal", "--quiet"], place)
    picture = place / "cat.png"
    run([str(commands / "images-client"), "generate", "a cat", "--model=dall-e-2", f"--out={picture}"], place,
        OPENAI_BASE_URL=base_url)  # fmt: skip
    if not picture.stat().st_size:
        raise OSError(f"{picture} is empty")


def run(command: Sequence[str], home: Path = HERE, **more: str) -> None:
    """Run a command far from this project, as somebody who has nothing of it."""
    home.mkdir(parents=True, exist_ok=True)
    kept = {
        name: value for name, value in os.environ.items() if name.startswith(("PIP_", "UV_", "SSL_", "LANG", "LC_"))
    }
    told = {"PATH": os.environ["PATH"], "HOME": str(home), "OPENAI_API_KEY": KEY, **kept, **more}
    subprocess.run(command, cwd=home, env=told, check=True, capture_output=True, text=True, timeout=900)


if __name__ == "__main__":
    main()
