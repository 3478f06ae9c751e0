"""How the documentation is built: `make docs`."""

from __future__ import annotations

import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

from generating import pages  # noqa: E402

project = "images-conformance"
extensions = ["myst_parser"]
html_theme = "furo"
html_title = "images-conformance"
html_copy_source = False
html_show_copyright = False
exclude_patterns = ["README.md"]
myst_heading_anchors = 4
myst_enable_extensions = ["colon_fence", "deflist"]
# Links to files of the repository that are no pages are checked by a test.
suppress_warnings = ["myst.xref_missing"]

pages(HERE / "reference")
