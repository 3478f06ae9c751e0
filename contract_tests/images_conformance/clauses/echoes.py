"""What an answer tells beside its pictures: settings, time and tokens."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from ..judging.answer import Told
from ..judging.look import Look
from ..judging.picture import Picture
from .pictures import AUTO, OPAQUE, TRANSPARENT, is_size
from .registry import Failed, Outcome, check, each_of

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
        pictures = _pictures(told) if of_picture else []
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


def _tokens(look: Look, total: str, parts: Callable[[Mapping[str, Any]], list[Any]]) -> Outcome:
    """Judge whether a count is the sum of its parts; where one of them is no number, the schema tells it."""
    if not look.answered:
        return None
    problems = []
    for told in look.told:
        usage = told.members.get("usage")
        listed = parts(usage) if isinstance(usage, Mapping) else []
        if isinstance(usage, Mapping) and _numbers(listed) and _numbers([usage.get(total)]):
            same = usage[total] == sum(listed)
            problems.append(None if same else Failed(f"{total} {sum(listed)}", f"{told.place}: {usage[total]}"))
    return each_of(problems, f"no answer tells its {total}")


def _numbers(values: list[Any]) -> bool:
    return bool(values) and all(isinstance(value, int) and not isinstance(value, bool) for value in values)


def _details(name: str) -> Callable[[Mapping[str, Any]], list[Any]]:
    def parts(usage: Mapping[str, Any]) -> list[Any]:
        details = usage.get(name)
        return [*details.values()] if isinstance(details, Mapping) else []

    return parts


@check("usage.total")
def _total(look: Look) -> Outcome:
    return _tokens(look, "total_tokens", lambda usage: [usage.get("input_tokens"), usage.get("output_tokens")])


@check("usage.input-details")
def _input_details(look: Look) -> Outcome:
    return _tokens(look, "input_tokens", _details("input_tokens_details"))


@check("usage.output-details")
def _output_details(look: Look) -> Outcome:
    return _tokens(look, "output_tokens", _details("output_tokens_details"))
