"""How one rule of one model is changed in a copy of the document."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from jsonschema_rs import is_valid

from images_contract import validator

from ...catalogue import Catalogue, Document, Model, Schema, body_schema, effective, node_at
from ...samples import sample
from ..fault import STRUCTURE, Fault

Edit = Callable[[Schema], None]
MODEL = "model"


@dataclass(frozen=True)
class Site:
    """A model in its document, where rules can be changed."""

    document: Document
    catalogue: Catalogue
    model: Model

    @property
    def name(self) -> str:
        """The model's name, "absent" for requests that name none."""
        return self.model.name

    @property
    def schema(self) -> Schema:
        """The model's request schema."""
        return effective(self.document, node_at(self.document, self.model.pointer))

    @property
    def parameters(self) -> Iterator[tuple[str, Schema]]:
        """Every parameter but `model`, with its effective schema."""
        return ((name, _plural(schema)) for name, schema in self.model.parameters.items() if name != MODEL)

    @property
    def of_others(self) -> dict[str, Schema]:
        """The parameters that only other models have, each with its effective schema in the first of them."""
        found = {name: schema for model in reversed(self.catalogue.models) for name, schema in model.parameters.items()}
        own = {MODEL, *self.model.parameters}
        return {name: _plural(schema) for name, schema in found.items() if name not in own}

    @property
    def required(self) -> list[str]:
        """The required parameters but `model`."""
        return [name for name in self.schema.get("required", ()) if name != MODEL]

    @property
    def plain(self) -> dict[str, Any]:
        """A body that the model accepts, with nothing but what is required."""
        named = {MODEL: self.name} if self.model.names else {}
        return {"prompt": "A lighthouse in the fog", **{each: self._any(each) for each in self.required}, **named}

    def _any(self, parameter: str) -> Any:
        """Return some value that a parameter may have."""
        schema = self.model.parameters[parameter]
        if schema.get("type") == "string" and "enum" not in schema:
            return "A lighthouse in the fog"[: schema.get("maxLength")].ljust(schema.get("minLength", 0), ".")
        return sample(self.document, schema)

    def body(self, **members: Any) -> dict[str, Any]:
        """Return the plain body with some members, and beside them whatever the model's conditions then demand."""
        body = {**self.plain, **members}
        for condition in self.model.conditions:
            if "then" in condition and is_valid(condition["if"], body):
                demands = condition["then"].get("properties", {})
                body = {**{name: meeting(schema) for name, schema in demands.items()}, **body}
        return body

    def accepts(self, members: Mapping[str, Any]) -> bool:
        """Tell whether the model accepts the plain body with some members."""
        return bool(validator(self.document, self.model.pointer).is_valid({**self.plain, **members}))

    def level(self, keyword: str, schema: Schema, **witness: Any) -> str:
        """Return the level of a rule; `may` where the witness is a case that the document leaves open."""
        if any(self._is_open(name, value) for name, value in witness.items()):
            return "may"
        rule = schema.get("x-rules", {}).get(keyword, {})
        return str(rule.get("level", "must"))

    def _is_open(self, parameter: str, value: Any) -> bool:
        cases = [*self._root_cases(), *self.schema.get("x-open", ())]
        return parameter not in self.required and any(
            case["parameter"] in (parameter, "*") and is_valid(case["schema"], value) for case in cases
        )

    def _root_cases(self) -> list[Any]:
        return list(effective(self.document, node_at(self.document, body_schema(self.document))).get("x-open", ()))

    def fault(
        self, verb: str, rule: str, sentence: str, edit: Edit, witness: Mapping[str, Any], *, level: str = "must",
        seams: Mapping[str, Any] | None = None,
    ) -> Fault:  # fmt: skip
        """Return the fault that edits this model's schema; the witness is a body that is judged differently then."""
        pointer = self.model.pointer

        def mutate(document: Document) -> Document:
            mutant = copy.deepcopy(dict(document))
            node = node_at(mutant, pointer)
            whole = effective(mutant, node)  # nothing of what it is made of stays as it was
            node.clear()
            node.update(copy.deepcopy(whole))
            edit(node)
            return mutant

        name = f"{verb}:{rule}.{self.name}"
        told = f"{self.name}: {sentence}"
        return Fault(name, verb, told, STRUCTURE, level, self.name, dict(witness), mutate, seams or {})


def _plural(schema: Schema) -> Schema:
    """Return a schema with its `const`, if it has one, as an enum."""
    return {**without(schema, "const"), "enum": [schema["const"]]} if "const" in schema else schema


def meeting(schema: Schema) -> Any:
    """Return a value that meets a simple schema, at its edge."""
    known = ("const", "maximum", "minimum")
    return next((schema[keyword] for keyword in known if keyword in schema), next(iter(schema.get("enum", ())), None))


def sites(document: Document) -> Iterator[Site]:
    """Yield every model of a document, the absent one last."""
    catalogue = Catalogue.from_document(document)
    for model in [*catalogue.models, *filter(None, [catalogue.absent])]:
        yield Site(document, catalogue, model)


def put(parameter: str, schema: Any) -> Edit:
    """Return the edit that gives a parameter another schema."""

    def edit(node: Schema) -> None:
        node["properties"] = {**node["properties"], parameter: schema}

    return edit


def leave_out(parameter: str) -> Edit:
    """Return the edit that makes a parameter unknown."""

    def edit(node: Schema) -> None:
        node["properties"] = {name: schema for name, schema in node["properties"].items() if name != parameter}

    return edit


def without(schema: Schema, *keywords: str) -> Schema:
    """Return a schema less some keywords."""
    return {key: value for key, value in schema.items() if key not in keywords}
