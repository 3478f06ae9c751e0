"""What differs in the behaviours that a contract declares, and in how binding they are."""

from __future__ import annotations

from collections.abc import Iterator

from images_contract import Clause, Contract

from .change import CALLERS, COMPATIBLE, DOCUMENTATION, SERVERS, Change

Key = tuple[str, str | None]


def compare(old: Contract, new: Contract) -> Iterator[Change]:
    """Yield behaviours that came, went, or bind otherwise; of models on one side only, nothing."""
    common = {None, *(name for name in old.profiles if name in new.profiles)}
    before, after = (
        {each.key: each for each in side.clauses if each.keyword == "behaviour" and each.model in common}
        for side in (old, new)
    )
    told: dict[tuple[str, str, str], list[Change]] = {}
    for key in {**before, **after}:
        if _follows(old, new, before.get(key), after.get(key)):
            continue
        for change in _clause(before.get(key), after.get(key)):
            told.setdefault((change.level, change.place, change.told), []).append(change)
    for changes in told.values():
        every = {clause.model for clause in (*before.values(), *after.values()) if clause.id == changes[0].place}
        yield from [_of_all(changes)] if len(changes) == len(every) else changes


def _follows(old: Contract, new: Contract, before: Clause | None, after: Clause | None) -> bool:
    """Tell whether a clause came or went with the parameter that it needs, which is told already."""
    clause, contract = (before, old) if before else (after, new)
    if clause is None or clause.model is None or (before and after):
        return False
    needed = contract.resolve(clause.pointer).get("needs")
    sides = [side.profiles[clause.model].parameters.get(needed) for side in (old, new)]
    return [bool(each and each.supported) for each in sides] == [bool(before), bool(after)]


def _of_all(changes: list[Change]) -> Change:
    """Return one difference for what changed alike for every model that the clause speaks of."""
    first = changes[0]
    return Change(first.level, first.kind, first.place, first.told, None, first.old, first.new, first.clauses)


def _clause(old: Clause | None, new: Clause | None) -> Iterator[Change]:
    """A promise that came, or binds more, is work for servers; one that went, or binds less, callers relied on."""
    pointers = (old.pointer,) if old else (), (new.pointer,) if new else ()
    clause = new or old
    assert clause is not None
    levels = old.level if old else "may", new.level if new else "may"
    told = None
    if old is None or new is None:
        told = f"the clause {clause.id} ({clause.level}) {'came' if new else 'went'}: {clause.sentence}"
    elif old.level != new.level:
        told = f"the clause {clause.id} is a {new.level} now, before a {old.level}: {clause.sentence}"
    if told:
        level = COMPATIBLE if "must" not in levels else SERVERS if levels[1] == "must" else CALLERS
        yield Change(level, "clause", clause.id, told, clause.model, *pointers, (clause.id,))
    elif old and new and (old.sentence, old.source) != (new.sentence, new.source):
        what = "sentence" if old.sentence != new.sentence else "source"
        told = f"the {what} of the clause {clause.id} differs: {getattr(new, what)}"
        yield Change(DOCUMENTATION, "clause", clause.id, told, clause.model, *pointers, (clause.id,))
