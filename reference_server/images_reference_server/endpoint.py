"""The endpoint itself: five checks on the way in, then a JSON answer, an event stream or a refusal."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from . import intake, streaming
from .answers import image, payload
from .catalogue import Catalogue, Document, Model
from .counts import Counts
from .envelopes import Envelope
from .errors import Refusal, Refused, no_such_path, wrong_method
from .jobs import Job
from .pictures import Picture, Sketch, draw
from .responses import json_response
from .seams import NO_BODY, SERVED, Call, Seams
from .store import Store
from .validation import Validation

METHOD = "POST"


@dataclass(frozen=True)
class Endpoint:
    """Answers every request to the path that makes images, whatever its method."""

    document: Document
    catalogue: Catalogue
    validation: Validation
    store: Store
    counts: Counts
    seams: Seams
    envelope: Envelope
    key: str | None
    body_limit: int
    memory: dict[Any, Any] = field(default_factory=dict)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; as an ASGI application, since a plain route would not take every method."""
        response = await self.respond(Request(scope, receive))
        await response(scope, receive, send)

    async def respond(self, request: Request) -> Response:
        """Return the response to one request."""
        call = self._call(request)
        try:
            model = await self._admit(request, call)
            call.job = self.seams.job(Job.from_request(model, call.members), call)
            response = await self._answer(request, call.job, call)
        except Refused as refused:
            call.refusal = refused.refusal
            response = self._refuse(call.refusal, call)
        return self.seams.reply(response, call)

    def _call(self, request: Request) -> Call:
        fallback = {"model": self.catalogue.models[0].name, "prompt": "?"}
        return Call(request.method, dict(request.headers), self.key, self.memory, self.catalogue, fallback=fallback)

    async def _admit(self, request: Request, call: Call) -> Model:
        """Return the model that serves a request; raises the refusal of the first check that fails."""
        if any(name not in request.query_params for name in self.catalogue.access.query):
            raise Refused(no_such_path(request.url.path))
        self._check("method", None if call.method == METHOD else wrong_method(call.method, METHOD), call)
        self._check("authorization", intake.check_key(request, self.key, self.catalogue.access), call)
        self._check("media_type", intake.check_media_type(call.headers), call)
        await self._read(request, call)
        verdict = self.validation.judge(call.body)
        self._check("contract", verdict if isinstance(verdict, Refusal) else None, call)
        call.stage = SERVED
        return self.catalogue.counterpart(verdict) if isinstance(verdict, Model) else self._nearest(call)

    async def _read(self, request: Request, call: Call) -> None:
        raw = await intake.read_body(request, self.body_limit)
        call.raw = b"" if isinstance(raw, Refusal) else raw
        self._check("size", raw if isinstance(raw, Refusal) else None, call)
        body = intake.parse(call.raw)
        call.body = NO_BODY if isinstance(body, Refusal) else body
        self._check("json", body if isinstance(body, Refusal) else None, call)
        call.body = call.fallback if call.body is NO_BODY else call.body

    def _check(self, stage: str, refusal: Refusal | None, call: Call) -> None:
        call.stage = stage
        refusal = getattr(self.seams, stage)(refusal, call)
        if refusal is not None:
            raise Refused(refusal)

    def _nearest(self, call: Call) -> Model:
        return self.catalogue.model(call.members.get("model")) or self.catalogue.models[0]

    async def _answer(self, request: Request, job: Job, call: Call) -> Response:
        if job.stream:
            made = await run_in_threadpool(streaming.events, self.document, self.catalogue, job, self._artist(call))
            response: Response = StreamingResponse(
                streaming.send(self.seams.events(made, call)), media_type=streaming.MEDIA_TYPE
            )
        else:
            images = await run_in_threadpool(lambda: list(self._images(request, job, call)))
            response = json_response(200, self.seams.payload(payload(self.document, job, images), call))
        self.counts.accepted_requests += 1
        self.counts.images += job.count
        return response

    def _artist(self, call: Call) -> Any:
        def artist(sketch: Sketch) -> Picture:
            return draw(self.seams.sketch(sketch, call))

        return artist

    def _images(self, request: Request, job: Job, call: Call) -> Iterator[dict[str, Any]]:
        artist = self._artist(call)
        for index in range(job.count):
            picture = artist(job.sketch(index))
            linked = job.image_field == "url"
            yield image(self.document, job, index, self._link(request, picture, call) if linked else picture.b64)

    def _link(self, request: Request, picture: Picture, call: Call) -> str:
        return str(request.url_for("file", name=self.store.keep(picture, call)))

    def _refuse(self, refusal: Refusal, call: Call) -> Response:
        return json_response(refusal.status, self.seams.envelope(self.envelope(refusal), call), refusal.headers)
