"""What differs in the conditions of one model: combinations that no parameter's own rules explain."""

from __future__ import annotations

from collections.abc import Iterator

from images_contract import Condition
from images_contract.keywords import holds

from .change import CALLERS, COMPATIBLE, DOCUMENTATION, SERVERS, Change, Sample
from .sides import ACCEPTED, Body, Pair, Side, same, strongest
from .words import STANDING

Turn = tuple[str, str, tuple[str, ...]]  # the standing before and after, and the conditions that make the difference


def compare(pair: Pair) -> Iterator[Change]:
    """Yield the differences that conditions make between requests whose parameters are all allowed by themselves."""
    found = [_change(pair, turn, body) for turn, body in _turns(pair).items()]
    yield from found
    yield from _untried(pair)
    yield from _names(pair, {id for change in found for id in change.clauses})


def _alike(a: Condition, b: Condition) -> bool:
    """Tell whether two conditions demand the same."""
    return same(a.when, b.when) and same(a.then, b.then)


def _differing(side: Side, other: Side) -> Iterator[Condition]:
    for rule in side.profile.conditions:
        if not any(_alike(rule, each) and rule.level == each.level for each in other.profile.conditions):
            yield rule


def _apart(pair: Pair) -> list[Condition]:
    return [*_differing(pair.old, pair.new), *_differing(pair.new, pair.old)]


def _untried(pair: Pair) -> Iterator[Change]:
    """Yield the conditions that tie so many parameters that not every combination of them was tried."""
    for rule in _apart(pair):
        names = [*rule.parameters, *pair.related(rule.parameters)]
        if left := pair.untried(names):
            tied = f"{left:,} combinations of {' and '.join(names)} were not tried: judge by eye"
            told = f"the condition {rule.id} came, went or differs; {tied}"
            listed = [[each for each in side.profile.conditions if each.id == rule.id] for side in pair.sides]
            old, new = (tuple(each.pointer for each in rules) for rules in listed)
            yield Change(CALLERS, "condition", rule.id, told, pair.model, old, new, (rule.id,))


def _turns(pair: Pair) -> dict[Turn, Body]:
    """Return the smallest body for every way in which conditions change what is judged."""
    found: dict[Turn, Body] = {}
    for rule in _apart(pair):
        for setting in pair.settings([*rule.parameters, *pair.related(rule.parameters)]):
            if not all(side.allows(name, value) for side in pair.sides for name, value in setting.items()):
                continue
            for base in pair.bases:
                body = {**base, **setting}
                turn = _turn(pair, body)
                if turn and (turn not in found or Sample(body, "").size < Sample(found[turn], "").size):
                    found[turn] = body
    return {turn: body for turn, body in found.items() if not any(_explains(other, turn) for other in found)}


def _turn(pair: Pair, body: Body) -> Turn | None:
    """Return how the conditions of both contracts judge a body, or None where they agree."""
    broken = [
        [rule for rule in side.profile.conditions if holds(dict(rule.when), body) and not holds(dict(rule.then), body)]
        for side in pair.sides
    ]
    before, after = (strongest(rule.level for rule in each) for each in broken)
    ids = tuple(dict.fromkeys(rule.id for each in broken for rule in each))
    return None if before == after else (before, after, ids)


def _explains(one: Turn, other: Turn) -> bool:
    """Tell whether fewer conditions make a change by themselves."""
    return set(one[2]) < set(other[2])


def _change(pair: Pair, turn: Turn, body: Body) -> Change:
    before, after, ids = turn
    level = CALLERS if before == ACCEPTED else SERVERS if after in (ACCEPTED, "must") else COMPATIBLE
    sides = [[rule for rule in side.profile.conditions if rule.id in ids] for side in pair.sides]
    names = dict.fromkeys(name for rules in sides for rule in rules for name in rule.parameters)
    said = " ".join(dict.fromkeys(rule.sentence for rule in (sides[1] if after != ACCEPTED else []) or sides[0]))
    told = f"a combination of {' and '.join(names)} {STANDING[after]} now; before, it {STANDING[before]}: {said}"
    old, new = (tuple(rule.pointer for rule in rules) for rules in sides)
    return Change(level, "condition", " and ".join(names), told, pair.model, old, new, ids, pair.sample(body))


def _names(pair: Pair, told: set[str]) -> Iterator[Change]:
    """Yield what conditions are called, and how they are said, where no request is judged otherwise for it."""
    left = list(pair.old.profile.conditions)
    came = []
    for rule in pair.new.profile.conditions:
        twin = next((each for each in left if _alike(each, rule)), None)
        twin = twin or next((each for each in left if each.id == rule.id), None)
        if twin is None:
            came.append(rule)
            continue
        left.remove(twin)
        if twin.id != rule.id:
            yield _renamed(pair, f"the condition {twin.id} is called {rule.id} now", [twin], [rule])
        if twin.refuse_locally != rule.refuse_locally:
            level, said = (CALLERS, "refuses") if rule.refuse_locally else (COMPATIBLE, "no longer refuses")
            sentence = f"the SDK {said} by itself what breaks {rule.id}"
            yield Change(
                level, "condition", rule.id, sentence, pair.model, (twin.pointer,), (rule.pointer,), (rule.id,)
            )
        if (twin.sentence, twin.source) != (rule.sentence, rule.source):
            told_now = f"the condition {rule.id} is said or sourced otherwise: {rule.sentence}"
            yield Change(
                DOCUMENTATION, "condition", rule.id, told_now, pair.model, (twin.pointer,), (rule.pointer,), (rule.id,)
            )
    came, went = (
        [rule for rule in rules if rule.id not in told and not any(pair.moved(name) for name in rule.parameters)]
        for rules in (came, left)
    )
    if came or went:
        sides = [", ".join(rule.id for rule in rules) or "nothing" for rules in (went, came)]
        yield _renamed(pair, f"{sides[1]} stands for {sides[0]} now; no request is judged otherwise", went, came)


def _renamed(pair: Pair, told: str, old: list[Condition], new: list[Condition]) -> Change:
    ids = tuple(dict.fromkeys(rule.id for rule in (*old, *new)))
    pointers = [tuple(rule.pointer for rule in rules) for rules in (old, new)]
    return Change(COMPATIBLE, "condition", ids[0], told, pair.model, pointers[0], pointers[1], ids)
