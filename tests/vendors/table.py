"""The table of docs/vendor-deviations.md, from deviations.yaml. Run it to write the page."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).resolve().parent
PAGE = HERE.parent.parent / "docs" / "vendor-deviations.md"
ROWS: list[dict[str, Any]] = yaml.safe_load((HERE / "deviations.yaml").read_text(encoding="utf-8"))

HEAD = """# How real servers deviate

Reported in public issue threads (I), read in the servers' own source (C) or in their documentation (D). A test plays
each row to the judge as a canned exchange and holds it to the last column. Generated from
`tests/vendors/deviations.yaml` by `make generate`.

| row | server | what it does | source | what the suite says |
|---|---|---|---|---|
"""


def verdict(row: dict[str, Any]) -> str:
    """What the suite says of a row, in words."""
    if "broken" in row:
        return f"broken: {', '.join(f'`{clause}`' for clause in row['broken'])}"
    if "silent" in row:
        return f"nothing: {row['silent']}"
    return f"no verdict: {row['no-verdict']}"


def page() -> str:
    """The whole page."""
    rows = ([row["row"], row["server"], row["deviation"], row["source"], verdict(row)] for row in ROWS)
    return HEAD + "".join(f"| {' | '.join(str(cell).replace('|', chr(92) + '|') for cell in row)} |\n" for row in rows)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
