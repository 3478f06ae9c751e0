"""What several JSON reports say of the same clauses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any
from urllib.parse import urlsplit

from ..matrix import ABSENT, Cell, matrix

ENDPOINT = "endpoint"
NOTHING = Cell("skip", ())
JsonReport = Mapping[str, Any]
Key = tuple[str, str | None]


@dataclass(frozen=True)
class Column:
    """One report, under a name that no other has."""

    name: str
    report: JsonReport

    @property
    def verdict(self) -> str:
        """The verdict in words."""
        broken = sum(each["verdict"] == "fail" and each["level"] == "must" for each in self.report["clauses"])
        return {0: "conformant", 1: f"{broken} broken", 3: "inconclusive"}[self.report["exit_code"]]


@dataclass(frozen=True)
class Row:
    """A parameter of one model, or a group of behaviours, with a cell for each column."""

    model: str
    name: str
    parameter: bool
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Difference:
    """A clause on which columns differ; `verdicts` and `clauses` are None where a report does not have it."""

    id: str
    model: str | None
    sentence: str
    verdicts: tuple[str | None, ...]
    clauses: tuple[Mapping[str, Any] | None, ...]


@dataclass(frozen=True)
class Change:
    """A verdict of one target that is another one in a later run."""

    id: str
    model: str | None
    before: str
    after: str


@dataclass(frozen=True)
class Comparison:
    """Reports side by side; `changes` holds, for a target with several runs, what changed from each to the next."""

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    differences: tuple[Difference, ...]
    changes: tuple[tuple[str, str, tuple[Change, ...]], ...]

    @classmethod
    def of(cls, reports: Sequence[JsonReport], names: Sequence[str | None] = ()) -> Comparison:
        """Compare reports, in the order in which they are given; `names`, where there are any, name the columns."""
        named = _names(reports, names or [None] * len(reports))
        columns = tuple(Column(name, report) for name, report in zip(named, reports, strict=True))
        return cls(columns, tuple(_rows(columns)), tuple(_differences(columns)), tuple(_changes(columns)))

    @property
    def models(self) -> list[str]:
        """The models that any report speaks of, and the endpoint as a whole."""
        return list(dict.fromkeys(row.model for row in self.rows))


def _names(reports: Sequence[JsonReport], given: Sequence[str | None]) -> list[str]:
    """Return a name for each report: the one given or its host, with day or number where that does not tell apart."""
    urls = [str(each["target"]["url"]) for each in reports]
    hosts = [name or urlsplit(url).netloc or url for name, url in zip(given, urls, strict=True)]
    days = [f"{host} {each['started'][:10]}" for host, each in zip(hosts, reports, strict=True)]
    names = [host if hosts.count(host) == 1 else day for host, day in zip(hosts, days, strict=True)]
    return [
        name if names.count(name) == 1 else f"{name} ({names[: place + 1].count(name)})"
        for place, name in enumerate(names)
    ]


def _rows(columns: Sequence[Column]) -> Iterator[Row]:
    grids = [matrix(column.report["clauses"]) for column in columns]
    for model in dict.fromkeys(model for grid in grids for model in grid.models):
        for part in ("parameters", "behaviours"):
            for name in dict.fromkeys(name for grid in grids for name in getattr(grid, part)):
                cells = [_cell(getattr(grid, part).get(name), grid.models, model) for grid in grids]
                yield Row("no model" if model == ABSENT else model, name, part == "parameters", tuple(cells))
    for name in dict.fromkeys(name for grid in grids for name in grid.shared):
        yield Row(ENDPOINT, name, False, tuple(grid.shared.get(name, NOTHING) for grid in grids))


def _cell(row: Sequence[Cell] | None, models: Sequence[str], model: str) -> Cell:
    return row[models.index(model)] if row and model in models else NOTHING


def _keyed(report: JsonReport) -> dict[Key, Mapping[str, Any]]:
    return {(each["id"], each["model"]): each for each in report["clauses"]}


def _differences(columns: Sequence[Column]) -> Iterator[Difference]:
    told = [_keyed(column.report) for column in columns]
    for key in dict.fromkeys(key for clauses in told for key in clauses):
        found = tuple(clauses.get(key) for clauses in told)
        verdicts = tuple(each["verdict"] if each else None for each in found)
        if len(set(verdicts)) > 1:
            first = next(each for each in found if each)
            yield Difference(key[0], key[1], first["sentence"], verdicts, found)


def _changes(columns: Sequence[Column]) -> Iterator[tuple[str, str, tuple[Change, ...]]]:
    """Yield (earlier, later, changes) for runs of one target that follow each other in time."""
    targets = dict.fromkeys(column.report["target"]["url"] for column in columns)
    for target in targets:
        own = [each for each in columns if each.report["target"]["url"] == target]
        for before, after in pairwise(sorted(own, key=lambda each: str(each.report["started"]))):
            earlier = _keyed(before.report)
            found = [
                Change(*key, earlier[key]["verdict"], clause["verdict"])
                for key, clause in _keyed(after.report).items()
                if key in earlier and earlier[key]["verdict"] != clause["verdict"]
            ]
            yield before.name, after.name, tuple(found)
