"""What a run's exchanges show: the pictures that came, how streams went, and how long answers took."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from images_contract import Contract

from ...exchange import EVENT_STREAM, Exchange
from ...judging.answer import Shown, Told
from ...judging.judge import judge, no_verdict
from ...judging.look import Look
from ...judging.picture import Picture
from ...judging.verdicts import ClauseKey, Verdict
from ...planning.cases import Case
from ..shown import plain
from .thumbnails import thumbnail

MOST = 600  # pictures on one sheet
PREVIEWS = 4  # partial images shown of one stream
WORDS = 60  # characters of a value that are shown


@dataclass(frozen=True)
class Preview:
    """A picture on the way: `after` is in seconds from the request, None where it is not known."""

    label: str
    after: float | None
    image: str | None


@dataclass(frozen=True)
class Card:
    """One picture that was received, beside what was asked for.

    `image` is a data URI of a small copy, or None where there is nothing to show; `real` tells what the file is, or why
    it is none; `broken` has the clauses that its exchange breaks.
    """

    case: str
    model: str
    place: str
    asked: tuple[tuple[str, str], ...]
    real: str
    alpha: bool
    image: str | None
    seconds: float
    broken: tuple[ClauseKey, ...]
    previews: tuple[Preview, ...] = ()


@dataclass(frozen=True)
class Timing:
    """How long the served requests of a model and size took, in seconds, sorted."""

    model: str
    size: str
    seconds: tuple[float, ...]


@dataclass(frozen=True)
class Gallery:
    """All cards, at most MOST of them; `left_out` counts the rest."""

    cards: tuple[Card, ...]
    timings: tuple[Timing, ...]
    left_out: int = 0


def gallery(contract: Contract, exchanges: Iterable[tuple[Case, Exchange]]) -> Gallery:
    """Return what the served requests among some exchanges brought; pictures that broke a rule come first."""
    looks = [(case, look) for case, each in exchanges if (look := _served(contract, each))]
    cards = [card for case, look in looks for card in _cards(case, look)]
    cards.sort(key=lambda card: not card.broken)
    return Gallery(tuple(cards[:MOST]), tuple(_timings(look for _, look in looks)), max(0, len(cards) - MOST))


def _served(contract: Contract, exchange: Exchange) -> Look | None:
    if exchange.response is None or exchange.response.status != 200 or no_verdict(contract, exchange):
        return None
    look = Look(contract, exchange, exchange.response)
    return look if look.answered else None


def _cards(case: Case, look: Look) -> Iterable[Card]:
    broken = tuple(each.clause for each in judge(look.contract, look.exchange) if each.verdict is Verdict.FAIL)
    previews = tuple(_previews(look))
    for told in look.told:
        for shown in told.shown:
            picture = shown.picture
            yield Card(
                case.name, look.model, shown.place, _asked(look), _real(shown),
                isinstance(picture, Picture) and picture.see_through, thumbnail(shown.content),
                look.response.seconds, broken, previews,
            )  # fmt: skip


def _asked(look: Look) -> tuple[tuple[str, str], ...]:
    values = {name: value for name, value in look.body.items() if name != look.contract.discriminator}
    return tuple((plain(str(name), WORDS), plain(_word(value), WORDS)) for name, value in values.items())


def _word(value: object) -> str:
    return value if isinstance(value, str) else str(value).lower() if isinstance(value, bool) else str(value)


def _real(shown: Shown) -> str:
    picture = shown.picture
    if isinstance(picture, Picture):
        form = "base64" if shown.b64 is not None else "url"
        see_through = ", can be seen through" if picture.see_through else ""
        return f"{picture.size} {picture.format}{see_through}, by {form}"
    return plain(picture, 120) if picture else "no file to look at"


def _previews(look: Look) -> Iterable[Preview]:
    if not look.streaming:
        return
    arrived = _arrivals(look)
    told: Sequence[Told] = [*look.previews[:PREVIEWS], *look.told[:1]]
    for each in told:
        index = int(each.place.removeprefix("event "))
        number = each.members.get("partial_image_index")
        label = f"partial {number}" if isinstance(number, int) else "completed"
        content = each.shown[0].content if each.shown else None
        yield Preview(label, arrived[index] if index < len(arrived) else None, thumbnail(content))


_BLOCK = re.compile(rb"(.*?)(?:\r\n\r\n|\n\n|\r\r)", re.DOTALL)
_DATA = re.compile(rb"^data\b", re.MULTILINE)


def _arrivals(look: Look) -> list[float]:
    """Return when each event of a stream was complete; nothing where arrivals were not recorded."""
    response = look.response
    if response.media_type != EVENT_STREAM or not response.arrivals:
        return []
    ends = [found.end() for found in _BLOCK.finditer(response.body) if _DATA.search(found[1])]
    return [next((after for after, size in response.arrivals if size >= end), response.seconds) for end in ends]


def _timings(looks: Iterable[Look]) -> Iterable[Timing]:
    groups: dict[tuple[str, str], list[float]] = {}
    for look in looks:
        size = look.asked("size")
        groups.setdefault((look.model, plain(_word(size), 20) if size else "-"), []).append(look.response.seconds)
    for (model, size), seconds in sorted(groups.items()):
        yield Timing(model, size, tuple(sorted(seconds)))
