"""The document's operations as namespaces of methods, in words that templates print."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from openapi_python_client.parser import GeneratorData
from openapi_python_client.strings import ClassName, pascal_case, snake_case

from images_contract import Contract, Parameter

from . import rules, signatures
from .answers import Answer, read_answer
from .document import JSON, operations
from .errors import GenerateError
from .plain import read_body
from .runtime._rules import OperationRules
from .signatures import Argument, Overload
from .text import docstring, identifier

# What the annotations of a class use, so that a method of this name would hide it.
METHOD_RESERVED = (
    *("self", "str", "int", "float", "bool", "tuple", "overload"),
    *("models", "Any", "Awaitable", "Callable", "File", "Literal", "Mapping", "Sequence", "Unpack", "CallOptions"),
    *("Omit", "StrPath", "Unsupported", "OMIT", "divide"),
)
# Classes that a namespace must not hide.
_CLASS_RESERVED = (
    *("Any", "AsyncClient", "AsyncEventStream", "Awaitable", "BaseAsyncClient", "BaseClient", "CallOptions"),
    *("Callable", "Client", "EventStream", "File", "Literal", "Mapping", "Omit", "Sequence", "Settings", "StrPath"),
    *("Unpack", "Unsupported"),
)
METHOD_NAME = "x-sdk-method"  # in an operation: what its method is called, where not after its operationId


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
    media_type: str
    by_model: bool
    content_policy: tuple[str, ...]
    key_header: tuple[str, str]
    query: tuple[tuple[str, str], ...]

    @property
    def implementation(self) -> tuple[Argument, ...]:
        """The arguments behind all overloads: anything goes, since local validation tells what is wrong."""
        return tuple(Argument(name, "Any") for name in self.names.values())

    @property
    def body(self) -> str:
        """The arguments by their names on the wire, as an expression."""
        return "{" + ", ".join(f"{wire!r}: {name}" for wire, name in self.names.items()) + "}"

    @property
    def whole_ways(self) -> tuple[Overload, ...]:
        """The ways to call it that are not answered by a stream."""
        return tuple(way for way in self.overloads if not way.streams)

    @property
    def calls(self) -> tuple[str, ...]:
        """All the methods by which the operation is called."""
        untyped, to = ["", "_untyped"] if self.by_model else [""], ["", "_to"] if self.answer.pictures else [""]
        return tuple(f"{self.call}{first}{second}" for first in untyped for second in to)

    @property
    def switch(self) -> str | None:
        """The parameter that asks for a stream, where one can."""
        return signatures.STREAM_SWITCH if any(way.streams for way in self.overloads) else None


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
    classes = {str(model.class_info.name) for model in data.models}
    found: dict[str, list[Method]] = {}
    for path, method, operation, pointer in operations(contract):
        tag = str((operation.get("tags") or ["default"])[0])
        answer = read_answer(contract, endpoints[path, method], operation, pointer, classes)
        found.setdefault(tag, []).append(_method(contract, (path, method), operation, pointer, answer))
    spaces = [_namespace(tag, methods) for tag, methods in found.items()]
    _check_names(contract, spaces)
    return spaces


def own(methods: Iterable[Method]) -> Method:
    """Return the method of the contract's own operation, the one whose rules depend on a model."""
    return next(each for each in methods if each.by_model)


def _attribute(tag: str) -> str:
    return identifier(snake_case(tag), ("close", "with_options"))


def _namespace(tag: str, methods: list[Method]) -> Namespace:
    name = str(ClassName(pascal_case(tag) or "Default", "Tag"))
    return Namespace(_attribute(tag), f"{name}Methods" if name in _CLASS_RESERVED else name, tuple(methods))


def _check_names(contract: Contract, spaces: list[Namespace]) -> None:
    """Raise GenerateError where two things would share a name: the engine would keep one of them."""
    names = [f"module {each.attribute}{suffix}" for each in spaces for suffix in ("", "_async")]
    names += [f"class {prefix}{each.class_name}" for each in spaces for prefix in ("", "Async")]
    names += [f"method {name}" for each in spaces for method in each.methods for name in method.calls]
    names += [f"constant {method.constant}" for each in spaces for method in each.methods]
    if twice := [name for name in names if names.count(name) > 1]:
        hint = f"change a tag, an operationId or {METHOD_NAME}"
        raise GenerateError(f"two would be called {twice[0]}; {hint}", path=contract.path, pointer="#/paths")


def _method(
    contract: Contract, route: tuple[str, str], operation: Mapping[str, Any], pointer: str, answer: Answer
) -> Method:
    operation_id = str(operation["operationId"])
    name = identifier(str(operation.get(METHOD_NAME) or snake_case(operation_id)), METHOD_RESERVED)
    by_model, access = pointer == contract.operation, contract.access
    parts = _by_model(contract, answer) if by_model else _plain(contract, operation, pointer, answer)
    names = signatures.parameter_names(parts.parameters)
    return Method(
        name=name,
        constant=identifier(snake_case(operation_id)).upper(),
        call=f"{_attribute(str((operation.get('tags') or ['default'])[0]))}.{name}",
        http_method=route[1].upper(),
        path=route[0],
        docstring=docstring(_said(operation, parts.parameters, names), 8),
        overloads=parts.overloads,
        names=names,
        answer=answer,
        rules=parts.rules,
        media_type=parts.media_type,
        by_model=by_model,
        content_policy=_content_policy(contract, operation),
        key_header=(access.key_header.lower(), f"{access.key_scheme} ".lstrip()),
        query=tuple(pair for pair in access.query.items() if pair[1]) if by_model else (),
    )


@dataclass(frozen=True)
class _Parts:
    """What differs between an operation with models and one without."""

    parameters: Mapping[str, Parameter]
    overloads: tuple[Overload, ...]
    rules: OperationRules
    media_type: str = JSON


def _by_model(contract: Contract, answer: Answer) -> _Parts:
    first = next(iter(contract.models.values()))
    names = signatures.parameter_names(first.parameters)
    ways = signatures.overloads(contract, names, streaming=bool(answer.events))
    return _Parts(first.parameters, tuple(ways), rules.with_models(contract))


def _plain(contract: Contract, operation: Mapping[str, Any], pointer: str, answer: Answer) -> _Parts:
    body = read_body(contract, operation, pointer)
    operation_id = str(operation["operationId"])
    names = signatures.parameter_names(body.parameters)
    arguments = {
        name: signatures.plain_argument(each, names[name], body.files.get(name))
        for name, each in body.parameters.items()
    }
    ways = signatures.ways(operation_id, arguments, body.parameters, streaming=bool(answer.events))
    judged = rules.without_models(contract, body, operation_id)
    return _Parts(body.parameters, tuple(ways), judged, body.media_type)


def _said(operation: Mapping[str, Any], parameters: Mapping[str, Parameter], names: Mapping[str, str]) -> str:
    summary = str(operation.get("summary") or operation["operationId"]).strip().rstrip(".")
    listed = "Parameters:\n" + "\n".join(
        f"- {names[name]}: {signatures.described(each)}" for name, each in parameters.items()
    )
    raised = "Raises LocalValidationError before anything is sent, APIError for what goes wrong after."
    return "\n\n".join(filter(None, (f"{summary}.", str(operation.get("description", "")).strip(), listed, raised)))


def _content_policy(contract: Contract, operation: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the codes of errors that tell that the content of a request is refused, as the document lists them."""
    try:
        answer = contract.resolve(operation["responses"]["400"])
        envelope = contract.resolve(answer["content"][JSON]["schema"])
        error = contract.resolve(envelope["properties"]["error"])
        code = contract.resolve(error["properties"]["code"])
        return tuple(map(str, code["x-not-a-verdict"]["content-policy"]))
    except (KeyError, TypeError):
        return ()


def chosen_by(methods: Iterable[Method]) -> dict[str, dict[str, str]]:
    """Return, by class, the value of the property that chose it: the type of an event, where it has just one."""
    found: dict[str, list[tuple[str, str]]] = {}
    for answer in (method.answer for method in methods):
        for kind, name in answer.events.items():
            found.setdefault(name, []).append((answer.event_key, kind))
    return {name: dict(chosen) for name, chosen in found.items() if len(chosen) == 1}
