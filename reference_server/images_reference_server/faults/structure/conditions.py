"""Rules that cross parameters: each taken away, and each taken away in part."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from ...catalogue import Schema
from ..fault import Fault
from .mutation import Edit, Site, meeting, without


def weakened(site: Site) -> Iterator[Fault]:
    """Yield the faults that drop a condition, one of its demands, or the edge of its premise."""
    for index, condition in enumerate(site.model.conditions):
        if "then" in condition:
            yield from _weakened(site, index, condition)


def _weakened(site: Site, index: int, condition: Schema) -> Iterator[Fault]:
    clause = condition.get("x-clause", {})
    rule, level = clause.get("id", f"condition-{index + 1}"), clause.get("level", "must")

    def fault(suffix: str, sentence: str, change: Callable[[Schema], Any], body: dict[str, Any]) -> Fault:
        edit = _changed(index, change)
        return site.fault("accepts", rule + suffix, sentence, edit, {**site.plain, **body}, level=level)

    met = {name: meeting(schema) for name, schema in condition["if"].get("properties", {}).items()}
    demands = condition["then"].get("properties", {})
    broken = {name: _breaking(site, name, schema) for name, schema in demands.items()}
    yield fault("", "not enforced: " + str(clause.get("sentence", rule)), lambda node: True, {**met, **broken})
    for name in condition["then"].get("required", ()):
        yield fault(f".{name}-absent", f"{rule} is not enforced where {name} is absent.", _not_demanding, met)
    for name in demands if condition["then"].get("required") else ():
        sentence = f"{rule} is enforced only where {name} is absent."
        yield fault(f".{name}-present", sentence, _demanding_only(name), {**met, name: broken[name]})
    yield from _edges(fault, rule, condition, {**met, **broken})


def _edges(fault: Any, rule: str, condition: Schema, body: dict[str, Any]) -> Iterator[Fault]:
    for name, schema in condition["if"].get("properties", {}).items():
        for keyword, step in {"maximum": -1, "minimum": 1}.items():
            if keyword in schema:
                sentence = f"{rule} is not enforced at its edge, {name} {schema[keyword]}."
                yield fault(".edge", sentence, _moved(name, keyword, step), {**body, name: schema[keyword]})


def _changed(index: int, change: Callable[[Schema], Any]) -> Edit:
    def edit(node: Schema) -> None:
        node["allOf"][index] = change(node["allOf"][index])

    return edit


def _not_demanding(node: Schema) -> Schema:
    return {**node, "then": without(node["then"], "required")}


def _demanding_only(name: str) -> Callable[[Schema], Schema]:
    def change(node: Schema) -> Schema:
        return {**node, "then": {**node["then"], "properties": without(node["then"]["properties"], name)}}

    return change


def _moved(name: str, keyword: str, step: int) -> Callable[[Schema], Schema]:
    def change(node: Schema) -> Schema:
        premise = node["if"]["properties"]
        moved = {**premise, name: {**premise[name], keyword: premise[name][keyword] + step}}
        return {**node, "if": {**node["if"], "properties": moved}}

    return change


def _breaking(site: Site, name: str, demand: Schema) -> Any:
    """Return a value that the parameter may have by itself, and not by this demand."""
    own = site.model.parameters[name]
    if isinstance(demand.get("const"), bool):
        return not demand["const"]
    if "maximum" in demand:
        return demand["maximum"] + 1
    if "minimum" in demand:
        return demand["minimum"] - 1
    allowed = demand.get("enum", [demand.get("const")])
    return next((value for value in own.get("enum", ()) if value not in allowed), None)
