"""Inputs for what is opaque in a box: values of a record that bring scores and terms into their cells."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

from tierkit.analysis.regions.boxes import Box
from tierkit.analysis.regions.cells import Cells
from tierkit.analysis.regions.facts import Facts
from tierkit.analysis.regions.space import Space
from tierkit.analysis.regions.spans import sources
from tierkit.decisions.paths.axes import Axis
from tierkit.program.interpreter import text_test
from tierkit.program.model import Dimension
from tierkit.program.terms import TextTest, Value, references
from tierkit.program.tolerance import apart

_USUAL = dt.date(2025, 1, 1)
_TRIED, _ROUNDS, _VALUES, _CELLS = 1_500, 6, 40, 10
_AWAY = 1e30
Point = dict[str, Value | None]
_DAY = "\0day"


class Inputs:
    """The customers of one box, as far as they differ in what its opaque coordinates read."""

    def __init__(self, space: Space, box: Box) -> None:
        self.space, self.box = space, box
        self.opaque = space.opaque(box)
        self.names = self._sources()
        self.tried = 0
        self.start = self._start()

    def _sources(self) -> dict[str, Dimension]:
        """The dimensions of the record that opaque coordinates read, and those that must not be missing."""
        found: dict[str, Dimension] = {}
        for at in self.opaque:
            coordinate = self.space.coordinates[at]
            program, key = self.space.programs[coordinate.owner], coordinate.key
            names = frozenset([key.name])
            if key.kind != "computed":
                terms = key.about[:2] if key.kind == "order" else key.about[:1]
                names = frozenset().union(*(references(term) for term in terms))
            found |= {name: program.dimensions[name] for name in sources(program, tuple(names))}
        for program in self.space.programs:
            needed = tuple(d.name for d in program.dimensions.values() if d.on_missing.policy == "error")
            found |= {
                name: program.dimensions[name] for name in sources(program, needed) if name not in found
            }
        return found

    @property
    def provided(self) -> tuple[str, ...]:
        """The dimensions of providers that the customers of the box are told by."""
        named = {self.space.coordinates[at].key.name for at in self.box} | self.names.keys()
        every = (d for program in self.space.programs for d in program.dimensions.values())
        return tuple(dict.fromkeys(d.name for d in every if d.provider is not None and d.name in named))

    # -- where to begin

    def _start(self) -> Point | None:
        """A value for each coordinate of the box that a record holds, and for what must be there."""
        point: Point = {_DAY: _USUAL}
        members: dict[str, set[str]] = {}
        for at, mask in sorted(self.box.items()):
            coordinate, cells = self.space.coordinates[at], self.space.cells[at]
            key = coordinate.key
            if key.kind == "day":
                point[_DAY] = _first(cells, mask)
            elif key.kind == "member" and mask == 0b01:
                members.setdefault(key.name, set()).add(key.about)
            elif key.kind == "given":
                point[key.name] = _first(cells, mask)
        for name, texts in members.items():
            point[name] = frozenset(texts)
        for name, dimension in self.names.items():
            if name not in point:
                point[name] = self._usual(name, dimension)
        for at in self.opaque:
            if not self._worded(at, point):
                return None
        return point

    def _usual(self, name: str, dimension: Dimension) -> Value | None:
        for coordinate, cells in zip(self.space.coordinates, self.space.cells, strict=True):
            if coordinate.key.kind == "given" and coordinate.key.name == name and cells.values:
                return cells.values[0]
        if dimension.type == "set":
            return frozenset()
        if dimension.type in ("boolean", "category", "text"):
            return (dimension.values or ("other",))[0] if dimension.type != "boolean" else True
        axis = Axis(dimension, 0, None, _USUAL)
        if axis.kind == "date":
            return _USUAL
        low, high = axis.ends
        return axis.at(min(max(axis.place(0.0), low), high))  # type: ignore[no-any-return]  # a value

    def _worded(self, at: int, point: Point) -> bool:
        """Chooses another text where tests of an open text ask for it."""
        leaf = self.space.coordinates[at].key.about
        leaf = leaf[0] if isinstance(leaf, tuple) and leaf else None
        if not isinstance(leaf, TextTest) or not references(leaf.term):
            return True
        name = next(iter(references(leaf.term)))
        tests = []
        for other in self.opaque:
            about = self.space.coordinates[other].key.about
            if isinstance(about, tuple) and isinstance(about[0], TextTest) and about[0].term == leaf.term:
                tests.append((about[0], self.box[other] == 0b01))
        wanted = [str(test.text.value) for test, yes in tests if yes]
        starts = [str(t.text.value) for t, yes in tests if yes and t.function == "starts_with"]
        finishes = [str(t.text.value) for t, yes in tests if yes and t.function == "ends_with"]
        start, finish = max(starts, key=len, default=""), max(finishes, key=len, default="")
        inner = "".join(dict.fromkeys(w for w in wanted if w not in (start, finish)))
        inside = self._inside(name)
        known = () if inside is None else inside[0].places
        tried = [
            *wanted,
            start + inner + finish,
            start + finish,
            *(w.swapcase() for w in wanted),
            "other",
            "x1",
        ]
        tried += [f"{start}{filler}{inner}{filler}{finish}" for filler in ("-", "7", "zq", "·")]
        for text in tried:
            fits = all(text_test(t.function, text, t.text.value) == yes for t, yes in tests)
            if fits and text not in known:
                point[name] = text
                return True
        return False

    # -- where to go

    def candidates(self) -> Iterator[tuple[dict[str, Value], dt.date]]:
        """Records worth asking the interpreter about, each with its day."""
        assert self.start is not None  # noqa: S101  the caller looked
        if not self.opaque:
            yield self._record(self.start)
            return
        choices = {name: self._choices(name, dimension) for name, dimension in self.names.items()}
        seen: set[tuple[Any, ...]] = set()
        for start in self._starts(choices):
            found = self._descend(start, choices)
            if found is not None and (key := tuple(found.items())) not in seen:
                seen.add(key)
                yield self._record(found)
            if self.tried > _TRIED:
                return

    def _record(self, point: Point) -> tuple[dict[str, Value], dt.date]:
        day = point[_DAY]
        assert isinstance(day, dt.date)  # noqa: S101  it began as one
        return {name: v for name, v in point.items() if name != _DAY and v is not None}, day

    def _choices(self, name: str, dimension: Dimension) -> list[Value | None]:
        """Values of a dimension where something turns, within the box."""
        axis, inside = Axis(dimension, 0, None, _USUAL), self._inside(name)
        if not axis.measured:
            if inside is not None:
                return _spread(*inside)
            return list(axis.choices) if axis.kind == "finite" else [self._usual(name, dimension)]
        marks: list[Any] = [_USUAL, axis.at(axis.ends[0]), axis.at(axis.ends[1])]
        if axis.kind == "number":
            marks = [axis.at(axis.place(x)) for x in (*self._knots(name), 0.0, 1.0, 10.0, 1e3, 1e6)]
            marks = [mark for mark in marks if axis.fitted(mark) is not None]
        if inside is None:
            return list(dict.fromkeys(marks))[:_VALUES]
        cells, mask = inside
        ends = [axis.at(axis.place(end)) for end in _ends(cells, mask)]
        marks = [mark for mark in marks if (cell := cells.cell(mark)) >= 0 and mask >> cell & 1]
        return list(dict.fromkeys([*_spread(cells, mask), *ends, *marks]))[:_VALUES]

    def _inside(self, name: str) -> tuple[Cells, int] | None:
        """The cells of a dimension, and those of them that the box has; None when nobody asks about it."""
        for at, (coordinate, cells) in enumerate(zip(self.space.coordinates, self.space.cells, strict=True)):
            if coordinate.key.kind == "given" and coordinate.key.name == name:
                return cells, self.box.get(at, cells.full)
        return None

    def _knots(self, name: str) -> Iterator[float]:
        for program in self.space.programs:
            for dimension in program.dimensions.values():
                for item in dimension.scorecard:
                    if item.dimension == name:
                        yield from item.xs or (0.0, item.cap)

    def _starts(self, choices: dict[str, list[Value | None]]) -> Iterator[Point]:
        assert self.start is not None  # noqa: S101  the caller looked
        yield dict(self.start)
        for pick in (max, min):
            point = dict(self.start)
            for name, values in choices.items():
                there: list[Any] = [v for v in values if isinstance(v, int | float | dt.date)]
                if there and point[name] is not None:
                    point[name] = pick(there)
            yield point

    def _descend(self, point: Point, choices: dict[str, list[Value | None]]) -> Point | None:
        """One input after the other put where it brings the opaque coordinates nearest to their cells."""
        best = self._away(point)
        for _ in range(_ROUNDS):
            before = best
            for name, values in choices.items():
                if not best or self.tried > _TRIED:
                    break
                gaps: list[tuple[Any, float]] = []
                for item in values:
                    trial = {**point, name: item}
                    away = self._away(trial)
                    if isinstance(item, int | float | dt.date) and not isinstance(item, bool):
                        gaps.append((item, self._gap(trial)))
                    if away < best:
                        point, best = trial, away
                if best and len(gaps) > 1:
                    point, best = self._halve(point, best, name, sorted(gaps, key=lambda pair: pair[0]))
            if not best:
                return point
            if best >= before:
                break
        return point if not best else None

    def _halve(
        self, point: Point, best: float, name: str, gaps: Sequence[tuple[Any, float]]
    ) -> tuple[Point, float]:
        """Steps halved between values on different sides of what is asked for."""
        axis = Axis(self.names[name], 0, None, _USUAL)
        for (low, at_low), (high, at_high) in pairwise(gaps):
            if at_low * at_high >= 0:
                continue
            first, last = axis.place(low), axis.place(high)
            while last - first > 1 and best and self.tried <= _TRIED:
                middle = (first + last) // 2
                trial = {**point, name: axis.at(middle)}
                away = self._away(trial)
                if away < best:
                    point, best = trial, away
                if (self._gap(trial) < 0) == (at_low < 0):
                    first = middle
                else:
                    last = middle
        return point, best

    # -- how far it is

    def _away(self, point: Point) -> float:
        """How far all opaque coordinates are from their cells together; 0 when they are there."""
        self.tried += 1
        record, day = self._record(point)
        facts = [Facts(program, record, day) for program in self.space.programs]
        return sum(self._distance(at, facts)[0] for at in self.opaque)

    def _gap(self, point: Point) -> float:
        """How far, and on which side, the first coordinate is that is not where it should be."""
        record, day = self._record(point)
        facts = [Facts(program, record, day) for program in self.space.programs]
        found = (self._distance(at, facts)[1] for at in self.opaque)
        return next((gap for gap in found if gap), 0.0)

    def _distance(self, at: int, facts: Sequence[Facts]) -> tuple[float, float]:
        coordinate, cells, mask = self.space.coordinates[at], self.space.cells[at], self.box[at]
        key, own = coordinate.key, facts[coordinate.owner]
        found: Any
        if key.kind == "computed":
            found = own[key.name]
        elif key.kind == "order":
            return _order(own.of(key.about[0]), own.of(key.about[1]), key.about[2], mask)
        elif key.kind == "term":
            found = own.of(key.about[0])
        else:
            found = own.truth(key.about[0])
        cell = cells.cell(found)
        if cell >= 0 and mask >> cell & 1:
            return 0.0, 0.0
        if found is None or cells.places is not None:
            return _AWAY, 0.0
        return _nearest(cells, mask, float(found.toordinal()) if isinstance(found, dt.date) else float(found))


def _order(left: Any, right: Any, tolerance: float, mask: int) -> tuple[float, float]:
    if left is None or right is None:
        return (0.0, 0.0) if mask & 0b1000 else (_AWAY, 0.0)
    if isinstance(left, str | bool | frozenset):
        return (0.0, 0.0) if mask & (0b010 if left == right else 0b101) else (_AWAY, 0.0)
    if isinstance(left, dt.date):
        left, right = left.toordinal(), right.toordinal()
    gap = apart(left, right, tolerance) if tolerance else float(left) - float(right)
    sign = 0b001 if gap < 0 else 0b010 if gap == 0 else 0b100
    if mask & sign:
        return 0.0, 0.0
    return abs(gap) or 1e-9, gap or (1e-9 if mask & 0b001 else -1e-9)


def _nearest(cells: Cells, mask: int, number: float) -> tuple[float, float]:
    """The distance to the nearest cell of a mask, and on which side of it a number is."""
    best = _AWAY, 0.0
    for at, (low, high) in enumerate(cells.ends):
        if mask >> at & 1:
            gap = number - low if number < low else number - high
            if abs(gap) < best[0]:
                best = abs(gap) or 1e-9, gap or 1e-9
    return best


def _first(cells: Cells, mask: int) -> Value | None:
    """A value in a mask; what is missing only when there is nothing else."""
    for at, value_ in enumerate(cells.values):
        if mask >> at & 1:
            return value_
    return None


def _spread(cells: Cells, mask: int) -> list[Value | None]:
    """Values of the cells of a mask."""
    found: list[Value | None] = [cells.values[at] for at in _some(cells, mask)]
    if cells.missing >= 0 and mask >> cells.missing & 1:
        found.append(None)
    return found


def _ends(cells: Cells, mask: int) -> list[float]:
    """The first and last values of the cells of a mask."""
    return [end for at in _some(cells, mask) for end in cells.ends[at]]


def _some(cells: Cells, mask: int) -> list[int]:
    """The cells of a mask, of many only some."""
    inside = [at for at in range(len(cells.values)) if mask >> at & 1]
    return inside if len(inside) <= _CELLS else [*inside[:: len(inside) // _CELLS + 1], inside[-1]]
