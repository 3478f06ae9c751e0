"""HAR files, as browsers, proxies and test tools write them (HTTP Archive 1.2, read with patience).

What such a file lacks is never guessed: an entry without a body that was sent or that came back is passed over, and a
missing Authorization header says something only in a file that keeps such headers elsewhere.
"""

from __future__ import annotations

import base64
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from ..exchange import Credential, Exchange, Request, Response
from ..planning.cases import Case
from ..sending.credentials import Secrets, after, credential_of

ELSEWHERE, MALFORMED = "entries of other endpoints", "malformed entries"
NO_REQUEST, NO_ANSWER = "entries without the body that was sent", "entries without the whole body that came back"
Headers = Sequence[tuple[str, str]]
Json = Mapping[str, Any]


@dataclass(frozen=True)
class Har:
    """The exchanges of a file with one endpoint, and how many other entries it has, by what they are."""

    exchanges: tuple[tuple[Case, Exchange], ...]
    passed_over: Mapping[str, int]

    @classmethod
    def from_json(cls, value: Any, path: str) -> Har:
        """Read the exchanges with the endpoint of a path, such as `/images/generations` below any base.

        Raises ValueError where the value is no HAR file.
        """
        log = value.get("log") if isinstance(value, dict) else None
        entries = log.get("entries") if isinstance(log, dict) else None
        if not isinstance(entries, list):
            raise ValueError("log.entries is missing")
        keeps_keys = any(_has_authorization(each) for each in entries)
        read = [_read(index, entry, path, keeps_keys) for index, entry in enumerate(entries)]
        found = tuple(each for each in read if not isinstance(each, str))
        return cls(found, Counter(each for each in read if isinstance(each, str)))


def _has_authorization(entry: Any) -> bool:
    sent = entry.get("request") if isinstance(entry, dict) else None
    return isinstance(sent, dict) and _header(_headers(sent), "authorization") is not None


class _Unusable(Exception):
    """Why an entry is passed over, as one of the words above."""


def _read(index: int, entry: Any, path: str, keeps_keys: bool) -> tuple[Case, Exchange] | str:
    """Return an exchange, or why the entry is passed over."""
    try:
        sent, told = _member(entry, "request"), _member(entry, "response")
        url, method = _text(sent, "url").partition("?")[0], _text(sent, "method").upper()
        if not _leads_to(url, path):
            return ELSEWHERE
        headers = _headers(sent)
        secrets = Secrets.of(headers)
        request = Request(
            secrets.blot(_body_sent(sent, method, headers)), method, _content_type(headers, sent.get("postData")),
            _credential(headers) if keeps_keys else "right", _header(headers, "accept") or "*/*",
        )  # fmt: skip
        answer = _answer(told, method, max(0, _number(entry, "time")) / 1000)
        if "response" in answer:
            request = replace(request, credential=after(request.credential, answer["response"].status))
        exchange = Exchange(request, sent_at=_time(entry.get("startedDateTime")), url=url, **answer)
        return Case(f"log.entries[{index}]", request, ()), secrets.blotted(exchange)
    except _Unusable as why:
        return str(why)


def _leads_to(url: str, path: str) -> bool:
    try:
        return urlsplit(url).path.endswith(path)
    except ValueError:
        return False


def _credential(headers: Headers) -> Credential:
    """Return what the Authorization header is, as far as it can be told where its value may have been blotted out."""
    credential = credential_of(headers)
    return credential if credential in ("none", "lower-case scheme") else "right"


def _body_sent(sent: Json, method: str, headers: Headers) -> bytes:
    data = _member(sent, "postData", {})
    if isinstance(data.get("text"), str):
        return _decoded(data)
    if method != "POST" or sent.get("bodySize") == 0 or _header(headers, "content-length") == "0":
        return b""
    raise _Unusable(NO_REQUEST)


def _answer(told: Json, method: str, seconds: float) -> dict[str, Any]:
    """Return the response, or why there is none, as fields of an exchange."""
    status = told.get("status")
    if not isinstance(status, int) or isinstance(status, bool):
        raise _Unusable(MALFORMED)
    if status <= 0:  # what recorders write where no answer came
        reasons = (told.get(name) for name in ("_error", "_failureText", "statusText"))
        return {"failure": next((each for each in reasons if isinstance(each, str) and each), "no answer")}
    content, headers = _member(told, "content", {}), _headers(told)
    kind = _content_type(headers, content)
    others = [(name.lower(), text) for name, text in headers if name.lower() != "content-type"]
    pairs = [*others, ("content-type", kind)] if kind is not None else others
    return {"response": Response(status, tuple(pairs), _body_received(content, status, method, headers), seconds)}


def _body_received(content: Json, status: int, method: str, headers: Headers) -> bytes:
    if isinstance(content.get("text"), str):
        body = _decoded(content)
        # Some count what came over the wire, and tell what compression saved, which may be less than nothing.
        if _number(content, "size") + min(0, _number(content, "compression")) > len(body):
            raise _Unusable(NO_ANSWER)  # cut short
        return body
    empty = content.get("size") == 0 or _header(headers, "content-length") == "0"
    if empty or method == "HEAD" or status in (204, 304):
        return b""
    raise _Unusable(NO_ANSWER)


def _decoded(data: Json) -> bytes:
    text: str = data["text"]
    if str(data.get("encoding")).lower() != "base64":
        return text.encode("utf-8", "surrogatepass")
    try:
        return base64.b64decode(text, validate=True)
    except ValueError as error:
        raise _Unusable(MALFORMED) from error


def _headers(message: Json) -> Headers:
    """Return the headers of a request or an answer; what is no pair of texts is left out."""
    listed = message.get("headers")
    pairs = [each for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []
    return [(name, text) for each in pairs if isinstance(name := each.get("name"), str)
            and isinstance(text := each.get("value"), str)]  # fmt: skip


def _header(headers: Headers, name: str) -> str | None:
    return next((text for key, text in headers if key.lower() == name), None)


def _content_type(headers: Headers, data: Any) -> str | None:
    """Return the content type: that of the headers, else the one that stands beside the body."""
    told = _header(headers, "content-type")
    kind = data.get("mimeType") if isinstance(data, dict) else None
    return kind if told is None and isinstance(kind, str) and kind not in ("", "x-unknown") else told


def _member(value: Any, name: str, default: Json | None = None) -> Json:
    """Return a member that is an object; the default where there is none."""
    found = value.get(name) if isinstance(value, dict) else None
    found = default if found is None else found
    if not isinstance(found, dict):
        raise _Unusable(MALFORMED)
    return found


def _text(value: Json, name: str) -> str:
    text = value.get(name)
    if not isinstance(text, str):
        raise _Unusable(MALFORMED)
    return text


def _number(value: Json, name: str) -> float:
    """Return a number; 0 where there is none."""
    number = value.get(name)
    return number if isinstance(number, int | float) and not isinstance(number, bool) else 0


def _time(value: Any) -> float:
    """Return a time with its zone in Unix seconds; 0, not known, for anything else."""
    try:
        moment = datetime.fromisoformat(value)
        return moment.timestamp() if moment.tzinfo else 0.0
    except (TypeError, ValueError, OverflowError):
        return 0.0
