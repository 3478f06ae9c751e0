"""The finished pictures of an answer, decoded: their size, format and transparency."""

from __future__ import annotations

import re
from collections.abc import Callable

from ..judging.answer import Shown
from ..judging.look import Look
from ..judging.picture import Picture
from .registry import Failed, Outcome, Skipped, check, each_of, passed_if

AUTO = "auto"
TRANSPARENT, OPAQUE = "transparent", "opaque"
UNSEEN = "no answer carries a picture that could be looked at"


def is_size(value: object) -> bool:
    """Tell whether a value is a size such as 1024x1024."""
    return isinstance(value, str) and re.fullmatch(r"[0-9]+x[0-9]+", value) is not None


def _decoded(look: Look) -> list[tuple[Shown, Picture]]:
    return [(each, each.picture) for each in look.shown if isinstance(each.picture, Picture)]


def _each(look: Look, wrong: Callable[[Picture], str | None], expected: str) -> Outcome:
    """Judge every decoded picture; `wrong` says what is wrong with one, if anything is."""
    seen = [(shown, wrong(picture)) for shown, picture in _decoded(look)]
    return each_of((Failed(expected, f"{shown.place}: {what}") if what else None for shown, what in seen), UNSEEN)


@check("picture.decodes")
def _decodes(look: Look) -> Outcome:
    if not look.answered:
        return None
    seen = [(shown, shown.picture) for shown in look.shown if shown.picture is not None]
    expected = "a picture"
    return each_of((Failed(expected, f"{s.place}: {p}") if isinstance(p, str) else None for s, p in seen), UNSEEN)


@check("picture.size")
def _size(look: Look) -> Outcome:
    asked = look.said("size") if look.answered else None
    if not is_size(asked):
        return Skipped("no request asked for a size") if look.answered else None
    return _each(look, lambda picture: picture.size if picture.size != asked else None, f"a picture of {asked}")


@check("picture.size-auto")
def _size_auto(look: Look) -> Outcome:
    if not look.answered or is_size(look.said("size")):
        return Skipped("no request left the size to the server") if look.answered else None
    sizes = [value for value in look.profile.parameters["size"].values or () if is_size(value)]
    if not sizes:
        return Skipped("the document does not list the sizes")
    expected = f"a picture of {' or '.join(sizes)}"
    return _each(look, lambda picture: picture.size if picture.size not in sizes else None, expected)


@check("picture.format")
def _format(look: Look) -> Outcome:
    asked = look.asked("output_format") if look.answered else None
    if not isinstance(asked, str):
        return None
    return _each(look, lambda picture: picture.format if picture.format != asked else None, f"a {asked} file")


@check("picture.alpha")
def _alpha(look: Look) -> Outcome:
    if not look.answered or look.asked("background") != TRANSPARENT:
        return None
    return _each(look, lambda picture: None if picture.see_through else "opaque all over", "transparent pixels")


@check("picture.opaque")
def _opaque(look: Look) -> Outcome:
    if not look.answered or look.asked("background") != OPAQUE:
        return None
    return _each(look, lambda picture: "transparent pixels" if picture.see_through else None, "opaque all over")


@check("picture.distinct")
def _distinct(look: Look) -> Outcome:
    if not look.answered or look.streamed:
        return None
    contents = [each.content for each in look.shown if each.content]
    if len(contents) < 2:
        return Skipped("no answer had several pictures to compare")
    return passed_if(len(set(contents)) > 1, "different pictures", f"the same file {len(contents)} times")
