"""What one dimension could be changed to: the only values worth trying, cheapest first.

A set of leaves turns, along one dimension, only at the marks of their watches; so the nearest value at which
all hold is a step next to a mark, an end of the domain, or, from nothing, zero. That is exact for comparisons
with a constant and wherever the watched terms cross zero between samples.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from tierkit.decisions.paths import texts
from tierkit.decisions.paths.axes import Axis
from tierkit.decisions.paths.goals import Atom
from tierkit.decisions.paths.tracks import Track, choices, plain, track
from tierkit.decisions.paths.turns import Finder, Turns
from tierkit.decisions.paths.watches import Mark, Watched, watched
from tierkit.decisions.paths.worlds import NOWHERE, Point, World
from tierkit.program.terms import IsMissing, Value


@dataclass(frozen=True, slots=True)
class Move:
    """One dimension changed: what it costs, and its place among equals: near first, then file order."""

    cost: float
    rank: tuple[float, float]
    value: Value | None


class Moves:
    """Finds moves; what a leaf watches is collected once."""

    def __init__(self, world: World, *, bends: bool = True) -> None:
        self.world = world
        self._finder = Finder(world, bends=bends)
        self._watched: dict[Atom, Watched] = world.layout.keep("watched")

    def along(self, name: str, atoms: Sequence[Atom], point: Point) -> Iterable[Move]:
        """The moves of a dimension, the rest of the record as in `point`; staying is not among them."""
        axis = self.world.sure(name)
        seen = [self._watch(atom) for atom in atoms]
        removed = self._removed(axis, atoms)
        if axis.measured:
            turns = self._finder.turns(axis, atoms, seen, point)
            return sorted([*removed, *measured(axis, turns)], key=_order)
        found: Iterable[Value] = axis.choices
        if axis.kind != "finite":
            leaves = [
                (leaf, atom.wanted and atom.leaf is leaf)
                for atom, item in zip(atoms, seen, strict=True)
                for owner, leaf in item.tests
                if owner == name
            ]
            values = {**self.world.known, **point}
            found = texts.sets(axis, leaves) if axis.kind == "set" else texts.texts(leaves, values)
        other = ((i, value) for i, value in enumerate(found) if value != axis.before)
        return chain(removed, (Move(axis.cost(value), (0.0, i), value) for i, value in other))

    def nearest(
        self, name: str, atoms: Sequence[Atom], point: Point, accepts: Callable[[Move], bool]
    ) -> Move | None:
        """The cheapest acceptable move; of numbers and dates only the nearest on each side is a candidate."""
        moves = self.along(name, atoms, point)
        axis = self.world.sure(name)
        if not axis.measured:
            return next((move for move in moves if accepts(move)), None)
        near: list[list[Move]] = [[], []]
        for move in sorted(moves, key=lambda move: move.rank):
            near[move.value is not None and move.value > axis.origin].append(move)
        found = [next((move for move in side if accepts(move)), None) for side in near]
        return min((move for move in found if move is not None), key=_order, default=None)

    def alone(self, name: str, atoms: tuple[Atom, ...]) -> Move | None:
        """The cheapest move after which all these leaves hold, which ask for nothing but this dimension."""
        axis = self.world.sure(name)
        alone = (axis.measured or axis.kind == "finite") and all(plain(atom) for atom in atoms)
        if alone and not axis.measured:
            gone = (move for move in self._removed(axis, atoms) if self._holds(axis, atoms, move))
            values = (value for value in self._track(axis, atoms).values if value != axis.before)
            rest = (
                Move(axis.cost(value), (0.0, float(axis.choices.index(value))), value) for value in values
            )
            return next(chain(gone, rest), None)
        if alone:
            found = [*measured(axis, dict(self._track(axis, atoms).nearest(axis)), fitted=True)]
            below = any(move.value <= axis.origin for move in found)
            if not below and any(isinstance(atom.leaf, IsMissing) for atom in atoms):
                found += [move for move in self._removed(axis, atoms) if self._holds(axis, atoms, move)]
            return min(found, key=_order, default=None)
        return self.nearest(
            name, atoms, NOWHERE, lambda move: all(self._holds(axis, [atom], move) for atom in atoms)
        )

    def _holds(self, axis: Axis, atoms: Sequence[Atom], move: Move) -> bool:
        point = {axis.name: move.value}
        return all((self.world.truth(a.leaf, a.needs, point) is True) == a.wanted for a in atoms)

    def _track(self, axis: Axis, atoms: tuple[Atom, ...]) -> Track:
        tracks = self.world.layout.keep("tracks")
        key = (atoms, axis.day) if axis.kind == "date" else atoms
        found: Track | None = tracks.get(key)
        if found is None:
            if axis.measured:
                found = track(axis, atoms, lambda nobody: self.turns(nobody, atoms))
            else:
                found = choices(axis, atoms)
            tracks[key] = found
        return found

    def turns(self, axis: Axis, atoms: Sequence[Atom]) -> Turns:
        """Every value of a number or a date at which one of the leaves may turn, the record as it is."""
        if not axis.measured:
            return {}
        return self._finder.turns(axis, atoms, [self._watch(atom) for atom in atoms], NOWHERE)

    def _removed(self, axis: Axis, atoms: Sequence[Atom]) -> list[Move]:
        """The move of a value that is taken away, where its absence is asked for."""
        if axis.before is None or axis.dimension.on_missing.policy != "unknown":
            return []
        blanks = any(axis.name in self._watch(atom).blanks for atom in atoms)
        return [Move(axis.cost(None), (math.inf, 0.0), None)] if blanks else []

    def _watch(self, atom: Atom) -> Watched:
        found = self._watched.get(atom)
        if found is None:
            found = self._watched[atom] = watched(self.world, atom.leaf)
        return found


def measured(axis: Axis, turns: Mapping[Any, Mark], *, fitted: bool = False) -> Iterator[Move]:
    """The moves to the turns of a number or a date, which are values already when they are `fitted`."""
    origin: Any = axis.origin
    for value, mark in turns.items():
        after: Any = value if fitted else axis.fitted(value)
        if after is None or after == axis.before:
            continue
        passed = origin <= mark <= value or value <= mark <= origin  # else something else bounds the move
        far, number = after - origin, after
        if isinstance(after, dt.date):
            far, number = far.days, after.toordinal()
        near = number if after > origin else -number  # of two that are as far as doubles can tell, the nearer
        yield Move(axis.cost(after, mark if passed else after), (abs(far), near), after)


def _order(move: Move) -> tuple[float, tuple[float, float]]:
    return move.cost, move.rank
