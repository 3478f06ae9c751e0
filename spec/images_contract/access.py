"""How a request reaches the operation: the header that carries the key, the query, and the path of the server."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import count
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from .document import unescape
from .keywords import shown
from .schema import Schemas


@dataclass(frozen=True)
class Access:
    """How a request reaches the operation.

    `route` is its path below a base URL, such as /images/generations; `base_path` the path of the document's first
    server, where a name in braces stands for any, and `base` the same with the document's own names. The key stands in
    the header `key_header` after the word `key_scheme`, or alone where that is empty. `query` has the parameters that
    every request carries, each with the document's value, or empty where a base URL has to name it.
    """

    route: str
    base_path: str
    base: str
    key_header: str
    key_scheme: str
    query: Mapping[str, str]

    def url(self, base_url: str) -> str:
        """Return where requests to a server go; what its base URL says in its query outweighs the document."""
        parts = urlsplit(base_url)
        query = {**self.query, **dict(parse_qsl(parts.query))}
        written = urlencode({name: value for name, value in query.items() if value})
        return urlunsplit((parts.scheme, parts.netloc, parts.path.rstrip("/") + self.route, written, ""))

    def header(self, token: str) -> str:
        """Return what stands in the header for a key."""
        return f"{self.key_scheme} {token}".strip()


def read(schemas: Schemas, operation: str) -> Access:
    """Return how to reach an operation; raises RuleError for what no request is made of."""
    route = unescape(operation.split("/")[2])
    header, scheme = _key(schemas, operation)
    return Access(route, *_base(schemas), header, scheme, _query(schemas, operation))


def _key(schemas: Schemas, operation: str) -> tuple[str, str]:
    """Return (header, word before the key) of the first way that `security` names."""
    node, at = schemas.node(operation), f"{operation}/security"
    if "security" not in node:
        node, at = dict(schemas.document), "#/security"
    names = [name for each in schemas.list(node, at.rpartition("/")[0], "security") for name in dict(each)]
    if not names:
        return "Authorization", "Bearer"
    pointer = f"#/components/securitySchemes/{names[0]}"
    scheme = schemas.node(pointer)
    if scheme.get("type") == "apiKey":
        if scheme.get("in") != "header" or not isinstance(scheme.get("name"), str):
            schemas.fail(pointer, "must name a header: a key in a URL or a cookie ends up in logs")
        return str(scheme["name"]), ""
    if scheme.get("type") == "http" and str(scheme.get("scheme")).lower() != "bearer":
        schemas.fail(
            pointer, f"is {shown(scheme.get('scheme'))}; keys are sent as bearer tokens or in a header (apiKey)"
        )
    return "Authorization", "Bearer"


def _query(schemas: Schemas, operation: str) -> dict[str, str]:
    """Return the query parameters that every request carries, each with the document's value, or empty."""
    found = {}
    for pointer, entry in carried(schemas, operation):
        if entry.get("in") == "query" and isinstance(entry.get("name"), str):
            schema = schemas.mapping(entry, pointer, "schema")
            given = [schema.get("const"), schema.get("default"), *schemas.list(schema, f"{pointer}/schema", "enum")]
            found[entry["name"]] = next((str(each) for each in given if isinstance(each, str | int)), "")
    return found


def carried(schemas: Schemas, operation: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield (pointer, parameter) of what a request has to carry beside its body."""
    for holder in (operation.rpartition("/")[0], operation):
        for index, _ in enumerate(schemas.list(schemas.node(holder), holder, "parameters")):
            pointer = f"{holder}/parameters/{index}"
            entry = schemas.node(pointer)
            entry = schemas.node(entry["$ref"]) if "$ref" in entry else entry
            if entry.get("required"):
                yield pointer, entry


def _base(schemas: Schemas) -> tuple[str, str]:
    """Return the path of the first server, with a name in braces for each variable, and with their defaults."""
    servers = schemas.list(dict(schemas.document), "#", "servers")
    server = servers[0] if servers and isinstance(servers[0], dict) else {}
    variables = schemas.mapping(server, "#/servers/0", "variables")
    path = re.sub(r"^[a-z]+://[^/]*", "", str(server.get("url", "/v1"))).partition("?")[0].rstrip("/")
    names = count()

    def default(name: re.Match[str]) -> str:
        variable = variables.get(name[1])
        return str(variable.get("default", "any")) if isinstance(variable, dict) else "any"

    return _VARIABLE.sub(lambda _: f"{{variable{next(names)}}}", path), _VARIABLE.sub(default, path)


_VARIABLE = re.compile(r"\{([^{}]*)\}")
