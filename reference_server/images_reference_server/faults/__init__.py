"""Everything that the server can be told to do wrong, one thing at a time."""

from __future__ import annotations

from difflib import get_close_matches

from images_contract import Contract

from ..catalogue import Catalogue, Document
from ..errors import UnknownFault
from .behaviour import FAULTS, of_each_model
from .fault import BEHAVIOUR, STRUCTURE, Fault
from .structure import accepts, answers, rejects

__all__ = ["BEHAVIOUR", "STRUCTURE", "Fault", "find_fault", "list_faults"]


def list_faults(document: Document | None = None) -> tuple[Fault, ...]:
    """Return every fault: those in behaviour, for all models and for each, then those in structure.

    Which ones there are for each model and in structure depends on the document (None: our own).
    """
    if document is None:
        document = Contract.load().document
    catalogue = Catalogue.from_document(document)
    return (*FAULTS, *of_each_model(catalogue), *accepts(document), *rejects(document), *answers(document))


def find_fault(name: str, document: Document) -> Fault:
    """Return the fault of a name; raises UnknownFault, with the nearest names, where there is none."""
    named = next((fault for fault in FAULTS if fault.name == name), None)
    if named:
        return named
    faults = {fault.name: fault for fault in list_faults(document)}
    if name not in faults:
        close = get_close_matches(name, faults, 3)
        hint = (
            f"did you mean {' or '.join(map(repr, close))}?"
            if close
            else "--list-faults, or list_faults(), gives all names."
        )
        raise UnknownFault(f"There is no fault {name!r}; {hint}")
    return faults[name]
