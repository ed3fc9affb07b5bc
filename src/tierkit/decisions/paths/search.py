"""The search for the smallest change: branch and bound over the ways to meet a goal.

A goal is taken apart into boxes: for every dimension the leaves it has to satisfy on its own, and with them
the nearest value that does. Few and cheap moves come first; what costs more than the best answer so far is
dropped. For leaves over one dimension each that is exact. Those over several dimensions are left to `tuning`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tierkit.decisions.paths.goals import Atom, Goal, Some, axes_in
from tierkit.decisions.paths.moves import Move, Moves
from tierkit.decisions.paths.worlds import NOWHERE, Point, World

_STEPS, _ENOUGH = 50_000, 5_000
"""How many boxes are looked at without an answer, and how many with one."""
_SAME = 1e-9

Rank = tuple[float, float, tuple[tuple[int, tuple[float, float]], ...]]
"""How many dimensions change and what that costs (with prices the other way round), and which they are."""


@dataclass(frozen=True, slots=True)
class Box:
    """One way to meet a goal: leaves by dimension, the moves they force, leaves over several dimensions."""

    atoms: Mapping[str, tuple[Atom, ...]]
    moves: Mapping[str, Move]
    joint: tuple[Atom, ...]

    def holds(self, goal: Goal) -> bool:
        """True when the goal is met by what the box asks for already."""
        if isinstance(goal, Atom):
            return (
                not goal.axes
                or goal in self.joint
                or any(goal in self.atoms.get(name, ()) for name in goal.axes)
            )
        return goal.count <= 0 or sum(map(self.holds, goal.items)) >= goal.count

    @property
    def bound(self) -> tuple[int, float]:
        """No answer in the box changes fewer dimensions, nor as few more cheaply."""
        return len(self.moves), sum(move.cost for move in self.moves.values())


class Search:
    """The best answer so far, and the boxes still to be tuned."""

    def __init__(self, world: World, target: str) -> None:
        self.world, self.target = world, target
        self.by_cost = world.prices is not None
        self.moves = Moves(world)
        self.best: Mapping[str, Move] | None = None
        self.rank: Rank | None = None
        self.box: Box | None = None
        """The box of the best answer."""
        self.left: list[Box] = []
        self._steps = 0
        self._nearest: dict[tuple[str, tuple[Atom, ...]], Move | None] = {}
        self._guesses: dict[Goal, tuple[int, float] | None] = {}
        self._refused: set[tuple[tuple[str, Move], ...]] = set()

    # -- answers

    def worse(self, dimensions: int, cost: float) -> bool:
        """True when an answer with this bound cannot be better than the best."""
        return self.beaten(self.rank, dimensions, cost)

    def beaten(self, rank: Rank | None, dimensions: int, cost: float) -> bool:
        """True when an answer with this bound cannot rank before another."""
        return rank is not None and self.key(dimensions, cost - _SAME * max(1.0, cost)) > rank[:2]

    def key(self, dimensions: int, cost: float) -> tuple[float, float]:
        """What is looked at first: how many dimensions change or, with prices, what that costs."""
        return (cost, dimensions) if self.by_cost else (dimensions, cost)

    def rank_of(self, moves: Mapping[str, Move]) -> Rank:
        """What answers are compared by."""
        pairs = sorted(((self.world.sure(name).order, move) for name, move in moves.items()), key=_first)
        cost = round(sum(move.cost for _, move in pairs), 9)
        return *self.key(len(moves), cost), tuple((order, move.rank) for order, move in pairs)

    def offer(self, moves: Mapping[str, Move], box: Box) -> bool:
        """Takes an answer when it is the best so far and the engine would agree; true when it is the best."""
        order = sorted(moves, key=lambda name: self.world.sure(name).order)
        rank = self.rank_of(moves)
        if self.rank is not None and rank >= self.rank:
            return rank == self.rank
        tried = tuple((name, moves[name]) for name in order)
        if tried in self._refused:
            return False
        if self.world.gives(self.target, {name: moves[name].value for name in order}) is None:
            self._refused.add(tried)
            return False
        self.box = box
        self.best, self.rank = {name: moves[name] for name in order}, rank
        return True

    # -- boxes

    def explore(self, goals: tuple[Goal, ...], box: Box) -> Mapping[str, Move] | None:
        """Searches every way to meet `goals` within a box; returns an answer when no better one is left."""
        self._steps += 1
        atoms, moves, joint = dict(box.atoms), dict(box.moves), dict.fromkeys(box.joint)
        stack, open_ = list(reversed(goals)), list[Some]()
        while stack:
            goal = stack.pop()
            if isinstance(goal, Atom):
                if not goal.axes:
                    if not self.holds(goal, NOWHERE):
                        return None
                elif len(goal.axes) > 1:
                    joint[goal] = None
                elif not self._narrow(goal, atoms, moves):
                    return None
                continue
            items = [item for item in goal.items if self.guess(item) is not None]
            if goal.count > len(items):
                return None
            if goal.count == len(items):
                stack.extend(reversed(items))
            elif goal.count > 0:
                open_.append(Some(goal.count, tuple(items)) if len(items) < len(goal.items) else goal)
        inner = Box(atoms, moves, tuple(joint))
        open_ = [goal for goal in open_ if not inner.holds(goal)]
        if self.worse(*inner.bound):
            return None
        if not open_:
            return self._finish(inner)
        easy = self._easy(open_, inner)
        if easy is not None:
            return self.explore((*easy, *open_), inner)
        return self._branch(open_, inner)

    def _easy(self, open_: list[Some], box: Box) -> tuple[Goal, ...] | None:
        """A choice that touches nothing else, decided: what costs least is best whatever the rest may be."""
        axes = [axes_in(goal) for goal in open_]
        taken = set(box.atoms).union(*(atom.axes for atom in box.joint))
        for i, goal in enumerate(open_):
            single = all(isinstance(item, Atom) and len(item.axes) == 1 for item in goal.items)
            others = taken.union(*axes[:i], *axes[i + 1 :])
            if single and len(axes[i]) == len(goal.items) and axes[i].isdisjoint(others):
                del open_[i]
                return tuple(sorted(goal.items, key=self._price)[: goal.count])
        return None

    def _price(self, item: Goal) -> tuple[float, float, int]:
        dimensions, cost = self.guess(item) or (0, 0.0)
        return *self.key(dimensions, round(cost, 9)), min(
            (self.world.sure(n).order for n in axes_in(item)), default=0
        )

    def _branch(self, open_: list[Some], box: Box) -> Mapping[str, Move] | None:
        """One choice decided each way, what costs least first; done once nothing had to be added."""
        at = max(range(len(open_)), key=lambda i: self.key(*(self.guess(open_[i]) or (0, 0.0))))
        goal, rest = open_[at], (*open_[:at], *open_[at + 1 :])
        items = sorted(goal.items, key=lambda item: self.key(*(self.guess(item) or (0, 0.0))))
        for i in range(len(items) - goal.count + 1):
            if self._steps > (_STEPS if self.best is None else _ENOUGH):
                return None
            more = () if goal.count == 1 else (Some(goal.count - 1, tuple(items[i + 1 :])),)
            answer = self.explore((items[i], *more, *rest), box)
            if answer is not None and answer == box.moves:
                return answer
        return None

    def _narrow(self, atom: Atom, atoms: dict[str, tuple[Atom, ...]], moves: dict[str, Move]) -> bool:
        """Adds a leaf to what its dimension has to satisfy; false when nothing satisfies it."""
        name = atom.axes[0]
        before = atoms.get(name, ())
        if atom in before:
            return True
        atoms[name] = (*before, atom)
        moved = moves.get(name)
        if self.holds(atom, NOWHERE if moved is None else {name: moved.value}):
            return True
        nearest = self.nearest(name, atoms[name])
        if nearest is None:
            return False
        moves[name] = nearest
        return True

    def _finish(self, box: Box) -> Mapping[str, Move] | None:
        point = {name: move.value for name, move in box.moves.items()}
        if all(self.holds(atom, point) for atom in box.joint):
            return box.moves if self.offer(box.moves, box) else None
        self.left.append(box)
        return None

    # -- leaves

    def holds(self, atom: Atom, point: Point) -> bool:
        """Whether the atom would hold after a change."""
        return (self.world.truth(atom.leaf, atom.needs, point) is True) == atom.wanted

    def nearest(self, name: str, atoms: tuple[Atom, ...]) -> Move | None:
        """The cheapest move along a dimension after which all these leaves on it hold."""
        key = name, atoms
        if key not in self._nearest:
            self._nearest[key] = self.moves.alone(name, atoms)
        return self._nearest[key]

    def guess(self, goal: Goal) -> tuple[int, float] | None:
        """What meeting a goal alone would take, roughly; None when it cannot be met."""
        if goal not in self._guesses:
            self._guesses[goal] = self._guess(goal)
        return self._guesses[goal]

    def _guess(self, goal: Goal) -> tuple[int, float] | None:
        if isinstance(goal, Atom):
            if self.holds(goal, NOWHERE):
                return 0, 0.0
            if not goal.axes:
                return None
            if len(goal.axes) > 1:
                return 1, 1.0
            move = self.nearest(goal.axes[0], (goal,))
            return None if move is None else (1, move.cost)
        parts = [part for item in goal.items if (part := self.guess(item)) is not None]
        if len(parts) < goal.count:
            return None
        parts.sort(key=lambda part: self.key(*part))
        parts = parts[: max(goal.count, 0)]
        return sum(count for count, _ in parts), sum(cost for _, cost in parts)


def _first(pair: tuple[int, Move]) -> int:
    return pair[0]
