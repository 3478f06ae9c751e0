"""Answers as classes: what the engine read of a schema, in words that a template prints."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from openapi_python_client.parser import GeneratorData
from openapi_python_client.parser.properties.boolean import BooleanProperty
from openapi_python_client.parser.properties.float import FloatProperty
from openapi_python_client.parser.properties.int import IntProperty
from openapi_python_client.parser.properties.list_property import ListProperty
from openapi_python_client.parser.properties.model_property import ModelProperty
from openapi_python_client.parser.properties.none import NoneProperty
from openapi_python_client.parser.properties.string import StringProperty
from openapi_python_client.parser.properties.union import UnionProperty
from openapi_python_client.schema.untrusted_string import UntrustedString

from images_contract import Contract

from .bases import Base
from .errors import GenerateError
from .text import docstring, identifiers, literal

# Names that each class has anyway, or that its annotations and its reader need.
RESERVED = frozenset(
    {"raw", "headers", "request_id", "extra", "known_fields", "read", "cls", "self", "place", "reader"}
    | {"str", "int", "float", "bool", "tuple", "object", "frozenset", "classmethod", "dataclass"}
    | {"array_of", "as_boolean", "as_integer", "as_is", "as_number", "as_text", "or_null"}
    | {"Answer", "Any", "BasePicture", "BasePictures", "ClassVar", "Literal", "Mapping", "Reader", "ResponseModel"}
)

# Classes of ours that the module of another class uses by name.
_OWN_CLASSES = frozenset(
    {"Answer", "Any", "BasePicture", "BasePictures", "ClassVar", "Literal", "Reader", "ResponseModel"}
)


@dataclass(frozen=True)
class Word:
    """A type, and the expression that decodes a JSON value into it."""

    type: str
    decoder: str


_SIMPLE: dict[type[Any], Word] = {
    StringProperty: Word("str", "as_text"),
    IntProperty: Word("int", "as_integer"),
    FloatProperty: Word("float", "as_number"),
    BooleanProperty: Word("bool", "as_boolean"),
}
_ANY = Word("Any", "as_is")


@dataclass(frozen=True)
class FieldView:
    """One field: `reader` is empty where its value is known, for the class was chosen by it."""

    name: str
    declaration: str
    docstring: str
    reader: str


@dataclass(frozen=True)
class ModelView:
    """One class of the models package."""

    name: str
    base: str
    constants: tuple[str, ...]
    docstring: str
    fields: tuple[FieldView, ...]
    known: str
    imports: tuple[str, ...]


def word(prop: Any) -> tuple[Word, bool]:
    """Return how a property is typed and decoded, and whether it may be null; a true union is left as it is."""
    if isinstance(prop, ModelProperty):
        name = str(prop.class_info.name)
        return Word(name, f"{name}.read"), False
    if isinstance(prop, ListProperty):
        inner, null = word(prop.inner_property)
        item = _or_null(inner) if null else inner
        return Word(f"tuple[{item.type}, ...]", f"array_of({item.decoder})"), False
    if isinstance(prop, UnionProperty):
        kinds = [word(each)[0] for each in prop.inner_properties if not isinstance(each, NoneProperty)]
        return (kinds[0] if len(kinds) == 1 else _ANY), len(kinds) < len(prop.inner_properties)
    return _SIMPLE.get(type(prop), _ANY), False


def _or_null(inner: Word) -> Word:
    return inner if inner == _ANY else Word(f"{inner.type} | None", f"or_null({inner.decoder})")


def class_names(contract: Contract, data: GeneratorData) -> frozenset[str]:
    """Return the names of all classes; raises GenerateError where one would hide a class that the others need."""
    names = frozenset(str(model.class_info.name) for model in data.models)
    if taken := sorted(names & _OWN_CLASSES):
        problem = f"holds a schema that would be a class {taken[0]!r}, which the client has already; call it otherwise"
        raise GenerateError(problem, path=contract.path, pointer="#/components/schemas")
    return names


def model_view(model: ModelProperty, base: Base, known: Mapping[str, str], class_names: frozenset[str]) -> ModelView:
    """Return a class for a schema; `known` has the values of the properties that chose it, as an event's type."""
    properties = [*(model.required_properties or ()), *(model.optional_properties or ())]
    wire = [each.name.get_untrusted_value() for each in properties]
    names = identifiers(wire, RESERVED | class_names | base.members)
    fields = (_field(prop, names[name], known.get(name)) for prop, name in zip(properties, wire, strict=True))
    return ModelView(
        name=str(model.class_info.name),
        base=base.name,
        constants=tuple(f"{name} = {literal(value)}" for name, value in base.constants(names).items()),
        docstring=docstring(_untrusted(model.description) or f"What the document calls {model.class_info.name}."),
        fields=tuple(fields),
        known=f"frozenset({{{', '.join(sorted(map(literal, wire)))}}})" if wire else "frozenset()",
        imports=tuple(sorted({line for each in properties for line in _imports(each, model)})),
    )


def _field(prop: Any, name: str, known: str | None) -> FieldView:
    wire = literal(prop.name.get_untrusted_value())
    said = docstring(_untrusted(prop.description)) if prop.description else ""
    if known is not None:
        return FieldView(name, f"{name}: Literal[{known!r}] = {known!r}", said, "")
    kind, null = word(prop)
    if prop.required:
        kind = _or_null(kind) if null else kind
        return FieldView(name, f"{name}: {kind.type}", said, f"{name}=reader.required({wire}, {kind.decoder})")
    optional = _or_null(kind).type
    return FieldView(name, f"{name}: {optional} = None", said, f"{name}=reader.optional({wire}, {kind.decoder})")


def _imports(prop: Any, owner: ModelProperty) -> Iterator[str]:
    if isinstance(prop, ModelProperty) and prop.class_info != owner.class_info:
        yield f"from .{prop.class_info.module_name} import {prop.class_info.name}"
    inner = [getattr(prop, "inner_property", None), *getattr(prop, "inner_properties", ())]
    for each in inner:
        if each is not None:
            yield from _imports(each, owner)


def _untrusted(text: UntrustedString | None) -> str:
    return text.get_untrusted_value() if text is not None else ""
