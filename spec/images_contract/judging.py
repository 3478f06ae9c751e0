"""Which clauses a request body breaks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from .absent import NO_MODEL
from .catalogue import BODY_TYPE, UNKNOWN, structural_id
from .clauses import Finding
from .keywords import KEYWORDS, holds, shown
from .profile import ABSENT, ModelProfile, OpenCase
from .schema import LEVELS, Constraint

if TYPE_CHECKING:
    from .contract import Contract


def violations(contract: Contract, body: Any) -> Iterator[Finding]:
    """Yield every clause that a body breaks, of whatever level."""
    if not isinstance(body, dict):
        yield _finding(contract, BODY_TYPE, None, body, f"the body is {shown(body)}, not a JSON object")
        return
    key = contract.discriminator
    name = body.get(key)
    if isinstance(name, str) and name in contract.models:
        yield from of_model(contract, contract.models[name], body)
    elif key not in body or (case := _open_name(contract, name)):
        if key in body and case:
            clause, sentence = (text.replace("{parameter}", key) for text in (case.id, case.sentence))
            yield _finding(contract, clause, None, name, sentence.rstrip("."))
        yield from without_model(contract, body)
    else:
        keyword = "enum" if isinstance(name, str) else "type"
        known = f"must be one of {', '.join(contract.models)}" if keyword == "enum" else "must be a string"
        yield _finding(contract, structural_id(key, keyword, None), None, name, f"{key} {known}, got {shown(name)}")
        if contract.absent:
            yield from (each for each in without_model(contract, body) if each.level != "may")


def _open_name(contract: Contract, name: Any) -> OpenCase | None:
    cases = contract.absent.open_cases if contract.absent else ()
    return next((case for case in cases if case.parameter == "*" and holds(dict(case.schema), name)), None)


def _finding(contract: Contract, clause: str, model: str | None, value: Any, message: str) -> Finding:
    return Finding(contract.clause(clause, model), value, message)


def of_model(contract: Contract, profile: ModelProfile, body: Mapping[str, Any]) -> Iterator[Finding]:
    """Yield what a body breaks of one model's rules."""
    yield from _missing(contract, profile, body)
    for name, value in body.items():
        if name != contract.discriminator:
            yield from of_parameter(contract, profile, name, value)
    yield from _conditions(contract, profile, body)


def _missing(contract: Contract, profile: ModelProfile, body: Mapping[str, Any]) -> Iterator[Finding]:
    for parameter in profile.parameters.values():
        if parameter.required and parameter.name not in body and parameter.name != contract.discriminator:
            clause = structural_id(parameter.name, "required", profile.name)
            yield _finding(contract, clause, profile.name, None, f"{parameter.name} is missing")


def _conditions(contract: Contract, profile: ModelProfile, body: Mapping[str, Any]) -> Iterator[Finding]:
    # a null that is no allowed value is told already, and the sources that accept it read it as absent
    given = {name: value for name, value in body.items() if value is not None or not _breaches(profile, name, value)}
    for rule in profile.conditions:
        if holds(dict(rule.when), given) and not holds(dict(rule.then), given):
            values = {name: given[name] for name in rule.parameters if name in given}
            got = ", ".join(f"{name} {shown(value)}" for name, value in values.items())
            yield _finding(contract, rule.id, profile.name, values, f"{rule.sentence.rstrip('.')}; got {got}")


def of_parameter(contract: Contract, profile: ModelProfile, name: str, value: Any) -> Iterator[Finding]:
    """Yield what one parameter breaks by itself."""
    for clause, message in _breaches(profile, name, value):
        yield _finding(contract, clause, profile.name, value, message)


def _breaches(profile: ModelProfile, name: str, value: Any) -> list[tuple[str, str]]:
    """Return (clause id, message) for every rule that one parameter breaks by itself."""
    parameter = profile.parameters.get(name)
    broken: list[Constraint] | None  # None where the name itself is wrong
    if parameter is None or not parameter.supported:
        broken = None if profile.closed else []
    else:
        broken = [rule for rule in parameter.constraints.values() if not holds({rule.keyword: rule.argument}, value)]
    if broken == []:
        return []
    if parameter is None:
        return [(f"{UNKNOWN}.{profile.name}", f"{name} is not a documented parameter")]
    for case in profile.open_cases:
        applies = case.parameter == name or (case.parameter == "*" and not parameter.required)
        if applies and holds(dict(case.schema), value):
            return [(case.id.replace("{parameter}", name), case.sentence.replace("{parameter}", name).rstrip("."))]
    if broken is None:
        return [(structural_id(name, "unsupported", profile.name), f"{profile.name} does not support {name}")]
    # A value of the wrong type breaks one rule, whatever else is said about values of the right one.
    return [
        (structural_id(name, rule.keyword, profile.name), f"{name} {_says(rule)}, got {shown(value)}")
        for rule in [each for each in broken if each.keyword == "type"] or broken
    ]


def _says(rule: Constraint) -> str:
    return KEYWORDS[rule.keyword].says(rule.argument)


def without_model(contract: Contract, body: Mapping[str, Any]) -> Iterator[Finding]:
    """Yield what a body without model breaks: its level is that of the model that objects least."""
    absent = contract.absent
    if absent is None:
        message = f"{contract.discriminator} is missing"
        yield _finding(contract, structural_id(contract.discriminator, "required", None), None, None, message)
        return
    findings = [*_missing(contract, absent, body), *_conditions(contract, absent, body)]
    for name, value in body.items():
        if name != contract.discriminator:
            findings += _blended(contract, absent, name, value)
    yield from findings
    if any(each.level == "may" for each in findings) and _strongest(findings) != "must":
        refused = [_strongest(list(of_model(contract, model, body))) for model in contract.models.values()]
        if all(level == "must" for level in refused):
            yield _finding(contract, NO_MODEL, ABSENT, dict(body), "no single model accepts these parameters together")


def _strongest(findings: list[Finding]) -> str | None:
    return max((each.level for each in findings), key=LEVELS.index, default=None)


def _blended(contract: Contract, absent: ModelProfile, name: str, value: Any) -> list[Finding]:
    """Return what a parameter breaks without a model: nothing, an open case, or what no model allows."""
    own = _breaches(absent, name, value)
    if name not in absent.parameters or all(contract.has_open(clause, ABSENT) for clause, _ in own):
        return [_finding(contract, clause, ABSENT, value, message) for clause, message in own]
    by_model = [list(of_parameter(contract, model, name, value)) for model in contract.models.values()]
    if any(_strongest(found) in (None, "may") for found in by_model):
        clause = structural_id(name, "depends-on-model", ABSENT)
        return [_finding(contract, clause, ABSENT, value, f"only some models accept {name} {shown(value)}")]
    told = [found for found in by_model if found[0].clause.keyword != "unsupported"]
    clause = _shared(contract, name, [[each.clause.keyword for each in found] for found in told])
    return [_finding(contract, clause, ABSENT, value, f"no model accepts {name} {shown(value)}")]


def _shared(contract: Contract, name: str, broken: list[list[str]]) -> str:
    """Return the clause that tells why no model accepts a value: a rule that it breaks in each, if there is one."""
    shared = [word for word in broken[0] if all(word in each for each in broken)]
    ids = [structural_id(name, word, ABSENT) for word in shared]
    otherwise = structural_id(name, "no-model-accepts", ABSENT)
    return next((id for id in ids if not contract.has_open(id, ABSENT)), otherwise)
