"""The plan: which requests are sent, in which order, and what they may cost."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from images_contract import ABSENT, Clause, Contract

from ..errors import ConformanceError
from ..exchange import Request
from ..judging.verdicts import ClauseKey
from ..spending.prices import Prices
from .accepts import accepts
from .cases import Case
from .near_misses import near_misses
from .probes import probes, repeats

DEPTHS = {"smoke": (1, 0), "pairwise": (2, 2), "thorough": (None, 3)}  # near misses per clause, strength of the cover

REPEATS = 4  # of one request: as many as are under way at once by default


@dataclass(frozen=True)
class Selection:
    """Which clauses a run judges, and how deeply it looks."""

    depth: str = "pairwise"
    models: tuple[str, ...] = ()  # all of them where empty
    clauses: tuple[str, ...] = ()  # globs over ids; all of them where empty
    auth: bool = True

    def phrase(self) -> str:
        """Return the selection as a phrase."""
        models, clauses = ", ".join(self.models) or "all models", ", ".join(self.clauses) or "all clauses"
        return f"depth {self.depth}, {models}, {clauses}{'' if self.auth else ', no keys'}"

    def why_not(self, clause: Clause) -> str | None:
        """Return why a clause is left out, or None."""
        if clause.level == "may":
            return "sources leave it open: either answer conforms"
        if self.models and clause.model is not None and clause.model not in self.models:
            return f"model {clause.model} was not chosen"
        if self.clauses and not any(fnmatchcase(clause.id, glob) for glob in self.clauses):
            return "not among the chosen clauses"
        if not self.auth and clause.id.startswith("auth."):
            return "the server has no keys (--no-auth)"
        return None


def check_selection(contract: Contract, selection: Selection) -> None:
    """Raise ConformanceError for a model or a glob that names nothing."""
    for model in selection.models:
        if model not in contract.profiles:
            raise ConformanceError(
                f"--models: no model {model!r} in this contract; it has {', '.join(contract.profiles)}"
            )
    for glob in selection.clauses:
        if not any(fnmatchcase(clause.id, glob) for clause in contract.clauses):
            raise ConformanceError(
                f"--clause: {glob!r} matches no clause id; ids look like {contract.clauses[-1].id!r}"
            )


def plan(contract: Contract, selection: Selection, prices: Prices) -> list[Case]:
    """Return the cases of a run: what is to be refused first, then what is to be served, cheapest first.

    One cheap request, the first of those to be served, comes again at the end.
    """
    check_selection(contract, selection)
    per_clause, strength = DEPTHS[selection.depth]

    def cost(body: Mapping[str, Any]) -> float:
        return prices.worst_case(contract, Request.from_json(dict(body)))

    wanted = {clause.key for clause in contract.clauses if not selection.why_not(clause)}
    chosen = [name for name in contract.profiles if not selection.models or name in selection.models]
    named = [name for name in chosen if name != ABSENT] or [*contract.models]
    probed = list(probes(contract, named, cost, auth=selection.auth, every_spelling=strength > 0))
    refused = [*(case for case in probed if not case.accept), *near_misses(contract, per_clause)]
    served = [case for name in chosen for case in accepts(contract, contract.profiles[name], cost, strength)]
    again = list(repeats(contract, named, cost, refused, REPEATS if strength else 0))
    refused += [case for case in again if not case.accept]
    repeated = [case for case in again if case.accept]
    served = [*repeated[:-1], *(case for case in probed if case.accept), *served]
    served.sort(key=lambda case: prices.worst_case(contract, case.request))
    # The repeated request has not been served before, whatever its spelling; it comes once more at the very end, since
    # a server may have grown tired by then.
    cases = [*refused, *served, *repeated[-1:]]
    return list(_chosen(contract, cases, wanted, {*chosen, None}))


def _chosen(
    contract: Contract, cases: Sequence[Case], wanted: set[ClauseKey], models: set[str | None]
) -> Iterable[Case]:
    """Yield the cases that bear on a wanted clause.

    Behaviours are judged by answers, so they need all of them: those of a model its served requests, those that belong
    to no model and that no case is sent for, such as what an error looks like, every refusal.
    """
    behaviours = [clause for clause in contract.clauses if clause.keyword == "behaviour" and clause.key in wanted]
    answering = {clause.model for clause in behaviours if clause.model is not None}
    aimed = {key for case in cases for key in case.aims}
    refusing = models if any(clause.model is None and clause.key not in aimed for clause in behaviours) else set()
    for case in cases:
        if wanted & set(case.aims) or case.aims[0][1] in (answering if case.accept else refusing):
            yield case
