"""What differs in words only: descriptions, examples, sources, formats."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from images_contract import Contract
from images_contract.keywords import json_equal

from .change import DOCUMENTATION, Change
from .operations import Operation, Place, both
from .responses import Traffic
from .shapes import Part, Shape

_TEXTS = ("summary", "description", "example", "examples", "deprecated", "tags", "externalDocs", "links")
_NO_TEXTS = {
    "default",
    "x-not-a-verdict",
    "x-final",
    "x-retired",
    "x-refused-with",
    "discriminator",
    "$id",
    "$anchor",
    "$defs",
    "$schema",
}  # told elsewhere, if at all
_SINGULAR = {
    "bodies": "the request body", "responses": "the response", "contents": "the answer", "headers": "the header",
    "parameters": "the parameter", "credentials": "the way to authenticate,",
}  # fmt: skip
_RECURSION = 20


def compare(old: Contract, new: Contract, traffic: Traffic) -> Iterator[Change]:
    """Yield each place whose words differ, once for all models and statuses that share them."""
    yield from _once(_all(old, new, traffic))


def of_operation(traffic: Traffic) -> Iterator[Change]:
    """Yield each place of another operation whose words differ."""
    for change in _once(_operation(traffic.old, traffic.new)):
        yield replace(change, told=f"{change.told}{traffic.suffix}")


def _once(changes: Iterable[Change]) -> Iterator[Change]:
    found: dict[tuple[str, str], Change] = {}
    for change in changes:
        found.setdefault((change.place, change.told), change)
    yield from found.values()


def _all(old: Contract, new: Contract, traffic: Traffic) -> Iterator[Change]:
    yield from _document(old.document, new.document)
    yield from _operation(traffic.old, traffic.new)
    sources = traffic.old.source, traffic.new.source
    for name in both(old.profiles, new.profiles):
        before, after = old.profiles[name], new.profiles[name]
        if sources[0].digest(before.pointer) == sources[1].digest(after.pointer):
            continue
        yield from _shape(name, (sources[0], before.pointer), (sources[1], after.pointer), below=False)
        for parameter in both(before.parameters, after.parameters):
            sides = before.parameters[parameter], after.parameters[parameter]
            if all(side.supported for side in sides):
                parts = (sources[0], sides[0].pointer), (sources[1], sides[1].pointer)
                yield from _shape(parameter, *parts, below=False)


def _document(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Change]:
    places = [
        {**{key: each.get(key) for key in ("servers", "tags", "externalDocs")}, **each["info"]} for each in (old, new)
    ]
    texts = [{key: value for key, value in place.items() if key != "version"} for place in places]
    yield from _differ("the document", ("#", texts[0]), ("#", texts[1]))


def _operation(old: Operation, new: Operation) -> Iterator[Change]:
    places = {"the operation": ((old.pointer, old.node), (new.pointer, new.node))}
    for kind in _SINGULAR:
        sides = getattr(old, kind), getattr(new, kind)
        places |= {f"{_SINGULAR[kind]} {name}": (sides[0][name], sides[1][name]) for name in both(*sides)}
    for name, (before, after) in places.items():
        yield from _differ(name, *((at, {word: node.get(word) for word in _TEXTS}) for at, node in (before, after)))
        if (
            "schema" in before[1]
            and "schema" in after[1]
            and old.source.digest(before[0]) != new.source.digest(after[0])
        ):
            parts = (old.source, f"{before[0]}/schema"), (new.source, f"{after[0]}/schema")
            answer = name.startswith(_SINGULAR["contents"])
            yield from _shape("" if answer else name, *parts, below=answer)


def _shape(name: str, old: Part, new: Part, *, below: bool, depth: int = 0) -> Iterator[Change]:
    """Yield the differences in the words of a schema and, where asked for, of its fields and items."""
    before, after = Shape.of([old]), Shape.of([new])
    texts = [{word: text for word, text in shape.texts.items() if word not in _NO_TEXTS} for shape in (before, after)]
    yield from _differ(name or "its schema", (old[1], texts[0]), (new[1], texts[1]))
    if below and depth < _RECURSION:
        for field in both(before.fields, after.fields):
            parts = before.fields[field][0], after.fields[field][0]
            yield from _shape(f"{name}.{field}".lstrip("."), *parts, below=True, depth=depth + 1)
        for one, other in zip(before.items[:1], after.items[:1], strict=False):
            yield from _shape(f"{name}[]", one, other, below=True, depth=depth + 1)
        for tag in both(before.tagged, after.tagged):
            yield from _shape(tag, before.tagged[tag], after.tagged[tag], below=True, depth=depth + 1)


def _differ(place: str, old: Place, new: Place) -> Iterator[Change]:
    """Yield one difference for a place where any of the words differ."""
    sides = [_said(texts, other) for texts, other in ((old[1], new[1]), (new[1], old[1]))]
    words = [word for word in {**sides[0], **sides[1]} if not json_equal(sides[0].get(word), sides[1].get(word))]
    if words:
        differ = "differ" if len(words) > 1 or words[0].endswith("s") else "differs"
        told = f"the {' and '.join(words)} of {place} {differ}"
        yield Change(DOCUMENTATION, "documentation", place, told, None, (old[0],), (new[0],))


def _said(texts: Mapping[str, Any], others: Mapping[str, Any]) -> dict[str, Any]:
    """Return texts as they are compared: stripped; of `x-rules` the sources, where the other side has the rule, too."""
    said = {word: text.strip() if isinstance(text, str) else text for word, text in texts.items()}
    rules, known = texts.get("x-rules", {}), others.get("x-rules", {})
    said["x-rules"] = {word: rule.get("source") for word, rule in rules.items() if word in known}
    return said
