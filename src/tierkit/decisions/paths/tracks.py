"""Leaves that ask for one dimension of the record alone, solved once for every customer.

A track holds the values next to which some leaves turn, those at which all of them hold, and the threshold of
each. The nearest on either side of a customer is then found by halving. A value is on the track only if it is
next to a mark, and between two marks no leaf turns, so that nothing nearer is missed.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tierkit.decisions.paths.axes import Axis
from tierkit.decisions.paths.goals import Atom
from tierkit.program.interpreter import truth
from tierkit.program.terms import Compare, Const, IsMissing, Leaf, Member, Ref, TextTest

Mark = float | dt.date
Turns = Mapping[Any, Mark]


@dataclass(frozen=True, slots=True)
class Track:
    """The values at which some leaves hold: numbers and days ascending, each with its threshold."""

    values: tuple[Any, ...]
    marks: tuple[Mark, ...]

    def nearest(self, axis: Axis) -> Iterator[tuple[Any, Mark]]:
        """The nearest value on each side of where the customer is, who may stay at zero from nothing."""
        at = bisect_left(self.values, axis.origin)
        if at:
            yield self.values[at - 1], self.marks[at - 1]
        while at < len(self.values):
            here = self.values[at]
            if here != axis.before:
                yield here, self.marks[at]
            if here != axis.origin:
                return
            at += 1


def plain(atom: Atom) -> bool:
    """True for a leaf that compares a dimension of the record with constants and nothing else."""
    if len(atom.axes) != 1 or atom.needs or atom.guard:
        return False
    return asks_alone(atom.leaf, atom.axes[0])


def asks_alone(leaf: Leaf, name: str) -> bool:
    """True when a leaf compares this dimension itself with constants."""
    subject = leaf.left if isinstance(leaf, Compare) else leaf.term
    if not (isinstance(subject, Ref) and subject.name == name):
        return False
    if isinstance(leaf, Compare):
        return isinstance(leaf.right, Const)
    return isinstance(leaf, Member | IsMissing | TextTest)


def track(axis: Axis, atoms: tuple[Atom, ...], turns: Callable[[Axis], Turns]) -> Track:
    """The track of leaves on an axis; `turns` finds where they may turn."""
    nobody = Axis(axis.dimension, axis.order, None, axis.day)
    found: dict[Any, Mark] = {}
    for value, mark in turns(nobody).items():
        after = nobody.fitted(value)
        if after is not None and _all_hold(axis, atoms, after):
            found[after] = mark
    values = sorted(found)
    return Track(tuple(values), tuple(found[value] for value in values))


def choices(axis: Axis, atoms: tuple[Atom, ...]) -> Track:
    """The values of a category or a boolean at which leaves hold, in file order."""
    return Track(tuple(value for value in axis.choices if _all_hold(axis, atoms, value)), ())


def _all_hold(axis: Axis, atoms: tuple[Atom, ...], value: Any) -> bool:
    return all((truth(atom.leaf, {axis.name: value}, axis.day) is True) == atom.wanted for atom in atoms)
