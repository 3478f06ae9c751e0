"""The contract: one OpenAPI document, read into profiles and clauses."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from . import absent, access, catalogue, deviations, dialects, document, judging, request, soundness, validators
from .access import Access
from .clauses import Clause, Finding
from .deviations import Deviation
from .errors import ContractError
from .profile import ABSENT, ModelProfile, statuses
from .reading import read_yaml
from .schema import Schemas

_HERE = Path(__file__).resolve().parent


def default_path() -> Path:
    """Return the document that is shipped with this package, or the checkout's."""
    packaged = _HERE / "openapi.yaml"
    return packaged if packaged.exists() else _HERE.parent / "openapi.yaml"


@dataclass(frozen=True, eq=False)  # one object, one identity: validators are cached by it
class Contract:
    """What the endpoint promises. Build one with `Contract.load`.

    `models` has a ModelProfile for each model in document order, `absent` the one for requests without a model;
    `clauses` has every sentence of the contract, one entry per model that it speaks of. `document` is the document
    with its dialect applied, `operation` the pointer of the operation, `sha256` the digest of the document and overlay.

    >>> contract = Contract.load()
    >>> [found.id for found in contract.violations({"prompt": "a cat", "model": "dall-e-3", "n": 2})]
    ['n.maximum.dall-e-3']
    """

    path: Path
    dialect: str | None
    sha256: str
    document: Mapping[str, Any] = field(repr=False)
    operation: str
    access: Access
    discriminator: str
    models: Mapping[str, ModelProfile] = field(repr=False)
    absent: ModelProfile | None = field(repr=False)
    clauses: tuple[Clause, ...] = field(repr=False)
    refused_with: tuple[int, ...] = (400,)  # statuses that tell a broken rule
    retired: tuple[str, ...] = ()  # names that were models once
    deviations: tuple[Deviation, ...] = ()  # failures that are known, of the dialect or of a file

    @classmethod
    def load(cls, path: Path | str | None = None, dialect: Path | str | None = None) -> Contract:
        """Read a document (by default the one shipped), apply a dialect (a name or an overlay file), derive the rules.

        Raises ContractError, a single clear message with file and JSON pointer, for whatever is wrong with either.
        """
        source = Path(path) if path is not None else default_path()
        data, value = read_yaml(source)
        digest = hashlib.sha256(data)
        if dialect is None:
            return cls._derive(value, str(source), source, None, digest.hexdigest())
        document.check(value, source)
        overlaid = dialects.apply(value, source, dialect)
        digest.update(overlaid.data)

        def read(result: Any) -> Contract:
            return cls._derive(result, f"{source} with {dialect}", source, str(dialect), digest.hexdigest())

        try:
            contract = read(overlaid.document)
        except ContractError as error:
            raise dialects.blamed(error, value, source, overlaid, read) from None
        entries = overlaid.overlay.get("x-deviations", [])
        known = deviations.read(entries, contract.clauses, overlaid.path, "#/x-deviations")
        return replace(contract, deviations=known)

    @classmethod
    def _derive(cls, value: Any, where: str, path: Path, dialect: str | None, sha256: str) -> Contract:
        document.check(value, where)
        schemas = Schemas(value, where)
        operation = request.find_operation(schemas)
        body = request.root(schemas, request.body_pointer(schemas, operation) or "")
        key = request.discriminator(schemas, body) or ""
        profiles = request.profiles(schemas, body, key)
        models = {name: profile for name, profile in profiles.items() if name != ABSENT}
        clauses = list(catalogue.of_discriminator(schemas, key, models, profiles.get(ABSENT), body))
        for profile in models.values():
            clauses += catalogue.of_model(schemas, profile, key)
        if ABSENT in profiles:
            clauses += absent.of_absent(schemas, profiles[ABSENT], models.values(), key)
        clauses += catalogue.declared(schemas, operation, profiles)
        _check_unique(schemas, clauses)
        validators.check(value, where)
        return cls(
            path, dialect, sha256, schemas.document, operation, access.read(schemas, operation), key,
            models, profiles.get(ABSENT), tuple(clauses),
            statuses(schemas, body) or (400,), soundness.retired(schemas, body, models),
        )  # fmt: skip

    @property
    def route(self) -> str:
        """The path of the operation, below the base URL of a server."""
        return self.access.route

    def with_known(self, path: Path) -> Contract:
        """Return this contract with the known failures of a file; raises ContractError for one that cannot be read."""
        return replace(self, deviations=(*self.deviations, *deviations.load(path, self.clauses)))

    @property
    def version(self) -> str:
        """The version of the document, from its `info`."""
        return str(self.document["info"]["version"])

    @cached_property
    def profiles(self) -> dict[str, ModelProfile]:
        """All profiles by name, that of an absent model last."""
        return {**self.models, **({ABSENT: self.absent} if self.absent else {})}

    @cached_property
    def _index(self) -> dict[tuple[str, str | None], Clause]:
        return {clause.key: clause for clause in self.clauses}

    def clause(self, id: str, model: str | None = None) -> Clause:
        """Return the clause with this id (for conditions and behaviours: of this model); raises KeyError."""
        return self._index[id, model]

    def has_open(self, id: str, model: str | None) -> bool:
        """Tell whether a clause of level `may` has this id and model."""
        clause = self._index.get((id, model))
        return clause is not None and clause.level == "may"

    def refusals(self, findings: Iterable[Finding]) -> set[int]:
        """Return the statuses that may tell a body with these findings that it is refused."""
        blamed = {name for found in findings for name in found.parameters}
        own = [
            each.parameters[name].refused_with for each in self.models.values() for name in blamed & {*each.parameters}
        ]
        return {*self.refused_with, *(status for listed in own for status in listed)}

    def resolve(self, node: Any) -> Any:
        """Follow `$ref` from a node, or look up a `#/...` pointer."""
        if isinstance(node, str):
            node = document.lookup(self.document, node)
        while isinstance(node, dict) and "$ref" in node:
            node = document.lookup(self.document, node["$ref"])
        return node

    def violations(self, body: Any) -> tuple[Finding, ...]:
        """Return every clause that a request body (any JSON value) breaks, of whatever level.

        None: a server must accept it. Only of level `may`: either answer is right. One: it must (or should) be refused,
        blaming that parameter. More: it must be refused.
        """
        return tuple(judging.violations(self, body))


def _check_unique(schemas: Schemas, clauses: list[Clause]) -> None:
    seen: dict[tuple[str, str | None], str] = {}
    for clause in clauses:
        if clause.key in seen:
            schemas.fail(clause.pointer, f"clause {clause.id!r} ({clause.model}) stands already at {seen[clause.key]}")
        seen[clause.key] = clause.pointer
