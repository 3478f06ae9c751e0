"""Authorization, method, media type, malformed bodies: what is refused before the body is read."""

from __future__ import annotations

import re

from ..exchange import JSON_TYPE, Credential
from ..judging.look import NOT_JSON, Look
from ..sending.credentials import MALFORMED, MISSING, WRONG
from .registry import Check, Failed, Outcome, check, one_of, passed_if

_ASIDE = ("HEAD", "OPTIONS")  # methods that ask about the endpoint and change nothing


def _status(look: Look, *allowed: int) -> Outcome:
    return passed_if(
        look.response.status in allowed, f"status {one_of(list(allowed))}", f"status {look.response.status}"
    )


def _refused_without(credentials: frozenset[Credential]) -> Check:
    def judge(look: Look) -> Outcome:
        return _status(look, 401) if look.exchange.request.credential in credentials else None

    return judge


check("auth.missing")(_refused_without(MISSING))
check("auth.wrong-key")(_refused_without(WRONG))
check("auth.malformed")(_refused_without(MALFORMED))


@check("auth.challenge")
def _challenge(look: Look) -> Outcome:
    if look.response.status != 401:
        return None
    challenge = look.response.listed("www-authenticate")
    asks = re.search(r"(^|,)\s*bearer\b", challenge, re.IGNORECASE) is not None
    return passed_if(asks, "WWW-Authenticate: Bearer", repr(challenge) if challenge else "no WWW-Authenticate")


def _other_method(look: Look) -> bool:
    return look.exchange.request.method not in ("POST", *_ASIDE)


def _four_hundred(look: Look) -> Outcome:
    return passed_if(400 <= look.response.status < 500, "a status from 400 to 499", f"status {look.response.status}")


@check("http.method")
def _method(look: Look) -> Outcome:
    return _four_hundred(look) if _other_method(look) else None


@check("http.method-405")
def _method_405(look: Look) -> Outcome:
    if not _other_method(look) or not 400 <= look.response.status < 500:
        return None
    allow = look.response.listed("allow")
    listed = {method.strip().upper() for method in allow.split(",")}
    seen = f"status {look.response.status}, Allow {allow!r}"
    return passed_if(look.response.status == 405 and "POST" in listed, "status 405 with POST in Allow", seen)


@check("http.head")
def _head(look: Look) -> Outcome:
    return _four_hundred(look) if look.exchange.request.method == "HEAD" else None


@check("http.options")
def _options(look: Look) -> Outcome:
    if look.exchange.request.method != "OPTIONS":
        return None
    kind = look.response.status // 100
    return passed_if(kind in (2, 4), "a 2xx or 4xx status", f"status {look.response.status}")


def _other_media_type(look: Look) -> bool:
    request = look.exchange.request
    media_type = (request.content_type or "").split(";")[0].strip().lower()
    return request.method == "POST" and request.credential == "right" and media_type != JSON_TYPE


@check("http.media-type")
def _media_type(look: Look) -> Outcome:
    return _status(look, 400, 415, 422) if _other_media_type(look) else None


@check("http.media-type-415")
def _media_type_415(look: Look) -> Outcome:
    if not _other_media_type(look) or isinstance(_media_type(look), Failed):
        return None
    return _status(look, 415)


def _malformed(look: Look) -> bool:
    request = look.exchange.request
    plain = request.method == "POST" and request.credential == "right" and request.content_type == JSON_TYPE
    return plain and look.body is NOT_JSON


@check("http.malformed-json")
def _malformed_json(look: Look) -> Outcome:
    return _status(look, 400, 422) if _malformed(look) else None


@check("http.malformed-json-400")
def _malformed_json_400(look: Look) -> Outcome:
    if not _malformed(look) or isinstance(_malformed_json(look), Failed):
        return None
    return _status(look, 400)
