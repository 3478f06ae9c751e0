"""One model as two contracts take it: how each judges a request, and requests to start from."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from itertools import combinations, count, islice, product
from math import prod
from typing import Any

from images_contract import ABSENT, Condition, Contract, Finding, ModelProfile, Parameter, Validators
from images_contract.keywords import holds, json_equal

from .change import BOTH, NEITHER, NEW, OLD, Sample
from .corners import corners

ACCEPTED = "accepted"
LEFT_OUT: Any = object()  # stands for a value where a parameter is left out
MAX_SETTINGS = 5_000  # combinations of other parameters that a value is tried in

Body = dict[str, Any]


class Side:
    """One model as one contract takes it: what is accepted by JSON Schema, how binding the rest is by the clauses."""

    def __init__(self, contract: Contract, profile: ModelProfile, validators: Validators) -> None:
        self.contract = contract
        self.profile = profile
        self._validators = validators

    @cached_property
    def is_valid(self) -> Callable[[Any], bool]:
        """JSON Schema's verdict."""
        return self._validators.at(self.profile.pointer).is_valid

    @property
    def named(self) -> Body:
        """The part of a body that names the model."""
        return {} if self.profile.name == ABSENT else {self.contract.discriminator: self.profile.name}

    def findings(self, body: Body) -> tuple[Finding, ...]:
        """Return the clauses that a body breaks."""
        return self.contract.violations(body)

    def standing(self, body: Body) -> str:
        """Return "accepted", or the level at which a body has to be refused."""
        if self.is_valid(body):
            return ACCEPTED
        found = strongest(found.level for found in self.findings(body))
        return "must" if found == ACCEPTED else found

    def parameter(self, name: str) -> Parameter | None:
        """Return a parameter that the model has."""
        found = self.profile.parameters.get(name)
        return found if found and found.supported else None

    def lacks(self, name: str) -> bool:
        """Tell whether a parameter belongs to other models only."""
        found = self.profile.parameters.get(name)
        return found is not None and not found.supported

    def allows(self, name: str, value: Any) -> bool:
        """Tell whether a value breaks no rule by itself."""
        return holds(rules(self, name), value) if self.parameter(name) else not self.profile.closed

    def required(self) -> list[str]:
        """Return the names that a body needs beside the model's."""
        key = self.contract.discriminator
        return [each.name for each in self.profile.parameters.values() if each.required and each.name != key]


class Pair:
    """One model as the old and the new contract take it."""

    def __init__(self, old: Side, new: Side) -> None:
        self.old = old
        self.new = new
        self.sides = (old, new)
        self.model = new.profile.name
        self._values: dict[str, list[Any]] = {}

    @property
    def names(self) -> list[str]:
        """Every parameter that either contract documents, the model's name left out."""
        both = {**self.old.profile.parameters, **self.new.profile.parameters}
        return [name for name in both if name != self.old.contract.discriminator]

    @cached_property
    def stranger(self) -> str:
        """The name of a parameter that neither contract documents."""
        taken = {*self.names, self.old.contract.discriminator}
        return next(name for n in count() if (name := f"unknown_parameter{n or ''}") not in taken)

    def moved(self, name: str) -> bool:
        """Tell whether only one contract gives the model this parameter."""
        return (self.old.parameter(name) is None) != (self.new.parameter(name) is None)

    def alike(self, name: str) -> bool:
        """Tell whether the model has a parameter, and needs it, in both contracts or in neither."""
        old, new = (side.parameter(name) for side in self.sides)
        return (old and old.required) == (new and new.required)

    def values(self, name: str) -> list[Any]:
        """Return values of a parameter on both sides of every limit that either contract draws, the simplest first."""
        if name not in self._values:
            schemas = [rules(side, name) for side in self.sides]
            schemas += [case.schema for side in self.sides for case in open_cases(side, name)]
            branches = [branch for rule in self.conditions for branch in (rule.when, rule.then)]
            schemas += [branch.get("properties", {}).get(name, {}) for branch in branches]
            self._values[name] = sorted(corners(*schemas), key=lambda value: len(repr(value)))
        return self._values[name]

    @property
    def conditions(self) -> list[Condition]:
        """The conditions of both contracts."""
        return [rule for side in self.sides for rule in side.profile.conditions]

    @cached_property
    def bases(self) -> list[Body]:
        """The smallest bodies that both contracts accept: one; where there is none, one for each."""
        shared = self._smallest(self.sides)
        if shared is not None:
            return [shared]
        own = [self._smallest((side,)) for side in self.sides]
        return [body for body in own if body is not None]

    def _smallest(self, sides: tuple[Side, ...]) -> Body | None:
        """Return the smallest body found that contracts accept: what is required, and what conditions ask for."""
        required = list(dict.fromkeys(name for side in sides for name in side.required()))
        body: Body = {}
        for name in required:
            fitting = [value for value in self.values(name) if all(side.allows(name, value) for side in sides)]
            if not fitting:
                return None
            body[name] = fitting[0]
        tied = [name for name in required if any(name in rule.parameters for rule in self.conditions)]
        bodies = ({**body, **setting, **self.new.named} for setting in self.settings([*tied, *self.related(required)]))
        return next((each for each in bodies if all(side.is_valid(each) for side in sides)), None)

    def related(self, names: Iterable[str]) -> list[str]:
        """Return the parameters that conditions tie to these, directly or through others; not these themselves."""
        found, start = dict.fromkeys(names), list(names)
        for _ in self.conditions:
            for rule in self.conditions:
                if found.keys() & set(rule.parameters):
                    found.update(dict.fromkeys(rule.parameters))
        return [name for name in found if name not in start]

    def settings(self, names: list[str]) -> Iterator[Body]:
        """Yield ways to set some parameters, the fewest first: one value of each kind that conditions tell apart.

        There are at most MAX_SETTINGS; `untried` tells how many are left out.
        """
        values = {name: self._kinds(name) for name in names}
        chosen = (picked for size in range(len(names) + 1) for picked in combinations(names, size))
        ways = (
            dict(zip(picked, each, strict=True))
            for picked in chosen
            for each in product(*(values[name] for name in picked))
        )
        return islice(ways, MAX_SETTINGS)

    def untried(self, names: list[str]) -> int:
        """Return how many ways to set some parameters are too many to be tried."""
        return max(0, prod(1 + len(self._kinds(name)) for name in names) - MAX_SETTINGS)

    def _kinds(self, name: str) -> list[Any]:
        """Return one value, the simplest, of every kind that a contract allows and some condition tells apart."""
        found: dict[tuple[bool, ...], Any] = {}
        for value in self.values(name):
            allowed = tuple(side.allows(name, value) for side in self.sides)
            if any(allowed):
                branches = [branch for rule in self.conditions for branch in (rule.when, rule.then)]
                held = (holds(dict(branch.get("properties", {}).get(name, {})), value) for branch in branches)
                found.setdefault((*allowed, *held), value)
        return list(found.values())

    def sample(self, body: Body) -> Sample:
        """Return a body with the contracts that accept it."""
        old, new = (side.is_valid(body) for side in self.sides)
        return Sample(body, BOTH if old and new else OLD if old else NEW if new else NEITHER)


def strongest(levels: Iterable[str]) -> str:
    """Return the most binding of some levels, "accepted" where there is none."""
    found = set(levels)
    return next((level for level in ("must", "should", "may") if level in found), ACCEPTED)


def rules(side: Side, name: str) -> dict[str, Any]:
    """Return what a parameter has to be, a sibling's rules where the model lacks it."""
    parameter = side.profile.parameters.get(name)
    return {rule.keyword: rule.argument for rule in parameter.constraints.values()} if parameter else {}


def open_cases(side: Side, name: str) -> list[Any]:
    """Return the open cases that bear on a parameter."""
    parameter = side.profile.parameters.get(name)
    every = parameter is None or not parameter.required
    return [case for case in side.profile.open_cases if case.parameter == name or (case.parameter == "*" and every)]


def same(a: Mapping[str, Any], b: Mapping[str, Any]) -> bool:
    """Compare two mappings as JSON does."""
    return json_equal(dict(a), dict(b))
