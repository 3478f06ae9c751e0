"""Authorization, method, media type, malformed bodies: what is refused before the body is read."""

from __future__ import annotations

from ..exchange import JSON_TYPE, Credential
from ..look import NOT_JSON, Look
from .registry import Check, Outcome, check, one_of, passed_if


def _status(look: Look, *allowed: int) -> Outcome:
    return passed_if(
        look.response.status in allowed, f"status {one_of(list(allowed))}", f"status {look.response.status}"
    )


def _refused_without(credential: Credential) -> Check:
    def judge(look: Look) -> Outcome:
        return _status(look, 401) if look.exchange.request.credential == credential else None

    return judge


check("auth.missing")(_refused_without("none"))
check("auth.wrong-key")(_refused_without("wrong"))
check("auth.malformed")(_refused_without("malformed"))


def _other_method(look: Look) -> bool:
    return look.exchange.request.method != "POST"


@check("http.method")
def _method(look: Look) -> Outcome:
    if not _other_method(look):
        return None
    return passed_if(400 <= look.response.status < 500, "a status from 400 to 499", f"status {look.response.status}")


@check("http.method-405")
def _method_405(look: Look) -> Outcome:
    if not _other_method(look):
        return None
    allow = look.response.header("allow")
    listed = {method.strip().upper() for method in (allow or "").split(",")}
    seen = f"status {look.response.status}, Allow {allow!r}"
    return passed_if(look.response.status == 405 and "POST" in listed, "status 405 with POST in Allow", seen)


def _other_media_type(look: Look) -> bool:
    request = look.exchange.request
    media_type = (request.content_type or "").split(";")[0].strip().lower()
    return request.method == "POST" and request.credential == "right" and media_type != JSON_TYPE


@check("http.media-type")
def _media_type(look: Look) -> Outcome:
    return _status(look, 400, 415, 422) if _other_media_type(look) else None


@check("http.media-type-415")
def _media_type_415(look: Look) -> Outcome:
    return _status(look, 415) if _other_media_type(look) else None


def _malformed(look: Look) -> bool:
    request = look.exchange.request
    plain = request.method == "POST" and request.credential == "right" and request.content_type == JSON_TYPE
    return plain and look.body is NOT_JSON


@check("http.malformed-json")
def _malformed_json(look: Look) -> Outcome:
    return _status(look, 400, 422) if _malformed(look) else None


@check("http.malformed-json-400")
def _malformed_json_400(look: Look) -> Outcome:
    return _status(look, 400) if _malformed(look) else None
