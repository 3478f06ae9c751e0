"""The document's operations as namespaces of methods, in words that templates print."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from openapi_python_client.parser import GeneratorData
from openapi_python_client.parser.openapi import Endpoint
from openapi_python_client.parser.properties import ModelProperty
from openapi_python_client.strings import ClassName, pascal_case, snake_case

from images_contract import Contract, Parameter

from . import rules, signatures
from .document import EVENT_STREAM, JSON, component, operations, success_content
from .errors import GenerateError
from .plain import read_body
from .runtime._rules import OperationRules
from .signatures import Argument, Overload
from .text import docstring, identifier

METHOD_NAME = "x-sdk-method"  # in an operation: what its method is called, where not after its operationId


@dataclass(frozen=True)
class Answer:
    """What a method returns: the class of its JSON answer, and the events by type where it can stream."""

    model: str | None
    events: Mapping[str, str]
    event_key: str

    @property
    def type(self) -> str:
        """The type of the JSON answer."""
        return self.model or "None"

    def stream_type(self, prefix: str) -> str:
        """The type of the event stream."""
        return f"{prefix}EventStream[{' | '.join(dict.fromkeys(self.events.values()))}]"

    @property
    def reader(self) -> str:
        """The reader of the JSON answer, as an expression."""
        return f"models.{self.model}.read" if self.model else "None"

    @property
    def event_readers(self) -> str:
        """The readers of events, by type, as an expression."""
        return "{" + ", ".join(f"{kind!r}: models.{name}.read" for kind, name in self.events.items()) + "}"


@dataclass(frozen=True)
class Method:
    """One operation as a method. `overloads` has a single entry where there is nothing to choose from."""

    name: str
    constant: str
    call: str
    http_method: str
    path: str
    docstring: str
    overloads: tuple[Overload, ...]
    names: Mapping[str, str]
    answer: Answer
    rules: OperationRules
    by_model: bool

    @property
    def implementation(self) -> tuple[Argument, ...]:
        """The arguments behind all overloads: anything goes, since local validation tells what is wrong."""
        return tuple(Argument(name, "Any", " = OMIT") for name in self.names.values())

    @property
    def body(self) -> str:
        """The arguments by their names on the wire, as an expression."""
        return "{" + ", ".join(f"{wire!r}: {name}" for wire, name in self.names.items()) + "}"

    @property
    def switch(self) -> str | None:
        """The parameter that asks for a stream."""
        return signatures.STREAM_SWITCH if self.answer.events else None


@dataclass(frozen=True)
class Namespace:
    """The methods of one tag: `client.images` is an `Images`."""

    attribute: str
    class_name: str
    methods: tuple[Method, ...]


def namespaces(contract: Contract, data: GeneratorData) -> list[Namespace]:
    """Return the namespaces of all operations, in document order."""
    endpoints = {
        (each.path.get_untrusted_value(), each.method): each
        for collection in data.endpoint_collections_by_tag.values()
        for each in collection.endpoints
    }
    found: dict[str, list[Method]] = {}
    for path, method, operation, pointer in operations(contract):
        tag = str((operation.get("tags") or ["default"])[0])
        found.setdefault(tag, []).append(_method(contract, endpoints[path, method], operation, pointer, tag))
    return [_namespace(contract, tag, methods) for tag, methods in found.items()]


def _namespace(contract: Contract, tag: str, methods: list[Method]) -> Namespace:
    names = [each.name for each in methods]
    if twice := [name for name in names if names.count(name) > 1]:
        problem = f"two operations of tag {tag!r} are called {twice[0]!r}; give one of them {METHOD_NAME}"
        raise GenerateError(problem, path=contract.path, pointer="#/paths")
    class_name = str(ClassName(pascal_case(tag) or "Default", "Tag"))
    return Namespace(identifier(snake_case(tag), ("close",)), class_name, tuple(methods))


def _method(contract: Contract, endpoint: Endpoint, operation: Mapping[str, Any], pointer: str, tag: str) -> Method:
    operation_id = str(operation["operationId"])
    name = identifier(str(operation.get(METHOD_NAME) or snake_case(operation_id)), ("self",))
    answer = _answer(contract, endpoint, operation, pointer)
    call = f"{identifier(snake_case(tag))}.{name}"
    by_model = pointer == contract.operation
    parameters, ways, judged = _by_model(contract, answer) if by_model else _plain(contract, operation, pointer)
    names = signatures.parameter_names(parameters)
    return Method(
        name=name,
        constant=identifier(snake_case(operation_id)).upper(),
        call=call,
        http_method=endpoint.method.upper(),
        path=endpoint.path.get_untrusted_value(),
        docstring=docstring(_said(operation, parameters, names), 8),
        overloads=ways,
        names=names,
        answer=answer,
        rules=judged,
        by_model=by_model,
    )


Parts = tuple[Mapping[str, Parameter], tuple[Overload, ...], OperationRules]


def _by_model(contract: Contract, answer: Answer) -> Parts:
    first = next(iter(contract.models.values()))
    names = signatures.parameter_names(first.parameters)
    ways = signatures.overloads(contract, names, streaming=bool(answer.events))
    return first.parameters, tuple(ways), rules.with_models(contract)


def _plain(contract: Contract, operation: Mapping[str, Any], pointer: str) -> Parts:
    body = read_body(contract, operation, pointer)
    names = signatures.parameter_names(body.parameters)
    arguments = [signatures.plain_argument(each, names[each.name]) for each in body.parameters.values()]
    judged = rules.without_models(contract, body, str(operation["operationId"]))
    return body.parameters, (Overload(tuple(signatures.required_first(arguments))),), judged


def _said(operation: Mapping[str, Any], parameters: Mapping[str, Parameter], names: Mapping[str, str]) -> str:
    summary = str(operation.get("summary") or operation["operationId"]).strip().rstrip(".")
    listed = "Parameters:\n" + "\n".join(
        f"- {names[name]}: {signatures.described(each)}" for name, each in parameters.items()
    )
    raised = "Raises LocalValidationError before anything is sent, APIError for what goes wrong after."
    return "\n\n".join(filter(None, (f"{summary}.", str(operation.get("description", "")).strip(), listed, raised)))


def _answer(contract: Contract, endpoint: Endpoint, operation: Mapping[str, Any], pointer: str) -> Answer:
    content = success_content(contract, operation)
    events, key = _events(contract, content.get(EVENT_STREAM, {}).get("schema"))
    if JSON not in content:
        return Answer(None, events, key)
    prop = next(iter(endpoint.responses)).prop
    if not isinstance(prop, ModelProperty):
        problem = "answers with something else than a JSON object, which this generator does not write yet"
        raise GenerateError(problem, path=contract.path, pointer=f"{pointer}/responses")
    return Answer(str(prop.class_info.name), events, key)


def _events(contract: Contract, schema: Any) -> tuple[dict[str, str], str]:
    """Return the class of each event by its type, and the property that tells the type."""
    discriminator = (contract.resolve(schema) or {}).get("discriminator", {}) if schema else {}
    mapping = discriminator.get("mapping", {})
    return {kind: class_name(target) for kind, target in mapping.items()}, discriminator.get("propertyName", "type")


def class_name(reference: str) -> str:
    """Return the class that the engine makes of a component schema."""
    return str(ClassName(component(reference), "field_"))


def chosen_by(methods: Iterable[Method]) -> dict[str, dict[str, str]]:
    """Return, by class, the values of the properties that chose it: the type of an event."""
    events: Iterator[tuple[Answer, str, str]] = (
        (each.answer, kind, name) for each in methods for kind, name in each.answer.events.items()
    )
    return {name: {answer.event_key: kind} for answer, kind, name in events}
