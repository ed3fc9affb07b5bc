"""From a decision and a target to the cheapest changed values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from heapq import heappop, heappush
from typing import TYPE_CHECKING, Any

from tierkit.decisions.paths.conditions import lasting
from tierkit.decisions.paths.goals import Atom
from tierkit.decisions.paths.moves import Move
from tierkit.decisions.paths.search import Box, Search
from tierkit.decisions.paths.tuning import tune
from tierkit.decisions.paths.worlds import NOWHERE, World
from tierkit.program.terms import Value

if TYPE_CHECKING:
    from tierkit.decisions.decision import Decision


_SOLVED = 100
"""How many searches are made for alternatives."""


@dataclass(frozen=True, slots=True)
class Found:
    """What is reached, the changed values by dimension in file order, what they cost, and how that ranks."""

    target: str
    values: Mapping[str, Value | None]
    cost: float
    rank: tuple[float, float] = (0.0, 0.0)


def solve(
    decision: Decision,
    target: str,
    held: frozenset[str] = frozenset(),
    prices: Mapping[str, float] | None = None,
) -> Found | None:
    """The cheapest change that gives `target` or a better tier, or None; nothing when it is given already."""
    world = World(decision, held=held, prices=prices)
    given = world.gives(target, NOWHERE)
    if given is not None:
        return Found(given, {}, 0.0)
    goal, atoms = lasting(world, target)
    search = Search(world, target)
    search.explore((goal,), Box({}, {}, ()))
    for box in sorted(search.left, key=lambda box: (search.key(*box.bound), len(box.joint))):
        tune(search, box)
    if search.best is None:
        return None
    moves = _nearer(search, dict(search.best), atoms)
    values = {name: move.value for name, move in moves.items()}
    cost = sum(move.cost for move in moves.values())
    return Found(world.gives(target, values) or target, values, cost, search.key(len(moves), cost))


def solve_all(
    decision: Decision, target: str, limit: int, held: frozenset[str], prices: Mapping[str, float] | None
) -> Iterator[Found]:
    """Changes that each give the target, best first; none changes all that another one changes.

    Whatever differs from an answer in this way lets some dimension of it stay as it is. So the next one is
    the best of the searches that hold one dimension more of an answer seen before.
    """
    tried = {held}
    queue = [(found.rank, 0, found, held)] if (found := solve(decision, target, held, prices)) else []
    given: list[frozenset[str]] = []
    while queue and len(given) < limit:
        _, _, best, kept = heappop(queue)
        names = frozenset(best.values)
        if not any(names <= other or other <= names for other in given):
            given.append(names)
            yield best
        for name in best.values:
            more = kept | {name}
            if more not in tried and len(tried) < _SOLVED:
                tried.add(more)
                found = solve(decision, target, more, prices)
                if found is not None:
                    heappush(queue, (found.rank, len(tried), found, more))


def _nearer(search: Search, moves: dict[str, Move], atoms: Sequence[Atom]) -> dict[str, Move]:
    """No change goes further than it has to.

    Of `n > 2 or n > 5` the second is met at 6, by 6/5, and the first at 3, by 3/2: dearer as costs are
    counted, and still the smaller change.
    """
    for name, move in moves.items():
        axis = search.world.sure(name)
        own = [atom for atom in atoms if atom.axes == (name,)]
        asked = () if search.box is None else search.box.atoms.get(name, ())
        if not axis.measured or move.value is None or len(own) == len(asked):
            continue  # with all of them asked for, the move is the nearest there is
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
