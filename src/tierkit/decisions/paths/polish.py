"""A found answer made cheaper: its dimensions moved again one at a time, then two against each other."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any

from tierkit.decisions.paths.axes import Axis
from tierkit.decisions.paths.moves import Move, measured
from tierkit.decisions.paths.search import Box, Search
from tierkit.decisions.paths.worlds import Point

_ROUNDS, _EFFORT, _WORTH = 3, 1_500, 0.1
_WIDEST, _FINEST = 0.5, 0.02


def point_of(moves: Mapping[str, Move], without: str = "") -> Point:
    """The changed values of moves."""
    return {name: move.value for name, move in moves.items() if name != without}


def line(search: Search, box: Box, name: str, moves: Mapping[str, Move]) -> dict[str, Move] | None:
    """The cheapest move of one dimension with which the whole box holds, the others as they stand."""
    atoms = (*box.atoms.get(name, ()), *(atom for atom in box.joint if name in atom.axes))
    point = point_of(moves, without=name)
    if not all(search.holds(atom, point) for atom in box.joint if name not in atom.axes):
        return None

    def accepts(move: Move) -> bool:
        placed = {**moves, name: move}
        if search.worse(len(placed), sum(other.cost for other in placed.values())):
            return False
        there = {**point, name: move.value}
        return all(search.holds(atom, there) for atom in atoms)

    move = search.moves.nearest(name, atoms, point, accepts)
    return None if move is None else {**moves, name: move}


def polish(search: Search, box: Box) -> None:
    """Improves the best answer, which lies in `box`, as long as that makes it cheaper."""
    for _ in range(_ROUNDS):
        before = search.rank
        for name in list(search.best or ()):
            solved = line(search, box, name, search.best or {})
            if solved is not None:
                search.offer(solved, box)
        if search.rank == before:
            return


def balance(search: Search, box: Box) -> None:
    """One dimension goes a part more or less of its way, another is solved for.

    Costs grow ever faster on the way down to zero, so that two halves of a way can be cheaper than one whole;
    on the way up they grow ever slower, and corners are best.
    """
    best = dict(search.best or {})
    joint = {name for atom in box.joint for name in atom.axes}
    names = [name for name in best if name in joint and search.world.sure(name).measured]
    falling = [name for name in names if _falls(search.world.sure(name), best[name])]
    until = search.world.spent + _EFFORT
    for first, second in ((a, b) for a in falling for b in names if a != b):
        part = _WIDEST
        while part >= _FINEST and search.world.spent < until:
            if not any(_shifted(search, box, first, second, factor) for factor in (1 - part, 1 + part)):
                part /= 2


def _shifted(search: Search, box: Box, first: str, second: str, factor: float) -> bool:
    best = dict(search.best or {})
    if first not in best or second not in best:
        return False
    for move in _part(search.world.sure(first), best[first], factor):
        if all(search.holds(atom, {first: move.value}) for atom in box.atoms.get(first, ())):
            solved = line(search, box, second, {**best, first: move})
            if solved is not None and solved != best and search.offer(solved, box):
                return True
    return False


def _falls(axis: Axis, move: Move) -> bool:
    """True for a number that moves a good part of its way to zero, at a cost that grows on the way."""
    before, after = axis.before, move.value
    if not (isinstance(before, int | float) and isinstance(after, int | float)) or axis.price is not None:
        return False
    return 1 < abs(after) < abs(before) and move.cost > _WORTH


def _part(axis: Axis, move: Move, factor: float) -> Iterator[Move]:
    """The move, a part longer or shorter."""
    origin: Any = axis.origin
    after: Any = move.value
    if isinstance(origin, dt.date) or after is None:
        return
    value = axis.at(axis.place(origin + (after - origin) * factor))
    yield from measured(axis, {value: value})
