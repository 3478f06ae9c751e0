"""Properties: what of a model is explored together, and by which requests."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from images_contract import Clause, Contract

ONE_SIN = {"one sin": 0.8, "valid": 0.2}  # outside of what is allowed, and inside
SHARES: Mapping[str, Mapping[str, float]] = {
    "ranges": ONE_SIN,
    "enums": ONE_SIN,
    "conditions": ONE_SIN,
    "responses": {"valid": 0.6, "many sins": 0.2, "malformed": 0.2},
    "schemathesis": {"schemathesis": 1.0},
}


@dataclass(frozen=True)
class Property:
    """Clauses of one model that are explored together."""

    kind: str
    model: str
    clauses: tuple[str, ...]

    @property
    def name(self) -> str:
        """Kind and model as one word: `ranges.dall-e-3`."""
        return f"{self.kind}.{self.model}"

    @property
    def shares(self) -> Mapping[str, float]:
        """The part of each source in the requests."""
        return SHARES[self.kind]


def properties(contract: Contract) -> Iterator[Property]:
    """Yield every property that a contract has: a model without conditions, say, has none of that kind."""
    for model in contract.profiles:
        of_model = [clause for clause in contract.clauses if clause.model in (model, None) and clause.level != "may"]
        for kind in SHARES:
            chosen = [clause for clause in of_model if kind in ("schemathesis", _kind(contract, clause))]
            if any(clause.model == model for clause in chosen):
                yield Property(kind, model, tuple(clause.id for clause in chosen))


def _kind(contract: Contract, clause: Clause) -> str:
    if clause.keyword == "behaviour":
        return "responses"
    if clause.keyword in ("condition", "combination"):
        return "conditions"
    profile = contract.profiles.get(clause.model or "")
    parameter = profile.parameters.get("".join(clause.parameters)) if profile else None
    listed = parameter is None or not parameter.supported or parameter.values is not None
    return "enums" if listed or (parameter and parameter.type == "boolean") else "ranges"
