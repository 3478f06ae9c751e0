"""What a refusal looks like, and what no answer may give away."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from images_contract import ABSENT

from ..exchange import JSON_TYPE
from ..judging.look import NOT_JSON, Look
from ..sending.credentials import REDACTED
from .registry import Failed, Outcome, Skipped, check, passed_if
from .schemas import first_error


def _refused(look: Look) -> bool:
    """A refusal of POST: servers and frameworks answer other methods before the endpoint's own code runs."""
    return look.exchange.request.method == "POST" and 400 <= look.response.status < 500


def error_of(look: Look) -> dict[str, Any]:
    """Return the error object of an answer; empty where there is none."""
    error = look.answer.get("error") if isinstance(look.answer, dict) else None
    return error if isinstance(error, dict) else {}


def said(look: Look) -> str:
    """Return the message of an error, with a colon before it; empty where there is none."""
    message = error_of(look).get("message")
    return f": {message[:200]}" if isinstance(message, str) and message else ""


# The first lines of a trace as Python, JavaScript, Java, Go, Ruby, PHP, Rust and .NET print it.
_TRACE = re.compile(
    r"Traceback \(most recent call last\)|File \"[^\"]+\", line \d+|^\s*at [\w$.<>\[\] ]+\(.*\)|goroutine \d+ \["
    r"|\.rb:\d+:in |#\d+ [\w/\\.]+\.php\(\d+\)|panicked at |^\s*at .+ in .+:line \d+",
    re.MULTILINE,
)

_HTML = re.compile(r"<!doctype html|<html\b|<body\b", re.IGNORECASE)


@check("reject.status-400")
def _status_400(look: Look) -> Outcome:
    usual = look.well_formed and look.response.status in look.contract.refusals(())
    if not (look.broken and usual):
        return None  # another status may tell of one parameter: 404, that there is no such model
    return passed_if(look.response.status == 400, "status 400", f"status {look.response.status}")


@check("error.envelope")
def _envelope(look: Look) -> Outcome:
    if not _refused(look):
        return None
    expected = "an error envelope {error: {type, message, param, code}}"
    if look.answer is NOT_JSON:
        return Failed(expected, f"a body of type {look.response.media_type or 'none'} that is not JSON")
    pointer = f"{look.contract.operation}/responses/400/content/application~1json/schema"
    problem = first_error(look.contract, pointer, look.answer)
    return passed_if(problem is None, expected, problem or "")


@check("error.param")
def _param(look: Look) -> Outcome:
    if not (look.well_formed and look.broken and _refused(look)):
        return None
    named = error_of(look).get("param")
    blamed = blamable(look)
    if named is None and blamed:
        return Skipped("no error names a parameter")
    if not isinstance(named, str) or not blamed:
        return None  # where it is neither text nor null, error.envelope tells it
    if named == look.contract.discriminator and look.response.status == 404:
        return None  # the server says that it does not have the model; accept.status tells it
    expected = f"param {' or '.join(sorted(blamed))}, or null"
    return passed_if(named in blamed, expected, f"param {named!r}")


@check("error.media-type")
def _media_type(look: Look) -> Outcome:
    if not _refused(look) or look.answer is NOT_JSON:
        return None  # error.envelope tells it
    return passed_if(look.response.media_type == JSON_TYPE, JSON_TYPE, look.response.media_type or "no Content-Type")


@check("error.message")
def _message(look: Look) -> Outcome:
    message = error_of(look).get("message") if _refused(look) else None
    if not isinstance(message, str):
        return None
    return passed_if(bool(message.strip()), "a message", "an empty one")


@check("error.no-trace")
def _no_trace(look: Look) -> Outcome:
    return _free_of(look, _TRACE, "no stack trace") if look.response.status >= 400 else None


@check("error.no-html")
def _no_html(look: Look) -> Outcome:
    if look.response.status < 400 or look.answer is NOT_JSON:
        return None  # error.media-type tells of a whole page
    return _free_of(look, _HTML, "no HTML")


def _free_of(look: Look, pattern: re.Pattern[str], expected: str) -> Outcome:
    texts = [look.response.body.decode("utf-8", "replace")] if look.answer is NOT_JSON else _texts(look.answer)
    found = next((match for text in texts if (match := pattern.search(text))), None)
    return passed_if(found is None, expected, found[0].strip()[:120] if found else "")


def _texts(value: Any) -> Iterator[str]:
    """Yield every text in a JSON value."""
    if isinstance(value, str):
        yield value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _texts(inner)


@check("auth.key-echo")
def _key_echo(look: Look) -> Outcome:
    if look.exchange.request.credential in ("none", "malformed", "empty"):
        return None
    headers = [name for name, value in look.response.headers if REDACTED.decode() in value]
    places = [f"in the header {name}" for name in headers] + ["in the body"] * (REDACTED in look.response.body)
    return passed_if(not places, "an answer without the key", f"the key {' and '.join(places)}")


def blamable(look: Look) -> set[str]:
    """Return the parameters that an error may name: those of every finding, and any unknown key."""
    blamed = {name for found in look.findings for name in found.parameters}
    if isinstance(look.body, dict):
        unknown = set(look.body) - set(look.profile.parameters)
        blamed |= unknown | _depending(look)
    return blamed


def _depending(look: Look) -> set[str]:
    """Return the parameters whose rules nobody knows, because the model that is named does not exist."""
    key = look.contract.discriminator
    if key not in look.body or look.model != ABSENT:
        return set()
    rest = {name: value for name, value in look.body.items() if name != key}
    return {name for found in look.contract.violations(rest) for name in found.parameters}


def refused_for(look: Look) -> list[str]:
    """Return the parameters that a wrong refusal is about: the only optional one given, or the one that it names."""
    names = [name for name in look.body if name in look.profile.parameters and name != look.contract.discriminator]
    optional = [name for name in names if not look.profile.parameters[name].required]
    if len(optional) == 1:
        return optional
    named = error_of(look).get("param")
    return [name for name in names if name == named]
