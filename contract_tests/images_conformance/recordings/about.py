"""What identifies a run: where its requests went, by which contract it was planned, what it was asked to judge."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from images_contract import Contract

from .. import __version__
from ..judging.results import Target
from ..planning.cases import Case
from ..planning.plan import Selection
from .packing import pack


@dataclass(frozen=True)
class ContractId:
    """The contract that a run was judged by; `sha256` covers the document and its overlay."""

    version: str
    sha256: str
    dialect: str | None = None

    @classmethod
    def of(cls, contract: Contract) -> ContractId:
        """Return what identifies a contract."""
        return cls(contract.version, contract.sha256, contract.dialect)

    def __str__(self) -> str:
        dialect = f" with {self.dialect}" if self.dialect else ""
        return f"version {self.version}{dialect} ({self.sha256[:12]})"


@dataclass(frozen=True)
class About:
    """A run as its journal tells it. It holds the name of the variable with the key, never the key."""

    kind: str  # check, proxy or fuzz
    target: Target
    contract: ContractId
    selection: Selection
    gate: str = "must"
    plan: str = ""  # digest of the planned cases
    budget: float | None = None
    session: str = ""  # what several processes of one run share
    tool: str = __version__

    @classmethod
    def of(
        cls, kind: str, contract: Contract, target: Target, selection: Selection, gate: str,
        *, cases: Sequence[Case] = (), budget: float | None = None, session: str = "",
    ) -> About:  # fmt: skip
        """Return what identifies a run that is about to begin."""
        plan = hashlib.sha256("".join(map(digest, cases)).encode()).hexdigest()
        return cls(kind, target, ContractId.of(contract), selection, gate, plan, budget, session)

    def differences(self, other: About) -> Iterator[str]:
        """Yield, for each way in which another run is not this one, a phrase that says how this one was."""
        if _place(self.target) != _place(other.target):
            yield f"it is against {_place(self.target)}, not {_place(other.target)}"
        if self.contract.sha256 != other.contract.sha256:
            yield f"its contract is {self.contract}, not {other.contract}"
        if self.selection != other.selection:
            yield f"it was asked for {self.selection.phrase()}, not {other.selection.phrase()}"
        elif self.contract.sha256 == other.contract.sha256 and self.plan != other.plan:
            yield "its requests were others: the prices or the version of this tool have changed since"


def digest(case: Case) -> str:
    """Return what tells a case from others: its name and its request."""
    text = json.dumps([case.name, pack(case.request)], sort_keys=True)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _place(target: Target) -> str:
    return "the embedded server" if target.embedded else target.url
