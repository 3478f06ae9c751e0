"""What the server reads off the document: the models with their parameters, and the shapes of its answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from images_contract import Access, access, request
from images_contract.document import place
from images_contract.schema import Schemas

Document = Mapping[str, Any]
Schema = dict[str, Any]

# Two schemas that hold together (a `$ref` and its siblings) come to the tighter of the two.
_TIGHTER = {"minimum": max, "minLength": max, "maximum": min, "maxLength": min}


def node_at(document: Document, pointer: str) -> Any:
    """Return what stands at a `#/...` pointer."""
    node: Any = document
    for step in pointer.split("/")[1:]:
        step = step.replace("~1", "/").replace("~0", "~")
        node = node[int(step)] if isinstance(node, list) else node[step]
    return node


def effective(document: Document, schema: Schema | bool) -> Schema:
    """Return a schema with its `$ref` and `allOf` written out; conditions stay in `allOf`.

    Where it is said twice, the narrower enum holds, the tighter bound, the nearer annotation.
    """
    if isinstance(schema, bool):
        return {}
    parts = [effective(document, node_at(document, schema["$ref"]))] if "$ref" in schema else []
    parts += [part for each in schema.get("allOf", ()) if "then" not in (part := effective(document, each))]
    conditions = [part for each in schema.get("allOf", ()) if "then" in (part := effective(document, each))]
    merged: Schema = {}
    for part in (*parts, {key: value for key, value in schema.items() if key not in ("$ref", "allOf")}):
        _merge(merged, part)
    inherited = merged.pop("allOf", [])
    return {**merged, "allOf": [*inherited, *conditions]} if inherited or conditions else merged


def _merge(merged: Schema, part: Schema) -> None:
    for key, value in part.items():
        if key in _TIGHTER and key in merged:
            merged[key] = _TIGHTER[key](merged[key], value)
        elif key == "enum" and key in merged:
            merged[key] = [each for each in value if each in merged[key]]
        elif key in ("x-rules", "properties"):
            merged[key] = {**merged.get(key, {}), **value}
        elif key in ("required", "allOf") and key in merged:
            merged[key] = list({repr(each): each for each in (*merged[key], *value)}.values())
        else:
            merged[key] = value


@dataclass(frozen=True)
class Model:
    """One model: where its request schema stands, its parameters, and which optional fields its answers have.

    `names` is empty for a request that names no model. `parameters` maps a name to its effective schema.
    """

    names: tuple[str, ...]
    pointer: str
    parameters: Mapping[str, Schema]
    conditions: tuple[Schema, ...]
    fields: tuple[str, ...]
    image: tuple[str, ...]
    answer: Schema  # what every answer has to have, and what it may have: `required` and `properties`
    picture: Schema  # the same of each image

    @property
    def name(self) -> str:
        """The name to answer to; "absent" where requests name no model."""
        return self.names[0] if self.names else "absent"

    def default(self, parameter: str) -> Any:
        """Return the documented default, None where there is none."""
        return self.parameters.get(parameter, {}).get("default")

    def choices(self, parameter: str) -> tuple[Any, ...]:
        """Return the values of an enumerated parameter, in document order."""
        return tuple(self.parameters.get(parameter, {}).get("enum", ()))


@dataclass(frozen=True)
class Catalogue:
    """Everything that the server knows about its endpoint; all of it from the document."""

    path: str
    access: Access
    models: tuple[Model, ...]
    absent: Model | None
    partial: Schema
    completed: Schema

    @classmethod
    def from_document(cls, document: Document) -> Catalogue:
        """Read the operation whose body names a model."""
        operation = find_operation(document)
        path = operation.split("/")[2].replace("~1", "/").replace("~0", "~")
        answer = node_at(document, place(document, f"{operation}/responses/200/content"))
        found = [_model(document, pointer, answer) for pointer in request_schemas(document)]
        events = [effective(document, leaf) for leaf in _event_leaves(document, answer)]
        return cls(
            path=path,
            access=access.read(Schemas(document, None), operation),
            models=tuple(model for model in found if model.names),
            absent=next((model for model in found if not model.names), None),
            partial=next((event for event in events if "partial_image_index" in event["properties"]), {}),
            completed=next((event for event in events if "usage" in event["properties"]), {}),
        )

    def counterpart(self, model: Model) -> Model:
        """Return the model that stands at the same place as one of another version of the document."""
        return next((own for own in self.models if own.pointer == model.pointer), self.models[0])

    def model(self, name: object) -> Model | None:
        """Return the model that answers to a name."""
        return next((model for model in self.models if name in model.names), None)


def request_schemas(document: Document) -> list[str]:
    """Return the pointers of the request schemas, one per model and one for an absent `model`."""
    return list(_leaves(document, body_schema(document)))


def body_schema(document: Document) -> str:
    """Return the pointer of the schema of a request's body."""
    schemas = Schemas(document, None)
    return request.body_pointer(schemas, request.find_operation(schemas)) or ""


def find_operation(document: Document) -> str:
    """Return the pointer of the operation whose body names a model; all others are none of the server's business."""
    return request.find_operation(Schemas(document, None))


def _leaves(document: Document, pointer: str) -> Iterator[str]:
    """Yield the alternatives below a schema, nested `oneOf` and `$ref` followed."""
    node = node_at(document, pointer)
    if "$ref" in node and "properties" not in node:
        yield from _leaves(document, node["$ref"])
    elif "oneOf" in node:
        for index, _ in enumerate(node["oneOf"]):
            yield from _leaves(document, f"{pointer}/oneOf/{index}")
    else:
        yield pointer


def _event_leaves(document: Document, answer: Mapping[str, Any]) -> Iterator[Schema]:
    schema = answer.get("text/event-stream", {}).get("schema")
    if schema and "$ref" in schema:
        yield from (node_at(document, pointer) for pointer in _leaves(document, schema["$ref"]))


def _conditions(schema: Schema) -> Iterator[Schema]:
    """Yield the conditions in `allOf`, in their order, then that of the schema itself."""
    yield from schema.get("allOf", ())
    if "then" in schema:
        yield {key: schema[key] for key in ("x-clause", "if", "then") if key in schema}


def _model(document: Document, pointer: str, answer: Mapping[str, Any]) -> Model:
    schema = effective(document, node_at(document, pointer))
    parameters = {name: effective(document, each) for name, each in schema["properties"].items()}
    named = parameters.get("model", {})
    declared = schema.get("x-response", {})
    body = effective(document, answer["application/json"]["schema"])
    image = effective(document, effective(document, body["properties"]["data"])["items"])
    optional = [field for field in body["properties"] if field not in body["required"]]
    return Model(
        names=(named["const"],) if "const" in named else tuple(named.get("enum", ())),
        pointer=pointer,
        parameters=parameters,
        conditions=tuple(_conditions(schema)),
        fields=tuple(declared.get("fields", optional)),
        image=tuple(declared.get("image", image["properties"])),
        answer=body,
        picture=image,
    )
