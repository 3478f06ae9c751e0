"""One exchange with the endpoint on its way through: what passes is kept, to be judged when it is over."""

from __future__ import annotations

import time
from collections.abc import Collection
from dataclasses import replace

import httpx2

from ..exchange import EVENT_STREAM, Exchange, Request, Response
from ..judging.arriving import Arriving, TooLarge
from ..sending.credentials import Secrets, after, credential_of
from .headers import Headers, as_text

IDENTITY = ("", "identity")


class Passage:
    """Takes what is sent and what comes back; `exchange` is what came of it."""

    def __init__(self, method: str, url: str, headers: Headers, *, auth: bool) -> None:
        """`auth`: whether the server has keys; one without is not blamed for serving who has none."""
        texts = as_text(headers)
        given = dict(texts)
        credential = credential_of(texts) if auth else "right"
        self._secrets = Secrets.of(texts)
        self._request = Request(b"", method, given.get("content-type"), credential, given.get("accept", "*/*"))
        self._body = bytearray()
        self._url = url
        self._sent_at, self._start = time.time(), time.monotonic()
        self._status = 0
        self._headers: list[tuple[str, str]] = []
        self._arriving: Arriving | None = None
        self._ended: float | None = None
        self._failure: str | None = None
        self._unsent = False

    def sends(self, part: bytes) -> None:
        """Take a part of the body that is sent."""
        self._body += part

    @property
    def request(self) -> Request:
        """The request, as far as it was sent."""
        return replace(self._request, body=self._secrets.blot(bytes(self._body)))

    def answers(self, status: int, headers: Headers) -> None:
        """Take the beginning of the answer."""
        self._status, self._headers = status, as_text(headers)
        plain = self._coding in IDENTITY  # else nobody knows how much of the body a part is
        self._arriving = Arriving(self._start, plain and EVENT_STREAM in dict(self._headers).get("content-type", ""))

    def receives(self, part: bytes) -> None:
        """Take a part of the body that comes back."""
        if self._arriving is not None and self._failure is None:
            try:
                self._arriving.add(part)
            except TooLarge as error:
                self.fails(str(error))
                self._arriving.body.clear()

    @property
    def said_all(self) -> bool:
        """Whether the answer is a stream that has said that it is over: its reader may leave without waiting."""
        return self._arriving is not None and self._arriving.body[-16:].rstrip().endswith(b"[DONE]")

    def ends(self) -> None:
        """Note that the answer is complete, or will never be."""
        self._ended = self._ended or time.monotonic()

    def fails(self, why: str, *, unsent: bool = False) -> None:
        """Note why there is no answer, or none to be judged; what was noted first counts."""
        if self._failure is None and self._ended is None:
            self._failure, self._unsent = why, unsent

    @property
    def _coding(self) -> str:
        return dict(self._headers).get("content-encoding", "").strip().lower()

    def exchange(self, codings: Collection[str]) -> Exchange:
        """Return what came of it, its body decoded where its coding is among those known, and no key in it."""
        known = Exchange(self.request, sent_at=self._sent_at, url=self._url)
        if self._arriving is None or self._failure is not None:
            return self._secrets.blotted(replace(known, failure=self._failure or "no answer", unsent=self._unsent))
        try:
            body = decoded(bytes(self._arriving.body), self._coding, codings)
        except (httpx2.DecodingError, TooLarge, ValueError) as error:
            return self._secrets.blotted(replace(known, failure=f"the answer cannot be decoded: {error}"))
        end = self._ended or time.monotonic()
        times = end - self._start, end - self._arriving.last, tuple(self._arriving.arrivals)
        response = Response(self._status, tuple(self._headers), body, *times)
        request = replace(known.request, credential=after(known.request.credential, self._status))
        return self._secrets.blotted(replace(known, request=request, response=response))


def decoded(body: bytes, coding: str, known: Collection[str]) -> bytes:
    """Return a body without its content coding; raises ValueError for one that is not known, TooLarge for a bomb."""
    names = [name.strip() for name in coding.split(",") if name.strip() not in IDENTITY]
    if not names:
        return body
    if missing := [name for name in names if name not in known]:
        raise ValueError(f"Content-Encoding {missing[0]!r} is not known here")
    response = httpx2.Response(200, headers={"content-encoding": ", ".join(names)}, content=iter([body]))
    arriving = Arriving(0.0, streamed=False)
    for part in response.iter_bytes():
        arriving.add(part)
    return bytes(arriving.body)
