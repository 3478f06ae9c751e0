"""The contract's rules as the data that a client validates with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import reduce
from typing import Any

from images_contract import ABSENT, Clause, Contract, ModelProfile
from images_contract import Condition as ContractCondition
from images_contract import Parameter as ContractParameter
from images_contract.dimensions import FORM
from images_contract.keywords import KEYWORDS as MEANINGS

from .errors import GenerateError
from .plain import PlainBody
from .runtime._keywords import KEYWORDS
from .runtime._rules import Check, Condition, Open, OperationRules, Parameter, Profile
from .signatures import described

Index = Mapping[tuple[str | None, str, tuple[str, ...]], Clause]


def refused(rule: Clause | ContractCondition) -> bool:
    """Whether a client refuses what breaks this rule, before anything is sent."""
    return rule.level in ("must", "should") or rule.refuse_locally


def with_models(contract: Contract) -> OperationRules:
    """Return the rules of the contract's own operation."""
    index = {(each.model, each.keyword, each.parameters): each for each in contract.clauses}
    key = (contract.discriminator,)
    unknown = index[None, "enum", key]
    no_model = index.get((None, "required", key)) or index.get((ABSENT, "combination", ()))
    return OperationRules(
        fallback=_fallback(contract, index) if contract.absent else None,
        models={name: _profile(contract, model, index) for name, model in contract.models.items()},
        discriminator=contract.discriminator,
        unknown_model=unknown.id,
        no_model=no_model.id if no_model else "",
    )


def _profile(contract: Contract, model: ModelProfile, index: Index) -> Profile:
    unknown = index.get((model.name, "unknown", ()))
    return Profile(
        name=model.name,
        parameters={name: _parameter(contract, model, each, index) for name, each in model.parameters.items()},
        conditions=_conditions(model),
        open=_open(model),
        unknown=unknown.id if unknown and refused(unknown) else "",
    )


def _parameter(contract: Contract, model: ModelProfile, one: ContractParameter, index: Index) -> Parameter:
    if one.name == contract.discriminator:
        return Parameter(one.name, described(one))
    arguments = {keyword: each.argument for keyword, each in one.constraints.items()} if one.supported else {}
    lacking = index.get((model.name, "unsupported", (one.name,)))
    return Parameter(
        name=one.name,
        description=described(one) if one.supported else "",
        required_by=_required(model, one, index),
        unsupported_by=lacking.id if lacking and refused(lacking) else None,
        default=one.default if one.supported else None,
        checks=_checks(contract, model.name, one.name, arguments, index),
    )


def _required(model: ModelProfile, one: ContractParameter, index: Index) -> str | None:
    return index[model.name, "required", (one.name,)].id if one.required else None


def _open(model: ModelProfile) -> tuple[Open, ...]:
    return tuple(Open(case.parameter, case.schema) for case in model.open_cases)


def _checks(contract: Contract, model: str, name: str, arguments: Mapping[str, Any], index: Index) -> tuple[Check, ...]:
    found: list[Check] = []
    # The type comes first: a value of the wrong type breaks that one rule.
    for keyword in sorted(arguments, key=lambda each: each != "type"):
        clause = index.get((model, keyword, (name,)))
        if clause and refused(clause):
            if keyword not in KEYWORDS:
                problem = (
                    f"the client's runtime does not know the keyword {keyword!r}; teach it in runtime/_keywords.py"
                )
                raise GenerateError(problem, path=contract.path, pointer=clause.pointer)
            found.append(Check(keyword, arguments[keyword], clause.id))
    return tuple(found)


def _conditions(model: ModelProfile) -> tuple[Condition, ...]:
    return tuple(
        Condition(rule.id, rule.sentence, rule.parameters, rule.when, rule.then)
        for rule in model.conditions
        if refused(rule)
    )


def _fallback(contract: Contract, index: Index) -> Profile:
    """Return what no model accepts: for each parameter, the loosest of the models' rules."""
    assert contract.absent
    unknown = index.get((ABSENT, "unknown", ()))
    return Profile(
        name=ABSENT,
        parameters={name: _loosest(contract, each, index) for name, each in contract.absent.parameters.items()},
        conditions=_conditions(contract.absent),
        open=_open(contract.absent),
        unknown=unknown.id if unknown and refused(unknown) else "",
    )


def _loosest(contract: Contract, one: ContractParameter, index: Index) -> Parameter:
    assert contract.absent
    having = [model.parameters[one.name] for model in contract.models.values() if model.parameters[one.name].supported]
    arguments: dict[str, Any] = {}
    if one.name != contract.discriminator:
        for keyword in dict.fromkeys(keyword for each in having for keyword in each.constraints):
            if all(keyword in each.constraints for each in having):
                arguments[keyword] = _union(keyword, [each.constraints[keyword].argument for each in having])
    return Parameter(
        name=one.name,
        description=described(one),
        required_by=_required(contract.absent, one, index),
        checks=_checks(contract, ABSENT, one.name, arguments, index),
    )


def _union(keyword: str, arguments: list[Any]) -> Any:
    if keyword in ("enum", FORM):
        return reduce(lambda found, values: [*found, *(each for each in values if each not in found)], arguments, [])
    merge = MEANINGS[keyword].merge
    return next((one for one in arguments if all(merge(one, other) == other for other in arguments)), arguments[0])


def without_models(contract: Contract, body: PlainBody, operation_id: str) -> OperationRules:
    """Return the rules of an operation with a single body schema; their ids end in its operationId."""
    return OperationRules(
        fallback=Profile(
            name=operation_id,
            parameters={name: _plain(each, body, operation_id) for name, each in body.parameters.items()},
            unknown=f"body.unknown-parameter.{operation_id}" if body.closed else "",
        )
    )


def _plain(one: ContractParameter, body: PlainBody, operation_id: str) -> Parameter:
    return Parameter(
        name=one.name,
        description=described(one),
        required_by=f"{one.name}.required.{operation_id}" if one.required else None,
        default=one.default,
        # What the document says of a file speaks of its bytes.
        checks=() if one.name in body.files else tuple(_plain_checks(one, operation_id)),
    )


def _plain_checks(one: ContractParameter, operation_id: str) -> Iterator[Check]:
    for keyword in sorted(one.constraints, key=lambda each: each != "type"):
        rule = one.constraints[keyword]
        if rule.level != "may" and keyword in KEYWORDS:
            yield Check(keyword, rule.argument, f"{one.name}.{keyword.removeprefix('x-')}.{operation_id}")
