"""Server-sent events: bytes in any cut, events out. https://html.spec.whatwg.org/multipage/server-sent-events.html"""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from dataclasses import dataclass

from ._keywords import shown


@dataclass(frozen=True, repr=False)
class ServerSentEvent:
    """One event as it came over the wire: `event` is its name ("message" where it has none), `data` its text."""

    event: str
    data: str

    def __repr__(self) -> str:
        return f"ServerSentEvent(event={shown(self.event)}, data={shown(self.data)})"


class EventParser:
    """Takes chunks of bytes as they arrive and gives the events that they complete.

    Lines end in LF, CR or CRLF, also when a chunk ends between CR and LF; a multi-byte character may be cut too.
    Comments (heartbeats), ids and retry times are skipped. An event that no empty line ends is not an event.
    """

    def __init__(self) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8-sig")(errors="replace")
        self._pieces: list[str] = []  # of a line whose end has not arrived; a list, for pictures make long lines
        self._after_cr = False
        self._name = ""
        self._data: list[str] = []

    def feed(self, chunk: bytes) -> Iterator[ServerSentEvent]:
        """Yield the events that this chunk completes."""
        for line in self._lines(self._decoder.decode(chunk)):
            if line:
                self._field(line)
            elif self._data:
                yield ServerSentEvent(self._name or "message", "\n".join(self._data))
                self._reset()
            else:
                self._reset()

    def _lines(self, text: str) -> Iterator[str]:
        if self._after_cr and text:
            text = text.removeprefix("\n")
            self._after_cr = False
        if "\r" in text:
            self._after_cr = text.endswith("\r")
            text = text.replace("\r\n", "\n").replace("\r", "\n")
        *ended, rest = text.split("\n")
        for line in ended:
            yield "".join((*self._pieces, line))
            self._pieces.clear()
        if rest:
            self._pieces.append(rest)

    def _field(self, line: str) -> None:
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if name == "data":
            self._data.append(value)
        elif name == "event":
            self._name = value

    def _reset(self) -> None:
        self._name = ""
        self._data.clear()
