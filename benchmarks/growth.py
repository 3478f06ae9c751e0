"""CPU time of loading, `changes` and `lint` as the document grows from 3 to 1,000 models, and beside what they import.

Each figure is the least of several whole processes. Run with `make bench-growth`; it writes results/growth.md and
results/growth.svg.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from copy import deepcopy
from math import log10
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from images_contract import Contract

HERE = Path(__file__).resolve().parent
SIZES = (3, 10, 100, 1000)
IMPORTS = "import images_conformance.cli, images_conformance.commands."
LINES = {
    "load": ["-c", "import sys; from images_contract import Contract; Contract.load(sys.argv[1])", "{old}"],
    "changes, one model": ["-m", "images_conformance", "changes", "{old}", "{one}"],
    "changes, every model": ["-m", "images_conformance", "changes", "{old}", "{all}"],
    "lint": ["-m", "images_conformance", "lint", "{old}"],
}
BASES = {
    "load": ["-c", "import images_contract"],
    "changes, one model": ["-c", f"{IMPORTS}changes"],
    "changes, every model": ["-c", f"{IMPORTS}changes"],
    "lint": ["-c", f"{IMPORTS}lint"],
}
COLOURS = ("#3465a4", "#73a839", "#c17d11", "#a40000")


def grown(size: int) -> dict[str, Any]:
    """Our document with further models, copies of ours under other names, up to a number."""
    document: dict[str, Any] = json.loads(json.dumps(Contract.load().document))
    schemas = document["components"]["schemas"]
    named = next(each for each in schemas["ImageGenerationRequest"]["oneOf"] if "discriminator" in each)
    originals = [each["$ref"].rpartition("/")[2] for each in named["oneOf"]]
    for number in range(len(originals), size):
        copy = deepcopy(schemas[originals[number % len(originals)]])
        copy["title"] = copy["properties"]["model"]["const"] = f"model-{number}"
        schemas[f"Model{number}"] = copy
        named["oneOf"].append({"$ref": f"#/components/schemas/Model{number}"})
        named["discriminator"]["mapping"][f"model-{number}"] = f"#/components/schemas/Model{number}"
    return document


def written(folder: Path, size: int) -> dict[str, Path]:
    """The document of a size, one with an edit of one model, one with an edit that every model shares."""
    document = grown(size)
    files = {}
    schemas = document["components"]["schemas"]
    for name in ("old", "one", "all"):
        edited = deepcopy(document)
        if name == "one":
            edited["components"]["schemas"]["DallE3Request"]["properties"]["n"]["maximum"] = 2
        elif name == "all":
            edited["components"]["schemas"]["User"] = {**schemas["User"], "maxLength": 64}
        files[name] = folder / f"{name}-{size}.json"
        files[name].write_text(json.dumps(edited))
    return files


def cpu(*arguments: str, times: int) -> float:
    """The least CPU seconds of several runs of this interpreter."""
    found = []
    for _ in range(times):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([sys.executable, *arguments], stdout=subprocess.DEVNULL, check=False)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        found.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return min(found)


def measured() -> tuple[dict[str, float], dict[str, list[float]]]:
    """CPU seconds of what each line imports, and of each line for every size."""
    bases = {name: cpu(*arguments, times=7) for name, arguments in BASES.items()}
    found: dict[str, list[float]] = {name: [] for name in LINES}
    with TemporaryDirectory() as folder:
        for size in SIZES:
            files = written(Path(folder), size)
            for name, arguments in LINES.items():
                command = [each.format(**files) for each in arguments]
                found[name].append(cpu(*command, times=7 if size < 100 else 3))
                print(f"{size:5} {name:22} {found[name][-1]:.3f} s", file=sys.stderr)
    return bases, found


def report(bases: dict[str, float], found: dict[str, list[float]]) -> str:
    """The results as Markdown."""
    heads = ["", "imports", *(f"{size:,} models" for size in SIZES), "x imports, our document", "100 to 1,000: x"]
    lines = [
        "# CPU as the document grows",
        "",
        "CPU seconds of whole processes, the interpreter's start and imports included. The last column is net of",
        "imports: ten times the models, so 10 is linear growth. `one model`: an edit of one; `every model`: one of a",
        "schema that all share, so that as many differences as models are told. Made with `make bench-growth`.",
        "",
        "![CPU by number of models](growth.svg)",
        "",
        f"| {' | '.join(heads)} |",
        f"| {' | '.join('---' for _ in heads)} |",
    ]
    for name, seconds in found.items():
        growth = (seconds[3] - bases[name]) / (seconds[2] - bases[name])
        cells = [
            *(f"{each:.3f}" for each in (bases[name], *seconds)),
            f"{seconds[0] / bases[name]:.2f}",
            f"{growth:.1f}",
        ]
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def plot(found: dict[str, list[float]]) -> str:
    """The results as SVG, both axes logarithmic; the dashed line grows as the document does."""

    def at(size: float, seconds: float) -> str:
        return f"{70 + 190 * log10(size):.0f},{250 - 90 * log10(seconds * 10):.0f}"

    shapes = [
        '<svg xmlns="http://www.w3.org/2000/svg" width="860" height="300" font-family="sans-serif" font-size="13">',
        '<rect width="860" height="300" fill="white"/>',
    ]
    for size in SIZES:
        x = at(size, 0.1).split(",")[0]
        shapes.append(
            f'<path d="M{x},20V250" stroke="#ddd"/><text x="{x}" y="270" text-anchor="middle">{size:,}</text>'
        )
    for seconds in (0.1, 1, 10):
        y = at(1, seconds).split(",")[1]
        shapes.append(
            f'<path d="M70,{y}H660" stroke="#ddd"/><text x="62" y="{int(y) + 4}" text-anchor="end">{seconds} s</text>'
        )
    shapes.append(f'<path d="M{at(30, 0.1)}L{at(1000, 10 / 3)}" stroke="#888" stroke-dasharray="5 4" fill="none"/>')
    shapes.append('<text x="365" y="290" text-anchor="middle">models</text>')
    for index, (name, line) in enumerate(found.items()):
        points = " ".join(at(*point) for point in zip(SIZES, line, strict=True))
        shapes.append(f'<polyline points="{points}" fill="none" stroke="{COLOURS[index]}" stroke-width="2"/>')
        shapes.append(f'<text x="675" y="{60 + 22 * index}" fill="{COLOURS[index]}">{name}</text>')
    shapes.append('<text x="675" y="148" fill="#888">- - linear</text></svg>')
    return "\n".join(shapes) + "\n"


def main() -> None:
    """Measure, and write the results."""
    bases, found = measured()
    (HERE / "results" / "growth.md").write_text(report(bases, found), encoding="utf-8")
    (HERE / "results" / "growth.svg").write_text(plot(found), encoding="utf-8")
    print(report(bases, found))


if __name__ == "__main__":
    main()
