"""Rules that cross parameters: each taken away, and each taken away in part."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from ...catalogue import Model, Schema
from ..fault import Fault
from .mutation import Edit, Site, meeting, without

Change = Callable[[Schema], Schema]


def weakened(site: Site) -> Iterator[Fault]:
    """Yield the faults that drop a condition, one of its demands, or the edge of its premise."""
    for index, condition in enumerate(site.model.conditions):
        if "then" in condition:
            yield from _weakened(site, index, condition)


def _weakened(site: Site, index: int, condition: Schema) -> Iterator[Fault]:
    clause = condition.get("x-clause", {})
    rule, level = clause.get("id", f"condition-{index + 1}"), clause.get("level", "must")

    def fault(suffix: str, sentence: str, change: Change, body: dict[str, Any]) -> Fault:
        edit = _changed(index, condition, change)
        return site.fault("accepts", rule + suffix, sentence, edit, {**site.plain, **body}, level=level)

    met, broken = meets(condition), breaks(site.model, condition)
    yield fault("", "not enforced: " + str(clause.get("sentence", rule)), lambda node: {}, {**met, **broken})
    for name in condition["then"].get("required", ()):
        yield fault(f".{name}-absent", f"{rule} is not enforced where {name} is absent.", _not_demanding, met)
    for name in broken if condition["then"].get("required") else ():
        sentence = f"{rule} is enforced only where {name} is absent."
        yield fault(f".{name}-present", sentence, _demanding_only(name), {**met, name: broken[name]})
    for name, keyword, step in _bounds(condition):
        edge = condition["if"]["properties"][name][keyword]
        sentence = f"{rule} is not enforced at its edge, {name} {edge}."
        yield fault(".edge", sentence, _moved(name, keyword, -step), {**met, **broken, name: edge})


def tightened(site: Site) -> Iterator[Fault]:
    """Yield the faults that hold to a condition where its premise is not met, or demand more than it does."""
    for index, condition in enumerate(site.model.conditions):
        if "then" in condition and condition.get("x-clause", {}).get("level") != "may":
            yield from _tightened(site, index, condition)


def _tightened(site: Site, index: int, condition: Schema) -> Iterator[Fault]:
    rule = condition.get("x-clause", {}).get("id", f"condition-{index + 1}")

    def fault(suffix: str, sentence: str, change: Change, body: dict[str, Any]) -> Iterator[Fault]:
        if site.accepts(body):
            edit = _changed(index, condition, change)
            yield site.fault("rejects", rule + suffix, sentence, edit, {**site.plain, **body})

    met, broken = meets(condition), breaks(site.model, condition)
    yield from fault(".always", f"{rule} is enforced whatever its premise.", _without_premise, broken)
    for name, keyword, step in _bounds(condition):
        edge = condition["if"]["properties"][name][keyword] + step
        sentence = f"{rule} is enforced one beyond its edge, {name} {edge}."
        yield from fault(".edge", sentence, _moved(name, keyword, step), {**met, **broken, name: edge})
    for name, demand in condition["then"].get("properties", {}).items():
        for value in demand.get("enum", ()) if len(demand.get("enum", ())) > 1 else ():
            sentence = f"{rule} demands more: {name} {value} is refused."
            yield from fault(f".{name}-{value}", sentence, _demanding_less(name, value), {**met, name: value})


def meets(condition: Schema) -> dict[str, Any]:
    """Return members that meet the premise of a condition, at its edge."""
    return {name: meeting(schema) for name, schema in condition["if"].get("properties", {}).items()}


def breaks(model: Model, condition: Schema) -> dict[str, Any]:
    """Return members that a condition forbids where its premise is met."""
    demands = condition["then"].get("properties", {})
    return {name: _breaking(model, name, schema) for name, schema in demands.items()}


def _bounds(condition: Schema) -> Iterator[tuple[str, str, int]]:
    """Yield (parameter, keyword, the step that widens it) for every bound in the premise of a condition."""
    for name, schema in condition["if"].get("properties", {}).items():
        yield from (
            (name, keyword, step) for keyword, step in {"maximum": 1, "minimum": -1}.items() if keyword in schema
        )


def _changed(index: int, condition: Schema, change: Change) -> Edit:
    def edit(node: Schema) -> None:
        listed = [*node.get("allOf", ()), {}]
        listed[index] = change(condition)
        if index == len(listed) - 1:  # it is the schema's own
            del node["if"], node["then"]
        node["allOf"] = listed

    return edit


def _not_demanding(node: Schema) -> Schema:
    return {**node, "then": without(node["then"], "required")}


def _demanding_only(name: str) -> Change:
    def change(node: Schema) -> Schema:
        return {**node, "then": {**node["then"], "properties": without(node["then"]["properties"], name)}}

    return change


def _moved(name: str, keyword: str, step: int) -> Change:
    def change(node: Schema) -> Schema:
        premise = node["if"]["properties"]
        moved = {**premise, name: {**premise[name], keyword: premise[name][keyword] + step}}
        return {**node, "if": {**node["if"], "properties": moved}}

    return change


def _without_premise(node: Schema) -> Schema:
    return {"then": node["then"], "if": {}}


def _demanding_less(name: str, value: Any) -> Change:
    def change(node: Schema) -> Schema:
        demand = node["then"]["properties"][name]
        narrowed = {**demand, "enum": [other for other in demand["enum"] if other != value]}
        return {**node, "then": {**node["then"], "properties": {**node["then"]["properties"], name: narrowed}}}

    return change


def _breaking(model: Model, name: str, demand: Schema) -> Any:
    """Return a value that the parameter may have by itself, and not by this demand."""
    own = model.parameters[name]
    if isinstance(demand.get("const"), bool):
        return not demand["const"]
    if "maximum" in demand:
        return demand["maximum"] + 1
    if "minimum" in demand:
        return demand["minimum"] - 1
    allowed = demand.get("enum", [demand.get("const")])
    return next((value for value in own.get("enum", ()) if value not in allowed), None)
