"""What the operation says of its answers, as far as the suite, the server and the SDK build on it."""

from __future__ import annotations

from typing import Any

from ..access import carried
from ..contract import Contract
from ..document import escape, references
from ..request import MEDIA_TYPE
from ..schema import Schemas
from .rules import Told

NEEDED = {"200": "a successful answer", "400": "a refused request"}


def problems(contract: Contract) -> Told:
    """Yield what is missing from the answers, and what nothing refers to."""
    responses = contract.resolve(contract.operation).get("responses", {})
    for status, what in NEEDED.items():
        at = f"{contract.operation}/responses"
        if status not in responses:
            yield "response.documented", at, f"{status} is not described: {what} cannot be judged", f"Add '{status}'."
        elif not _schema(contract, responses[status]):
            problem = f"{status} has no schema for {MEDIA_TYPE}: {what} cannot be judged"
            yield "response.documented", f"{at}/{status}", problem, "Add content with a schema."
    yield from _fields(contract, _schema(contract, responses.get("200", {})))
    yield from _carried(contract)
    yield from _unused(contract)


def _carried(contract: Contract) -> Told:
    """Yield the parameters beside the body that a request has to carry, and of which nobody knows what to send."""
    for pointer, entry in carried(Schemas(contract.document, contract.path), contract.operation):
        if entry.get("in") != "query":
            problem = f"{entry.get('name')!r} is required in the {entry.get('in')}, and no tool here sends it"
            yield "parameter.sent", pointer, problem, "Make it optional, or a parameter of the query."
        elif not contract.access.query.get(entry["name"]):
            problem = f"{entry['name']!r} is required, and the document has no value for it"
            yield "parameter.sent", pointer, problem, "Give its schema a default, for requests to carry."


def _schema(contract: Contract, response: Any) -> Any:
    content = contract.resolve(response).get("content", {})
    return content.get(MEDIA_TYPE, {}).get("schema") if isinstance(content, dict) else None


def _fields(contract: Contract, schema: Any) -> Told:
    """Yield the members that a model's answer is said to have and that the response does not describe."""
    top = set(_properties(contract, schema))
    data = _properties(contract, schema).get("data", {})
    image = set(_properties(contract, contract.resolve(data).get("items", {}))) if data else set()
    for profile in contract.models.values():
        for key, names, known in (("fields", profile.fields, top), ("image", profile.image_fields, image)):
            for name in [name for name in names or () if name not in known]:
                problem = f"{profile.name} is said to answer with {name!r}, which the response schema does not describe"
                fix = f"Describe it there, or leave it out; described are {', '.join(sorted(known)) or 'none'}."
                yield "response.fields", f"{profile.pointer}/x-response/{key}", problem, fix


def _properties(contract: Contract, schema: Any) -> dict[str, Any]:
    node = contract.resolve(schema) if isinstance(schema, dict) else {}
    own = dict(node.get("properties", {}))
    for part in node.get("allOf", ()):
        own |= _properties(contract, part)
    return own


def _unused(contract: Contract) -> Told:
    """Yield the components that nothing refers to."""
    components: dict[str, dict[str, Any]] = contract.document.get("components", {})
    used = {target for _, target in references(dict(contract.document))}
    named = {"/".join(target.split("/")[:4]) for target in used}
    for section in ("schemas", "responses", "parameters"):
        for name in components.get(section, {}):
            pointer = f"#/components/{section}/{escape(name)}"
            if pointer not in named:
                yield "component.used", pointer, f"nothing refers to {name}", "Refer to it, or take it away."
