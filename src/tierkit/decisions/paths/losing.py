"""What holds a customer where they are: how far each dimension may move by itself before a target is lost.

Every dimension of the record is looked at, also those that nobody can act on, for they may move all the same.
A limit is found where a leaf of the target turns, the nearest on each side, and is then proved: the value
that keeps the target and the one that loses it are next to each other, and both are evaluated.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tierkit.decisions.paths.axes import Axis
from tierkit.decisions.paths.conditions import lasting
from tierkit.decisions.paths.goals import Atom
from tierkit.decisions.paths.moves import Move, Moves
from tierkit.decisions.paths.tracks import plain
from tierkit.decisions.paths.worlds import NOWHERE, World
from tierkit.program.interpreter import truth
from tierkit.program.terms import Value

if TYPE_CHECKING:
    from tierkit.decisions.decision import Decision


@dataclass(frozen=True, slots=True)
class Lost:
    """A value that loses the target, the last one before it that keeps it, and the tier that follows."""

    dimension: str
    before: Value | None
    keeps: Value | None
    loses: Value
    then: str | None
    cost: float


def losses(decision: Decision, target: str) -> list[Lost] | None:
    """What loses a target that is held; None when it is not held.

    The nearest numbers and days come first, then what has no distance, in file order.
    """
    world = World(decision, loose=True)
    if world.gives(target, NOWHERE) is None:
        return None
    _, atoms = lasting(world, target)
    names = {name for atom in atoms for name in atom.axes}
    found: list[tuple[float, int, int, Lost]] = []  # the last number keeps losses from being compared
    moves = Moves(world, bends=False)
    for name in names:
        axis = world.sure(name)
        own = [atom for atom in atoms if name in atom.axes]
        for lost in _Losing(world, target, axis, own).all(moves):
            far = lost.cost if axis.measured else math.inf
            found.append((far, axis.order, len(found), lost))
    return [lost for *_, lost in sorted(found)]


class _Losing:
    """One dimension moved until a target is lost."""

    def __init__(self, world: World, target: str, axis: Axis, atoms: Sequence[Atom]) -> None:
        self.world, self.target, self.axis, self.atoms = world, target, axis, atoms
        self._plain = all(plain(atom) for atom in atoms)
        self._known = {self._truths(axis.before): False} if self._plain else {}

    def all(self, moves: Moves) -> Iterator[Lost]:
        """The nearest loss on each side of a number or a date, the first of a text or set, all others."""
        axis = self.axis
        found = [move for move in moves.along(axis.name, self.atoms, NOWHERE) if move.value is not None]
        if axis.measured:
            found.sort(key=lambda move: move.rank)
            for above in (False, True):
                side = [move for move in found if (move.value > axis.origin) == above]
                yield from self._nearest(side)
            return
        lost = (self._lost(move, None) for move in found if self._loses(move.value))
        if axis.kind == "finite":
            yield from lost
        else:
            yield from [item for _, item in zip(range(1), lost, strict=False)]

    def _loses(self, value: Value | None) -> bool:
        """Whether a value loses the target; values for which all leaves on them agree are looked at once."""
        truths = self._truths(value) if self._plain else ()
        found = self._known.get(truths)
        if found is None:
            found = self.world.gives(self.target, {self.axis.name: value}) is None
            if self._plain:
                self._known[truths] = found
        return found

    def _truths(self, value: Value | None) -> tuple[bool | None, ...]:
        values = {self.axis.name: value}
        return tuple([truth(atom.leaf, values, self.world.day) for atom in self.atoms])

    def _nearest(self, side: Sequence[Move]) -> Iterator[Lost]:
        """The first loss on one side, and what comes just before it."""
        keeps: Any = self.axis.before
        for move in side:
            if self._loses(move.value):
                keeps, loses = self._closed_in(keeps, move.value)
                yield self._lost(Move(self.axis.cost(loses, loses), move.rank, loses), keeps)
                return
            keeps = move.value

    def _closed_in(self, keeps: Any, loses: Any) -> tuple[Any, Any]:
        """A value that keeps and one that loses, brought together until there is no step between them."""
        if keeps is None:
            return None, loses
        axis, up = self.axis, loses > keeps
        far = axis.place(loses)
        far = far + 1 if not up else far - 1 if axis.at(far) == loses else far
        if not self._between(keeps, axis.at(far), loses):
            return keeps, loses
        if not self._loses(axis.at(far)):  # as a rule: marks are found to the step
            return axis.at(far), loses
        near = axis.place(keeps)
        while abs(far - near) > 1:
            middle = (near + far) // 2
            if self._loses(axis.at(middle)):
                far = middle
            else:
                near = middle
        return (axis.at(near) if self._between(keeps, axis.at(near), loses) else keeps), axis.at(far)

    @staticmethod
    def _between(start: Any, middle: Any, end: Any) -> bool:
        return bool(start < middle < end or end < middle < start)

    def _lost(self, move: Move, keeps: Value | None) -> Lost:
        point = {self.axis.name: move.value}
        then = None
        ladder, dot, _ = self.target.partition(".")
        if dot:
            tier = self.world.values(point, self.world.layout.affected(self.target))[ladder]
            then = f"{ladder}.{tier}" if tier else None
        assert move.value is not None  # noqa: S101  nothing is taken away here
        return Lost(self.axis.name, self.axis.before, keeps, move.value, then, move.cost)
