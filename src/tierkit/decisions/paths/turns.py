"""Where leaves turn along a number or a date: each value with the threshold that it stands for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from itertools import pairwise
from typing import Any

from tierkit.decisions.paths.axes import Axis
from tierkit.decisions.paths.crossings import crossings
from tierkit.decisions.paths.goals import Atom
from tierkit.decisions.paths.stairs import bar_of, crossing_steps
from tierkit.decisions.paths.tracks import plain
from tierkit.decisions.paths.watches import Mark, Watch, Watched
from tierkit.decisions.paths.worlds import Point, World
from tierkit.program.model import Characteristic
from tierkit.program.reference import points
from tierkit.program.terms import Ref, Term, Value, references
from tierkit.program.tolerance import band

Turns = dict[Any, Mark]
"""Values, each with its threshold."""

_WEEK, _YEAR = 6, 12
_NEAR = (16, 1024)


class Finder:
    """Finds the turns of atoms; those that no other dimension moves are found once.

    Without `bends` only where leaves may turn, and not also where what they compute with changes course.
    """

    def __init__(self, world: World, *, bends: bool = True) -> None:
        self.world, self.bends = world, bends
        self._alone: dict[tuple[Atom, str], Turns] = {}

    def turns(self, axis: Axis, atoms: Sequence[Atom], seen: Sequence[Watched], point: Point) -> Turns:
        """Every value of an axis at which one of the atoms may turn, the others as in `point`."""
        found: Turns = {}
        line = _Line(self.world, axis, point, bends=self.bends)
        for atom, item in zip(atoms, seen, strict=True):
            keep_cheapest(axis, found, self._of(line, atom, item))
        for value in (axis.origin, *(axis.limits if self.bends else ())):
            found.setdefault(value, value)
        if axis.kind == "date":
            for day in list(_calendar(axis, found, seen)):
                found.setdefault(day, day)
        return found

    def _of(self, line: _Line, atom: Atom, item: Watched) -> Turns:
        if plain(atom) and line.axis.kind != "date":  # the same for every customer
            kept = self.world.layout.keep("turns")
            found: Turns | None = kept.get((atom, self.bends))
            if found is None:
                axis = line.axis
                nobody = Axis(axis.dimension, axis.order, None, axis.day)
                found = _Line(self.world, nobody, line.point, bends=self.bends).turns(item)
                kept[atom, self.bends] = found
            return found
        key = atom, line.axis.name
        own = self._alone.get(key)
        if own is None:
            own = line.turns(item)
            if len(atom.axes) == 1:
                self._alone[key] = own
        return own


class _Line:
    """One dimension with the others standing still; what was evaluated on it is kept."""

    def __init__(self, world: World, axis: Axis, point: Point, *, bends: bool) -> None:
        self.world, self.axis, self.point, self.bends = world, axis, point, bends
        self._tables: dict[tuple[tuple[str, ...], bool], tuple[dict[str, Value | None], list[str]]] = {}
        self._known: dict[tuple[Term, Term | None, bool], dict[int, tuple[float | None, float | None]]] = {}

    def turns(self, item: Watched) -> Turns:
        axis, found = self.axis, Turns()
        first, last = axis.ends
        samples = {first, last, axis.place(axis.origin), axis.place(axis.day if axis.kind == "date" else 0.0)}
        for watch in item.watches:
            if axis.name not in watch.axes:
                continue
            direct = self._direct(watch)
            if direct is None:
                between = self._midpoints(samples) if axis.name in item.bent else ()
                steps = self._crossings(watch, samples.union(between))
                keep_cheapest(axis, found, {axis.at(step): axis.at(step) for step in steps})
                samples.update(steps)
                continue
            if not (self.bends or watch.limit or watch.sharp):
                samples.update(axis.place(mark) for mark in direct)
            for mark in direct if self.bends or watch.limit or watch.sharp else ():
                near = axis.around(mark) if watch.limit or watch.sharp else axis.beside(mark)
                near += [mark] if watch.exact else []
                keep_cheapest(axis, found, {value: mark if watch.limit else value for value in near})
                samples.update(axis.place(mark) + by for by in ((-1, 0, 1) if watch.sharp else (0,)))
            samples = {min(max(step, first), last) for step in samples}
        return found

    def _midpoints(self, samples: Iterable[int]) -> list[int]:
        """Where a curve between two zeros is highest, or near."""
        numbers = [self.axis.number(step) for step in sorted(samples)]
        return [self.axis.place((a + b) / 2) for a, b in pairwise(numbers)]

    def _direct(self, watch: Watch) -> tuple[Mark, ...] | None:
        """The marks of a watch on the dimension itself; None when they have to be searched for."""
        for term, other in ((watch.term, watch.other), (watch.other, watch.term)):
            if not (isinstance(term, Ref) and term.name == self.axis.name):
                continue
            if watch.other is None:
                return watch.marks
            if other is None or any(self.axis.name in self.world.levers(name) for name in references(other)):
                return None
            number = self.world.number(other, self.world.values(self.point, watch.needs, loose=True))
            if number is None:
                return ()
            if watch.tolerance:
                return (number, *band(number, watch.tolerance))
            return (dt.date.fromordinal(int(number)) if self.axis.kind == "date" else number,)
        return None

    def _crossings(self, watch: Watch, samples: Iterable[int]) -> list[int]:
        """The steps at which a watch on something computed may turn, found by evaluating it."""
        found: list[int] = []
        if watch.rounded is not None and (gains := self._gains(watch)) is not None:
            tests = [bar_of(operator, watch.rounded) for operator in (">=", ">")]
            return list(crossing_steps(self.axis, *gains, tests))
        for mark in watch.marks or (None,):
            shifts = (0.0, -watch.tolerance, watch.tolerance) if watch.tolerance else (0.0,)
            steps = [
                step
                for shift in shifts
                for step in crossings(self.axis, partial(self._gap, watch, mark, shift=shift), samples)
            ]
            found += steps
            if watch.rounded is None:
                continue
            stairs = partial(self._gap, watch, watch.rounded, loose=False)
            for near in _NEAR:  # the staircase itself, close to where the slope says it is
                around = {step + by for step in steps for by in (-near, near)}
                on_stairs = crossings(self.axis, stairs, around)
                found += on_stairs
                if on_stairs and not watch.exact:
                    return found
        return found

    def _gains(self, watch: Watch) -> tuple[Characteristic, int, list[float]] | None:
        """The characteristic of a score that asks for the axis, its place, and what each of them adds.

        None when the score depends on the axis in another way, or has no value as the others stand.
        """
        assert isinstance(watch.term, Ref)  # noqa: S101  only a score is rounded
        items, name = self.world.program.dimensions[watch.term.name].scorecard, self.axis.name
        places = [at for at, item in enumerate(items) if name in self.world.levers(item.dimension)]
        if len(places) != 1 or items[places[0]].dimension != name:
            return None
        values = self.world.values(self.point, watch.needs, loose=True)
        earned = [points(item, values[item.dimension]) for item in items]
        earned[places[0]] = 0.0
        if None in earned:
            return None
        gains = [item.factor * (share or 0.0) for item, share in zip(items, earned, strict=True)]
        return items[places[0]], places[0], gains

    def _values(self, watch: Watch, step: int, *, loose: bool) -> dict[str, Value | None]:
        """The values at a step: a table that is used again for the next one."""
        key = watch.needs, loose
        found = self._tables.get(key)
        if found is None:
            values = dict(self.world.values(self.point, watch.needs, loose=loose))
            moved = [name for name in watch.needs if self.axis.name in self.world.bases(name)]
            found = self._tables[key] = values, moved
        values, moved = found
        values[self.axis.name] = self.axis.at(step)
        for name in moved:
            values[name] = self.world.compute(name, values, loose=loose)
        return values

    def _gap(
        self, watch: Watch, mark: Mark | None, step: int, *, loose: bool = True, shift: float = 0.0
    ) -> float | None:
        """How far the watched term is above its mark, or above the other term and a shift, at a step."""
        seen = self._known.setdefault((watch.term, watch.other, loose), {})
        if step not in seen:
            values = self._values(watch, step, loose=loose)
            other = None if watch.other is None else self.world.number(watch.other, values)
            seen[step] = self.world.number(watch.term, values), other
        left, right = seen[step]
        if mark is not None:
            right = float(mark.toordinal()) if isinstance(mark, dt.date) else mark
        return None if left is None or right is None else left - right - shift


def keep_cheapest(axis: Axis, into: Turns, found: Turns) -> None:
    """Adds turns; of several thresholds for one value the one that makes it cheapest stays."""
    for value, mark in found.items():
        if value not in into or axis.cost(value, mark) < axis.cost(value, into[value]):
            into[value] = mark


def _calendar(axis: Axis, marks: Iterable[Any], seen: Sequence[Watched]) -> Iterator[dt.date]:
    """Days near the marks on which a month begins or ends, and the days of the weeks around all of them."""
    days = [day for day in marks if isinstance(day, dt.date)]
    if any(axis.name in item.months for item in seen):
        days += [near for day in days for near in _month_ends(day)]
        yield from days
    if any(axis.name in item.weekdays for item in seen):
        numbers = {day.toordinal() + by for day in days for by in range(-_WEEK, _WEEK + 1)}
        last = dt.date.max.toordinal()
        yield from (dt.date.fromordinal(number) for number in sorted(numbers) if 1 <= number <= last)


def _month_ends(day: dt.date) -> Iterator[dt.date]:
    for by in range(-_YEAR, _YEAR + 1):
        year, month = divmod(day.year * 12 + day.month - 1 + by, 12)
        if dt.MINYEAR < year <= dt.MAXYEAR:
            start = dt.date(year, month + 1, 1)
            yield from (start, start - dt.timedelta(days=1))
