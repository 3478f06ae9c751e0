"""Faults in the list of images: how many, and how each carries its picture."""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from starlette.responses import Response

from ...jobs import Job
from ...pictures import Sketch, draw
from ...seams import Call
from .registry import every, fault, taking

Payload = dict[str, Any]
Item = dict[str, Any]
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
DOT = draw(Sketch((256, 256), "png")).b64


def each_image(payload: Payload, change: Callable[[Item], Item]) -> Payload:
    """Return an answer with every image changed."""
    return {**payload, "data": [change(item) for item in payload["data"]]}


def each_b64(payload: Payload, change: Callable[[str], str]) -> Payload:
    """Return an answer with the base64 of every image changed."""
    return each_image(
        payload, lambda item: {**item, "b64_json": change(item["b64_json"])} if "b64_json" in item else item
    )


def half_a_file(response: Response, call: Call) -> Response:
    """Return the first half of the file behind a url."""
    return Response(bytes(response.body)[: len(response.body) // 2], media_type=response.media_type)


def by_url(job: Job, call: Call) -> Job:
    """Return a job whose pictures come by url, where the request does not choose."""
    return job if "response_format" in job.model.parameters else _carried_as(job, "url")


def _carried_as(job: Job, field: str) -> Job:
    return replace(job, image_field=field) if field in job.model.image else job


@fault("data", "job")
def n_ignored(job: Job, call: Call) -> Job:
    """One image is made, whatever n says."""
    return replace(job, count=1)


@fault("data", "job")
def one_too_many(job: Job, call: Call) -> Job:
    """One more image is made than n asks for."""
    return replace(job, count=job.count + 1)


@fault("data", "job")
def one_too_few(job: Job, call: Call) -> Job:
    """Where n asks for several images, one is missing."""
    return replace(job, count=max(1, job.count - 1))


@fault("data", "job")
def at_most_four(job: Job, call: Call) -> Job:
    """Never more than four images are made."""
    return replace(job, count=min(4, job.count))


@fault("data", "job", each=every)
def two_by_default(job: Job, call: Call) -> Job:
    """Where n is absent, and no stream is asked for, two images are made."""
    return job if "n" in call.members or job.stream else replace(job, count=2)


@fault("data", "payload")
def empty(payload: Payload, call: Call) -> Payload:
    """A success has no images."""
    return {**payload, "data": []}


@fault("data", "payload")
def missing(payload: Payload, call: Call) -> Payload:
    """A success has no data."""
    return {name: value for name, value in payload.items() if name != "data"}


@fault("data", "payload")
def is_null(payload: Payload, call: Call) -> Payload:
    """The data of a success is null."""
    return {**payload, "data": None}


@fault("data", "payload")
def is_one_object(payload: Payload, call: Call) -> Payload:
    """The data of a success is the image itself, not a list."""
    return {**payload, "data": payload["data"][0]}


@fault("data", "payload")
def items_are_text(payload: Payload, call: Call) -> Payload:
    """Images are bare strings, not objects."""
    return {**payload, "data": [item.get("url", item.get("b64_json")) for item in payload["data"]]}


@fault("data", "payload")
def item_is_null(payload: Payload, call: Call) -> Payload:
    """The last image is null."""
    return {**payload, "data": [*payload["data"][:-1], None]}


@fault("data", "payload", each=every)
def items_empty(payload: Payload, call: Call) -> Payload:
    """Images carry neither url nor b64_json."""
    return each_image(payload, lambda item: {})


@fault("data", "payload")
def items_null(payload: Payload, call: Call) -> Payload:
    """Images have url and b64_json, and both are null."""
    return each_image(payload, lambda item: {**item, "url": None, "b64_json": None})


@fault("data", "payload")
def other_null(payload: Payload, call: Call) -> Payload:
    """Beside the picture stands its other form, null."""
    return each_image(payload, lambda item: {"url": None, "b64_json": None, **item})


@fault("data", "payload")
def both(payload: Payload, call: Call) -> Payload:
    """Images carry a url and b64_json at once."""
    return each_image(payload, lambda item: {"url": "https://example.com/a.png", "b64_json": "iVBORw0KGgo=", **item})


@fault("data", "job")
def url_when_b64_asked(job: Job, call: Call) -> Job:
    """A url comes back where response_format asks for b64_json."""
    return _carried_as(job, "url") if "response_format" in job.model.parameters else job


@fault("data", "job")
def b64_when_url_asked(job: Job, call: Call) -> Job:
    """base64 comes back where response_format asks for a url, or says nothing."""
    return _carried_as(job, "b64_json") if "response_format" in job.model.parameters else job


@fault("data", "job", each=taking("response_format"))
def b64_by_default(job: Job, call: Call) -> Job:
    """base64 comes back where response_format says nothing."""
    told = "response_format" in call.members or "response_format" not in job.model.parameters
    return job if told else _carried_as(job, "b64_json")


@fault("data", "payload")
def b64_with_prefix(payload: Payload, call: Call) -> Payload:
    """base64 stands behind data:image/png;base64, as in a data URL."""
    return each_b64(payload, lambda text: f"data:image/png;base64,{text}")


@fault("data", "payload", each=every)
def b64_in_lines(payload: Payload, call: Call) -> Payload:
    """base64 is broken into lines, as in a mail."""
    return each_b64(payload, lambda text: "\n".join(text[at : at + 76] for at in range(0, len(text), 76)))


@fault("data", "payload")
def b64_urlsafe(payload: Payload, call: Call) -> Payload:
    """base64 is of the kind for URLs, with - and _."""
    return each_b64(payload, lambda text: text.replace("+", "-").replace("/", "_"))


@fault("data", "payload")
def b64_unpadded(payload: Payload, call: Call) -> Payload:
    """base64 lacks its padding, or a character."""
    return each_b64(payload, lambda text: text.rstrip("=") if text.endswith("=") else text[:-1])


@fault("data", "payload")
def b64_invalid(payload: Payload, call: Call) -> Payload:
    """base64 has characters that base64 lacks."""
    return each_b64(payload, lambda text: "!!" + text[2:])


@fault("data", "payload")
def b64_empty(payload: Payload, call: Call) -> Payload:
    """base64 is an empty string."""
    return each_b64(payload, lambda text: "")


@fault("data", "payload")
def b64_of_nothing(payload: Payload, call: Call) -> Payload:
    """base64 is that of a text, not of a picture."""
    return each_b64(payload, lambda text: "SGVsbG8sIHdvcmxkIQ==")


@fault("data", "payload", each=every, file=half_a_file)
def halved(payload: Payload, call: Call) -> Payload:
    """A picture is the first half of a file, as base64 and behind a url."""
    return each_b64(payload, lambda text: text[: len(text) // 8 * 4])


@fault("data", "payload")
def b64_twice(payload: Payload, call: Call) -> Payload:
    """base64 is encoded twice."""
    return each_b64(payload, lambda text: b64encode(text.encode()).decode())


@fault("data", "payload")
def other_empty(payload: Payload, call: Call) -> Payload:
    """Beside the picture stands its other form, an empty string."""
    return each_image(payload, lambda item: {"url": "", "b64_json": "", **item})


@fault("data", "payload")
def b64_with_stray_bits(payload: Payload, call: Call) -> Payload:
    """The last character of base64 has bits that stand for nothing."""
    return each_b64(payload, _stray)


def _stray(text: str) -> str:
    """Return base64 with the next letter as the last one; where no bits are left over, one byte less before that."""
    if not text.endswith("="):
        return _stray(b64encode(b64decode(text)[:-1]).decode())
    stem = text.rstrip("=")
    return stem[:-1] + _LETTERS[_LETTERS.index(stem[-1]) + 1] + text[len(stem) :]


@fault("data", "payload")
def last_b64_broken(payload: Payload, call: Call) -> Payload:
    """Of several pictures in base64, the last one has characters that base64 lacks."""
    *others, last = payload["data"]
    broken = {**last, "b64_json": "**" + last["b64_json"][2:]} if others and "b64_json" in last else last
    return {**payload, "data": [*others, broken]}


@fault("data", "payload")
def last_in_another_form(payload: Payload, call: Call) -> Payload:
    """Of several pictures by url, the last one comes as base64."""
    *others, last = payload["data"]
    return {**payload, "data": [*others, {"b64_json": DOT} if others and "url" in last else last]}
