"""Sizes told as arithmetic: a server that forgets one of the rules, or holds to a tighter one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from images_contract.dimensions import FORM, RULES, Dimensions

from ...catalogue import Schema
from ..fault import Fault
from .mutation import Site, put, without

_TIGHTER = {"x-multiple-of": 2, "x-max-edge": -1, "x-max-ratio": -1, "x-min-pixels": 1, "x-max-pixels": -1}


def _broken(schema: Schema, value: Any) -> list[str]:
    return [
        keyword for keyword, (holds, *_) in RULES.items() if keyword in schema and not holds(schema[keyword], value)
    ]


def unbounded(site: Site, parameter: str, schema: Schema) -> Iterator[Fault]:
    """Yield a fault for each rule of a size that may be forgotten; its witness breaks that rule alone."""
    dimensions = Dimensions.of(schema)
    witnesses: dict[str, str] = {}
    for value in ("no-such-size", *dimensions.beyond) if dimensions else ():
        broken = _broken(schema, value)
        if len(broken) == 1:
            witnesses.setdefault(broken[0], value)
    for keyword, value in witnesses.items():
        edit, body = put(parameter, without(schema, keyword)), site.body(**{parameter: value})
        sentence = f"{parameter} is not held to {keyword}."
        level = site.level(keyword, schema, **{parameter: value})
        yield site.fault("accepts", f"{parameter}.{keyword}", sentence, edit, body, level=level)


def narrowed(site: Site, parameter: str, schema: Schema) -> Iterator[Fault]:
    """Yield a fault for each corner of the sizes that a server may cut off."""
    dimensions = Dimensions.of(schema)
    if dimensions is None:
        return
    strict = {} if site.model.names else {"open_absent": False}
    for keyword, step in _TIGHTER.items():
        if keyword in schema:
            argument = schema[keyword] * step if keyword == "x-multiple-of" else schema[keyword] + step
            tight = {**schema, keyword: argument}
            for value in [size for size in dimensions.corners if _broken(tight, size)][:1]:
                sentence, body = f"{parameter} is held to {keyword} {argument}.", site.body(**{parameter: value})
                edit = put(parameter, tight)
                yield site.fault("rejects", f"{parameter}.{keyword}", sentence, edit, body, seams=strict)
    for word in dimensions.words:
        edit = put(parameter, {**schema, FORM: [each for each in dimensions.words if each != word]})
        body = site.body(**{parameter: word})
        yield site.fault(
            "rejects", f"{parameter}.{word}", f"{parameter} may not be {word!r}.", edit, body, seams=strict
        )
