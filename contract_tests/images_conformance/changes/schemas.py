"""What differs between two schemas of any kind: of answers, events, errors, headers, other operations."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from images_contract.keywords import KEYWORDS, json_equal, words

from .blame import ITEM, Blame, Path
from .change import CALLERS, COMPATIBLE, DOCUMENTATION, NEW, OLD, SERVERS, Change, Sample
from .corners import out_of_reach, unique
from .instances import MAX_ITEMS, beside, having, near, simplest
from .shapes import CLOSED, Part, Shape
from .words import rewritten

Way = Callable[[Any], Any]  # makes of a value at a place an instance that holds it
Ways = Mapping[str, Way]  # by whom the rest of the instance suits: both schemas, the old one, the new one
Shapes = tuple[Shape, Shape]
Pointers = tuple[str, ...]
_SHARED = {*KEYWORDS, "const", "pattern", "oneOf", "anyOf", "multipleOf", "not"}  # rules that a shared schema may state
Found = dict[str, list[tuple[Any, Sample]]]  # by the contract that accepts it: a value, in the sample that shows it


@dataclass(frozen=True)
class Subject:
    """What is compared: its kind, the words that begin its sentences, who makes it, both schemas.

    `outgoing` is True for what servers make, False for what they are sent.
    """

    kind: str
    within: str
    outgoing: bool
    parts: tuple[Part, Part]
    status: str | None = None
    content_type: str | None = None
    name: str = ""  # what its places begin with

    def compare(self) -> Iterator[Change]:
        """Yield the differences, each with the smallest instance found that one schema alone accepts."""
        shapes = Shape.of([self.parts[0]]), Shape.of([self.parts[1]])
        walk = Walk(self, self.within, self.name, self.parts, _itself)
        yield from _grouped(walk.place((), shapes, dict.fromkeys(("both", OLD, NEW), _itself)))

    def hurt(self, accepted_by: str) -> str:
        """Return the level of a change after which one contract alone accepts something."""
        return CALLERS if (accepted_by == NEW) == self.outgoing else SERVERS

    def sample(self, body: Any) -> Sample | None:
        """Return a body that one schema alone accepts; None where both do, or neither."""
        old, new = (source.validators.at(pointer).is_valid(body) for source, pointer in self.parts)
        if old == new:
            return None
        return Sample(body, OLD if old else NEW, self.status, self.content_type, self.name or None)


@dataclass(frozen=True)
class Walk:
    """A walk down two schemas of a subject, or down two alternatives in it.

    The validators of `parts` tell what is to blame; `whole` makes an instance of the subject. `within` begins each
    sentence, `label` each place below it.
    """

    subject: Subject
    within: str
    label: str
    parts: tuple[Part, Part]
    whole: Way

    def place(self, path: Path, shapes: Shapes, ways: Ways) -> Iterator[Change]:
        """Yield the differences at a place and below it."""
        old, new = shapes
        if old.meaning == new.meaning:
            return
        if old.local != new.local:
            yield from list(self._alternatives(path, shapes, ways)) or self._local(path, shapes, ways)
        if old.may_be("object") and new.may_be("object"):
            for name in {**old.fields, **new.fields, **old.required, **new.required}:
                yield from self._field(path, name, shapes, ways)
        if old.items and new.items and old.may_be("array") and new.may_be("array"):
            size = min(MAX_ITEMS, max(1, *(shape.demands.get("minItems", 1) for shape in shapes)))
            inner = (Shape.of(old.items), Shape.of(new.items))
            yield from self.place((*path, ITEM), inner, {kind: _listed(way, size) for kind, way in ways.items()})

    def _local(self, path: Path, shapes: Shapes, ways: Ways) -> Iterator[Change]:
        """Yield the differences in what the place itself may be."""
        differing = _differing(shapes)
        values = (value for shape in shapes for value in _values(shape))
        found = self._found(Blame.on(path, differing), ways, values)
        for accepted_by, each in found.items():
            told = _may(accepted_by, [value for value, _ in each], shapes, closing=differing == [CLOSED])
            yield self._change(self.subject.hurt(accepted_by), path, told, _rules(shapes, differing), each[0][1])
        unusual = any(word not in {*KEYWORDS, CLOSED, "oneOf", "anyOf"} for word in differing)
        if not found and (
            unusual or any(out_of_reach(each.demands) for each in shapes) or not self._made(shapes, ways)
        ):
            told = f"has another rule{_rewritten(shapes)}; no value was found that shows it: judge by eye"
            yield self._change(CALLERS, path, told, _rules(shapes, differing))

    def _made(self, shapes: Shapes, ways: Ways) -> bool:
        """Tell whether anything was made at this place that one of the schemas accepts, so that it can be looked at."""
        made = [self.whole(way(simplest(shape))) for shape in shapes for way in ways.values()]
        return any(
            source.validators.at(pointer).is_valid(body) for body in made for source, pointer in self.subject.parts
        )

    def _alternatives(self, path: Path, shapes: Shapes, ways: Ways) -> Iterator[Change]:
        """Yield the differences between alternatives that a field tells apart, such as the kinds of event."""
        old, new = (shape.tagged for shape in shapes)
        for tag in {**old, **new} if old and new else ():
            if tag in old and tag in new:
                yield from self._alternative(tag, (old[tag], new[tag]), ways)
                continue
            shape = Shape.of([(old if tag in old else new)[tag]])
            for accepted_by, found in self._found(Blame.on(path, ("oneOf", "anyOf")), ways, [simplest(shape)]).items():
                told = f"the {self.subject.kind} {tag} {'can come now' if tag in new else 'does not come any more'}"
                pointers: list[Pointers] = [(sides[tag][1],) if tag in sides else () for sides in (old, new)]
                level = self.subject.hurt(accepted_by)
                yield Change(level, self.subject.kind, tag, told, None, pointers[0], pointers[1], (), found[0][1])

    def _alternative(self, tag: str, parts: tuple[Part, Part], ways: Ways) -> Iterator[Change]:
        shapes = Shape.of([parts[0]]), Shape.of([parts[1]])
        for way in ways.values():  # the first that shows anything
            walk = Walk(self.subject, f"in the {self.subject.kind} {tag}", tag, parts, _after(self.whole, way))
            found = list(walk.place((), shapes, dict.fromkeys(ways, _itself)))
            yield from found
            if found:
                return

    def _field(self, path: Path, name: str, shapes: Shapes, ways: Ways) -> Iterator[Change]:
        """Yield the differences in one field: whether it is known, whether it has to be there, what it may be."""
        at, bases = (*path, name), _bases(shapes)
        parts = [shape.fields.get(name, []) for shape in shapes]
        inner = {kind: _inside(ways[kind], base, name) for kind, base in bases.items()}
        if all(parts):
            yield from self.place(at, (Shape.of(parts[0]), Shape.of(parts[1])), inner)
        without = [{key: value for key, value in base.items() if key != name} for base in bases.values()]
        turned = (name in shapes[0].required) != (name in shapes[1].required)
        missing = self._found(Blame.on(path, ["required"]), ways, without if turned else ())
        if bool(parts[0]) == bool(parts[1]):
            for accepted_by, each in missing.items():
                told = "may be missing now" if accepted_by == NEW else "is required now"
                pointers = [(shape.required.get(name, shape.at),) for shape in shapes]
                yield self._change(self.subject.hurt(accepted_by), at, told, pointers, each[0][1])
        else:
            given = self._found(Blame(path), inner, near(Shape.of([*parts[0], *parts[1]])))
            if missing or given or not shapes[1 if parts[0] else 0].choices:  # alternatives may know the field
                yield self._moved(at, shapes, missing, given)

    def _moved(self, at: Path, shapes: Shapes, missing: Found, given: Found) -> Change:
        """Return the difference that a field makes which only one schema knows."""
        came = at[-1] in shapes[1].fields
        required = at[-1] in shapes[1 if came else 0].required
        if not missing and not given:
            level = DOCUMENTATION  # it may be anything, and it may have been so before
        elif came:
            level = self.subject.hurt(OLD) if required else self.subject.hurt(NEW) if NEW in given else COMPATIBLE
        else:
            level = CALLERS if self.subject.outgoing or OLD in given else SERVERS
        told = f"{'is a new field' if came else 'is no field any more'}{', required' if came and required else ''}"
        order = (OLD, NEW) if came and required else (NEW, OLD)
        samples = [found[by][0][1] for found in (missing, given) for by in order if by in found]
        pointers = [(shape.fields[at[-1]][0][1] if at[-1] in shape.fields else shape.at,) for shape in shapes]
        return self._change(level, at, told, pointers, samples[0] if samples else None)

    def _found(self, blame: Blame, ways: Ways, values: Iterable[Any]) -> Found:
        """Return the values that, at a place, make an instance which one schema alone accepts, the smallest first."""
        found: Found = {}
        for value in values:
            for way in ways.values():
                instance = way(value)
                sample = self.subject.sample(self.whole(instance))
                if sample:
                    rejecting = 1 if sample.accepted_by == OLD else 0
                    if blame.falls(self.parts[rejecting], instance):
                        found.setdefault(sample.accepted_by, []).append((value, sample))
                        break
        return {by: sorted(each, key=lambda pair: pair[1].size) for by, each in found.items()}

    def _change(
        self, level: str, path: Path, told: str, pointers: Sequence[Pointers], sample: Sample | None = None
    ) -> Change:
        below = ".".join(path).replace(f".{ITEM}", ITEM)
        place = " ".join(filter(None, (self.label, below))) or "it"
        said = f"{self.within}, {below or 'it'} {told}"
        return Change(level, self.subject.kind, place, said, None, pointers[0], pointers[1], (), sample)


def _grouped(changes: Iterable[Change]) -> Iterator[Change]:
    """Yield one difference where a rule that several places share makes the same difference in each."""
    groups: dict[tuple[str, str, Pointers], list[Change]] = {}
    for change in changes:
        rules = tuple(at for at in (*change.old, *change.new) if at.rpartition("/")[2] in _SHARED)
        key = change.level, change.told.replace(_bare(change), "", 1), rules or (change.place,)
        groups.setdefault(key, []).append(change)
    for first, *rest in groups.values():
        told = first.told.replace(_bare(first), f"{_bare(first)} (and {len(rest)} more)", 1) if rest else first.told
        yield replace(first, told=told, also=tuple(change.place for change in rest))


def _bare(change: Change) -> str:
    """Return the place of a change without the alternative that it is in."""
    return change.place.rpartition(" ")[2]


def _itself(value: Any) -> Any:
    return value


def _after(whole: Way, way: Way) -> Way:
    return lambda value: whole(way(value))


def _listed(way: Way, size: int) -> Way:
    return lambda value: way([value] * size)


def _inside(way: Way, base: dict[str, Any], name: str) -> Way:
    return lambda value: way({**base, name: value})


def _bases(shapes: Shapes) -> dict[str, dict[str, Any]]:
    """Return the smallest objects that suit both schemas, the old one and the new one, as far as there are."""
    old, new = shapes
    made = {"both": old.plus(new), OLD: old, NEW: new}
    return {kind: having(shape, shape.required) for kind, shape in made.items()}


def _values(shape: Shape) -> Iterator[Any]:
    return near(shape) if shape.choices else beside(shape, simplest(shape))


def _differing(shapes: Shapes) -> list[str]:
    """Return the keywords that demand something else of the place itself."""
    old, new = ({**shape.demands, CLOSED: shape.closed} for shape in shapes)
    words = [
        word for word in {**old, **new} if word not in old or word not in new or not json_equal(old[word], new[word])
    ]
    choices = {word for shape in shapes for word, _ in shape.choices}
    return [*words, *sorted(choices)]


def _rewritten(shapes: Shapes) -> str:
    old, new = ({word: each for word, each in shape.demands.items() if word != CLOSED} for shape in shapes)
    return rewritten(old, new)


def _may(accepted_by: str, values: list[Any], shapes: Shapes, *, closing: bool) -> str:
    if closing:
        return f"may have {'other fields than' if accepted_by == NEW else 'no fields but'} those described now"
    listed = shapes[1 if accepted_by == NEW else 0].demands.get("enum", [])
    named = unique(value for value in values if any(json_equal(value, each) for each in listed))
    return (
        f"{'may now be' if accepted_by == NEW else 'may no longer be'} {words(named or values[:1])}{_rewritten(shapes)}"
    )


def _rules(shapes: Shapes, differing: Iterable[str]) -> list[Pointers]:
    """Return pointers to the keywords that differ, of the place itself where it has none of them."""
    listed = [tuple(shape.pointers[word] for word in differing if word in shape.pointers) for shape in shapes]
    return [found or (shape.at,) for found, shape in zip(listed, shapes, strict=True)]
