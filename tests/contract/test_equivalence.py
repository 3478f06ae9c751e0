"""A body breaks a clause exactly where JSON Schema calls it invalid: in our document and in others."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from images_contract import Contract, validator

from .bodies import LOOK_ALIKES, bodies, examples, shown, tempting, unnamed, valid
from .conftest import SPEC
from .documents import OTHERS, REQUEST, Actions

Judges = tuple[Contract, Callable[[object], bool]]
Others = Callable[[str], Judges]


def judges(contract: Contract) -> Judges:
    """Return the contract and what JSON Schema says of the same document."""
    return contract, validator(contract.document, REQUEST).is_valid


def overlaid(folder: Path, actions: Actions) -> Contract:
    """Return our contract with these actions of an overlay applied."""
    path = folder / "changes.overlay.yaml"
    info = {"title": "Changes", "version": "1.0.0"}
    path.write_text(json.dumps({"overlay": "1.0.0", "info": info, "actions": actions}))
    return Contract.load(SPEC, dialect=path)


@pytest.fixture(scope="module")
def others(tmp_path_factory: pytest.TempPathFactory) -> Others:
    """Our contract changed in the way that a name says."""
    loaded = {name: judges(overlaid(tmp_path_factory.mktemp("overlay"), OTHERS[name])) for name in OTHERS}
    return loaded.__getitem__


@pytest.fixture(scope="module")
def ours(contract: Contract) -> Judges:
    """Our contract and its schema."""
    return judges(contract)


def check_equivalence(pair: Judges, data: st.DataObject) -> None:
    """Draw a body and compare the two judges."""
    contract, is_valid = pair
    body = data.draw(bodies(contract))
    findings = [found.id for found in contract.violations(body)]

    assert is_valid(body) == (findings == []), (shown(body), findings)


@examples(600, long=20_000)
@given(data=st.data())
def test_invalid_means_a_finding(ours: Judges, data: st.DataObject) -> None:
    """A body is invalid by the document's schema exactly where at least one clause is broken, of whatever level."""
    check_equivalence(ours, data)


@pytest.mark.parametrize("name", OTHERS)
@examples(80, long=2_000)
@given(data=st.data())
def test_invalid_means_a_finding_in_other_documents(others: Others, name: str, data: st.DataObject) -> None:
    """This equivalence comes of how rules are derived, not of this one document."""
    check_equivalence(others(name), data)


@pytest.mark.parametrize("name", OTHERS)
def test_invalid_means_a_finding_for_every_single_value(others: Others, name: str) -> None:
    """The equivalence holds for each value that is allowed or nearly so, of each parameter, for each model and none."""
    contract, is_valid = others(name)
    names = list(next(iter(contract.models.values())).parameters)
    models = [{contract.discriminator: model} for model in (*contract.models, "no-such-model", None)]
    bodies = [
        {"prompt": "A cat", **model, name: value}
        for model in [{}, *models]
        for name in [*names, "bogus_field"]
        for value in (tempting(contract, name) if name in names else LOOK_ALIKES)
    ]
    differing = [shown(body) for body in bodies if is_valid(body) == bool(contract.violations(body))]

    assert [] == differing


@examples(200)
@given(data=st.data())
def test_what_is_valid_without_a_model_is_valid_for_every_model(contract: Contract, data: st.DataObject) -> None:
    """Our schema for an absent model promises nothing that some model would not keep."""
    assert contract.absent is not None
    body = data.draw(valid(contract, contract.absent))
    assume(not contract.violations(body))

    refusing = [name for name in contract.models if contract.violations({**body, "model": name})]

    assert [] == refusing


@examples(300)
@given(data=st.data())
def test_a_must_without_a_model_holds_for_every_model(contract: Contract, data: st.DataObject) -> None:
    """Without a model, no finding means that all models accept, and a broken must that none accepts."""
    body = data.draw(unnamed(contract))
    levels = {found.level for found in contract.violations(body)}
    by_model = [
        {found.level for found in contract.violations({**body, "model": name})} - {"may"} for name in contract.models
    ]

    assert not (levels == set() and any(by_model)), shown(body)
    assert not ("must" in levels and not all("must" in found for found in by_model)), shown(body)


@examples(200)
@given(data=st.data())
def test_a_finding_names_a_clause_and_shows_the_value(contract: Contract, data: st.DataObject) -> None:
    """Every finding is of a clause of the contract and says so in one line that a person reads."""
    findings = contract.violations(data.draw(bodies(contract)))
    clauses = {clause.key for clause in contract.clauses}

    assert all(found.clause.key in clauses for found in findings)
    assert all(found.message and "\n" not in found.message and len(found.message) < 400 for found in findings)


def test_deep_and_huge_bodies_are_judged(contract: Contract) -> None:
    """A value nested 900 deep, an integer of 5,000 digits and a lone surrogate are judged, not tripped over."""
    deep: list[object] = []
    for _step in range(900):
        deep = [deep]
    body = {"prompt": "\ud800", "model": "dall-e-2", "n": 10**5000, "user": deep}

    assert ["n.maximum.dall-e-2", "user.type.dall-e-2"] == [found.id for found in contract.violations(body)]
