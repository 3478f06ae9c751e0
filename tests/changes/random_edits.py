"""Random edits of a document: keywords set, changed and removed wherever a schema stands."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

from hypothesis import strategies as st

from images_contract import Contract
from images_contract.document import nodes

Document = dict[str, Any]
Node = dict[str, Any]
Draw = Callable[..., Any]

_VALUES = st.sampled_from(["auto", "new", "", "1024x1024", 0, 1, 2, 10, 1.5, True, None])
_TYPES = st.sampled_from(["string", "integer", "number", "boolean", "null", "array", "object"])
_NUMBERS = st.integers(-1, 12)


def _bounds(draw: Draw, node: Node) -> None:
    words = ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"]
    if node.get("type") == "string":
        words = ["minLength", "maxLength"]
    elif node.get("type") == "array":
        words = ["minItems", "maxItems"]
    word = draw(st.sampled_from(words))
    node[word] = max(draw(_NUMBERS), 1 if word == "multipleOf" else 0 if "imum" not in word else -1)


def _fewer(draw: Draw, node: Node) -> None:
    words = [word for word in node if word not in ("properties", "$ref", "x-source", "x-clauses")]
    if words:
        del node[draw(st.sampled_from(sorted(words)))]


def _enum(draw: Draw, node: Node) -> None:
    if node.get("enum"):
        how = draw(st.sampled_from(["add", "drop", "replace"]))
        if how != "add":
            node["enum"] = [each for each in node["enum"] if each != draw(st.sampled_from(node["enum"]))]
        if how != "drop":
            node["enum"] = [*node["enum"], draw(_VALUES)]
    else:
        node["enum"] = draw(st.lists(_VALUES, min_size=1, max_size=3, unique_by=json.dumps))


def _type(draw: Draw, node: Node) -> None:
    node["type"] = draw(_TYPES | st.lists(_TYPES, min_size=1, max_size=3, unique=True))


def _required(draw: Draw, node: Node) -> None:
    names = sorted({*node.get("properties", {}), *node.get("required", ())})
    if names:
        node["required"] = draw(st.lists(st.sampled_from(names), unique=True))


def _properties(draw: Draw, node: Node) -> None:
    own = node.setdefault("properties", {})
    name = draw(st.sampled_from([*own, "extra"]))
    if name in own and draw(st.booleans()):
        del own[name]
    else:
        own[name] = {"type": draw(_TYPES)}


def _closed(draw: Draw, node: Node) -> None:
    node["additionalProperties"] = draw(st.booleans())


def _choices(draw: Draw, node: Node) -> None:
    for word in ("oneOf", "anyOf"):
        if isinstance(node.get(word), list) and len(node[word]) > 1:
            del node[word][draw(st.integers(0, len(node[word]) - 1))]
            node.pop("discriminator", None)


def _split(draw: Draw, node: Node) -> None:
    for word in draw(st.lists(st.sampled_from(sorted(node)), max_size=3, unique=True)):
        if word not in ("allOf", "x-open", "x-response", "x-rules"):
            node.setdefault("allOf", []).append({word: node.pop(word)})


def _level(draw: Draw, node: Node) -> None:
    level = draw(st.sampled_from(["must", "should", "may"]))
    if "x-clause" in node:
        node["x-clause"]["level"] = level
    elif node:
        node.setdefault("x-rules", {})[draw(st.sampled_from(["minimum", "maximum", "enum", "type", "maxLength"]))] = {
            "level": level,
            "source": "somebody",
        }


_EDITS = [_bounds, _fewer, _enum, _type, _required, _properties, _closed, _choices, _split, _level]


def _schemas(document: Document) -> Iterator[Node]:
    """Every schema of the document, those inside other schemas included."""
    for pointer, node in nodes(document["components"]["schemas"], "#", named=True):
        if not any(word in pointer for word in ("x-", "discriminator")):
            yield node


@st.composite
def edited(draw: Draw, contract: Contract) -> Document:
    """Draw a copy of a contract's document with one to three edits.

    No strategy holds the document, or a part of it: Hypothesis warns of such a one, and a warning fails the test.
    """
    copy: Document = json.loads(json.dumps(contract.document))
    for _ in range(draw(st.integers(1, 3))):
        schemas = list(_schemas(copy))
        node = schemas[draw(st.integers(0, len(schemas) - 1))]
        draw(st.sampled_from(_EDITS))(draw, node)
    return copy
