"""Boxes without the cells of what nobody computes: where an input is missing, a term has no cell at all.

Boxes treat each coordinate as independent, so what is left of one may ask for the order of two values where
one of them is missing. Whoever is missing an input is in or out whatever the cell: the box is cut in two, and
where something is missing the coordinate is free.
"""

from __future__ import annotations

from tierkit.analysis.regions.boxes import Box, Budget, Region, meet
from tierkit.analysis.regions.coordinates import Coordinate, Shape, every, outside
from tierkit.analysis.regions.space import Space
from tierkit.analysis.regions.spans import strict
from tierkit.program.terms import Compare


def settled(space: Space, region: Region, budget: Budget) -> Region:
    """The same customers, each coordinate asked about only where it has a cell."""
    found: list[Box] = []
    for box in region:
        current = [box]
        for at in box:
            coordinate = space.coordinates[at]
            if coordinate.total and coordinate.key.kind not in ("given", "day"):
                current = _cut(space, coordinate, current, budget)
        found += current
    return tuple(found)


def _cut(space: Space, coordinate: Coordinate, boxes: list[Box], budget: Budget) -> list[Box]:
    there = _there(space, coordinate)
    inside, beyond = space.region(there, budget), space.region(outside(there), budget)
    budget.spend(len(boxes) * (len(inside) + len(beyond)))
    found: list[Box] = []
    for box in boxes:
        free = {at: mask for at, mask in box.items() if at != coordinate.at}
        found += [both for part in inside if (both := meet(box, part)) is not None]
        found += [both for part in beyond if (both := meet(free, part)) is not None]
    return found


def _there(space: Space, coordinate: Coordinate) -> Shape:
    """Where a coordinate has a cell: all that it needs is there."""
    shapes, key = space.shapes[coordinate.owner], coordinate.key
    if key.kind == "computed":
        return every(shapes.needed(shapes.program.dimensions[key.name]))
    if key.kind == "member":
        names: tuple[str, ...] = (key.name,)
    elif key.kind == "test":
        leaf = key.about[0]
        terms = (leaf.left, leaf.right) if isinstance(leaf, Compare) else (leaf.term,)
        names = tuple(name for term in terms for name in strict(term))
    else:
        terms = key.about[:2] if key.kind == "order" else key.about[:1]
        names = tuple(name for term in terms for name in strict(term))
    return every([shapes.present(name) for name in dict.fromkeys(names)])
