"""docs/adding-a-model.md does what it says, command by command."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

TEXT = (Path(__file__).resolve().parent.parent / "docs/adding-a-model.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```", TEXT, re.MULTILINE | re.DOTALL)


def test_the_page_runs_from_top_to_bottom(tmp_path: Path) -> None:
    """The overlay is clean, the check conformant, the faults listed, the SDK refuses what the page says it does."""
    ((_, overlay),) = [block for block in BLOCKS if block[0] == "yaml"]
    (tmp_path / "house.overlay.yaml").write_text(overlay, encoding="utf-8")
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path, "XDG_STATE_HOME": str(tmp_path / "state")}
    said = ""
    for kind, script in BLOCKS:
        if kind == "yaml":
            continue
        command = ["bash", "-euo", "pipefail", "-c", script] if kind == "sh" else [sys.executable, "-c", script]
        done = subprocess.run(
            command, cwd=tmp_path, capture_output=True, text=True, check=False,
            env={**environment, **({"PYTHONPATH": str(tmp_path / "house_client")} if kind == "python" else {})},
        )  # fmt: skip
        said += done.stdout

        assert 0 == done.returncode, script + done.stdout + done.stderr

    assert "nothing to complain of" in said
    assert "sharpness.needs-large: sharpness=" in said
    assert "CONFORMANT" in said
    assert "accepts:sharpness.needs-large.house-1" in said
    assert "[sharpness.needs-large]" in said
