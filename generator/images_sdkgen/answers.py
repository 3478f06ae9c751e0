"""What a method returns: the class of its JSON answer, and those of the events of its stream."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from openapi_python_client.parser.openapi import Endpoint
from openapi_python_client.parser.properties import ModelProperty
from openapi_python_client.strings import ClassName

from images_contract import Contract

from .document import EVENT_STREAM, JSON, component, success_content
from .errors import GenerateError
from .pictures import places
from .runtime._scanner import Place

FINAL = "x-final"  # in the schema of an event: a stream without it is cut short


@dataclass(frozen=True)
class Answer:
    """What a method returns: the class of its JSON answer, and the events by type where it can stream."""

    model: str | None
    events: Mapping[str, str]
    event_key: str
    final: tuple[str, ...] = ()
    pictures: tuple[Place, ...] = ()

    @property
    def type(self) -> str:
        """The type of the JSON answer."""
        return f"models.{self.model}" if self.model else "None"

    def stream_type(self, prefix: str) -> str:
        """The type of the event stream."""
        finals = [self.events[kind] for kind in self.final or self.events]
        every, final = (_either(names) for names in (self.events.values(), finals))
        return f"{prefix}EventStream[{every}, {final}]"

    @property
    def reader(self) -> str:
        """The reader of the JSON answer, as an expression."""
        return f"models.{self.model}.read" if self.model else "None"

    @property
    def event_readers(self) -> str:
        """The readers of events, by type, as an expression."""
        return "{" + ", ".join(f"{kind!r}: models.{name}.read" for kind, name in self.events.items()) + "}"


def _either(names: Iterable[str]) -> str:
    return " | ".join(f"models.{name}" for name in dict.fromkeys(names))


def read_answer(
    contract: Contract, endpoint: Endpoint, operation: Mapping[str, Any], pointer: str, classes: set[str]
) -> Answer:
    """Return what an operation answers with; raises GenerateError for what no method is written of."""
    content = success_content(contract, operation)
    at = f"{pointer}/responses"
    events = _events(contract, content[EVENT_STREAM], at, classes) if EVENT_STREAM in content else ({}, "type", ())
    if JSON not in content:
        return Answer(None, *events)
    prop = next(iter(endpoint.responses)).prop
    if not isinstance(prop, ModelProperty):
        problem = "answers with something else than a JSON object, which this generator does not write yet"
        raise GenerateError(problem, path=contract.path, pointer=at)
    return Answer(str(prop.class_info.name), *events, pictures=places(contract, content[JSON].get("schema")))


def _events(
    contract: Contract, media: Any, pointer: str, classes: set[str]
) -> tuple[dict[str, str], str, tuple[str, ...]]:
    """Return the class of each event by its type, the property that tells the type, and the types that end a stream."""
    schema = contract.resolve(media.get("schema", {}))
    discriminator = schema.get("discriminator", {})
    events = {kind: _class_name(target) for kind, target in discriminator.get("mapping", {}).items()}
    if not events or not classes.issuperset(events.values()):
        problem = "has an event stream without a discriminator whose mapping leads to object schemas"
        raise GenerateError(problem, path=contract.path, pointer=pointer)
    schemas = contract.document["components"]["schemas"]
    final = tuple(kind for kind, target in discriminator["mapping"].items() if schemas[component(target)].get(FINAL))
    return events, discriminator.get("propertyName", "type"), final


def _class_name(reference: str) -> str:
    """Return the class that the engine makes of a component schema."""
    return str(ClassName(component(reference), "field_"))
