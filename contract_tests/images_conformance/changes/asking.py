"""What differs in how an operation is asked, beside the bodies of each model: credentials, parameters, media types."""

from __future__ import annotations

from collections.abc import Iterator

from images_contract.keywords import json_equal, shown

from .change import CALLERS, COMPATIBLE, SERVERS, Change
from .operations import NO_CREDENTIALS, Place, apart, both, moved
from .responses import Traffic, required_and_schema


def compare(traffic: Traffic) -> Iterator[Change]:
    """Yield the differences in where and how requests are sent."""
    if traffic.old.name != traffic.new.name:
        pointers = (traffic.old.pointer,), (traffic.new.pointer,)
        told = f"{traffic.old.name} is {traffic.new.name} now"
        yield Change(CALLERS, "operation", traffic.new.name, told, None, *pointers)
    yield from _credentials(traffic)
    yield from _parameters(traffic)
    yield from _bodies(traffic)


def _credentials(traffic: Traffic) -> Iterator[Change]:
    """Yield ways to authenticate on one side only; a request that carries more than it has to is accepted, too."""
    old, new = traffic.old.credentials, traffic.new.credentials
    for name in apart(old, new):
        if any(_needs(other) <= _needs(name) for other in (old if name in new else new)):
            continue
        came = SERVERS, f"requests with {name} are accepted now{traffic.suffix}"
        went = CALLERS, f"requests with {name} are not accepted any more{traffic.suffix}"
        yield moved("security", name, old, new, came, went)


def _needs(name: str) -> set[str]:
    return set() if name == NO_CREDENTIALS else set(name.split(" with "))


def _parameters(traffic: Traffic) -> Iterator[Change]:
    old, new = traffic.old.parameters, traffic.new.parameters
    for name in apart(old, new):
        needed = name in new and new[name][1].get("required") is True
        how = "required" if needed else "known"
        came = CALLERS if needed else COMPATIBLE, f"the parameter {name} is {how} now{traffic.suffix}"
        went = CALLERS, f"the parameter {name} is not known any more{traffic.suffix}"
        yield moved("parameter", name, old, new, came, went)
    for name in both(old, new):
        yield from required_and_schema(traffic, "parameter", name, old[name], new[name], outgoing=False)
        yield from _default(traffic, name, old[name], new[name])


def _default(traffic: Traffic, name: str, old: Place, new: Place) -> Iterator[Change]:
    """Yield a difference in what a request means that leaves a parameter out."""
    before, after = (
        side.source.shape(f"{place[0]}/schema").texts.get("default") if "schema" in place[1] else None
        for side, place in ((traffic.old, old), (traffic.new, new))
    )
    if not json_equal(before, after):
        told = f"the default of the parameter {name} is {shown(after)} now, not {shown(before)}{traffic.suffix}"
        level = SERVERS if before is None else CALLERS
        yield Change(level, "default", name, told, None, (old[0],), (new[0],))


def _bodies(traffic: Traffic) -> Iterator[Change]:
    old, new = traffic.old.bodies, traffic.new.bodies
    for media in apart(old, new):
        came = SERVERS, f"a request body may come as {media} now{traffic.suffix}"
        went = CALLERS, f"a request body may not come as {media} any more{traffic.suffix}"
        yield moved("media-type", media, old, new, came, went)
    before, after = traffic.old.body, traffic.new.body
    needed = [place[1].get("required") is True for place in (before, after)]
    if needed[0] != needed[1]:
        told = f"a request body {'is required' if needed[1] else 'may be missing'} now{traffic.suffix}"
        yield Change(CALLERS if needed[1] else SERVERS, "operation", "body", told, None, (before[0],), (after[0],))
