"""Boxes back to conditions: what a box asks for, as an author would write it.

The condition of a box is true for the customers in it and for no others; of opaque coordinates it asks what
the conditions asked.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator

from tierkit.analysis.regions.boxes import Box
from tierkit.analysis.regions.cells import Cells
from tierkit.analysis.regions.coordinates import Coordinate
from tierkit.analysis.regions.space import Space
from tierkit.program.terms import (
    And,
    AsOf,
    Compare,
    Const,
    Formula,
    IsMissing,
    Member,
    Not,
    Or,
    Ref,
    SetTest,
    Term,
    Value,
)


def condition(space: Space, box: Box) -> Formula:
    """The condition of a box, coordinates in the order in which they were asked about.

    >>> import tierkit
    >>> from tierkit.program.canonical import formula_text
    >>> rules = tierkit.loads("{ruleset: a, version: 1, dimensions: {x: {type: money}, y: {type: integer}}, "
    ...     "rules: [{id: r, tag: T, when: not (x <= 10k) and y != 3}]}")
    >>> space = Space(rules.program)
    >>> [box] = space.region(space.holds(rules.program.rules[0].when))
    >>> formula_text(condition(space, box))
    'x > 10000 and y != 3'
    """
    return _all([part for at, mask in sorted(box.items()) for part in _parts(space, at, mask)])


def _parts(space: Space, at: int, mask: int) -> Iterator[Formula]:
    coordinate, cells = space.coordinates[at], space.cells[at]
    if cells.missing >= 0 and mask >> cells.missing & 1:
        gone = IsMissing(_subject(coordinate))
        own = mask & ~(1 << cells.missing)
        yield gone if not own else _any([gone, _all(list(_asked(coordinate, cells, own)))])
    elif mask == (1 << len(cells.values)) - 1 and cells.missing >= 0:
        yield IsMissing(_subject(coordinate), negated=True)
    else:
        yield from _asked(coordinate, cells, mask)


def _subject(coordinate: Coordinate) -> Term:
    match coordinate.key.kind:
        case "day":
            return AsOf()
        case "term":
            return coordinate.key.about[0]  # type: ignore[no-any-return]  # the term of the key
        case _:
            return Ref(coordinate.key.name, coordinate.type)


def _asked(coordinate: Coordinate, cells: Cells, mask: int) -> Iterator[Formula]:
    """What is asked of the present values of a coordinate."""
    kind, about = coordinate.key.kind, coordinate.key.about
    if kind == "member":
        test = SetTest("has", Ref(coordinate.key.name, "set"), (Const(about, "text"),))
        yield SetTest(test.function, test.term, test.values, negated=not mask & 1)
    elif kind == "test":
        yield about[0] if mask == 0b01 else Not(about[0])
    elif kind == "order":
        signs = {0b001: "<", 0b011: "<=", 0b010: "=", 0b101: "!=", 0b110: ">=", 0b100: ">"}
        if mask in signs:
            yield Compare(signs[mask], about[0], about[1], about[2])
    elif cells.places is not None:
        yield from _among(_subject(coordinate), coordinate.type, cells, mask)
    else:
        yield from _along(_subject(coordinate), coordinate.type, cells, mask)


def _among(subject: Term, type_: str, cells: Cells, mask: int) -> Iterator[Formula]:
    present = (1 << len(cells.values)) - 1
    if mask == present:
        return
    within = [at for at in range(len(cells.values)) if mask >> at & 1]
    others = [at for at in range(len(cells.values)) if not mask >> at & 1]
    one = len(others) == 1 and others[0] != cells.other  # what nobody names cannot be told by its name
    negated = cells.other in within or (one and len(within) > 1)
    named = [cells.values[at] for at in (others if negated else within)]
    consts = tuple(Const(value, type_ if type_ == "boolean" else "text") for value in named)
    if len(consts) == 1:
        yield Compare("!=" if negated else "=", subject, consts[0])
    else:
        yield Member(subject, consts, negated=negated)


def _along(subject: Term, type_: str, cells: Cells, mask: int) -> Iterator[Formula]:
    """What is asked of numbers and days: the points left out, or the stretches between."""
    present = (1 << len(cells.values)) - 1
    gaps = list(_runs(present & ~mask))
    edges = sorted(cells.edges | {-math.inf, math.inf})
    if len(gaps) == 1 and 0 < gaps[0][0] < len(cells.values) - 1 and _point(cells, gaps[0]):
        yield Compare("!=", subject, _const(cells.ends[gaps[0][0]][0], type_))
        return
    yield _any([_all(_stretch(subject, type_, cells, run, edges)) for run in _runs(mask & present)])


def _runs(mask: int) -> Iterator[tuple[int, int]]:
    """The first and last bits of each row of bits."""
    at = 0
    while mask >> at:
        if mask >> at & 1:
            first = at
            while mask >> at & 1:
                at += 1
            yield first, at - 1
        else:
            at += 1


def _point(cells: Cells, run: tuple[int, int]) -> bool:
    return run[0] == run[1] and cells.ends[run[0]][0] == cells.ends[run[0]][1]


def _stretch(
    subject: Term, type_: str, cells: Cells, run: tuple[int, int], edges: list[float]
) -> list[Formula]:
    low = cells.lows[run[0]]
    high = next(edge for edge in edges if edge > cells.ends[run[1]][1])
    if _point(cells, run):
        return [Compare("=", subject, _const(cells.ends[run[0]][0], type_))]
    found: list[Formula] = []
    if low != -math.inf:
        below = math.nextafter(low, -math.inf)
        strict = type_ != "date" and len(repr(below)) < len(repr(low))
        found.append(Compare(">" if strict else ">=", subject, _const(below if strict else low, type_)))
    if high != math.inf:
        below = math.nextafter(high, -math.inf)
        closed = type_ != "date" and len(repr(below)) < len(repr(high))
        found.append(Compare("<=" if closed else "<", subject, _const(below if closed else high, type_)))
    return found


def _const(number: float, type_: str) -> Const:
    value: Value = number
    if type_ == "date":
        value = dt.date.fromordinal(int(number))
    return Const(value, "date" if type_ == "date" else "number")


def _all(parts: list[Formula]) -> Formula:
    return parts[0] if len(parts) == 1 else And(tuple(parts))


def _any(parts: list[Formula]) -> Formula:
    return parts[0] if len(parts) == 1 else Or(tuple(parts))
