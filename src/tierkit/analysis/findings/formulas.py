"""Parts of conditions as authors wrote them: which there are, and the shape of a condition without some."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Set as AbstractSet

from tierkit.analysis.regions.coordinates import EVERYBODY, NOBODY, Shape, Some, either, every
from tierkit.analysis.regions.shapes import Shapes
from tierkit.program.terms import And, AtLeast, Formula, Leaf, Not, Or

Way = tuple[int, ...]
"""A way to a part of a condition: positions of items from the top down."""
NONE: frozenset[Way] = frozenset()


def items(formula: Formula) -> tuple[Formula, ...]:
    """The conditions that a condition joins."""
    if isinstance(formula, And | Or | AtLeast):
        return formula.items
    return (formula.item,) if isinstance(formula, Not) else ()


def leaves(formula: Formula, way: Way = ()) -> Iterator[tuple[Way, Leaf]]:
    """Every leaf as written, with its way."""
    if isinstance(formula, Leaf):
        yield way, formula
    for step, item in enumerate(items(formula)):
        yield from leaves(item, (*way, step))


def shape(
    shapes: Shapes, formula: Formula, *, negate: bool = False, skip: AbstractSet[Way] = NONE, way: Way = ()
) -> Shape:
    """Where a condition is true (or false), without the items at `skip`.

    It is made of the shapes of its leaves, which are known, and not kept.
    """
    if isinstance(formula, Not):
        return shape(shapes, formula.item, negate=not negate, skip=skip, way=(*way, 0))
    if not isinstance(formula, And | Or | AtLeast):
        return shapes.holds(formula, negate=negate)
    found = [
        shape(shapes, item, negate=negate, skip=skip, way=(*way, step))
        for step, item in enumerate(formula.items)
        if (*way, step) not in skip
    ]
    if not isinstance(formula, AtLeast):
        return every(found) if isinstance(formula, And) != negate else either(found)
    count = len(found) - formula.count + 1 if negate else formula.count
    return EVERYBODY if count <= 0 else NOBODY if count > len(found) else Some(count, tuple(found))
