"""Every edit of the corpus is judged as its author judged it."""

from __future__ import annotations

from collections import Counter

import pytest

from images_conformance.changes import LEVELS, Change, Comparison
from images_contract import Contract

from .conftest import Load
from .edits import corpus, edited
from .judging import accepts


def line(change: Change) -> str:
    """A change as the corpus writes it."""
    accepted_by = change.witness.accepted_by if change.witness else "-"
    return f"{change.level} {change.model or '-'} {change.place} {accepted_by}"


def sides(base: Contract, load: Load, name: str) -> tuple[Contract, Contract]:
    """The contracts before and after an edit."""
    edit = corpus()[name]
    old = edited(base.document, edit.get("given", {}))
    return load(old) if "given" in edit else base, load(edited(old, edit["do"]))


@pytest.mark.parametrize("name", corpus())
def test_an_edit_is_judged_as_expected(base: Contract, load: Load, name: str) -> None:
    """What changed, who breaks and which side accepts the witness: as expected; the second opinion agrees."""
    old, new = sides(base, load, name)
    found = Comparison.of(old, new).changes

    assert sorted(corpus()[name].get("expect", [])) == sorted(map(line, found))
    for change in found:
        if change.witness and change.witness.kind != "value":
            judged = accepts(old, change.witness), accepts(new, change.witness)

            assert (change.witness.accepted_by == "old", change.witness.accepted_by == "new") == judged, change


@pytest.mark.parametrize("name", [name for name in corpus() if corpus()[name].get("expect")][::8])
def test_undoing_an_edit_turns_its_witnesses_round(base: Contract, load: Load, name: str) -> None:
    """Compared the other way round, what one side alone accepted is what the other side alone accepts."""
    old, new = sides(base, load, name)
    there, back = (Comparison.of(*pair).changes for pair in ((old, new), (new, old)))
    turned = {"old": "new", "new": "old"}

    assert Counter((c.place, c.witness.accepted_by) for c in there if c.witness) == Counter(
        (c.place, turned[c.witness.accepted_by]) for c in back if c.witness
    )


def test_the_corpus_has_every_kind_of_edit(base: Contract) -> None:
    """At least 120 edits; each model, each level and either side of a witness is in it, and refactorings are."""
    edits = corpus()
    lines = [line.split() for edit in edits.values() for line in edit.get("expect", [])]

    assert len(edits) >= 120
    assert set(LEVELS) == {words[0] for words in lines}
    assert {*base.profiles} <= {words[1] for words in lines}
    assert {"old", "new", "-"} == {words[-1] for words in lines}
    assert sum(not edit.get("expect") for edit in edits.values()) >= 20
