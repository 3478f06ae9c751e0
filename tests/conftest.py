"""What all tests share: no test writes into the home of whoever runs it, and generated clients can be imported."""

from __future__ import annotations

import importlib
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import pytest

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # A shell lets its background jobs, and what they start, ignore Ctrl-C: the commands under test would not end.
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(autouse=True)
def state_folder(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path_factory.getbasetemp() / "state"
    monkeypatch.setenv("XDG_STATE_HOME", str(folder))
    return folder


@contextmanager
def _imported(folder: Path) -> Iterator[Any]:
    """Import a generated client in place of the installed one."""
    kept = {name: module for name, module in sys.modules.items() if name.split(".")[0] == "images_client"}
    for name in kept:
        del sys.modules[name]
    sys.path.insert(0, str(folder))
    try:
        yield importlib.import_module("images_client")
    finally:
        sys.path.remove(str(folder))
        for name in [name for name in sys.modules if name.split(".")[0] == "images_client"]:
            del sys.modules[name]
        sys.modules.update(kept)


@pytest.fixture
def import_client() -> Callable[[Path], AbstractContextManager[Any]]:
    """What imports the client in a folder, for as long as a block runs."""
    return _imported
