"""The URLs of an answer, and what stands behind them."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import urlsplit

from ..exchange import Fetched
from ..judging.look import Look
from ..judging.picture import Picture, read_picture
from .registry import Failed, Outcome, Skipped, check, each_of

NO_URL = "no answer carries a url"
# RFC 3986: what may stand in a URI at all.
_URI = re.compile(r"[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]+")


def _urls(look: Look) -> list[tuple[str, str]]:
    return [(shown.place, shown.url) for shown in look.shown if shown.url is not None]


def _scheme(url: str) -> str | None:
    """Return the scheme of an absolute web address, or None for anything else."""
    try:
        parts = urlsplit(url)
        web = parts.scheme in ("http", "https") and bool(parts.hostname) and _URI.fullmatch(url) is not None
        _ = parts.port  # ValueError for what is none
    except ValueError:
        return None
    return parts.scheme if web else None


@check("url.absolute")
def _absolute(look: Look) -> Outcome:
    if not look.answered:
        return None
    expected = "an absolute http or https url"
    wrong = (Failed(expected, f"{place}: {url[:80]!r}") if not _scheme(url) else None for place, url in _urls(look))
    return each_of(wrong, NO_URL)


@check("url.https")
def _https(look: Look) -> Outcome:
    if not look.answered:
        return None
    if not look.exchange.url.startswith("https:"):
        return Skipped("the server itself is not reached by https")
    web = [(place, url) for place, url in _urls(look) if _scheme(url)]
    wrong = (None if _scheme(u) == "https" else Failed("an https url", f"{place}: {u[:80]}") for place, u in web)
    return each_of(wrong, NO_URL)


def _each_file(look: Look, wrong: Callable[[Fetched], Failed | None]) -> Outcome:
    if not look.answered:
        return None
    return each_of(map(wrong, look.exchange.fetched), "no url was fetched")


@check("url.fetchable")
def _fetchable(look: Look) -> Outcome:
    return _each_file(look, _not_fetched)


def _not_fetched(fetched: Fetched) -> Failed | None:
    if fetched.failure is None and fetched.status == 200:
        return None
    return Failed("a file", f"{fetched.url[:80]}: {fetched.failure or f'status {fetched.status}'}")


@check("url.content-type")
def _content_type(look: Look) -> Outcome:
    return _each_file(look, _mistyped)


def _mistyped(fetched: Fetched) -> Failed | None:
    picture = read_picture(fetched.body) if fetched.status == 200 and fetched.failure is None else None
    if not isinstance(picture, Picture):
        return None  # url.fetchable or picture.decodes tells it
    told = (fetched.content_type or "").split(";")[0].strip().lower()
    return None if told == picture.media_type else Failed(picture.media_type, told or "no Content-Type")
