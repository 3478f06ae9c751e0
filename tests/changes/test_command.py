"""`images-conformance changes`: what it takes, prints and writes, and how it ends."""

from __future__ import annotations

import json
import re
import subprocess
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner, Result
from jsonschema import Draft202012Validator

from images_conformance import changes
from images_conformance.cli import main
from images_contract import Contract

from .conftest import SPEC
from .edits import corpus, edited

SCHEMA = Path(changes.__file__).with_name("changes.schema.json")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder, to work in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*arguments: str) -> Result:
    """Call the command."""
    return CliRunner().invoke(main, ["changes", *arguments])


def write(name: str, *edits: str) -> str:
    """Write our document with some edits of the corpus, and return the file's name."""
    document: dict[str, Any] = yaml.safe_load(SPEC.read_text(encoding="utf-8"))
    for edit in edits:
        document = edited(document, corpus()[edit]["do"])
    Path(name).parent.mkdir(parents=True, exist_ok=True)
    Path(name).write_text(json.dumps(document), encoding="utf-8")
    return name


def git(*arguments: str) -> None:
    """Run git here."""
    names = ("-c", "user.name=Nobody", "-c", "user.email=nobody@example.com", "-c", "init.defaultBranch=main")
    subprocess.run(["git", *names, *arguments], check=True, capture_output=True)


def test_the_text_says_who_breaks_and_shows_it(folder: Path) -> None:
    """A sentence, the request that shows it, both pointers, the version that follows."""
    done = run(str(SPEC), write("new.json", "dall-e-3 n, a higher maximum"))

    assert 0 == done.exit_code
    assert done.stdout == (
        "1 breaks servers. This calls for a minor version: 1.1.0 after 1.0.0; the new document says 1.0.0.\n"
        "\n"
        "Breaks servers:\n"
        "  - For dall-e-3, n may now be 2 (must be at most 1 → must be at most 2).\n"
        '      request accepted now, not before: {"prompt": "a", "model": "dall-e-3", "n": 2}\n'
        "      old: #/components/schemas/DallE3Request/properties/n/maximum\n"
        "      new: #/components/schemas/DallE3Request/properties/n/maximum\n"
    )


def test_nothing_changed(folder: Path) -> None:
    """A document that means the same has no change, and one line says so."""
    done = run(str(SPEC), write("new.json", "everything in another order"))

    assert (0, "No change of meaning.\n") == (done.exit_code, done.stdout)


@pytest.mark.parametrize(
    ("edit", "bump", "version"),
    [
        ("dall-e-3, a parameter less", "major", "2.0.0"),
        ("dall-e-3, a new parameter", "minor", "1.1.0"),
        ("a client error more", "minor", "1.1.0"),
        ("a description", "patch", "1.0.1"),
        ("values in another order", "none", "1.0.0"),
    ],
)
def test_the_version_that_follows(folder: Path, edit: str, bump: str, version: str) -> None:
    """What breaks callers is major, another meaning minor, other words a patch."""
    run(str(SPEC), write("new.json", edit), "--json", "changes.json")
    told = json.loads(Path("changes.json").read_text())

    assert (bump, version) == (told["bump"], told["suggested_version"])


@pytest.mark.parametrize(
    ("levels", "edit", "code"),
    [
        (None, "dall-e-3, a parameter less", 1),
        (None, "dall-e-3, a new parameter", 0),
        ("breaks-servers", "dall-e-3, a new parameter", 1),
        ("breaks-servers", "dall-e-3, a parameter less", 0),
        ("breaks-callers, breaks-servers", "dall-e-3, a parameter less", 1),
        ("compatible", "a client error more", 1),
        ("documentation-only", "a description", 1),
        ("none", "dall-e-3, a parameter less", 0),
    ],
)
def test_fail_on_decides_the_exit_code(folder: Path, levels: str | None, edit: str, code: int) -> None:
    """1 where there is a change of a level that --fail-on names; by default, one that breaks callers."""
    options = [] if levels is None else ["--fail-on", levels]

    assert code == run(str(SPEC), write("new.json", edit), *options).exit_code


def test_json_satisfies_its_schema(folder: Path) -> None:
    """The JSON of many changes at once satisfies changes.schema.json; witnesses and examples are told apart."""
    names = [name for name, edit in corpus().items() if edit.get("expect")]
    apart = ["gpt-image-1 n, a higher maximum", "errors, code may be missing", "a client error more", "a description"]
    apart += ["dall-e-3 size, another default", "events, a new kind", "another header for the key", "a behaviour less"]
    apart += ["a header, a number", "all other client errors"]
    done = run(str(SPEC), write("new.json", *apart), "--json", "changes.json", "-q")
    told = json.loads(Path("changes.json").read_text())
    Draft202012Validator(json.loads(SCHEMA.read_text())).validate(told)

    assert "" == done.stdout
    assert set(apart) <= set(names)
    assert {"old", "new"} >= {each["witness"]["accepted_by"] for each in told["changes"] if each["witness"]}
    assert {"both", "neither"} >= {each["example"]["accepted_by"] for each in told["changes"] if each["example"]}
    assert len(told["changes"]) == sum(told["counts"].values()) > len(apart)


def test_markdown_shows_what_the_document_says_as_it_is(folder: Path) -> None:
    """A value that looks like Markdown or HTML is shown, not rendered."""
    document = yaml.safe_load(SPEC.read_text(encoding="utf-8"))
    document["components"]["schemas"]["Style"]["enum"].append("<b>`*x*`</b>")
    Path("new.json").write_text(json.dumps(document), encoding="utf-8")
    done = run(str(SPEC), "new.json", "--markdown", "out/changes.md")
    text = Path("out/changes.md").read_text(encoding="utf-8")

    assert 0 == done.exit_code
    assert text.startswith("## Changes of the contract\n\n1 breaks servers.")
    assert r"\<b\>\`\*x\*\`\</b\>" in text
    assert '`` {"prompt": "a", "model": "dall-e-3", "style": "<b>`*x*`</b>"} ``' in text


def test_git_revisions_stand_for_files(folder: Path) -> None:
    """A bare revision means its spec/openapi.yaml; REVISION:PATH another file; a file is a file."""
    git("init")
    write("spec/openapi.yaml")
    write("other.json", "dall-e-2 retires" if "dall-e-2 retires" in corpus() else "dall-e-3 retires")
    git("add", ".")
    git("commit", "-m", "one")
    git("tag", "v1")
    write("spec/openapi.yaml", "dall-e-3 n, a higher maximum")

    assert "n may now be 2" in run("v1", "spec/openapi.yaml").stdout
    assert "requests are not accepted any more" in run("v1", "v1:other.json").stdout
    assert "No change of meaning.\n" == run("HEAD", "v1:./spec/openapi.yaml").stdout


def test_a_dialect_is_that_of_the_revision(folder: Path) -> None:
    """With --dialect NAME, what changed in the overlay between two revisions is a change, too."""
    git("init")
    write("spec/openapi.yaml")
    overlay = {"overlay": "1.0.0", "info": {"title": "x", "version": "1.0.0"}, "actions": [
        {"target": "$.components.schemas.DallE3Request.properties.n", "update": {"maximum": 2}}
    ]}  # fmt: skip
    for tag, maximum in (("v1", 2), ("v2", 3)):
        overlay["actions"][0]["update"]["maximum"] = maximum  # type: ignore[index]
        Path("spec/dialects").mkdir(exist_ok=True)
        Path("spec/dialects/house.overlay.yaml").write_text(json.dumps(overlay))
        git("add", ".")
        git("commit", "-m", tag)
        git("tag", tag)

    assert "n may now be 3" in run("v1", "v2", "--dialect", "house").stdout
    assert "No change of meaning.\n" == run("v1", "v2", "--dialect", "spec/dialects/house.overlay.yaml").stdout
    assert "No change of meaning.\n" == run("v1", "v2").stdout


def test_a_dialect_changes_both_sides(folder: Path) -> None:
    """A change that the overlay hides is none for those who speak the dialect."""
    new = write("new.json", "dall-e-3 n, a higher maximum")
    Path("house.yaml").write_text(
        "overlay: 1.0.0\ninfo: {title: x, version: 1.0.0}\nactions:\n"
        "  - {target: $.components.schemas.DallE3Request.properties.n.maximum, update: 5}\n"
    )

    assert "No change of meaning.\n" == run(str(SPEC), new, "--dialect", "house.yaml").stdout


@pytest.mark.parametrize(
    ("old", "new", "options", "message"),
    [
        ("missing.yaml", str(SPEC), [], "'missing.yaml' is neither a file nor"),
        ("--", "x", [], "neither a file nor"),
        ("\0", str(SPEC), [], "neither a file nor"),
        (str(SPEC), "broken.yaml", [], "broken.yaml: is not YAML"),
        (str(SPEC), str(SPEC), ["--dialect", "nobody"], "dialect 'nobody'"),
        (str(SPEC), str(SPEC), ["--fail-on", "everything"], "'everything' is no level"),
        (str(SPEC), str(SPEC), ["--json", "file/changes.json"], "cannot be written"),
    ],
)
def test_what_cannot_be_compared_is_one_line(
    folder: Path, old: str, new: str, options: list[str], message: str
) -> None:
    """Wrong input ends with exit code 2 and one sentence, never with a traceback."""
    Path("broken.yaml").write_text("a: [")
    Path("file").write_text("")
    done = run(*options, "--", old, new)

    assert 2 == done.exit_code
    assert message in done.stderr
    assert isinstance(done.exception, SystemExit)


def test_an_error_names_the_revision(folder: Path) -> None:
    """What is wrong with a document in git is told of the revision, not of a temporary file."""
    git("init")
    Path("spec").mkdir()
    Path("spec/openapi.yaml").write_text("openapi: 3.0.0\n")
    git("add", ".")
    git("commit", "-m", "one")
    done = run("HEAD", str(SPEC))

    assert done.stderr.startswith("error: HEAD:spec/openapi.yaml#/openapi: is ")


def tied(count: int) -> dict[str, Any]:
    """Our document, where a chain of conditions ties so many new parameters of dall-e-2 together."""
    document: dict[str, Any] = yaml.safe_load(SPEC.read_text(encoding="utf-8"))
    model = document["components"]["schemas"]["DallE2Request"]
    names = [f"p{number}" for number in range(count)]
    model["properties"] |= {name: {"enum": [1, 2, 3]} for name in names}
    model["allOf"] = [
        {
            "x-clause": {"id": f"{one}.needs-{other}"},
            "if": {"properties": {one: {"const": 1}}, "required": [one]},
            "then": {"properties": {other: {"const": 2}}, "required": [other]},
        }
        for one, other in pairwise(names)
    ]
    return document


def test_what_was_not_tried_is_told(folder: Path) -> None:
    """A condition in a net of too many parameters: what was found is told, and how many combinations were not tried."""
    told = {}
    for count in (3, 10):
        document = tied(count)
        Path("old.json").write_text(json.dumps(document))
        document["components"]["schemas"]["DallE2Request"]["allOf"].pop()
        Path("new.json").write_text(json.dumps(document))
        told[count] = run("old.json", "new.json").stdout

    assert all("a combination of p" in text for text in told.values())
    assert "not tried" not in told[3]
    assert re.search(r"the condition p8.needs-p9 came, went or differs; [\d,]+ combinations of .* not tried", told[10])


def test_the_library_is_the_command(base: Contract) -> None:
    """What the command prints can be had without it."""
    found = changes.Comparison.of(base, base)

    assert ("none", "No change of meaning.\n") == (found.bump, changes.to_text(found))


def test_the_docs_show_what_is_printed(folder: Path) -> None:
    """The example of docs/changes.md is what the command prints for that edit; the docs name every option and level."""
    done = run(str(SPEC), write("new.json", "dall-e-3 n, a higher maximum"))
    page = (SPEC.parents[1] / "docs" / "changes.md").read_text(encoding="utf-8")

    assert done.stdout in page
    assert [] == [
        word for word in (*changes.LEVELS, "--dialect", "--fail-on", "--json", "--markdown") if word not in page
    ]
