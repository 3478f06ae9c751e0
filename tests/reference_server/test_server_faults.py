"""Every fault is one, and only one: it has a name and a sentence, and it changes an answer."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from probing import KEY, PROBES, answers
from starlette.testclient import TestClient

from images_contract import Contract
from images_reference_server import Fault, UnknownFault, create_app, list_faults
from images_reference_server.catalogue import Catalogue, Model
from images_reference_server.faults.behaviour import stream
from images_reference_server.validation import Validation

FAULTS = list_faults(Contract.load().document)
BEHAVIOUR = [fault for fault in FAULTS if fault.kind == "behaviour"]
NAMED = [fault for fault in BEHAVIOUR if fault.model is None]
OF_ONE_MODEL = [fault for fault in BEHAVIOUR if fault.model is not None]
STRUCTURE = [fault for fault in FAULTS if fault.kind == "structure"]


async def _all_answers(app: Any) -> list[Any]:
    return [answer async for answer in answers(app)]


@pytest.fixture(scope="module")
def honest(document: dict[str, Any]) -> list[Any]:
    return asyncio.run(_all_answers(create_app(document, key=KEY)))


class TestBehaviour:
    """Faults in behaviour are seen in the answers to a small set of probes."""

    def test_honest(self, document: dict[str, Any], honest: list[Any]) -> None:
        """Two honest servers answer alike: what follows is not chance."""
        again = asyncio.run(_all_answers(create_app(document, key=KEY)))

        assert len(PROBES) + 1 == len(again)
        assert honest == again

    @pytest.mark.mutation
    def test_each_is_another(
        self, document: dict[str, Any], honest: list[Any], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Every named fault changes the answers, and no two change them alike."""
        monkeypatch.setattr(stream, "HANG", 1.1)
        seen = {repr(honest): "the honest server"}
        alike = []
        for fault in NAMED:
            told = repr(asyncio.run(_all_answers(create_app(document, key=KEY, fault=fault.name))))
            if told in seen:
                alike.append((seen[told], fault.name))
            seen[told] = fault.name

        assert [] == alike
        assert len(NAMED) > 200

    @pytest.mark.parametrize("fault", OF_ONE_MODEL, ids=lambda fault: fault.name)
    def test_seen_in_one_model(self, document: dict[str, Any], honest: list[Any], fault: Fault) -> None:
        """The same fault in one model alone changes an answer."""

        async def first_difference() -> int | None:
            told = answers(create_app(document, key=KEY, fault=fault.name))
            index = 0
            async for answer in told:
                if answer != honest[index]:
                    await told.aclose()
                    return index
                index += 1
            return None

        assert asyncio.run(first_difference()) is not None, fault.sentence


class TestStructure:
    """Faults in structure are seen in the verdict on their witness."""

    @pytest.mark.parametrize("category", ["accepts", "rejects"])
    def test_seen(self, document: dict[str, Any], category: str) -> None:
        """The faulty document judges the witness the other way round; the honest one judges it as the name says."""
        honest = Validation(document, Catalogue.from_document(document))
        wrong = [
            fault.name
            for fault in STRUCTURE
            if fault.category == category
            and (_served(honest, fault), _served(_faulty(document, fault), fault))
            != ((False, True) if category == "accepts" else (True, False))
        ]

        assert [] == wrong

    def test_end_to_end(self, document: dict[str, Any]) -> None:
        """A faulty server serves what it must refuse; the honest rest of it stays as it is."""
        client = TestClient(create_app(document, fault="accepts:n.maximum.dall-e-3"))
        statuses = [
            client.post("/v1/images/generations", json={"model": model, "prompt": "A cat", "n": n}).status_code
            for model, n in [("dall-e-3", 1), ("dall-e-3", 3), ("dall-e-3", 0), ("dall-e-2", 11)]
        ]

        assert [200, 200, 400, 400] == statuses

    def test_levels(self) -> None:
        """A fault knows the level of the rule that it breaks."""
        levels = {fault.name: fault.level for fault in STRUCTURE}

        assert "must" == levels["accepts:n.maximum.dall-e-3"]
        assert "should" == levels["accepts:unknown.dall-e-2"]
        assert "may" == levels["accepts:n.null.dall-e-2"]
        assert "may" == levels["accepts:partial_images.needs-stream.gpt-image-1"]


def _faulty(document: dict[str, Any], fault: Fault) -> Validation:
    mutant = fault.mutate(document)
    open_absent = bool(fault.seams.get("open_absent", True))
    return Validation(mutant, Catalogue.from_document(mutant), open_absent=open_absent)


def _served(validation: Validation, fault: Fault) -> bool:
    return isinstance(validation.judge(fault.witness), Model)


class TestNames:
    """Faults are found by name."""

    def test_unique(self) -> None:
        """No name stands for two faults."""
        assert len(FAULTS) == len({fault.name for fault in FAULTS})

    @pytest.mark.parametrize("fault", BEHAVIOUR, ids=lambda fault: fault.name)
    def test_sentence(self, fault: Fault) -> None:
        """The name begins with the category; the sentence is one line and ends with a full stop."""
        assert fault.name.startswith(f"{fault.category}:")
        assert fault.sentence.endswith(".")
        assert "\n" not in fault.sentence

    def test_unknown(self, document: dict[str, Any]) -> None:
        """An unknown name is an error that offers the nearest one."""
        with pytest.raises(UnknownFault, match="'data:n-ignored'"):
            create_app(document, fault="data:n-ignore")

    def test_document_untouched(self, document: dict[str, Any]) -> None:
        """A fault works on a copy: the document that it is given stays as it was."""
        before = repr(document)
        for fault in STRUCTURE[::20]:
            fault.mutate(document)

        assert before == repr(document)
