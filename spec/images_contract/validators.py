"""JSON Schema validation straight from a document, independent of the derived rules."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import jsonschema_rs

from .keywords import KEYWORDS


def _keyword(name: str) -> type:
    rule = KEYWORDS[name]

    class Custom:
        def __init__(self, parent: Any, argument: Any, path: Any) -> None:
            self.argument = argument

        def validate(self, instance: Any) -> None:
            if not rule.holds(self.argument, instance):
                raise ValueError(rule.says(self.argument))

    return Custom


CUSTOM = {name: _keyword(name) for name in KEYWORDS if name.startswith("x-")}


def validator(document: Mapping[str, Any], pointer: str) -> jsonschema_rs.Draft202012Validator:
    """Return a validator of the schema at `#/...` in a document, with our custom keywords registered."""
    schema = {"$ref": pointer, **{key: document[key] for key in ("paths", "components") if key in document}}
    return jsonschema_rs.Draft202012Validator(schema, keywords=CUSTOM, offline=True)
