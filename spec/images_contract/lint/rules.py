"""The rules of requests: closed, complete, with a source and a level each, and without contradiction."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from .. import request
from ..absent import takes
from ..contract import Contract
from ..keywords import KEYWORDS, holds, shown
from ..profile import Condition, ModelProfile, Parameter
from ..schema import Schemas

Told = Iterator[tuple[str, str, str, str]]  # rule, pointer, problem, fix


def problems(contract: Contract) -> Told:
    """Yield what is wrong with the request's rules."""
    yield from _discriminator(contract)
    for profile in contract.profiles.values():
        yield from _profile(contract, profile)
    yield from _sources(contract)
    yield from _levels(contract)
    yield from _ids(contract)
    yield from _absent(contract)


def _discriminator(contract: Contract) -> Told:
    schemas = Schemas(contract.document, contract.path)
    body = request.body_pointer(schemas, contract.operation) or ""
    for here in request.alternatives(schemas, body)[0]:
        discriminator = contract.resolve(here).get("discriminator")
        if discriminator is not None and not discriminator.get("mapping"):
            fix = "Add mapping, from each model's name to its schema: tools that read no const rely on it."
            yield "discriminator.mapping", f"{here}/discriminator", "has no mapping", fix


def _profile(contract: Contract, profile: ModelProfile) -> Told:
    if not profile.closed:
        fix = "Add additionalProperties: false, and list every property."
        yield "schema.closed", profile.pointer, f"the schema of {profile.name} takes any parameter", fix
    for parameter in profile.parameters.values():
        if parameter.supported:
            yield from _parameter(contract, profile, parameter)
    for condition in profile.conditions:
        yield from _condition(contract, profile, condition)


def _parameter(contract: Contract, profile: ModelProfile, parameter: Parameter) -> Told:
    if not parameter.description and parameter.name != contract.discriminator:
        fix = "Add a description: docs and the SDK have no other words for it."
        yield "parameter.description", parameter.pointer, f"{parameter.name} is not described", fix
    if _is_empty(parameter):
        problem = f"{profile.name} can never be given a {parameter.name}: its rules exclude each other"
        yield "parameter.possible", parameter.pointer, problem, "Loosen one of its enum, minimum, maximum or lengths."


def _is_empty(parameter: Parameter) -> bool:
    rules = {keyword: rule.argument for keyword, rule in parameter.constraints.items()}
    if parameter.values is not None:
        return not any(holds(rules, value) for value in parameter.values)
    if parameter.dimensions is not None:
        return not parameter.dimensions.words and not parameter.dimensions.corners
    pairs = (("minimum", "maximum"), ("minLength", "maxLength"), ("minItems", "maxItems"))
    return any(rules[low] > rules[high] for low, high in pairs if low in rules and high in rules)


def _condition(contract: Contract, profile: ModelProfile, condition: Condition) -> Told:
    told = contract.resolve(condition.pointer).get("x-clause", {})
    for word in ("id", "level", "sentence", "source"):
        if word not in told:
            problem = f"a condition of {profile.name} has no {word} of its own"
            yield f"condition.{word}", condition.pointer, problem, f"Say it in x-clause beside the if: {word}: …"
    for name, schema in condition.when.get("properties", {}).items():
        values = profile.parameters[name].values
        if values is not None and not any(holds(dict(schema), value) for value in values):
            problem = f"{condition.id} never applies: {profile.name} has no {name} that {_says(schema)}"
            yield (
                "condition.applies",
                f"{condition.pointer}/if",
                problem,
                "Take it away, or mend the values that it names.",
            )


def _says(schema: dict[str, object]) -> str:
    rules = {"enum" if name == "const" else name: [each] if name == "const" else each for name, each in schema.items()}
    return " and ".join(KEYWORDS[name].says(each) for name, each in rules.items())


def _sources(contract: Contract) -> Told:
    told: set[str] = set()
    for clause in contract.clauses:
        if not clause.source.strip() and clause.pointer not in told and clause.keyword != "accepted":
            told.add(clause.pointer)
            fix = "Add x-source beside the rule, or a source of its own in x-rules or x-clause."
            yield "clause.source", clause.pointer, f"{clause.id} has no source", fix


def _levels(contract: Contract) -> Told:
    for clause in contract.clauses:
        first = clause.model in (None, next(iter(contract.models)))
        if clause.keyword == "behaviour" and first and "level" not in contract.resolve(clause.pointer):
            fix = "Add level: must, should or may."
            yield "clause.level", clause.pointer, f"{clause.id} does not say how binding it is", fix


def _ids(contract: Contract) -> Told:
    """Yield ids that count where they should say: what stands before them renames them. (1.5 is part of a name.)"""
    declared = {
        clause.id: clause.pointer for clause in contract.clauses if clause.keyword in ("behaviour", "condition", "open")
    }
    for id, pointer in declared.items():
        if re.search(r"(?<!\d)\.\d+(\.|$)", id):
            yield "clause.sayable", pointer, f"the id {id} has a number for a word", "Say what it is about."


def _absent(contract: Contract) -> Told:
    """Yield what the schema for an absent model takes, or leaves out, although some model refuses that."""
    if contract.absent is None:
        return
    for own in contract.absent.parameters.values():
        for name, model in contract.models.items() if own.name != contract.discriminator else ():
            other = model.parameters[own.name]
            refused = own.supported and not takes(other, own)
            if refused or (other.required and not own.required):
                what = (
                    f"takes a {own.name} that {name} refuses" if refused else f"lets {own.name} out, which {name} needs"
                )
                problem = f"the schema for a request without a model {what}"
                yield "absent.promise", own.pointer, problem, "It may promise only what every model keeps: narrow it."
                break


def unjudged(contract: Contract, judged: Collection[str]) -> Told:
    """Yield the behaviours that no code judges."""
    ids = {clause.id: clause.pointer for clause in contract.clauses if clause.keyword == "behaviour"}
    for id, pointer in ids.items():
        if id not in judged:
            problem = f"no code judges the behaviour {shown(id)}, so that no run can test it"
            yield "clause.judged", pointer, problem, "Write a check with this id, or take the clause away."
