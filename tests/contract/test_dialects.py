"""A dialect changes the profiles, clauses and judgements that it speaks of; one that cannot be applied is told."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from images_contract import Contract, ContractError, DialectError

from .conftest import SPEC, Load
from .documents import (
    DISJOINT,
    NEW_CONDITION,
    NEW_MODEL,
    NEW_PARAMETER,
    NEW_VALUE,
    NO_ABSENT_MODEL,
    SCHEMAS,
    SLOPPY_NULL,
)

INFO = {"title": "A vendor", "version": "1.0.0"}


def ids(contract: Contract, **body: Any) -> list[str]:
    """Return the ids of the clauses that a body breaks."""
    return [found.id for found in contract.violations({"prompt": "A cat", **body})]


def test_a_dialect_can_be_a_file(contract: Contract, tmp_path: Path) -> None:
    """A dialect file is applied, named, and changes the digest and nothing that it does not speak of."""
    path = tmp_path / "vendor.yaml"
    action = "{target: $.components.schemas.DallE3Request.properties.n, update: {maximum: 2}}"
    path.write_text(f"overlay: 1.0.0\ninfo: {{title: A vendor, version: 1.0.0}}\nactions: [{action}]\n")
    changed = Contract.load(SPEC, dialect=path)

    assert str(path) == changed.dialect
    assert changed.sha256 != contract.sha256
    assert [] == ids(changed, model="dall-e-3", n=2)
    assert ["n.maximum.dall-e-3"] == ids(changed, model="dall-e-3", n=3)
    assert [clause.key for clause in contract.clauses] == [clause.key for clause in changed.clauses]


def test_a_dialect_adds_a_model(document: dict[str, Any], load: Load) -> None:
    """A new schema is a new profile (one per name), with clauses of its own, and what no model accepted may be open."""
    changed = load(document, *NEW_MODEL)
    profile = changed.models["new-model-mini"]

    assert [*load(document).models, "new-model", "new-model-mini"] == list(changed.models)
    assert (1, 4) == (profile.parameters["n"].minimum, profile.parameters["n"].maximum)
    assert ["guidance.unsupported.dall-e-3"] == ids(changed, model="dall-e-3", guidance=3)
    assert ["guidance.exclusiveMinimum.new-model"] == ids(changed, model="new-model", guidance=0)
    assert ["n.maximum.new-model-mini"] == ids(changed, model="new-model-mini", n=5)
    assert ["background.unsupported.new-model"] == ids(changed, model="new-model", background="auto")
    assert ["guidance.depends-on-model.absent"] == ids(changed, guidance=3)
    assert ["guidance.exclusiveMinimum.absent"] == ids(changed, guidance=0)
    assert ["style.no-model-accepts.absent"] == ids(changed, style="wonderful")


def test_a_dialect_adds_a_value_and_a_bound(document: dict[str, Any], load: Load) -> None:
    """A value appended to an enum is accepted by that model and its siblings keep theirs; a bound applies to all."""
    changed = load(document, *NEW_VALUE)
    quality = changed.models["gpt-image-1"].parameters["quality"].values

    assert ("auto", "high", "medium", "low", "ultra") == quality
    assert [] == ids(changed, model="gpt-image-1", quality="ultra")
    assert ["quality.enum.dall-e-3"] == ids(changed, model="dall-e-3", quality="ultra")
    assert ["quality.depends-on-model.absent"] == ids(changed, quality="ultra")
    assert ["user.maxLength.dall-e-2"] == ids(changed, model="dall-e-2", user="u" * 65)
    assert ["n.maximum.dall-e-2"] == ids(changed, model="dall-e-2", n=5)


def test_a_dialect_adds_a_parameter(document: dict[str, Any], load: Load) -> None:
    """A parameter with bounds is documented for every model and unsupported where the dialect does not give it."""
    changed = load(document, *NEW_PARAMETER)
    clause = changed.clause("seed.maximum.dall-e-3", "dall-e-3")

    assert ("must", "vendor", "For dall-e-3, seed must be at most 4294967295.") == (
        clause.level,
        clause.source,
        clause.sentence,
    )
    assert ["seed.maximum.dall-e-3"] == ids(changed, model="dall-e-3", seed=2**32)
    assert ["seed.unsupported.gpt-image-1"] == ids(changed, model="gpt-image-1", seed=1)
    assert ["seed.minimum.dall-e-2"] == ids(changed, model="dall-e-2", seed=4)
    assert not changed.models["gpt-image-1"].parameters["seed"].supported


def test_a_dialect_adds_a_condition(document: dict[str, Any], load: Load) -> None:
    """A condition keeps the id, level and sentence that the dialect gives it, and blames what it speaks of."""
    changed = load(document, *NEW_CONDITION)
    (found,) = changed.violations({"prompt": "A cat", "model": "dall-e-3", "quality": "hd", "size": "1792x1024"})

    assert ("quality.hd-is-square", "should", "dall-e-3") == (found.id, found.level, found.clause.model)
    assert ("quality", "size") == found.parameters
    assert 'hd pictures are square; got quality "hd", size "1792x1024"' == found.message
    assert [] == ids(changed, model="dall-e-3", quality="hd", size="1024x1024")


def test_a_dialect_can_demand_a_model(document: dict[str, Any], load: Load) -> None:
    """Where no schema is for an absent model, a request without one breaks a rule."""
    changed = load(document, *NO_ABSENT_MODEL)

    assert changed.absent is None
    assert ["model.required"] == ids(changed)
    assert ["model.type"] == ids(changed, model=None)
    assert [] == [clause.id for clause in changed.clauses if clause.model == "absent"]


def test_models_may_refuse_for_different_reasons(document: dict[str, Any], load: Load) -> None:
    """Without a model, a value that no model takes is refused even where no one rule is broken in all of them."""
    assert ["response_format.no-model-accepts.absent"] == ids(load(document, *SLOPPY_NULL), response_format=None)
    assert ["n.no-model-accepts.absent"] == ids(load(document, *DISJOINT), n=4)
    assert ["n.minimum.absent"] == ids(load(document, *DISJOINT), n=0)
    assert ["n.depends-on-model.absent"] == ids(load(document, *DISJOINT), n=6)


def test_an_action_changes_one_place(tmp_path: Path) -> None:
    """What YAML shares by alias is changed where the dialect says and nowhere else."""
    text = SPEC.read_text(encoding="utf-8")
    text = text.replace("enum: [url, b64_json]", "enum: &words [url, b64_json]")
    text = text.replace("enum: [vivid, natural]", "enum: *words")
    source, overlay = tmp_path / "openapi.yaml", tmp_path / "vendor.yaml"
    source.write_text(text.replace("default: vivid", "default: url"))
    overlay.write_text(
        "overlay: 1.0.0\ninfo: {title: t, version: '1'}\n"
        "actions: [{target: $.components.schemas.Style.enum, update: path}]"
    )
    changed = Contract.load(source, dialect=overlay).models["dall-e-3"].parameters

    assert ("url", "b64_json", "path") == changed["style"].values
    assert ("url", "b64_json") == changed["response_format"].values


GOOD = {"target": "$.info", "update": {"x-vendor": "v"}}
ACTIONS: dict[str, tuple[Any, str]] = {
    "no effect": ({"target": "$.info", "update": {"version": "1.0.0"}}, "changes nothing"),
    "a target that is not there": ({"target": f"{SCHEMAS}.Nope", "update": {"a": 1}}, "is not there"),
    "a removal of nothing": ({"target": f"{SCHEMAS}.Nope", "remove": True}, "is not there"),
    "no target": ({"update": {"a": 1}}, "needs a target"),
    "a target that is a number": ({"target": 5, "update": {"a": 1}}, "needs a target"),
    "a target that is no JSONPath": ({"target": "$.[[", "update": {"a": 1}}, "cannot be applied"),
    "a filter that is no JSONPath": ({"target": "$.paths[?(@.x ==]", "update": {"a": 1}}, "cannot be applied"),
    "an update that does not fit": ({"target": f"{SCHEMAS}.Style.enum[0]", "update": {"a": 1}}, "cannot be applied"),
    "the root removed": ({"target": "$", "remove": True}, "cannot be applied"),
    "a word that no action has": ({"target": "$.info", "updat": {"a": 1}}, "has 'updat', which no action has"),
    "nothing to do": ({"target": "$.info"}, "needs update, or remove: true"),
    "a removal that is none": ({"target": "$.info", "remove": False}, "needs update, or remove: true"),
    "text": ("x", "needs a target"),
}


@pytest.mark.parametrize("name", ACTIONS)
def test_an_action_that_cannot_be_applied_is_told(
    document: dict[str, Any], load: Load, tmp_path: Path, name: str
) -> None:
    """The action that does nothing or cannot be applied is named by its place in the overlay."""
    action, expected = ACTIONS[name]
    with pytest.raises(DialectError) as caught:
        load(document, GOOD, action)

    assert str(caught.value).startswith(f"{tmp_path / 'changes.overlay.yaml'}#/actions/1: ")
    assert expected in str(caught.value)
    assert "\n" not in str(caught.value)


OVERLAYS: dict[str, tuple[str, str]] = {
    "empty": ("", "is no OpenAPI Overlay"),
    "another document": ("openapi: 3.1.0", "is no OpenAPI Overlay"),
    "actions is a mapping": ("overlay: 1.0.0\nactions: {}", "is no OpenAPI Overlay"),
    "no actions": ("overlay: 1.0.0\nactions: []", "at least one of actions"),
    "not YAML": ("actions: [", "is not YAML"),
}


@pytest.mark.parametrize("name", OVERLAYS)
def test_a_file_that_is_no_overlay_is_told(tmp_path: Path, name: str) -> None:
    """A dialect file that holds no overlay is named."""
    text, expected = OVERLAYS[name]
    path = tmp_path / "vendor.yaml"
    path.write_text(text)
    with pytest.raises(ContractError) as caught:
        Contract.load(SPEC, dialect=path)

    assert str(caught.value).startswith(str(path))
    assert expected in str(caught.value)


@pytest.mark.parametrize("name", ["no-such-vendor", "", "a/b.yaml", "a\0b", "x" * 300])
def test_an_unknown_dialect_is_told(name: str) -> None:
    """A name that is neither shipped nor a file is refused, with the names that are."""
    with pytest.raises(DialectError) as caught:
        Contract.load(SPEC, dialect=name)

    assert "is neither a file nor one of those shipped" in str(caught.value)


def test_what_a_dialect_breaks_is_told_of_both(document: dict[str, Any], load: Load, tmp_path: Path) -> None:
    """Where a dialect makes a sound document unsound, the message names both files, the place and the action."""
    harmless = {"target": "$.info", "update": {"x-read-by": "nobody"}}
    with pytest.raises(ContractError) as caught:
        load(
            document,
            harmless,
            {"target": f"{SCHEMAS}.Style", "update": {"maximun": 5}},
            {**harmless, "update": {"x-two": 2}},
        )
    overlay = tmp_path / "changes.overlay.yaml"
    place = f"{tmp_path / 'openapi.json'} with {overlay}#/components/schemas/Style/maximun"

    assert str(caught.value).startswith(f"{place}: ")
    assert str(caught.value).endswith(f" (since {overlay}#/actions/1)")


def test_every_shipped_dialect_loads() -> None:
    """Each dialect in the repository applies to the document and yields clauses."""
    shipped = sorted(
        path.name.removesuffix(".overlay.yaml") for path in (SPEC.parent / "dialects").glob("*.overlay.yaml")
    )

    assert all(Contract.load(SPEC, dialect=name).clauses for name in shipped)


def test_a_document_may_be_json(contract: Contract, document: dict[str, Any], tmp_path: Path) -> None:
    """The same document as JSON gives the same clauses."""
    path = tmp_path / "openapi.json"
    path.write_text(json.dumps(document))

    assert contract.clauses == Contract.load(path).clauses
