"""docs/contract.md tells of every extension that the document uses, and its snippets work."""

from __future__ import annotations

import contextlib
import io
import re
from pathlib import Path

import pytest

from images_contract import Contract
from images_contract.dialects import names
from images_contract.document import nodes
from images_contract.keywords import KEYWORDS

from .conftest import SPEC

TEXT = (SPEC.parents[1] / "docs" / "contract.md").read_text(encoding="utf-8")


def snippet(language: str) -> str:
    """Return the one snippet in a language."""
    (found,) = re.findall(rf"```{language}\n(.*?)```", TEXT, re.DOTALL)
    return str(found)


def test_every_extension_is_described(contract: Contract) -> None:
    """Each x- member of the document or a dialect has its line in the docs and the document's head; no other has."""
    documents = [contract.document, *(Contract.load(SPEC, dialect=name).document for name in names())]
    used = {key for each in documents for _, node in nodes(dict(each)) for key in node if key.startswith("x-")}
    described = set(re.findall(r"^\| `(x-[\w-]+)` \|", TEXT, re.MULTILINE))
    head = set(re.findall(r"^#   (x-[\w-]+)", SPEC.read_text(encoding="utf-8"), re.MULTILINE))

    assert used == described
    assert used == head


@pytest.mark.parametrize("keyword", KEYWORDS)
def test_every_keyword_is_named(keyword: str) -> None:
    """The docs list the keywords that rules are derived from."""
    assert f"`{keyword}`" in TEXT


def test_the_python_snippet_prints_what_it_says() -> None:
    """The first snippet runs, and its comment is what it prints."""
    code = snippet("python")
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(code, "docs/contract.md", "exec"), {})

    assert code.rpartition("# ")[2] == printed.getvalue()


def test_the_dialect_applies(tmp_path: Path) -> None:
    """The dialect that the docs show is applied and does what its title says."""
    path = tmp_path / "vendor.overlay.yaml"
    path.write_text(snippet("yaml"))

    assert () == Contract.load(SPEC, dialect=path).violations({"prompt": "a cat", "model": "dall-e-3", "n": 2})


def test_every_id_in_the_docs_is_a_clause(contract: Contract) -> None:
    """The ids that the docs give as examples are ids of clauses; none is made up."""
    examples = re.findall(
        r"`([a-z_]+(?:\.[a-z0-9-]+)+)`", TEXT.partition("## The ids")[2].partition("## How to change")[0]
    )
    ids = {clause.id for clause in contract.clauses} | {"parameter.keyword.model", "size.no-model-accepts.absent"}

    assert len(examples) > 10
    assert [] == [example for example in examples if example not in ids]


def test_every_rule_of_lint_is_described() -> None:
    """The docs name each rule that lint complains by, and no other."""
    folder = SPEC.parent / "images_contract/lint"
    code = "".join(path.read_text(encoding="utf-8") for path in folder.glob("*.py"))
    yielded = set(
        re.findall(r'"((?:document|schema|clause|parameter|absent|response|component|dialect)\.[a-z]+)"', code)
    )
    yielded |= {f"condition.{word}" for word in ("id", "level", "sentence", "source", "applies")}
    yielded |= {"discriminator.mapping", "example.valid", "default.valid"}
    described = set(re.findall(r"`([a-z]+\.[a-z]+)`", TEXT.partition("## Lint")[2].partition("## Dialects")[0]))

    assert yielded == described
