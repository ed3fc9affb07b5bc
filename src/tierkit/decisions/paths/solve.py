"""From a decision and a target to the cheapest changed values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tierkit.decisions.paths.conditions import Goals
from tierkit.decisions.paths.goals import Atom
from tierkit.decisions.paths.moves import Move
from tierkit.decisions.paths.search import Box, Search
from tierkit.decisions.paths.tuning import tune
from tierkit.decisions.paths.worlds import NOWHERE, World
from tierkit.program.terms import Value

if TYPE_CHECKING:
    from tierkit.decisions.decision import Decision


@dataclass(frozen=True, slots=True)
class Found:
    """What is reached, the changed values by dimension in file order, and what they cost."""

    target: str
    values: Mapping[str, Value | None]
    cost: float


def solve(decision: Decision, target: str) -> Found | None:
    """The cheapest change that gives `target` or a better tier, or None; nothing when it is given already."""
    world = World(decision)
    held = world.gives(target, NOWHERE)
    if held is not None:
        return Found(held, {}, 0.0)
    goals = Goals(world)
    search = Search(world, target)
    search.explore((goals.target(target),), Box({}, {}, ()))
    for box in sorted(search.left, key=lambda box: (box.bound, len(box.joint))):
        tune(search, box)
    if search.best is None:
        return None
    moves = _nearer(search, dict(search.best), goals.atoms)
    values = {name: move.value for name, move in moves.items()}
    return Found(world.gives(target, values) or target, values, sum(move.cost for move in moves.values()))


def _nearer(search: Search, moves: dict[str, Move], atoms: Sequence[Atom]) -> dict[str, Move]:
    """No change goes further than it has to.

    Of `n > 2 or n > 5` the second is met at 6, by 6/5, and the first at 3, by 3/2: dearer as costs are
    counted, and still the smaller change.
    """
    for name, move in moves.items():
        axis = search.world.sure(name)
        own = [atom for atom in atoms if atom.axes == (name,)]
        if not axis.measured or move.value is None or len(own) == 1:
            continue
        point = {other: moves[other].value for other in moves}
        for nearer in sorted(search.moves.along(name, own, NOWHERE), key=lambda nearer: nearer.rank):
            if nearer.rank[0] >= move.rank[0]:
                break
            there = {**point, name: nearer.value}
            if _between(axis.origin, nearer.value, move.value) and search.world.gives(search.target, there):
                moves[name] = nearer
                break
    return moves


def _between(start: Any, middle: Any, end: Any) -> bool:
    return middle is not None and bool(start < middle < end or end < middle < start)
