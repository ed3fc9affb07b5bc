"""Whether leaves can come true at all when some dimensions may take any value.

Every part of a condition is given all the truths it could have, and perhaps more. So "no" is a proof, which
spares a search and lets an impossible target be given up at once; "yes" is only a hope.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import product

from tierkit.decisions.paths.goals import Atom
from tierkit.decisions.paths.ranges import Ranges, wider
from tierkit.decisions.paths.worlds import Point, World
from tierkit.program.interpreter import Truth, all_of, any_of, truth
from tierkit.program.model import Ladder
from tierkit.program.normal import OPPOSITE
from tierkit.program.reference import NO_TIER, UNDECIDED, tier_value
from tierkit.program.terms import (
    And,
    AtLeast,
    Compare,
    Formula,
    Leaf,
    Not,
    Or,
    Ref,
    Value,
    references,
)
from tierkit.program.types import NUMERIC

Truths = frozenset[Truth]

_OPEN: Truths = frozenset([True, False, None])
_EFFORT = 4  # one answer here costs about as much as four plain computations


def reachable(world: World, atoms: Iterable[Atom], point: Point, free: Iterable[str]) -> bool:
    """False when some atom cannot hold, whatever values the `free` dimensions take."""
    loose = frozenset(free)
    for atom in atoms:
        if not atom.guard:
            world.spent += _EFFORT
            truths = Reach(world, world.values(point, atom.needs), loose).truths(atom.leaf)
            if (True not in truths) if atom.wanted else truths == {True}:
                return False
    return True


class Reach:
    """The truths of conditions; `free` dimensions may have any value, all others are as in `values`."""

    def __init__(self, world: World, values: Mapping[str, Value | None], free: frozenset[str]) -> None:
        self.world, self.values, self.free = world, values, free
        self.ranges = Ranges(world, values, free)
        self._tiers: dict[str, frozenset[int]] = {}

    def truths(self, formula: Formula) -> Truths:
        """Every truth that a condition could have."""
        match formula:
            case And() | Or():
                return self._all(formula.items, conjunction=isinstance(formula, And))
            case Not():
                return frozenset(None if item is None else not item for item in self.truths(formula.item))
            case AtLeast():
                found = [self.truths(item) for item in formula.items]
                enough = sum(True in item for item in found) >= formula.count
                return _OPEN if enough else _OPEN - {True}
            case _:
                return self._leaf(formula)

    def _all(self, items: Iterable[Formula], *, conjunction: bool) -> Truths:
        """Kleene's `and` or `or` of what the items could be."""
        found: Truths = frozenset([conjunction])
        for item in items:
            pairs = product(found, self.truths(item))
            found = frozenset((all_of if conjunction else any_of)([a, b]) for a, b in pairs)
        return found

    def _leaf(self, leaf: Leaf) -> Truths:
        if all(self.world.levers(name).isdisjoint(self.free) for name in references(leaf)):
            return frozenset([truth(leaf, self.values, self.world.day)])
        subject = leaf.left if isinstance(leaf, Compare) else leaf.term
        alone = not isinstance(leaf, Compare) or not references(leaf.right)
        if alone and isinstance(subject, Ref) and subject.name in self.world.program.ladders:
            return self._on_ladder(leaf, self.world.program.ladders[subject.name])
        if isinstance(leaf, Compare) and (leaf.left.type in NUMERIC or leaf.left.type == "date"):
            left, right = self.ranges.term(leaf.left), self.ranges.term(leaf.right)
            if left is None or right is None:
                return frozenset([None])
            left = left[0] - leaf.tolerance, left[1] + leaf.tolerance
            false = {False} if _possible(OPPOSITE[leaf.operator], left, right) else set()
            return frozenset({None, *({True} if _possible(leaf.operator, left, right) else set()), *false})
        return _OPEN

    def _on_ladder(self, leaf: Leaf, ladder: Ladder) -> Truths:
        values = [tier_value(ladder, position) for position in self.tiers(ladder)]
        return frozenset(truth(leaf, {**self.values, ladder.name: value}, self.world.day) for value in values)

    def tiers(self, ladder: Ladder) -> frozenset[int]:
        """Every position the ladder could be in."""
        if ladder.name not in self._tiers:
            self._tiers[ladder.name] = frozenset(self._positions(ladder))
        return self._tiers[ladder.name]

    def _positions(self, ladder: Ladder) -> Iterable[int]:
        gates = [gate for gate in (self.world.program.eligible, ladder.eligible) if gate is not None]
        for position, tier in enumerate(ladder.tiers):
            parts = gates if tier.enter is None else [*gates, tier.enter]
            truths = self._all(parts, conjunction=True)
            if True in truths:
                yield position
            if None in truths and not ladder.skip_unknown:
                yield UNDECIDED
            if not (False in truths or (None in truths and ladder.skip_unknown)):
                return
        yield NO_TIER


def _possible(operator: str, left: tuple[float, float], right: tuple[float, float]) -> bool:
    """Whether a comparison of a value in one range with one in the other can hold."""
    if operator in ("<", "<="):
        left, right = right, left
    enough = wider(left[1], 1) >= wider(right[0], -1)
    if operator == "=":
        return enough and wider(right[1], 1) >= wider(left[0], -1)
    return enough or operator == "!="
