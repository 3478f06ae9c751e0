"""The operations beside the one that makes images: each takes what its schema allows and answers with a sample."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from images_contract import validator
from images_contract.document import escape, operations

from . import intake
from .catalogue import effective, find_operation
from .endpoint import Endpoint
from .errors import Refusal, Refused
from .responses import json_response, refusal_response
from .samples import sample

JSON = "application/json"


def routes(endpoint: Endpoint, base_path: str) -> Iterator[Route]:
    """Yield a route for every operation of the document but the endpoint's own."""
    own = find_operation(endpoint.document)
    for path, method, operation in operations(endpoint.document):
        pointer = f"#/paths/{escape(path)}/{method}"
        if pointer != own:
            yield Route(base_path + path, _Sampler(endpoint, operation, pointer).respond, methods=[method.upper()])


class _Sampler:
    def __init__(self, endpoint: Endpoint, operation: dict[str, Any], pointer: str) -> None:
        self.endpoint, self.operation = endpoint, operation
        document = self.document = endpoint.document
        body = effective(document, operation.get("requestBody", {}))
        self.takes_json = JSON in body.get("content", {})
        at = operation.get("requestBody", {}).get("$ref", f"{pointer}/requestBody")
        self.validator = validator(document, f"{at}/content/{escape(JSON)}/schema") if self.takes_json else None

    async def respond(self, request: Request) -> Response:
        """Return a sample of the first successful answer, or the refusal of what the schema does not allow."""
        try:
            self._check(intake.check_key(request, self.endpoint.key, self.endpoint.catalogue.access))
            raw = await intake.read_body(request, self.endpoint.body_limit)
            self._check(raw)
            if self.validator is not None:
                self._check(intake.check_media_type(dict(request.headers)))
                self._judge(intake.parse(raw if isinstance(raw, bytes) else b""))
        except Refused as refused:
            return refusal_response(refused.refusal, self.endpoint.envelope)
        status = next((code for code in self.operation["responses"] if str(code).startswith("2")), "200")
        content = effective(self.document, self.operation["responses"].get(status, {})).get("content", {})
        if JSON not in content:
            return Response(status_code=int(status))
        return json_response(int(status), sample(self.document, content[JSON].get("schema", {})))

    def _check(self, found: Any) -> None:
        if isinstance(found, Refusal):
            raise Refused(found)

    def _judge(self, body: Any) -> None:
        self._check(body)
        error = next(self.validator.iter_errors(body), None) if self.validator else None
        if error is not None:
            param = str(error.instance_path[0]) if error.instance_path else None
            raise Refused(Refusal(400, f"Invalid body: {error.message[:300]}.", param=param, code="invalid_value"))
