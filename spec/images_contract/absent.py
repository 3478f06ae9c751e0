"""The clauses of a request without a model: what no model accepts, and what depends on the model."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from .catalogue import accepted, conditional, opened, required, structural, structural_id, unknown, unsupported_standing
from .clauses import Clause
from .dimensions import FORM
from .keywords import KEYWORDS, holds, json_equal, types
from .profile import ABSENT, ModelProfile, Parameter
from .schema import LEVELS, Constraint, Schemas

NO_MODEL = "body.no-model-accepts"


def of_absent(schemas: Schemas, absent: ModelProfile, models: Iterable[ModelProfile], key: str) -> Iterator[Clause]:
    """Yield the clauses of a request without a model: what no model accepts, and what depends on the model."""
    models = list(models)
    for parameter in absent.parameters.values():
        if parameter.name == key:
            continue
        if parameter.required:
            yield required(schemas, absent, parameter.name)
        if parameter.supported:
            yield accepted(absent, parameter)
        others = [model.parameters[parameter.name] for model in models]
        yield from _no_model_allows(schemas, parameter, others)
        if _depends_on_model(absent, parameter, models):
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
        clause = unknown(schemas, absent)
        yield clause if all(model.closed for model in models) else replace(clause, level="may")
    if not any(_takes_all(wide, models, key) for wide in models):
        sentence = "Without a model, parameters that no single model accepts together are refused."
        source = "follows from the models' rules"
        yield Clause(NO_MODEL, "must", sentence, absent.pointer, source, absent.name, (), "combination")
    yield from conditional(absent)
    yield from opened(absent, key)


def _takes_all(wide: ModelProfile, models: list[ModelProfile], key: str) -> bool:
    """Tell whether a model surely takes whatever values any of the models take, in whatever combination."""
    return all(rule.level == "may" for rule in wide.conditions) and all(
        takes(wide.parameters[name], each)
        for model in models
        for name, each in model.parameters.items()
        if each.supported and name != key
    )


def takes(wide: Parameter, narrow: Parameter) -> bool:
    """Tell whether a parameter surely takes every value that another takes."""

    def implied(rule: Constraint) -> bool:
        if narrow.values is not None:
            return all(holds({rule.keyword: rule.argument}, value) for value in narrow.values)
        own = narrow.constraints.get(rule.keyword)
        if own is None:
            return False
        merged = KEYWORDS[rule.keyword].merge(own.argument, rule.argument)
        return types(merged) == types(own.argument) if rule.keyword == "type" else merged == own.argument

    return wide.supported and all(implied(rule) for rule in wide.constraints.values())


def _rules(parameter: Parameter) -> dict[str, Any]:
    rules = {keyword: (each.argument, each.level) for keyword, each in parameter.constraints.items()}
    return {"supported": parameter.supported, **rules}


def _depends_on_model(absent: ModelProfile, parameter: Parameter, models: list[ModelProfile]) -> bool:
    """Tell whether there can be a value that breaks the absent model's rules and not every model's."""
    if any(_rules(each.parameters[parameter.name]) != _rules(absent.parameters[parameter.name]) for each in models):
        return True
    own = [case for model in models for case in model.open_cases if case.parameter in ("*", parameter.name)]
    return any(case not in absent.open_cases for case in own)


def _no_model_allows(schemas: Schemas, parameter: Parameter, others: list[Parameter]) -> Iterator[Clause]:
    having = [each for each in others if each.supported]
    keywords = dict.fromkeys(keyword for each in having for keyword in each.constraints)
    for keyword in keywords:
        if not all(keyword in each.constraints for each in having):
            continue
        rules = [each.constraints[keyword] for each in having]
        levels = [rule.level for rule in rules]
        if len(having) < len(others):
            levels.append(unsupported_standing(schemas, parameter)[0])
        loosest = replace(_loosest(rules), level=min(levels, key=LEVELS.index))
        own = keyword in parameter.constraints and parameter.supported
        if own or loosest.level != "may":  # a value that some model leaves open depends on the model
            yield structural(parameter, loosest, ABSENT)
    differing = [each for each in keywords if len({repr(_rules(other).get(each)) for other in having}) > 1]
    if len(differing) > 1 or "type" in differing:  # one model may refuse a value by one rule, the next by another
        levels = [rule.level for each in having for rule in each.constraints.values() if rule.level != "may"]
        levels.append(unsupported_standing(schemas, parameter)[0])
        yield Clause(
            id=structural_id(parameter.name, "no-model-accepts", ABSENT),
            level=min(levels, key=LEVELS.index),
            sentence=f"Without a model, a value of {parameter.name} that no model accepts is refused.",
            pointer=parameter.pointer,
            source="follows from the models' rules",
            model=ABSENT,
            parameters=(parameter.name,),
            keyword="combination",
        )


def _loosest(rules: list[Constraint]) -> Constraint:
    merge = KEYWORDS[rules[0].keyword].merge
    found = rules[0]
    for rule in rules[1:]:
        if rule.keyword in ("enum", "type", FORM):
            before = types(found.argument) if rule.keyword == "type" else found.argument
            after = types(rule.argument) if rule.keyword == "type" else rule.argument
            found = replace(found, argument=[*before, *(v for v in after if not any(json_equal(v, u) for u in before))])
        elif merge(found.argument, rule.argument) == found.argument:
            found = rule
    return found
