"""Faults in temporary URLs and in what stands behind them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from starlette.responses import Response

from ...pictures import Sketch, draw
from ...seams import Call
from .data import by_url, each_image
from .registry import every, fault

Payload = dict[str, Any]


def _each_url(payload: Payload, change: Callable[[str], str]) -> Payload:
    return each_image(payload, lambda item: {**item, "url": change(item["url"])} if "url" in item else item)


@fault("links", "file", each=every, job=by_url)
def not_found(response: Response, call: Call) -> Response:
    """A url leads to 404."""
    return Response("Not Found", 404)


@fault("links", "file")
def crash(response: Response, call: Call) -> Response:
    """A url leads to 500."""
    return Response("Internal Server Error", 500)


@fault("links", "file")
def forbidden(response: Response, call: Call) -> Response:
    """A url leads to 403, as if it had expired."""
    return Response("Forbidden", 403)


@fault("links", "file", each=every, job=by_url)
def wrong_content_type(response: Response, call: Call) -> Response:
    """A picture behind a url is said to be bytes of no kind."""
    response.headers["content-type"] = "application/octet-stream"
    return response


@fault("links", "file")
def html(response: Response, call: Call) -> Response:
    """A url leads to a page that shows the picture."""
    return Response("<html><body><img src='a.png'></body></html>", media_type="text/html")


@fault("links", "file")
def no_picture(response: Response, call: Call) -> Response:
    """A file behind a url is no picture, though it is said to be one."""
    return Response(b"no picture", media_type=response.media_type)


@fault("links", "file")
def truncated(response: Response, call: Call) -> Response:
    """A picture behind a url breaks off."""
    return Response(bytes(response.body)[:-200], media_type=response.media_type)


@fault("links", "file")
def empty(response: Response, call: Call) -> Response:
    """A file behind a url is empty."""
    return Response(b"", media_type=response.media_type)


@fault("links", "file")
def small(response: Response, call: Call) -> Response:
    """A picture behind a url is a thumbnail."""
    return Response(draw(Sketch((64, 64), "png")).data, media_type="image/png")


@fault("links", "payload", each=every, job=by_url)
def relative(payload: Payload, call: Call) -> Payload:
    """A url is relative."""
    return _each_url(payload, lambda url: "/images/" + url.rpartition("/")[2])


@fault("links", "payload")
def file_scheme(payload: Payload, call: Call) -> Payload:
    """A url is the path of a file on the server."""
    return _each_url(payload, lambda url: "file:///srv/images/" + url.rpartition("/")[2])


@fault("links", "payload")
def empty_url(payload: Payload, call: Call) -> Payload:
    """A url is an empty string."""
    return _each_url(payload, lambda url: "")


@fault("links", "payload")
def blanks(payload: Payload, call: Call) -> Payload:
    """A url has blanks in it."""
    return _each_url(payload, lambda url: url.replace("/images/", "/my images/"))


@fault("links", "payload")
def data_url(payload: Payload, call: Call) -> Payload:
    """A url is a data URL that holds the picture."""
    return _each_url(payload, lambda url: f"data:image/png;base64,{draw(Sketch((1024, 1024), 'png')).b64}")


@fault("links", "payload", level="should")
def same_for_all(payload: Payload, call: Call) -> Payload:
    """All images of a request have the url of the first."""
    first = payload["data"][0].get("url") if payload["data"] else None
    return _each_url(payload, lambda url: first or url)


@fault("links", "file")
def key_asked(response: Response, call: Call) -> Response:
    """A url leads to a picture only with the key."""
    return Response("Unauthorized", 401, {"WWW-Authenticate": "Bearer"})


@fault("links", "file", level="should")
def always_jpeg(response: Response, call: Call) -> Response:
    """A picture behind a url is said to be a jpeg, whatever it is."""
    response.headers["content-type"] = "image/jpeg"
    return response


@fault("links", "payload", level="should", each=every, job=by_url)
def without_encryption(payload: Payload, call: Call) -> Payload:
    """A url is of scheme http, though the server is reached by https."""
    return _each_url(payload, lambda url: url.replace("https:", "http:", 1))
