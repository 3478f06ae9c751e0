"""The application: the endpoint, the list of models and the temporary files, put together for one document."""

from __future__ import annotations

import uuid
from dataclasses import replace
from typing import Any

from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from images_contract import ABSENT

from . import others
from .catalogue import Catalogue, Document
from .counts import Counts
from .endpoint import Endpoint
from .envelopes import Envelope, envelope_of
from .errors import Refused, failure, no_such_model, no_such_path, wrong_method
from .faults import Fault, find_fault
from .intake import check_key
from .responses import json_response, refusal_response
from .seams import Seams
from .store import Store
from .validation import Validation


def create_app(
    document: Document, *, key: str | None = None, fault: Fault | str | None = None,
    url_lifetime: float = 3600, body_limit: int = 1_048_576,
) -> Starlette:  # fmt: skip
    """Return the reference server for a document, as an ASGI application.

    With `key`, a request without it is refused; `fault` is the one thing that it does wrong (see `list_faults`), or the
    name of it: an unknown one raises UnknownFault. `url_lifetime` is in seconds, `body_limit` in bytes.
    `app.state.counts` tells what it has done so far.
    """
    # Answers are made by the document as it is; a fault in structure is a fault in validation alone.
    catalogue, seams, rules, nameless = Catalogue.from_document(document), Seams(), document, None
    if fault is not None:
        broken = find_fault(fault, document) if isinstance(fault, str) else fault
        rules, seams = broken.mutate(document), broken.rig(seams)
        if broken.model not in (None, ABSENT):  # what is wrong with one model is not wrong where none is named
            nameless = Validation(document, catalogue)
    validation = Validation(rules, Catalogue.from_document(rules), open_absent=seams.open_absent, nameless=nameless)
    store, counts = Store(url_lifetime), Counts()
    envelope = envelope_of(document, catalogue.path)
    endpoint = Endpoint(document, catalogue, validation, store, counts, seams, envelope, key=key, body_limit=body_limit)
    return _assemble(catalogue, endpoint, Files(store, seams), counts)


def _assemble(catalogue: Catalogue, endpoint: Endpoint, files: Files, counts: Counts) -> Starlette:
    models, base = Models(catalogue, endpoint.key), catalogue.access.base_path
    routes = [
        Route(base + catalogue.path, endpoint),
        *others.routes(endpoint, base),
        Route(f"{base}/models", models.all),
        Route(f"{base}/models/{{name}}", models.one),
        Route("/images/{name}", files.serve, name="file"),
    ]
    handlers = _handlers(endpoint.envelope)
    app = Starlette(routes=routes, exception_handlers=handlers, middleware=[Middleware(Bookkeeping, counts=counts)])
    app.router.redirect_slashes = False  # a path with a slash too many is another path
    app.state.counts, app.state.base = counts, catalogue.access.base
    return app


class Models:
    """Lists the models of the document."""

    def __init__(self, catalogue: Catalogue, key: str | None) -> None:
        self.catalogue = catalogue
        self.key = key

    async def all(self, request: Request) -> Response:
        """Answer with every model."""
        self._check_key(request)
        names = [name for model in self.catalogue.models for name in model.names]
        return json_response(200, {"object": "list", "data": [_card(name) for name in names]})

    async def one(self, request: Request) -> Response:
        """Answer with one model, or 404."""
        self._check_key(request)
        name = request.path_params["name"]
        if self.catalogue.model(name) is None:
            unknown = no_such_model(name)
            raise Refused(replace(unknown, status=404))
        return json_response(200, _card(name))

    def _check_key(self, request: Request) -> None:
        refusal = check_key(request, self.key, self.catalogue.access)
        if refusal:
            raise Refused(refusal)


def _card(name: str) -> dict[str, Any]:
    return {"id": name, "object": "model", "created": 0, "owned_by": "images-reference-server"}


class Files:
    """Serves the pictures behind temporary URLs; whoever has the URL needs no key."""

    def __init__(self, store: Store, seams: Seams) -> None:
        self.store = store
        self.seams = seams

    async def serve(self, request: Request) -> Response:
        """Answer with the picture, or 404 where there is none or its time is over."""
        kept = self.store.fetch(request.path_params["name"])
        if kept is None:
            raise Refused(no_such_path(request.url.path))
        picture, call = kept
        return self.seams.file(Response(picture.data, media_type=picture.media_type), call)


class Bookkeeping:
    """Counts requests and gives every answer an id."""

    def __init__(self, app: ASGIApp, counts: Counts) -> None:
        self.app = app
        self.counts = counts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        self.counts.requests += scope["type"] == "http"

        async def send_with_id(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).setdefault("X-Request-ID", f"req_{uuid.uuid4().hex}")
            await send(message)

        await self.app(scope, receive, send_with_id)


def _handlers(envelope: Envelope) -> Any:
    async def refused(request: Request, error: Refused) -> Response:
        return refusal_response(error.refusal, envelope)

    async def not_routed(request: Request, error: HTTPException) -> Response:
        if error.status_code == 405:
            refusal = wrong_method(request.method, (error.headers or {}).get("Allow", ""))
            return refusal_response(refusal, envelope)
        return refusal_response(no_such_path(request.url.path), envelope)

    async def failed(request: Request, error: Exception) -> Response:
        return refusal_response(failure(), envelope)

    return {HTTPException: not_routed, Refused: refused, Exception: failed}
