"""`images-conformance changes` beside other diff tools for OpenAPI, on the corpus of tests/changes.

Each tool is a process, given two documents. Its verdict on an edit is one of three: it breaks callers, it changes
something else, it changes nothing; the author of the edit wrote down which is right. Run with `make bench-changes`,
which installs the tools; it writes results/changes.md and results/changes.json.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from images_contract import Contract

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "tests"))
from changes.edits import corpus, edited  # noqa: E402

TOOLS = HERE.parent / "build" / "peers"  # where `make bench-changes` installs them
KINDS = BREAKS, CHANGES, NOTHING = "breaks callers", "changes something else", "changes nothing"
NO_ANSWER = "no answer"
LIMIT = 60  # seconds for one comparison
QUIET = {"OPTIC_TELEMETRY_LEVEL": "off", "CI": "true", "NO_COLOR": "1"}


@dataclass(frozen=True)
class Done:
    """A process that ended: its exit code, what it printed, the CPU time that it took, in seconds."""

    code: int
    text: str
    cpu: float


def ours(done: Done) -> str:
    """The verdict of images-conformance changes, which exits with 1 where callers break."""
    return BREAKS if done.code == 1 else NOTHING if "No change of meaning" in done.text else CHANGES


def optic(done: Done) -> str:
    """The verdict of optic's breaking-changes rules."""
    return BREAKS if done.code == 1 else CHANGES if json.loads(done.text)["operations"] else NOTHING


def smart_diff(done: Done) -> str:
    """The verdict of api-smart-diff, which gives each difference a kind."""
    kinds = json.loads(done.text)
    return BREAKS if "breaking" in kinds else CHANGES if kinds else NOTHING


def schema_diff(done: Done) -> str:
    """The verdict of api-schema-diff."""
    told = json.loads(done.text)
    return BREAKS if told["breaking"] else CHANGES if told["non_breaking"] else NOTHING


def breakwatch(done: Done) -> str:
    """The verdict of breakwatch."""
    return BREAKS if done.code == 1 else NOTHING if "No changes" in done.text else CHANGES


def schemawatch(done: Done) -> str:
    """The verdict of schemawatch, whose gravest severity is critical."""
    counts = json.loads(done.text)["summary"]
    return BREAKS if counts["critical"] else CHANGES if counts["total_changes"] else NOTHING


def sentinel(done: Done) -> str:
    """The verdict of jev-oas-sentinel by its own rules, without the model that it can ask."""
    counts = json.loads(done.text)["summary"]
    return BREAKS if counts["blocks"] else CHANGES if any(counts.values()) else NOTHING


@dataclass(frozen=True)
class Tool:
    """A diff tool: its command, to which both documents are added, and how its verdict is read."""

    name: str
    command: list[str]
    verdict: Callable[[Done], str]
    named: tuple[str, str] = ("", "")  # options that the documents are given by
    after: tuple[str, ...] = ()  # options that stand behind the documents

    def judge(self, old: Path, new: Path) -> tuple[str, float]:
        """Return the verdict and the CPU time."""
        files = [each for pair in zip(self.named, (str(old), str(new)), strict=True) for each in pair if each]
        done = run([*self.command, *files, *self.after], old.parent)
        if done is None:
            return NO_ANSWER, LIMIT
        try:
            return self.verdict(done), done.cpu
        except (ValueError, KeyError, TypeError):
            return NO_ANSWER, done.cpu


PEERS = [
    Tool("images-conformance changes", [sys.executable, "-m", "images_conformance", "changes"], ours),
    Tool("@useoptic/optic 1.0.9", [str(TOOLS / "node_modules/.bin/optic"), "diff", "--check", "--json"], optic),
    Tool("api-smart-diff 1.0.6", ["node", str(HERE / "peers/smart_diff.mjs"), str(TOOLS)], smart_diff),
    Tool("schemawatch 0.1.4", [str(TOOLS / "bin/schemawatch")], schemawatch, after=("--format", "json")),
    Tool(
        "jev-oas-sentinel 0.6.0",
        [str(TOOLS / "bin/jev-oas-sentinel"), "compare", "--no-jev", "--no-config", "--format", "json"],
        sentinel,
        ("--base", "--head"),
    ),
    Tool("breakwatch 0.1.0", [str(TOOLS / "bin/breakwatch"), "diff"], breakwatch),
    Tool("api-schema-diff 1.0.4", [str(TOOLS / "bin/api-schema-diff"), "--format", "json"], schema_diff),
]


def run(command: list[str], folder: Path) -> Done | None:
    """Run a process in a folder; None where it does not end in time, after which it and its children are killed."""
    with (folder / f"{Path(command[0]).name}-{os.urandom(4).hex()}.txt").open("w+") as output:
        process = subprocess.Popen(
            command, cwd=folder, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.DEVNULL,
            env={**os.environ, **QUIET}, start_new_session=True,
        )  # fmt: skip
        end = time.monotonic() + LIMIT
        while True:
            pid, status, used = os.wait4(process.pid, os.WNOHANG)
            if pid:
                break
            if time.monotonic() > end:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
                return None
            time.sleep(0.02)
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        return Done(process.returncode, output.read(), used.ru_utime + used.ru_stime)


def expected(edit: dict[str, Any]) -> str:
    """The verdict that the author of an edit wrote down."""
    levels = {line.split()[0] for line in edit.get("expect", [])}
    return BREAKS if "breaks-callers" in levels else CHANGES if levels else NOTHING


def judged(folder: Path, name: str) -> dict[str, Any]:
    """An edit with the verdict and the time of each tool."""
    edit, place = corpus()[name], folder / str(list(corpus()).index(name))
    place.mkdir()
    before = edited(dict(Contract.load().document), edit.get("given", {}))
    (place / "old.json").write_text(json.dumps(before))
    (place / "new.json").write_text(json.dumps(edited(before, edit["do"])))
    said = {tool.name: tool.judge(place / "old.json", place / "new.json") for tool in PEERS}
    print(f"{name}: {expected(edit)}; {json.dumps(said)}", file=sys.stderr, flush=True)
    return {
        "edit": name, "expected": expected(edit), "said": {tool: verdict for tool, (verdict, _) in said.items()},
        "cpu": {tool: round(cpu, 3) for tool, (_, cpu) in said.items()},
    }  # fmt: skip


HEAD = """# Who judges changes rightly

{edits} edits of spec/openapi.yaml ([tests/changes/corpus.yaml](../../tests/changes/corpus.yaml)), each with a verdict
written by hand: it breaks callers, it changes something else, it changes nothing. {plain} are plain: they speak of
nothing but OpenAPI and JSON Schema. The others edit our own `x-` members, which no other tool can know, or words and
examples, which are a change or none as one likes; they are left out here.

- **breaking, found**: edits that break callers, and are called breaking.
- **not breaking, found**: edits that change something else, and are told, but not as breaking.
- **unseen**: of both, those of which the tool says nothing at all.
- **false reports**: refactorings that mean nothing, and are told as a change.
- **no answer**: the tool failed, or did not end within {limit} seconds.
- **CPU**: of the whole process, median.

oasdiff, the best known of these tools, and openapi-changes of pb33f are in no package of npm, PyPI or Debian: the
packages of those names are empty, or fetch a program from elsewhere. openapi-diff (npm) refuses OpenAPI 3.1. These
start there.

The corpus was written together with our tool, and its verdicts follow our definitions
([docs/changes.md](../../docs/changes.md)): read the first line as a test that passes, the others as what a comparison
of texts leaves to find. Many edits stand in the request's `oneOf`, two levels deep, which some tools do not enter.

Made with `make bench-changes`; [changes.json](changes.json) has the verdict on every edit.

| tool | breaking, found | not breaking, found | unseen | false reports | no answer | CPU |
| --- | --- | --- | --- | --- | --- | --- |
"""


def report(found: list[dict[str, Any]]) -> str:
    """The results as Markdown."""
    plain = [each for each in found if is_plain(corpus()[each["edit"]])]
    lines = [HEAD.format(edits=len(found), plain=len(plain), limit=LIMIT).rstrip()]
    for tool in (each.name for each in PEERS):
        rows = {kind: [each["said"][tool] for each in plain if each["expected"] == kind] for kind in KINDS}
        meant = rows[BREAKS] + rows[CHANGES]
        told = [said for said in rows[NOTHING] if said in (BREAKS, CHANGES)]
        cells = [
            share(rows[BREAKS].count(BREAKS), len(rows[BREAKS])),
            share(rows[CHANGES].count(CHANGES), len(rows[CHANGES])),
            share(meant.count(NOTHING), len(meant)),
            f"{share(len(told), len(rows[NOTHING]))}, {told.count(BREAKS)} as breaking",
            str(sum(said.count(NO_ANSWER) for said in rows.values())),
            f"{median(each['cpu'][tool] for each in plain):.2f} s",
        ]
        lines.append(f"| {tool} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def is_plain(edit: dict[str, Any]) -> bool:
    """Tell whether an edit is neither one of our own members nor one of words only."""
    levels = {line.split()[0] for line in edit.get("expect", [])}
    return (
        '"x-' not in json.dumps(edit["do"]) and "/x-" not in json.dumps(edit["do"]) and levels != {"documentation-only"}
    )


def share(part: int, of: int) -> str:
    """How many of some edits these are."""
    return f"{part} of {of} ({part / of:.0%})"


def main() -> None:
    """Ask every tool about every edit, and write the record and the results."""
    with TemporaryDirectory() as folder, ThreadPoolExecutor(2) as pool:
        found = list(pool.map(partial(judged, Path(folder)), corpus()))
    record = ",\n".join(json.dumps(each) for each in found)
    (HERE / "results" / "changes.json").write_text(f"[\n{record}\n]\n", encoding="utf-8")
    (HERE / "results" / "changes.md").write_text(report(found), encoding="utf-8")
    print(report(found))


if __name__ == "__main__":
    main()
