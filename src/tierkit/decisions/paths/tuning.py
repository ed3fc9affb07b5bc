"""Leaves over several dimensions: which of them to move, and how far.

Fewest moved first; a set of dimensions that `reach` proves too small is skipped. Of a set all but one move
to values where something turns (a corner of a scorecard, a threshold), and the last one is solved for; then
each is solved for again while the others stand. Where a sum of pieces of straight lines is asked for, such
as a score, the cheapest answer has that form.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations, islice

from tierkit.decisions.paths.crossings import crossings
from tierkit.decisions.paths.moves import Move, measured
from tierkit.decisions.paths.polish import balance, line, point_of, polish
from tierkit.decisions.paths.reach import reachable
from tierkit.decisions.paths.scored import solve_score
from tierkit.decisions.paths.search import Box, Search

_SPENT, _ENOUGH, _IN_ALL, _TOGETHER = 15_000, 4_000, 40_000, 3_000
"""Computations allowed: for a box without an answer yet, with one, in all, and for a set of dimensions."""
_TRIED = 40


def tune(search: Search, box: Box) -> None:
    """Offers the answers of a box whose leaves over several dimensions do not hold yet."""
    if search.worse(*box.bound) or solve_score(search, box):
        return
    joint = {name for atom in box.joint for name in atom.axes}
    axes = sorted(joint, key=lambda name: search.world.sure(name).order)
    point = point_of(box.moves)
    if not reachable(search.world, box.joint, point, axes):
        return
    needed = [
        name
        for name in axes
        if name not in box.moves
        and not reachable(search.world, box.joint, point, [other for other in axes if other != name])
    ]
    spare = [name for name in axes if name not in box.moves and name not in needed]
    fixed = {*needed, *(name for name in axes if name in box.moves)}
    dimensions, cost = len(box.moves) + len(needed), box.bound[1]
    before = search.best
    for far in (False, True):
        tuner = _Tuner(search, box, far=far)
        for extra in range(len(spare) + 1):
            done = search.best is not None and (search.by_cost or len(search.best) <= dimensions + extra)
            if search.worse(dimensions + extra, cost) or (far and done) or tuner.tired:
                break
            for chosen in combinations(spare, extra):
                names = [name for name in axes if name in chosen or name in fixed]
                if len(names) > far and reachable(search.world, box.joint, point, names):
                    tuner.together(names, {*needed, *chosen})
                if tuner.tired:
                    break
    if search.best is not before:
        balance(search, box)


class _Tuner:
    """Tries the moves of some dimensions of a box; `far` ones are dear to find and only the last resort."""

    def __init__(self, search: Search, box: Box, *, far: bool) -> None:
        self.search, self.box, self.far = search, box, far
        self.start = search.world.spent
        self.must: set[str] = set()
        self.until = 0

    @property
    def tired(self) -> bool:
        """True when enough was tried."""
        spent = self.search.world.spent
        return spent > _IN_ALL or spent - self.start > (_SPENT if self.search.best is None else _ENOUGH)

    def together(self, names: Sequence[str], must: set[str]) -> None:
        """Each dimension solved for in turn, the others where something turns; those in `must` do move."""
        self.must = must
        for last in names:
            self.until = self.search.world.spent + _TOGETHER // len(names)
            self._place([name for name in names if name != last], last, dict(self.box.moves))

    def _place(self, others: Sequence[str], last: str, moves: dict[str, Move]) -> None:
        if not others:
            self._solve(last, moves)
            return
        name, rest = others[0], others[1:]
        free = (*rest, last)
        for move in self._supports(name, moves, free) if self.far else self._values(name, moves):
            if self.search.world.spent > self.until:
                return
            placed = {**moves, name: move}
            possible = not self._over(placed, free)
            if possible and reachable(self.search.world, self.box.joint, point_of(placed), free):
                self._place(rest, last, placed)

    def _values(self, name: str, moves: dict[str, Move]) -> Iterator[Move]:
        """The values of a dimension worth trying, given where the others stand."""
        own = self.box.atoms.get(name, ())
        joint = [atom for atom in self.box.joint if name in atom.axes]
        point = point_of(moves, without=name)
        found = self.search.moves.along(name, (*own, *joint), point)
        if name not in self.must and name in moves:
            yield moves[name]
        yield from islice(self._allowed(name, found), _TRIED)

    def _allowed(self, name: str, moves: Iterable[Move]) -> Iterator[Move]:
        own = self.box.atoms.get(name, ())
        return (move for move in moves if all(self.search.holds(atom, {name: move.value}) for atom in own))

    def _supports(self, name: str, moves: dict[str, Move], free: Sequence[str]) -> Iterable[Move]:
        """The nearest values of a dimension with which the `free` ones may still do the rest."""
        axis = self.search.world.sure(name)
        values = list(self._values(name, moves))
        if not axis.measured:
            return values
        point = point_of(moves, without=name)

        def gap(step: int) -> float:
            there = {**point, name: axis.at(step)}
            return 1.0 if reachable(self.search.world, self.box.joint, there, free) else -1.0

        marks = [axis.place(move.value) for move in values if isinstance(move.value, int | float | dt.date)]
        found = crossings(axis, gap, {*axis.ends, axis.place(axis.origin), *marks})
        return self._allowed(name, measured(axis, {axis.at(step): axis.at(step) for step in found}))

    def _solve(self, name: str, moves: dict[str, Move]) -> None:
        solved = line(self.search, self.box, name, moves)
        if solved is not None and self.search.offer(solved, self.box) and len(solved) > 1:
            polish(self.search, self.box)

    def _over(self, moves: dict[str, Move], free: Sequence[str]) -> bool:
        """True when the answer would cost more than the best one."""
        dimensions = len(moves.keys() | self.must.intersection(free))
        placed = sum(move.cost for name, move in moves.items() if name not in free)
        return self.search.worse(dimensions, placed)
