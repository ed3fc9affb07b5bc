"""The characteristics of a scorecard along which a customer may move: where each is worth putting.

A characteristic follows pieces of straight lines or stairs, so it is put where one ends, where its
dimension has a threshold of its own, or at any value of a short range of whole numbers. In between it is
left to be solved for.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tierkit.decisions.paths.axes import Axis
from tierkit.decisions.paths.goals import Atom
from tierkit.decisions.paths.moves import Move, measured
from tierkit.decisions.paths.search import Box, Search
from tierkit.decisions.paths.tracks import Mark, plain
from tierkit.decisions.paths.turns import keep_cheapest
from tierkit.decisions.paths.watches import corners
from tierkit.program.model import Characteristic
from tierkit.program.reference import points

_SHORT = 64
"""How many whole numbers are tried one by one."""


@dataclass(frozen=True, slots=True)
class Spots:
    """Where a characteristic is worth putting: each value with its threshold and with what it then adds."""

    marks: Mapping[Any, Mark]
    gains: Mapping[Any, float]
    dense: bool


@dataclass(frozen=True, slots=True)
class Line:
    """A characteristic that may move: what it adds now (None: it cannot stay), and where else it may stand.

    `options` are moves with what they make it add, cheapest first. A `dense` line has no others.
    """

    at: int
    item: Characteristic
    axis: Axis
    own: tuple[Atom, ...]
    stay: float | None
    options: tuple[tuple[Move, float], ...]
    near: tuple[tuple[Move, float], ...]
    dense: bool
    least: float
    most: float


def line_of(search: Search, box: Box, key: tuple[str, int], item: Characteristic, axis: Axis) -> Line:
    """A characteristic as the customer stands, within what a box asks of its dimension."""
    own = box.atoms.get(axis.name, ())
    spots = _spots(search, key, item, axis, own)
    if axis.measured:
        moves = list(measured(axis, spots.marks, fitted=True))
    else:
        choices = axis.choices
        values = (value for value in spots.gains if value != axis.before)
        moves = [Move(axis.cost(value), (0.0, float(choices.index(value))), value) for value in values]
    pairs = [(move, spots.gains[move.value]) for move in moves]
    earned = None if axis.name in box.moves else points(item, axis.before)
    stay = None if earned is None else item.factor * earned
    gains = [gain for _, gain in pairs] + ([] if stay is None else [stay])
    options = tuple(sorted(pairs, key=lambda pair: (pair[0].cost, pair[0].rank)))
    near = tuple(sorted(pairs, key=lambda pair: (pair[0].rank, pair[0].cost)))
    least, most = (min(gains), max(gains)) if gains else (math.inf, -math.inf)
    return Line(key[1], item, axis, own, stay, options, near, spots.dense, least, most)


def _spots(
    search: Search, key: tuple[str, int], item: Characteristic, axis: Axis, own: tuple[Atom, ...]
) -> Spots:
    """The values worth trying of a characteristic; kept where they are the same for every customer."""
    if not all(plain(atom) for atom in own):
        return _made(search, item, axis, search.moves.turns(axis, own), own)
    kept = search.world.layout.keep("spots")
    found: Spots | None = kept.get((key, own))
    if found is None:
        nobody = Axis(axis.dimension, axis.order, None, axis.day)
        found = kept[key, own] = _made(search, item, nobody, search.moves.turns(nobody, own), own)
    return found


def _made(
    search: Search, item: Characteristic, axis: Axis, turns: dict[Any, Mark], own: tuple[Atom, ...]
) -> Spots:
    """The turns of a characteristic and of what its dimension must satisfy, where that is satisfied."""
    dense = axis.kind == "finite" or item.form == "steps"
    found = dict[Any, Mark](turns)
    if axis.measured:
        ends = list(corners(item))
        near = axis.around if item.form == "steps" else axis.beside
        values = [value for end in ends for value in near(end)]
        if axis.dimension.type == "integer" and max(ends) - min(ends) <= _SHORT:
            dense, values = True, list(range(math.floor(min(ends)), math.ceil(max(ends)) + 1))
        keep_cheapest(axis, found, {value: value for value in values})
    marks, gains = dict[Any, Mark](), dict[Any, float]()
    for value, mark in found.items() if axis.measured else ((choice, 0.0) for choice in axis.choices):
        after = axis.fitted(value) if axis.measured else value
        earned = None if after is None else points(item, after)
        if earned is not None and allowed(search, axis, own, after):
            marks[after], gains[after] = mark, item.factor * earned
    return Spots(marks, gains, dense)


def allowed(search: Search, axis: Axis, own: Sequence[Atom], value: Any) -> bool:
    """Whether a value passes what is asked of the dimension itself."""
    return all(search.holds(atom, {axis.name: value}) for atom in own)
