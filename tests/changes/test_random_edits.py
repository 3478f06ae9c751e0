"""Random edits: a witness is valid on one side only, and no difference goes unseen."""

from __future__ import annotations

import json
from typing import Any

from contract.bodies import bodies, examples, json_values
from hypothesis import assume, given, note
from hypothesis import strategies as st

from images_conformance.changes import Comparison, Sample, sentence
from images_contract import Contract, ContractError

from .conftest import Load
from .judging import accepts
from .random_edits import edited

KINDS = (("200", "application/json"), ("200", "text/event-stream"), ("400", "application/json"))


def loaded(load: Load, document: dict[str, Any]) -> Contract:
    """The contract of an edited document; one that is none is not looked at."""
    try:
        return load(document)
    except ContractError:
        assume(False)
        raise


def compared(base: Contract, load: Load, data: st.DataObject) -> Comparison:
    """Our contract, compared to an edited one."""
    found = Comparison.of(base, loaded(load, data.draw(edited(base))))
    note("\n".join(sentence([change.model], change.told) for change in found.changes))
    return found


@examples(25, long=10_000)
@given(data=st.data())
def test_a_witness_is_valid_on_one_side_only(base: Contract, load: Load, data: st.DataObject) -> None:
    """The side that is said to accept it does, the other does not, by another validator and the whole document."""
    found = compared(base, load, data)
    for change in found.changes:
        if change.witness:
            sides = [accepts(side, change.witness) for side in (found.old, found.new)]

            assert [change.witness.accepted_by == "old", change.witness.accepted_by == "new"] == sides, change


@examples(20, long=10_000)
@given(data=st.data())
def test_no_request_is_judged_otherwise_unsaid(base: Contract, load: Load, data: st.DataObject) -> None:
    """Where a body is valid on one side only, a change says so of its model, with a witness of the same side."""
    found = compared(base, load, data)
    told = {(change.model, change.witness.accepted_by) for change in found.changes if change.witness}
    for _ in range(5):
        body = data.draw(bodies(data.draw(st.sampled_from([found.old, found.new]))))
        sides = [accepts(side, Sample(body, "")) for side in (found.old, found.new)]
        if sides[0] != sides[1]:
            model = body.get("model", "absent")

            assert (model, "old" if sides[0] else "new") in told, body


@st.composite
def near(draw: Any, samples: list[Any]) -> Any:
    """Draw something like one of the samples: a member of it, however deep, left out, replaced or added."""
    value = json.loads(json.dumps(draw(st.sampled_from(samples))))
    for _ in range(draw(st.integers(0, 2))):
        node = value
        while isinstance(node, dict | list) and node:
            key = draw(st.sampled_from(sorted(node) if isinstance(node, dict) else range(len(node))))
            if isinstance(node[key], dict | list) and node[key] and draw(st.booleans()):
                node = node[key]
                continue
            if draw(st.booleans()):
                node[key] = draw(json_values | st.sampled_from(["auto", "hd", 0, -1, 1, None, []]))
            else:
                del node[key]
            break
    return value


@examples(20, long=10_000)
@given(data=st.data())
def test_no_response_is_judged_otherwise_unsaid(base: Contract, load: Load, data: st.DataObject) -> None:
    """Where an answer, event or error is valid on one side only, a change says so, with a witness of the same side."""
    found = compared(base, load, data)
    told = {
        (change.witness.status, change.witness.content_type, change.witness.accepted_by)
        for change in found.changes
        if change.witness
    }
    for status, media in KINDS:
        content = base.resolve(base.resolve(base.operation)["responses"][status])["content"][media]
        known = [each["value"] for each in content["examples"].values()]
        known += [each.witness.body for each in found.changes if each.witness and each.witness.content_type == media]
        for _ in range(4):
            sample = Sample(data.draw(near(known)), "", status, media)
            sides = [accepts(side, sample) for side in (found.old, found.new)]
            if sides[0] != sides[1]:
                assert (status, media, "old" if sides[0] else "new") in told, sample.body
