"""Witnesses: a customer for a box, shown by the reference interpreter and not by the boxes.

What the record holds is read off the box. What is opaque is reached through its inputs: each is moved along
its own cells, and between two values on different sides of what is asked for the steps are halved.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tierkit.analysis.regions.boxes import Box
from tierkit.analysis.regions.cells import Cells
from tierkit.analysis.regions.coordinates import Atom, Shape
from tierkit.analysis.regions.facts import Facts
from tierkit.analysis.regions.inputs import Inputs
from tierkit.analysis.regions.space import Space
from tierkit.errors import Fault
from tierkit.program.domain import Missing, read
from tierkit.program.interpreter import compare
from tierkit.program.terms import Value


@dataclass(frozen=True, slots=True)
class Witness:
    """A customer: the values of a record, the day, and which dimensions are given though a provider has them.

    What is given and not in the record is missing: the provider would have failed.
    """

    record: Mapping[str, Value]
    day: dt.date
    given: tuple[str, ...] = ()


Claim = Callable[[Sequence[Facts]], bool]
"""What a witness must show, by the facts that each program makes of the record."""


def witness(space: Space, box: Box, claim: Shape, also: Claim | None = None) -> Witness | None:
    """A customer in a box who shows the claim, or None when none was found.

    The leaves of `claim` are asked of the interpreter one by one; `also` asks it for the whole, where
    there is a question that the caller can put to it.
    """
    inputs = Inputs(space, box)
    if inputs.start is None:
        return None
    for record, day in inputs.candidates():
        facts = [Facts(program, record, day) for program in space.programs]
        agreed = all(fact.accepted for fact in facts) and _shows(space, claim, facts)
        if agreed and (also is None or also(facts)):
            return Witness(record, day, inputs.provided)
    return None


def _shows(space: Space, shape: Shape, facts: list[Facts]) -> bool:
    if isinstance(shape, Atom):
        return _holds(space, shape, facts[shape.program]) != shape.inverted
    need, left = shape.count, len(shape.items)
    for item in shape.items:
        if need <= 0 or left < need:
            break
        need -= _shows(space, item, facts)
        left -= 1
    return need <= 0


def _holds(space: Space, atom: Atom, facts: Facts) -> bool:
    coordinate = space.coordinates[atom.at]
    if atom.leaf is not None:
        return facts.truth(atom.leaf) is True
    found: Any = facts.value(coordinate.key.name)
    return found is not None and found not in space.cells[atom.at].places


def cells_of(space: Space, record: Mapping[str, Any], day: dt.date) -> tuple[int, ...]:
    """The cell of a customer on each coordinate of a space, -1 where the record falls between two steps."""
    facts = [Facts(program, record, day) for program in space.programs]
    return tuple(_cell(space, at, facts, day) for at in range(len(space.coordinates)))


def _cell(space: Space, at: int, facts: Sequence[Facts], day: dt.date) -> int:
    coordinate, cells = space.coordinates[at], space.cells[at]
    key, own = coordinate.key, facts[coordinate.owner]
    match key.kind:
        case "day":
            return cells.cell(day)
        case "member":
            texts = own[key.name]
            return 0 if isinstance(texts, frozenset) and key.about in texts else 1
        case "given":
            return _raw_cell(cells, key.name, facts)
        case "computed":
            return cells.cell(own[key.name])
        case "term":
            return cells.cell(own.of(key.about[0]))
        case "order":
            left, right = own.of(key.about[0]), own.of(key.about[1])
            return cells.missing if left is None or right is None else _sign(left, right, key.about[2])
        case _:
            return cells.cell(own.truth(key.about[0]))


def _sign(left: Any, right: Any, tolerance: float) -> int:
    """0 for less, 1 for equal, 2 for more; what has no order is equal or not."""
    if compare("=", left, right, tolerance):
        return 1
    return 0 if isinstance(left, bool | frozenset) or compare("<", left, right, tolerance) else 2


def _raw_cell(cells: Cells, name: str, facts: Sequence[Facts]) -> int:
    """The cell of a value as the record holds it; where nothing can be missing, that of what stands in."""
    stands: Any = None
    aggregated = False
    for own in facts:
        if name in own.program.dimensions:
            dimension = own.program.dimensions[name]
            found = read(dimension, own.record.get(name))
            if not isinstance(found, Missing | Fault):
                return cells.cell(frozenset() if dimension.type == "set" else found)
            stands, aggregated = own[name], dimension.kind == "aggregated"
    if cells.missing >= 0 and not (aggregated and stands is not None):
        return cells.missing
    return cells.cell(frozenset() if isinstance(stands, frozenset) else stands)
