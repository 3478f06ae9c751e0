"""The images of an answer: how many, and how each is carried."""

from __future__ import annotations

from typing import Any

from ..judging.answer import Shown, strict_base64
from ..judging.look import Look
from .registry import Failed, Outcome, check, each_of, passed_if
from .responses import count_images

FORMS = ("url", "b64_json")


def _items(look: Look) -> list[Any]:
    data = look.answer.get("data") if look.answered and not look.streamed and isinstance(look.answer, dict) else None
    return data if isinstance(data, list) else []


@check("data.count")
def _count(look: Look) -> Outcome:
    if not look.answered or look.streamed:
        return None  # stream.one-completed counts those of a stream
    asked = look.body.get("n")
    asked = 1 if asked is None or isinstance(asked, bool) or not isinstance(asked, int | float) else asked
    got = count_images(look)
    return None if got is None else passed_if(got == asked, f"{asked} image{'s' * (asked != 1)}", str(got))


@check("data.one-form")
def _one_form(look: Look) -> Outcome:
    items = [(f"data[{index}]", item) for index, item in enumerate(_items(look)) if isinstance(item, dict)]
    return each_of((_forms(place, item) for place, item in items), "no images") if items else None


def _forms(place: str, item: dict[str, Any]) -> Failed | None:
    forms = [name for name in FORMS if item.get(name) is not None]
    expected = "either url or b64_json, not empty"
    if len(forms) != 1:
        return Failed(expected, f"{place}: {' and '.join(forms) or 'neither'}")
    return None if item[forms[0]] else Failed(expected, f"{place}: an empty {forms[0]}")


@check("data.form-asked")
def _form_asked(look: Look) -> Outcome:
    asked = look.asked("response_format")
    items = [(index, item) for index, item in enumerate(_items(look)) if isinstance(item, dict)]
    forms = [(index, [name for name in FORMS if item.get(name)]) for index, item in items]
    told = [(index, found[0]) for index, found in forms if len(found) == 1]
    if asked not in FORMS or not told:
        return None
    expected = f"images as {asked}"
    return each_of((None if form == asked else Failed(expected, f"data[{at}]: {form}") for at, form in told), "")


@check("data.base64")
def _base64(look: Look) -> Outcome:
    shown = [each for told in (*look.told, *look.previews) for each in told.shown if each.b64 is not None]
    return each_of(map(_not_base64, shown), "no answer carries base64") if look.answered else None


def _not_base64(shown: Shown) -> Failed | None:
    text = shown.b64 or ""
    if strict_base64(text) is not None:
        return None
    return Failed("base64 and nothing else", f"{shown.place}: {text[:40]!r} …")
