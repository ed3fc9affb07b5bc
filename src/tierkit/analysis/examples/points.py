"""The values of one dimension at which a leaf is worth a look: at its threshold, beside it, missing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice, pairwise
from typing import Any, Literal

from tierkit.decisions.paths import texts
from tierkit.decisions.paths.axes import Axis
from tierkit.decisions.paths.goals import Atom
from tierkit.decisions.paths.moves import Moves
from tierkit.decisions.paths.worlds import Point, World
from tierkit.program import types
from tierkit.program.terms import Compare, Const, IsMissing, Leaf, Member, Ref, Value, references

Where = Literal["at", "below", "above", "is", "missing"]
_LISTED, _TEXTS = 8, 200
_MEASURED = types.NUMERIC | {"date"}


@dataclass(frozen=True, slots=True)
class Spot:
    """A value of a dimension, None for missing: where it lies, and the threshold at or beside it."""

    dimension: str
    where: Where
    value: Value | None
    threshold: Value | None = None


def spots(world: World, leaf: Leaf, name: str, point: Point) -> list[Spot]:
    """The values of a dimension to look at, the rest of the record as in `point`; missing is the last."""
    axis = world.sure(name)
    if isinstance(leaf, IsMissing):
        present = point.get(name)
        found = [Spot(name, "is", present)] if present is not None else []
    elif axis.measured:
        marks = list(_marks(leaf, name))
        found = list(_around(axis, marks)) if marks else list(_turning(world, leaf, axis, point))
    else:
        found = list(_chosen(world, leaf, axis, point))
    fitting = [spot for spot in found if axis.fitted(spot.value) is not None]
    unique = {spot.value: spot for spot in reversed(fitting)}
    kept = [spot for spot in fitting if unique[spot.value] is spot]
    return [*kept, Spot(name, "missing", None)]


def _marks(leaf: Leaf, name: str) -> Iterator[Any]:
    """The thresholds of a leaf that compares the dimension itself with constants."""
    match leaf:
        case Compare(_, Ref(subject), Const(value)) if subject == name and not leaf.tolerance:
            yield value
        case Member(Ref(subject)) if subject == name and not leaf.tolerance:
            yield from (const.value for const in leaf.values[:_LISTED])
        case _:
            pass


def _around(axis: Axis, marks: list[Any]) -> Iterator[Spot]:
    """Each threshold, then the steps below and above it that are no thresholds themselves."""
    for mark in marks:
        near = axis.around(mark)
        below = max((value for value in near if value < mark), default=None)
        above = min((value for value in near if value > mark), default=None)
        if axis.dimension.type != "integer" or mark == int(mark):
            yield Spot(axis.name, "at", int(mark) if axis.dimension.type == "integer" else mark, mark)
        if below is not None and below not in marks:
            yield Spot(axis.name, "below", below, mark)
        if above is not None and above not in marks:
            yield Spot(axis.name, "above", above, mark)


def _turning(world: World, leaf: Leaf, axis: Axis, point: Point) -> Iterator[Spot]:
    """The steps between which a leaf over more than a bare dimension turns, nearest to the record."""
    atom = Atom(leaf, True, world.axes_of(leaf), world.needs(references(leaf)))  # noqa: FBT003  as the search makes them
    rest = {name: value for name, value in point.items() if name != axis.name}
    moves = {move.value for move in Moves(world).along(axis.name, [atom], point) if move.value is not None}
    values: list[Any] = sorted(moves | ({point[axis.name]} - {None} if axis.name in point else set()))
    held = [(value, world.truth(leaf, atom.needs, {**rest, axis.name: value})) for value in values]
    pairs = [(a, b) for (a, x), (b, y) in pairwise(held) if None not in (x, y) and x is not y]
    if not pairs:
        return
    here: Any = point.get(axis.name, axis.origin)
    low, high = min(pairs, key=lambda pair: (abs(pair[0] - here), pair[0]))
    met = [value for value in (low, high) if _equal(world, leaf, {**rest, axis.name: value})]
    if not met:
        yield from (Spot(axis.name, "below", low, high), Spot(axis.name, "above", high, low))
        return
    mark = met[0]
    beyond = axis.at(axis.place(mark) + (1 if mark == high else -1))
    yield Spot(axis.name, "at", mark, mark)
    for value in sorted({low, high, beyond} - {mark}):
        yield Spot(axis.name, "below" if value < mark else "above", value, mark)


def _equal(world: World, leaf: Leaf, point: Point) -> bool:
    """True when both sides of a comparison of numbers or dates are equal."""
    if not isinstance(leaf, Compare) or leaf.left.type not in _MEASURED:
        return False
    same = Compare("=", leaf.left, leaf.right)
    return world.truth(same, world.needs(references(leaf)), point) is True


def _chosen(world: World, leaf: Leaf, axis: Axis, point: Point) -> Iterator[Spot]:
    """The values that a leaf mentions and one that it does not, or one that holds and one that does not."""
    found: Iterable[Any] = (
        axis.choices if axis.kind == "finite" else islice(_made(world, leaf, axis, point), _TEXTS)
    )
    needs = world.needs(references(leaf))
    candidates = list(dict.fromkeys(found))
    held = {value: world.truth(leaf, needs, {**point, axis.name: value}) for value in candidates}
    mentioned = [value for value in _mentioned(leaf, axis.name) if value in held]
    shown = mentioned[:_LISTED]
    seen = {held[value] for value in shown}
    if not shown and len({outcome for outcome in held.values() if outcome is not None}) < len((True, False)):
        return  # along this dimension the leaf does not turn
    for outcome in (True, False):
        if outcome not in seen:
            shown += [value for value in candidates if held[value] is outcome and value not in mentioned][:1]
    yield from (Spot(axis.name, "is", value) for value in shown)


def _made(world: World, leaf: Leaf, axis: Axis, point: Point) -> Iterator[Any]:
    asked = [(leaf, True)]
    if axis.kind == "set":
        return texts.sets(axis, asked)
    return texts.texts(asked, {**world.known, **point})


def _mentioned(leaf: Leaf, name: str) -> list[Any]:
    match leaf:
        case Compare(_, Ref(subject), Const(value)) if subject == name:
            return [value]
        case Member(Ref(subject)) if subject == name:
            return [const.value for const in leaf.values]
        case _:
            return []
