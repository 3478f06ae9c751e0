"""JSON Schema validation straight from a document, independent of the derived rules."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import jsonschema_rs

from .document import escape, nodes
from .errors import RuleError
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


_BASE = "urn:document"
CUSTOM = {name: _keyword(name) for name in KEYWORDS if name.startswith("x-")}


class Validators:
    """Validators of the schemas of one document, each compiled when it is asked for, from no more than it refers to."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        parts = {key: document[key] for key in ("paths", "components") if key in document}
        self._registry = jsonschema_rs.Registry([(_BASE, parts)])
        self._compiled: dict[str, jsonschema_rs.Draft202012Validator] = {}

    def at(self, pointer: str) -> jsonschema_rs.Draft202012Validator:
        """Return the validator of the schema at `#/...`, with our custom keywords registered."""
        if pointer not in self._compiled:
            schema = {"$ref": f"{_BASE}#{quote(pointer.removeprefix('#'), safe='/~')}"}
            self._compiled[pointer] = jsonschema_rs.Draft202012Validator(
                schema, keywords=CUSTOM, registry=self._registry, offline=True
            )
        return self._compiled[pointer]


def validator(document: Mapping[str, Any], pointer: str) -> jsonschema_rs.Draft202012Validator:
    """Return a validator of the schema at `#/...` in a document, with our custom keywords registered."""
    return Validators(document).at(pointer)


def _validator(schema: dict[str, Any], document: Mapping[str, Any]) -> jsonschema_rs.Draft202012Validator:
    whole = {**schema, **{key: document[key] for key in ("paths", "components") if key in document}}
    return jsonschema_rs.Draft202012Validator(whole, keywords=CUSTOM, offline=True)


def check(document: Mapping[str, Any], path: str) -> None:
    """Raise RuleError unless every schema of a document, also those that no rule is derived from, is JSON Schema."""
    components = document.get("components", {})
    named = components.get("schemas", {}) if isinstance(components, dict) else {}
    pointers = [f"#/components/schemas/{escape(name)}" for name in named if isinstance(named, dict)]
    pointers += [f"{here}/schema" for here, node in nodes(document) if "schema" in node]
    try:
        _validator({"allOf": [{"$ref": pointer} for pointer in pointers]}, document)
    except jsonschema_rs.ValidationError as error:
        steps = "".join(f"/{escape(str(step))}" for step in error.instance_path)
        raise RuleError(f"is no JSON Schema: {error.message}"[:300], path=path, pointer=f"#{steps}") from error
    except (ValueError, jsonschema_rs.ReferencingError) as error:
        raise RuleError(f"holds what is no JSON Schema: {error}"[:300], path=path, pointer="#") from error
