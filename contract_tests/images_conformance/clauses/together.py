"""What only several exchanges tell together: whether a verdict stays, and whether answers can be told apart."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence

from ..look import Look
from .registry import Failed, Outcome, passed_if
from .responses import request_id

Seen = Sequence[tuple[int, Look]]  # exchanges that have a verdict, with their places in the run
Judged = Iterator[tuple[int, Outcome]]  # the outcome, and the place of the exchange that shows it
TOGETHER: dict[str, Callable[[Seen], Judged]] = {}


def together(id: str) -> Callable[[Callable[[Seen], Judged]], Callable[[Seen], Judged]]:
    """Register the check of a declared clause that speaks of several exchanges."""

    def register(function: Callable[[Seen], Judged]) -> Callable[[Seen], Judged]:
        TOGETHER[id] = function
        return function

    return register


@together("state.same-verdict")
def _same_verdict(seen: Seen) -> Judged:
    groups: dict[object, list[tuple[int, Look]]] = defaultdict(list)
    for place, look in seen:
        groups[look.exchange.request].append((place, look))
    for group in groups.values():
        if len(group) > 1:
            yield _steady(group)


def _steady(group: Seen) -> tuple[int, Outcome]:
    """Judge the statuses of one request; what comes less often is what is shown."""
    counts = Counter(look.response.status for _, look in group)
    if len(counts) == 1:
        return group[0][0], True
    usual, _ = max(counts.items(), key=lambda each: (each[1], -each[0]))
    rates = [f"{count} of {len(group)} times status {status}" for status, count in counts.items() if status != usual]
    place = next(place for place, look in group if look.response.status != usual)
    return place, Failed("the same status every time", f"{', '.join(rates)}, else {usual}")


@together("auth.scheme-case")
def _scheme_case(seen: Seen) -> Judged:
    """Judge requests with the scheme in lower case, where the key is known to be good in its usual spelling."""
    if not any(look.exchange.request.credential == "right" and look.response.status == 200 for _, look in seen):
        return
    for place, look in seen:
        if look.exchange.request.credential == "lower-case scheme" and look.valid:
            status = look.response.status
            yield place, passed_if(status == 200, "status 200, as for Bearer", f"status {status} for bearer")


@together("state.request-ids")
def _request_ids(seen: Seen) -> Judged:
    first: dict[str, int] = {}
    for place, look in seen:
        id = request_id(look)
        if id in first:
            yield place, Failed("a request id of its own", f"{id} once more")
        elif id:
            first[id] = place
            if len(first) == 2:
                yield place, True
