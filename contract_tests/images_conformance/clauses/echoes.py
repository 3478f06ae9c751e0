"""What an answer tells beside its pictures: settings, time and tokens."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from ..judging.answer import Told
from ..judging.look import Look
from ..judging.picture import Picture
from .pictures import AUTO, OPAQUE, TRANSPARENT, is_size
from .registry import Failed, Outcome, check, each_of
from .schemas import kinds_of_tokens

CLOCK_SKEW = 600  # seconds: clocks differ, but not by more; time zones do, and milliseconds by a factor of a thousand


def _pictures(told: Told) -> list[Picture]:
    return [shown.picture for shown in told.shown if isinstance(shown.picture, Picture)]


def _echoes(look: Look, name: str) -> Iterator[tuple[Told, Any]]:
    """Yield what the answer tells under a name, `auto` left out: its own example tells that for what it decided."""
    for told in (*look.told, *look.previews):
        value = told.members.get(name)
        if isinstance(value, str) and value != AUTO:  # response.schema tells what is no text
            yield told, value


def _echo(
    look: Look, name: str, asked: Any, of_picture: Callable[[Look, Picture], str | None] | None = None
) -> Outcome:
    if not look.answered:
        return None
    explicit = asked is not None and asked != AUTO

    def wrong(told: Told, value: Any) -> Failed | None:
        if explicit:
            return None if value == asked else Failed(f"{name} {asked}", f"{told.place}: {value!r}")
        # A preview may be small or rough: what its event tells is said of the picture to come.
        described = [told] if told in look.told else look.told
        pictures = [picture for each in described for picture in _pictures(each)] if of_picture else []
        seen = {of_picture(look, picture) for picture in pictures if of_picture} - {None}
        if len(seen) == 1 and value not in seen:
            return Failed(f"{name} {seen.pop()}, as the picture", f"{told.place}: {value!r}")
        own = (
            _values(look, name) if name in (look.profile.fields or ()) else []
        )  # else response.foreign-fields tells it
        if own and value not in own and not pictures:
            return Failed(f"{name} {' or '.join(own)}", f"{told.place}: {value!r}")
        return None

    return each_of((wrong(told, value) for told, value in _echoes(look, name)), f"no answer tells its {name}")


def _values(look: Look, name: str) -> list[str]:
    """Return the values that the model has for a parameter; none where it does not list them."""
    parameter = look.profile.parameters.get(name)
    listed = parameter.values if parameter and parameter.supported else None
    return [value for value in listed or () if isinstance(value, str)]


def _size_of(look: Look, picture: Picture) -> str | None:
    """The size of a picture, unless it is one that picture.size-auto forbids: one fault is told once."""
    sizes = [value for value in _values(look, "size") if is_size(value)]
    return picture.size if not sizes or picture.size in sizes else None


def _background_of(look: Look, picture: Picture) -> str | None:
    return TRANSPARENT if picture.see_through else OPAQUE


@check("echo.size")
def _size(look: Look) -> Outcome:
    return _echo(look, "size", look.said("size"), _size_of)


@check("echo.quality")
def _quality(look: Look) -> Outcome:
    return _echo(look, "quality", look.said("quality"))


@check("echo.output_format")
def _output_format(look: Look) -> Outcome:
    return _echo(look, "output_format", look.asked("output_format"), lambda _, picture: picture.format)


@check("echo.background")
def _background(look: Look) -> Outcome:
    return _echo(look, "background", look.said("background"), _background_of)


@check("created.now")
def _created(look: Look) -> Outcome:
    if not look.answered or not look.exchange.sent_at:
        return None  # nobody knows when it was asked
    earliest = look.exchange.sent_at - CLOCK_SKEW
    latest = look.exchange.sent_at + look.response.seconds + CLOCK_SKEW

    def wrong(place: str, value: Any) -> Failed | None:
        expected = f"about {look.exchange.sent_at:.0f}"
        return None if earliest <= value <= latest else Failed(expected, f"{place}: {value}")

    return each_of((wrong(*each) for each in _times(look)), "no answer tells when it was made")


def _times(look: Look) -> Iterator[tuple[str, Any]]:
    for told in (*look.told, *look.previews):
        value = told.members.get("created_at" if look.streaming else "created")
        if isinstance(value, int) and not isinstance(value, bool):
            yield told.place, value


def _tokens(look: Look, total: str, sums: Callable[[Mapping[str, Any]], list[int]]) -> Outcome:
    """Judge whether a count is one of the sums that it may be; where a part is no number, the schema tells it."""
    if not look.answered:
        return None
    problems = []
    for told in look.told:
        usage = told.members.get("usage")
        right = sums(usage) if isinstance(usage, Mapping) else []
        if isinstance(usage, Mapping) and right and _is_number(usage.get(total)):
            same = usage[total] in right
            problems.append(None if same else Failed(f"{total} {right[0]}", f"{told.place}: {usage[total]}"))
    return each_of(problems, f"no answer tells its {total}")


def _is_number(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _sum(values: Iterable[Any]) -> list[int]:
    listed = list(values)
    return [sum(listed)] if listed and all(map(_is_number, listed)) else []


@check("usage.total")
def _total(look: Look) -> Outcome:
    return _tokens(look, "total_tokens", lambda usage: _sum(map(usage.get, ("input_tokens", "output_tokens"))))


def _details(look: Look, name: str) -> Callable[[Mapping[str, Any]], list[int]]:
    kinds = kinds_of_tokens(look.contract, name)

    def sums(usage: Mapping[str, Any]) -> list[int]:
        details = usage.get(name)
        if not isinstance(details, Mapping):
            return []
        # A kind that nobody documents may be a part of another, such as cached_tokens, or one of its own.
        known = _sum(value for kind, value in details.items() if kind in kinds)
        return [*known, *_sum(filter(_is_number, details.values()))] if known else []

    return sums


@check("usage.input-details")
def _input_details(look: Look) -> Outcome:
    return _tokens(look, "input_tokens", _details(look, "input_tokens_details"))


@check("usage.output-details")
def _output_details(look: Look) -> Outcome:
    return _tokens(look, "output_tokens", _details(look, "output_tokens_details"))
