"""A score that has to come up to a threshold, or stay below one: which characteristics move, and how far.

The points of a characteristic follow pieces of straight lines or stairs, and a score is their sum. So of the
characteristics that move, all but one stand where something turns (a corner, a step, a threshold of their
own, any value of a short range of whole numbers) and the last one is solved for, to the very step at which
the rounded score meets its threshold. All such answers are compared. That is exact where the cost of a move
grows in proportion or ever more slowly with its length: for `costs`, for changes upwards, and for those
that end below 1. Where two numbers both fall a long way and share the burden, `balance` looks for a good
split.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations
from typing import Any

from tierkit.decisions.paths.lines import Line, allowed, line_of
from tierkit.decisions.paths.moves import Move, measured
from tierkit.decisions.paths.polish import balance
from tierkit.decisions.paths.search import Box, Search
from tierkit.decisions.paths.stairs import Bar, bar_of, crossing_steps, rounded
from tierkit.decisions.paths.worlds import World
from tierkit.program.model import Dimension
from tierkit.program.reference import points
from tierkit.program.terms import Compare, Const, Ref

_SLACK = 1e-5
_REST = 1e-3
"""Points to spare that are worth another look; below, 30 orders are better to ask for than 29.99993."""


def solve_score(search: Search, box: Box) -> bool:
    """Offers the cheapest answer of a box that asks for a score, whatever else it asks for.

    What else it asks of several dimensions is left out: if the answer has it nevertheless, none is cheaper,
    and where not even the score can be had, nothing can. False when it is needed after all, or when the
    score is not one of the record's own dimensions.
    """
    asked = _asked(search.world, box)
    card = None if asked is None else _card(search, box, *asked)
    if card is None:
        return False
    best = card.best()
    if best is not None:
        if not search.offer(best, box):
            return False
        balance(search, box)
    return True


def _asked(world: World, box: Box) -> tuple[Dimension, list[Bar]] | None:
    """The first score that leaves over several dimensions ask for, and what they ask of it."""
    found: dict[str, list[Bar]] = {}
    for atom in box.joint:
        leaf = atom.leaf
        if not (isinstance(leaf, Compare) and isinstance(leaf.left, Ref) and isinstance(leaf.right, Const)):
            continue
        threshold = leaf.right.value
        if atom.guard or not atom.wanted or leaf.operator in ("=", "!=") or isinstance(threshold, bool):
            continue
        if isinstance(threshold, int | float) and _is_card(world, leaf.left.name):
            test = bar_of(leaf.operator, float(threshold), leaf.tolerance)
            found.setdefault(leaf.left.name, []).append(test)
    return next(((world.program.dimensions[name], tests) for name, tests in found.items()), None)


def _is_card(world: World, name: str) -> bool:
    """True for a score that is what its scorecard says and nothing else."""
    dimension = world.program.dimensions.get(name)
    if dimension is None or not dimension.scorecard or not world.computed(name):
        return False
    limited = (dimension.minimum, dimension.maximum) != (None, None)
    return not limited and dimension.on_missing.policy == "unknown"


# -- the characteristics


def _card(search: Search, box: Box, score: Dimension, tests: list[Bar]) -> _Card | None:
    """The scorecard as the customer stands; None when a characteristic is not a dimension of the record."""
    world = search.world
    names = [item.dimension for item in score.scorecard]
    gains, lines = list[float | None](), list[Line]()
    for at, item in enumerate(score.scorecard):
        earned = points(item, world.known[item.dimension])
        now = None if earned is None else item.factor * earned
        gains.append(now)
        if not world.levers(item.dimension):
            continue
        axis = world.axis(item.dimension)
        if axis is None or names.count(axis.name) > 1 or axis.kind not in ("number", "finite"):
            return None
        lines.append(line_of(search, box, (score.name, at), item, axis))
    return _Card(search, box, tests, gains, lines)


# -- the search


class _Card:
    """A scorecard as the customer stands, and the cheapest way found so far to pass all tests."""

    def __init__(
        self, search: Search, box: Box, tests: list[Bar], gains: list[float | None], lines: list[Line]
    ) -> None:
        self.search, self.tests, self.lines = search, tests, lines
        moving = {line.axis.name for line in lines}
        self.others = {name: move for name, move in box.moves.items() if name not in moving}
        movable = {line.at for line in lines}
        self.stuck = any(gain is None for at, gain in enumerate(gains) if at not in movable)
        self.gains = [0.0 if gain is None else gain for gain in gains]
        self.low = max((t.mark for t in tests if t.operator in (">", ">=")), default=-math.inf) - _SLACK
        self.high = min((t.mark for t in tests if t.operator in ("<", "<=")), default=math.inf) + _SLACK
        self.rank = search.rank
        self.found: Mapping[str, Move] | None = None
        self.solvable: list[Line] = []

    def best(self) -> Mapping[str, Move] | None:
        """The cheapest moves that pass, if they are better than what the search has."""
        must = [line for line in self.lines if line.stay is None]
        free = [line for line in self.lines if line.stay is not None]
        start = sum(move.cost for move in self.others.values())
        for more in range(0 if must else 1, len(free) + 1):
            if self.stuck or self._over(len(self.others) + len(must) + more, start):
                break
            for chosen in combinations(free, more):
                self._together([*must, *chosen], start)
        return self.found

    def _over(self, count: int, cost: float) -> bool:
        return self.search.beaten(self.rank, count, cost)

    def _together(self, chosen: Sequence[Line], cost: float) -> None:
        """Each line solved for in turn, the others at their options; a dense one is never left to solve."""
        gains = list(self.gains)
        if not self._possible(gains, chosen):
            return
        for last in [line for line in chosen if not line.dense] or chosen[:1]:
            self.solvable = [line for line in chosen if line is not last and not line.dense]
            self._place([line for line in chosen if line is not last], last, gains, dict(self.others), cost)

    def _place(
        self, rest: Sequence[Line], last: Line, gains: list[float], moves: dict[str, Move], cost: float
    ) -> None:
        if not rest:
            self._solve(last, gains, moves)
            return
        line, others = rest[0], rest[1:]
        before, most = gains[line.at], -math.inf
        for move, gain in line.options:
            if self._over(len(moves) + 1 + len(rest), cost + move.cost):
                break
            if self.high == math.inf:
                if gain <= most:
                    continue  # something cheaper does as much
                most = gain
            gains[line.at] = gain
            if self._possible(gains, (*others, last)):
                self._place(others, last, gains, {**moves, line.axis.name: move}, cost + move.cost)
        gains[line.at] = before

    def _possible(self, gains: Sequence[float], open_: Sequence[Line]) -> bool:
        """Whether the score can pass when these lines go as far as they can."""
        total = sum(gains) - sum(gains[line.at] for line in open_)
        most, least = sum(line.most for line in open_), sum(line.least for line in open_)
        return total + most >= self.low and total + least <= self.high

    def _solve(
        self, line: Line, gains: list[float], moves: Mapping[str, Move], *, again: bool = True
    ) -> None:
        """The nearest move of a line that passes, the others as they are.

        When it does more than it has to, each of the others is solved for once `again`.
        """
        if self._over(len(moves) + 1, sum(move.cost for move in moves.values())):
            return
        before = gains[line.at]
        best: dict[bool, tuple[Any, Move, float]] = {}
        for move, gain in (*line.near, *(() if line.dense else self._crossings(line, gains))):
            side = line.axis.measured and move.value > line.axis.origin
            key = move.rank, move.cost
            if side in best and best[side][0] <= key:
                continue
            gains[line.at] = gain
            if self._passes(gains):
                best[side] = key, move, gain
        if best:
            _, move, gain = min(best.values(), key=lambda found: (found[1].cost, found[1].rank))
            self._take({**moves, line.axis.name: move})
            gains[line.at] = gain
            if again and self.solvable and self._spare(gains) > _REST:
                for other in self.solvable:
                    self._solve(other, gains, {**moves, line.axis.name: move}, again=False)
        gains[line.at] = before

    def _take(self, found: Mapping[str, Move]) -> None:
        rank = self.search.rank_of(found)
        if self.rank is None or rank < self.rank:
            self.found, self.rank = found, rank

    def _spare(self, gains: Iterable[float]) -> float:
        """How many points the score is above what it must be, or below what it may be."""
        score = rounded(gains)
        return min(abs(score - bound) for bound in (self.low, self.high))

    def _passes(self, gains: Iterable[float]) -> bool:
        score = rounded(gains)
        return all(test.passed(score) for test in self.tests)

    def _crossings(self, line: Line, gains: list[float]) -> Iterator[tuple[Move, float]]:
        """The moves next to where a straight piece of a line makes the score turn."""
        found = crossing_steps(line.axis, line.item, line.at, gains, self.tests)
        steps = {line.axis.at(step): line.axis.at(step) for step in found}
        for move in measured(line.axis, steps):
            earned = points(line.item, move.value)
            if earned is not None and allowed(self.search, line.axis, line.own, move.value):
                yield move, line.item.factor * earned
