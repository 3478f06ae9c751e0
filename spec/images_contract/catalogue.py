"""The clauses of a contract: derived from its profiles, or declared in the document."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from .clauses import Clause
from .keywords import KEYWORDS
from .profile import ABSENT, ModelProfile, Parameter
from .schema import LEVELS, Constraint, Schemas

UNKNOWN = "body.unknown-parameter"
NO_MODEL = "body.no-model-accepts"
BODY_TYPE = "body.type"


def structural_id(parameter: str, keyword: str, model: str | None) -> str:
    """Return the id of a derived clause, such as `n.maximum.dall-e-3`."""
    return ".".join(filter(None, (parameter, keyword.removeprefix("x-"), model)))


def _of(model: str) -> str:
    return "Without a model" if model == ABSENT else f"For {model}"


def _structural(parameter: Parameter, rule: Constraint, model: str) -> Clause:
    keyword = rule.keyword
    return Clause(
        id=structural_id(parameter.name, keyword, model),
        level=rule.level,
        sentence=f"{_of(model)}, {parameter.name} {KEYWORDS[keyword].says(rule.argument)}.",
        pointer=f"{rule.pointer}/{keyword}",
        source=rule.source,
        model=model,
        parameters=(parameter.name,),
        keyword=keyword,
    )


def _required(schemas: Schemas, profile: ModelProfile, name: str) -> Clause:
    source = str(schemas.annotation("x-source", profile.parameters[name].pointer, default=""))
    sentence = f"{_of(profile.name)}, {name} is required."
    id, pointer = structural_id(name, "required", profile.name), f"{profile.pointer}/required"
    return Clause(id, "must", sentence, pointer, source, profile.name, (name,), "required")


def unsupported_standing(schemas: Schemas, parameter: Parameter) -> tuple[str, str]:
    """Return (level, source) of the rule that a parameter belongs to other models only."""
    shared, _ = list(schemas.parts(parameter.pointer))[-1]
    return schemas.standing("unsupported", shared, parameter.pointer)


def _unsupported(schemas: Schemas, profile: ModelProfile, parameter: Parameter) -> Clause:
    level, source = unsupported_standing(schemas, parameter)
    return Clause(
        id=structural_id(parameter.name, "unsupported", profile.name),
        level=level,
        sentence=f"{profile.name} does not support {parameter.name}.",
        pointer=f"{profile.pointer}/additionalProperties",
        source=source,
        model=profile.name,
        parameters=(parameter.name,),
        keyword="unsupported",
    )


def _unknown(schemas: Schemas, profile: ModelProfile) -> Clause:
    level, source = schemas.standing("additionalProperties", profile.pointer, profile.pointer)
    sentence = f"{_of(profile.name)}, a parameter that nobody documents is refused."
    pointer = f"{profile.pointer}/additionalProperties"
    return Clause(f"{UNKNOWN}.{profile.name}", level, sentence, pointer, source, profile.name, (), "unknown")


def _opened(profile: ModelProfile, key: str) -> Iterator[Clause]:
    for case in profile.open_cases:
        optional = [each.name for each in profile.parameters.values() if not each.required and each.name != key]
        for name in optional if case.parameter == "*" else [case.parameter]:
            texts = [text.replace("{parameter}", name) for text in (case.id, case.sentence)]
            yield Clause(texts[0], "may", texts[1], case.pointer, case.source, profile.name, (name,), "open")


def _conditional(profile: ModelProfile) -> Iterator[Clause]:
    for rule in profile.conditions:
        yield Clause(
            rule.id, rule.level, rule.sentence, rule.pointer, rule.source, profile.name, rule.parameters, "condition",
            rule.refuse_locally,
        )  # fmt: skip


def of_model(schemas: Schemas, profile: ModelProfile, key: str) -> Iterator[Clause]:
    """Yield the clauses of a model that is named in the request."""
    for parameter in profile.parameters.values():
        if parameter.name == key:
            continue
        if parameter.required:
            yield _required(schemas, profile, parameter.name)
        if parameter.supported:
            yield from (_structural(parameter, rule, profile.name) for rule in parameter.constraints.values())
        elif profile.closed:
            yield _unsupported(schemas, profile, parameter)
    if profile.closed:
        yield _unknown(schemas, profile)
    yield from _conditional(profile)
    yield from _opened(profile, key)


def of_absent(schemas: Schemas, absent: ModelProfile, models: Iterable[ModelProfile], key: str) -> Iterator[Clause]:
    """Yield the clauses of a request without a model: what no model accepts, and what depends on the model."""
    models = list(models)
    for parameter in absent.parameters.values():
        if parameter.name == key:
            continue
        if parameter.required:
            yield _required(schemas, absent, parameter.name)
        others = [model.parameters[parameter.name] for model in models]
        yield from _no_model_allows(schemas, parameter, others)
        if any(not each.supported or _arguments(each) != _arguments(parameter) for each in others):
            yield Clause(
                id=structural_id(parameter.name, "depends-on-model", absent.name),
                level="may",
                sentence=f"Without a model, {parameter.name} may have values that only some models accept.",
                pointer=absent.pointer,
                source="the server chooses the model",
                model=absent.name,
                parameters=(parameter.name,),
                keyword="open",
            )
    if absent.closed:
        yield _unknown(schemas, absent)
    sentence = "Without a model, parameters that no single model accepts together are refused."
    yield Clause(NO_MODEL, "must", sentence, absent.pointer, "follows from the models' rules", absent.name, (), "open")
    yield from _conditional(absent)
    yield from _opened(absent, key)


def _arguments(parameter: Parameter) -> dict[str, Any]:
    return {keyword: each.argument for keyword, each in parameter.constraints.items()}


def _no_model_allows(schemas: Schemas, parameter: Parameter, others: list[Parameter]) -> Iterator[Clause]:
    having = [each for each in others if each.supported]
    for keyword in dict.fromkeys(keyword for each in having for keyword in each.constraints):
        if not all(keyword in each.constraints for each in having):
            continue
        rules = [each.constraints[keyword] for each in having]
        levels = [rule.level for rule in rules]
        if len(having) < len(others):
            levels.append(unsupported_standing(schemas, parameter)[0])
        loosest = replace(_loosest(rules), level=min(levels, key=LEVELS.index))
        yield _structural(parameter, loosest, ABSENT)


def _loosest(rules: list[Constraint]) -> Constraint:
    merge = KEYWORDS[rules[0].keyword].merge
    found = rules[0]
    for rule in rules[1:]:
        if rule.keyword == "enum":
            found = replace(found, argument=[*found.argument, *(v for v in rule.argument if v not in found.argument)])
        elif merge(found.argument, rule.argument) == found.argument:
            found = rule
    return found


def of_discriminator(
    schemas: Schemas, key: str, models: Mapping[str, ModelProfile], body: str, optional: bool
) -> Iterator[Clause]:
    """Yield the clauses about the body as a whole and about the parameter that names the model."""
    first = next(iter(models.values())).parameters[key]
    source = next((each.source for each in first.constraints.values()), "")
    names = [*models]
    for keyword, argument in (("type", "string"), ("enum", names)):
        sentence = f"{key} {KEYWORDS[keyword].says(argument)}."
        yield Clause(structural_id(key, keyword, None), "must", sentence, body, source, None, (key,), keyword)
    if not optional:
        id = structural_id(key, "required", None)
        yield Clause(id, "must", f"{key} is required.", body, source, None, (key,), "required")
    yield Clause(BODY_TYPE, "must", "The body is a JSON object.", body, "page", None, (), "type")
    for here, case in _shared_open(schemas, body) if optional else ():
        texts = [str(case[word]).replace("{parameter}", key) for word in ("id", "sentence")]
        yield Clause(texts[0], "may", texts[1], here, str(case["source"]), None, (key,), "open")


def _shared_open(schemas: Schemas, body: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for index, case in enumerate(schemas.list(schemas.node(body), body, "x-open")):
        if case.get("parameter") == "*":
            yield f"{body}/x-open/{index}", case


def declared(schemas: Schemas, operation: str, profiles: Iterable[str]) -> Iterator[Clause]:
    """Yield the behaviour clauses of `x-clauses`: once for the operation, per model below a 2xx response."""
    names = list(profiles)
    seen: dict[str, str] = {}
    for pointer, entry in _entries(schemas.node(operation), operation):
        if not isinstance(entry, dict) or not all(isinstance(entry.get(k), str) for k in ("id", "sentence", "source")):
            schemas.fail(pointer, "a behaviour clause needs id, level, sentence and source")
        if entry["id"] in seen:
            schemas.fail(pointer, f"clause {entry['id']!r} is declared already at {seen[entry['id']]}")
        seen[entry["id"]] = pointer
        level = schemas.level(entry, pointer)
        for model in names if "/responses/2" in pointer else [None]:
            yield Clause(entry["id"], level, entry["sentence"], pointer, entry["source"], model)


def _entries(node: Any, pointer: str) -> Iterator[tuple[str, Any]]:
    if isinstance(node, dict):
        for key, value in node.items():
            here = f"{pointer}/{key.replace('~', '~0').replace('/', '~1')}"
            if key == "x-clauses" and isinstance(value, list):
                yield from ((f"{here}/{index}", entry) for index, entry in enumerate(value))
            else:
                yield from _entries(value, here)
