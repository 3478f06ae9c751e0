"""What only several exchanges tell together: whether a verdict stays, and whether answers can be told apart."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence

from ..exchange import JSON_TYPE, Request
from ..judging.look import Look
from .registry import Failed, Outcome, Skipped, passed_if
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
    groups: dict[Request, list[tuple[int, Look]]] = defaultdict(list)
    for place, look in seen:
        groups[look.exchange.request].append((place, look))
    for group in groups.values():
        # A key that is denied every time says nothing about the contract.
        if len(group) > 1 and not all(look.denied for _, look in group):
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


def _spelled(id: str, usual: str, unusual: Callable[[Request], str | None]) -> None:
    """Register a clause on a header in an unusual spelling, judged where the same body is served in the usual one."""

    def judge(seen: Seen) -> Judged:
        served = {look.exchange.request.body for _, look in seen if look.plain and look.response.status == 200}
        for place, look in seen:
            spelling = unusual(look.exchange.request)
            if spelling is not None and look.valid and not look.denied and look.exchange.request.body in served:
                status = look.response.status
                yield place, passed_if(status == 200, f"status 200, as for {usual}", f"status {status} for {spelling}")

    together(id)(judge)


def _charset(request: Request) -> str | None:
    media_type, _, parameters = (request.content_type or "").partition(";")
    charset = request.credential == "right" and media_type.strip() == JSON_TYPE and "charset" in parameters.lower()
    return request.content_type if charset else None


def _media_type_case(request: Request) -> str | None:
    told = request.content_type or ""
    return told if request.credential == "right" and told != JSON_TYPE and told.lower() == JSON_TYPE else None


def _scheme_case(request: Request) -> str | None:
    return "bearer" if request.credential == "lower-case scheme" and request.content_type == JSON_TYPE else None


_spelled("http.charset", JSON_TYPE, _charset)
_spelled("http.media-type-case", JSON_TYPE, _media_type_case)
_spelled("auth.scheme-case", "Bearer", _scheme_case)


@together("state.request-ids")
def _request_ids(seen: Seen) -> Judged:
    first: dict[str, int] = {}
    if seen and not any(request_id(look) for _, look in seen):
        yield seen[0][0], Skipped("no answer has a request id")
    for place, look in seen:
        id = request_id(look)
        if id in first:
            yield place, Failed("a request id of its own", f"{id} once more")
        elif id:
            first[id] = place
            if len(first) == 2:
                yield place, True
