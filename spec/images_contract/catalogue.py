"""The clauses of a contract: derived from its profiles, or declared in the document."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from .clauses import Clause
from .document import escape, nodes
from .keywords import KEYWORDS, shown
from .profile import ABSENT, ModelProfile, Parameter
from .schema import Constraint, Schemas

UNKNOWN = "body.unknown-parameter"
BODY_TYPE = "body.type"


def structural_id(parameter: str, keyword: str, model: str | None) -> str:
    """Return the id of a derived clause, such as `n.maximum.dall-e-3`."""
    return ".".join(filter(None, (parameter, keyword.removeprefix("x-"), model)))


def _of(model: str) -> str:
    return "Without a model" if model == ABSENT else f"For {model}"


def structural(parameter: Parameter, rule: Constraint, model: str) -> Clause:
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


def accepted(profile: ModelProfile, parameter: Parameter) -> Clause:
    source = next((each.source for each in parameter.constraints.values()), "")
    return Clause(
        id=structural_id(parameter.name, "accepted", profile.name),
        level="must",
        sentence=f"{_of(profile.name)}, every allowed value of {parameter.name} is accepted.",
        pointer=parameter.pointer,
        source=source,
        model=profile.name,
        parameters=(parameter.name,),
        keyword="accepted",
    )


def required(schemas: Schemas, profile: ModelProfile, name: str) -> Clause:
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


def unknown(schemas: Schemas, profile: ModelProfile) -> Clause:
    level, source = schemas.standing("additionalProperties", profile.pointer, profile.pointer)
    sentence = f"{_of(profile.name)}, a parameter that nobody documents is refused."
    pointer = f"{profile.pointer}/additionalProperties"
    return Clause(f"{UNKNOWN}.{profile.name}", level, sentence, pointer, source, profile.name, (), "unknown")


def opened(profile: ModelProfile, key: str) -> Iterator[Clause]:
    for case in profile.open_cases:
        optional = [each.name for each in profile.parameters.values() if not each.required and each.name != key]
        for name in optional if case.parameter == "*" else [case.parameter]:
            texts = [text.replace("{parameter}", name) for text in (case.id, case.sentence)]
            yield Clause(texts[0], "may", texts[1], case.pointer, case.source, profile.name, (name,), "open")


def conditional(profile: ModelProfile) -> Iterator[Clause]:
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
            yield required(schemas, profile, parameter.name)
        if parameter.supported:
            yield accepted(profile, parameter)
            yield from (structural(parameter, rule, profile.name) for rule in parameter.constraints.values())
        elif profile.closed:
            yield _unsupported(schemas, profile, parameter)
    if profile.closed:
        yield unknown(schemas, profile)
    yield from conditional(profile)
    yield from opened(profile, key)


def of_discriminator(
    schemas: Schemas, key: str, models: Mapping[str, ModelProfile], absent: ModelProfile | None, body: str
) -> Iterator[Clause]:
    """Yield the clauses about the body as a whole and about the parameter that names the model."""
    first = next(iter(models.values())).parameters[key]
    source = next((each.source for each in first.constraints.values()), "")
    names = [*models]
    for keyword, argument in (("type", "string"), ("enum", names)):
        sentence = f"{key} {KEYWORDS[keyword].says(argument)}."
        rule = first.constraints.get(keyword)
        level = rule.level if rule else "must"
        yield Clause(structural_id(key, keyword, None), level, sentence, body, source, None, (key,), keyword)
    if absent is None:
        id = structural_id(key, "required", None)
        yield Clause(id, "must", f"{key} is required.", body, source, None, (key,), "required")
    yield Clause(BODY_TYPE, "must", "The body is a JSON object.", body, "page", None, (), "type")
    for case in absent.open_cases if absent else ():
        if case.parameter == "*":
            texts = [text.replace("{parameter}", key) for text in (case.id, case.sentence)]
            yield Clause(texts[0], "may", texts[1], case.pointer, case.source, None, (key,), "open")


def declared(schemas: Schemas, operation: str, profiles: Mapping[str, ModelProfile]) -> Iterator[Clause]:
    """Yield the behaviour clauses of `x-clauses`: once for the operation, per model below a 2xx response.

    A clause that `needs` a parameter is yielded for the models that have it; one that needs something of `x-response`,
    for those whose schema says it, and one that needs a field, also where nothing is said of fields.
    """
    seen: dict[str, str] = {}
    for pointer, entry, success in _entries(schemas, operation):
        if not isinstance(entry, dict) or not all(isinstance(entry.get(k), str) for k in ("id", "sentence", "source")):
            schemas.fail(pointer, "a behaviour clause needs id, level, sentence and source")
        if entry["id"] in seen:
            schemas.fail(pointer, f"clause {entry['id']!r} is declared already at {seen[entry['id']]}")
        schemas.check_id(entry["id"], pointer)
        seen[entry["id"]] = pointer
        level = schemas.level(entry, pointer)
        needed = entry.get("needs")
        if needed is not None:
            _check_needed(schemas, pointer, needed, profiles)
        having = [name for name, each in profiles.items() if needed is None or _has(each, needed)]
        for model in having if success else [None]:
            yield Clause(entry["id"], level, entry["sentence"], pointer, entry["source"], model)


_FIELD = "x-response/fields/"  # an answer has this field, for all that the document says
_SAID: dict[str, Callable[[ModelProfile], bool]] = {
    "x-response": lambda profile: profile.fields is not None,
    "x-response/fields": lambda profile: bool(profile.fields),
}


def _check_needed(schemas: Schemas, pointer: str, name: Any, profiles: Mapping[str, ModelProfile]) -> None:
    """Raise RuleError where a clause needs what is neither a parameter nor anything of an answer."""
    if not isinstance(name, str):
        schemas.fail(f"{pointer}/needs", f"is {shown(name)}, which is no parameter; write its name")
    if name in _SAID or any(name in profile.parameters for profile in profiles.values()):
        return
    # A dialect may have taken it from every model; the answers may still have a member of this name.
    field = name.removeprefix(_FIELD)
    if not any(
        isinstance(node.get("properties"), dict) and field in node["properties"] for _, node in nodes(schemas.document)
    ):
        schemas.fail(
            f"{pointer}/needs", f"is {shown(name)}, which is no parameter (nor {' or '.join(_SAID)} or a field of it)"
        )


def _has(profile: ModelProfile, name: str) -> bool:
    """Tell whether a model has what a clause needs."""
    if name in _SAID:
        return _SAID[name](profile)
    field = name.removeprefix(_FIELD)
    if field == name:
        return name in profile.parameters and profile.parameters[name].supported
    return profile.fields is None or field in profile.fields


def _entries(schemas: Schemas, operation: str) -> Iterator[tuple[str, Any, bool]]:
    """Yield the pointer of every clause, what it says, and whether it stands below a 2xx response."""
    responses = dict(_responses(schemas, operation))
    for here, node in nodes(schemas.document):
        for reason in schemas.mapping(node, here, "x-not-a-verdict"):
            schemas.names(node["x-not-a-verdict"], f"{here}/x-not-a-verdict", reason)
        if "x-clauses" not in node:
            continue
        status = next((each for at, each in responses.items() if f"{here}/".startswith(f"{at}/")), None)
        if status is None and not f"{here}/".startswith(f"{operation}/"):
            schemas.fail(f"{here}/x-clauses", f"is read only inside the operation, {operation}, and its responses")
        for index, entry in enumerate(schemas.list(node, here, "x-clauses")):
            yield f"{here}/x-clauses/{index}", entry, (status or "").startswith("2")


def _responses(schemas: Schemas, operation: str) -> Iterator[tuple[str, str]]:
    """Yield the pointer of each response, that of a component where the operation refers to one, and its status."""
    for status in schemas.mapping(schemas.node(operation), operation, "responses"):
        at = f"{operation}/responses/{escape(status)}"
        yield str(schemas.node(at).get("$ref", at)), status
