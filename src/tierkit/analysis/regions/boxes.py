"""Boxes: coordinate to mask of cells. A region is a list of them; what a box does not name is free.

Everything here is exact, and counts its steps: beyond a budget it says so instead of going on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice

from tierkit.analysis.regions.coordinates import Atom, Masks, Shape

Box = Masks
Region = tuple[Box, ...]

EVERYWHERE: Box = {}
_FULL_EFFORT = 200_000
_PAIRWISE = 64


class TooLargeError(Exception):
    """The budget is spent: nothing is known."""


class Budget:
    """Steps left for one question."""

    def __init__(self, steps: int = _FULL_EFFORT) -> None:
        self.left = steps

    def spend(self, steps: int) -> None:
        """Takes steps away.

        Raises:
            TooLargeError: there are not that many left.
        """
        self.left -= steps
        if self.left < 0:
            raise TooLargeError


def meet(a: Box, b: Box) -> Box | None:
    """What two boxes share, None for nothing.

    >>> meet({0: 0b011}, {0: 0b110, 1: 0b1}), meet({0: 0b1}, {0: 0b10})
    ({0: 2, 1: 1}, None)
    """
    found = dict(a)
    for at, mask in b.items():
        mine = found.get(at)
        if mine is None:
            found[at] = mask
        else:
            shared = mine & mask
            if not shared:
                return None
            found[at] = shared
    return found


def boxes(shape: Shape, mask: Callable[[Atom], int], full: Sequence[int], budget: Budget) -> Region:
    """A shape as boxes, none of them empty."""
    if isinstance(shape, Atom):
        found = mask(shape)
        return (EVERYWHERE,) if found == full[shape.at] else ({shape.at: found},) if found else ()
    if shape.count == 1:
        return united([box for item in shape.items for box in boxes(item, mask, full, budget)], full, budget)
    items = [boxes(item, mask, full, budget) for item in shape.items]
    if shape.count == len(items):
        items.sort(key=len)
        product: Region = (EVERYWHERE,)
        for part in items:
            product = _product(product, part, full, budget)
        return product
    ways: list[Region] = [(EVERYWHERE,), *((),) * shape.count]
    for part in items:  # ways[n]: at least n of the items so far
        for n in range(shape.count, 0, -1):
            ways[n] = united([*ways[n], *_product(ways[n - 1], part, full, budget)], full, budget)
    return ways[shape.count]


def _product(a: Region, b: Region, full: Sequence[int], budget: Budget) -> Region:
    budget.spend(len(a) * len(b))
    if len(a) == 1 and len(b) == 1:
        one = meet(a[0], b[0])
        return () if one is None else (one,)
    return united([box for one in a for other in b if (box := meet(one, other)) is not None], full, budget)


def united(found: Sequence[Box], full: Sequence[int], budget: Budget) -> Region:
    """Boxes without those that others hold; boxes along one coordinate alone become one."""
    if len(found) <= 1:
        return tuple(found)
    budget.spend(len(found))
    single: dict[int, int] = {}
    rest: dict[tuple[tuple[int, int], ...], Box] = {}
    for box in found:
        if not box:
            return (EVERYWHERE,)
        if len(box) == 1:
            [(at, mask)] = box.items()
            single[at] = single.get(at, 0) | mask
        else:
            rest[tuple(sorted(box.items()))] = box
    if any(mask == full[at] for at, mask in single.items()):
        return (EVERYWHERE,)
    kept = [box for box in rest.values() if all(box.get(at, full[at]) & ~mask for at, mask in single.items())]
    if len(kept) <= _PAIRWISE:
        kept = [a for a in kept if not any(b is not a and holds(b, a, full) for b in kept)]
    return (*({at: mask} for at, mask in single.items()), *kept)


def holds(outer: Box, inner: Box, full: Sequence[int]) -> bool:
    """True when one box holds all of another."""
    return all(not inner.get(at, full[at]) & ~mask for at, mask in outer.items())


def remainder(
    box: Box, others: Iterable[Box], full: Sequence[int], budget: Budget, *, first: bool = False
) -> Region:
    """What `others` leave of a box, as disjoint boxes; with `first` only one of them.

    >>> remainder({0: 0b111}, [{0: 0b010}, {0: 0b001, 1: 0b1}], (0b111, 0b11), Budget())
    ({0: 4}, {0: 1, 1: 2})
    """
    found = pieces(box, others, full, budget)
    if first:
        return tuple(islice(found, 1))
    return tuple(reversed(tuple(found)))


def pieces(box: Box, others: Iterable[Box], full: Sequence[int], budget: Budget) -> Iterator[Box]:
    """What `others` leave of a box, one disjoint box after the other, found when it is asked for."""
    stack: list[tuple[Box, Sequence[Box]]] = [(box, tuple(others))]
    while stack:
        current, near = stack.pop()
        budget.spend(len(near) + 1)
        narrowed = _near(current, near, full)
        if narrowed is None:
            continue
        near, split, sticking = narrowed
        if not near:
            yield current
            continue
        inner = dict(current)
        for at in sticking:
            own = inner.get(at, full[at])
            stack.append(({**inner, at: own & ~split[at]}, near))
            inner[at] = own & split[at]


def _near(box: Box, others: Sequence[Box], full: Sequence[int]) -> tuple[list[Box], Box, list[int]] | None:
    """The boxes that touch one, and which leaves the fewest pieces, and where; None when nothing is left."""
    touching: list[Box] = []
    best: Box = EVERYWHERE
    fewest: list[int] = []
    for other in others:
        sticking: list[int] = []
        for at, mask in other.items():
            own = box.get(at, full[at])
            shared = own & mask
            if not shared:
                break
            if shared != own:
                sticking.append(at)
        else:
            if not sticking:
                return None
            if not touching or len(sticking) < len(fewest):
                best, fewest = other, sticking
            touching.append(other)
    return touching, best, fewest


def minus(region: Region, others: Region, full: Sequence[int], budget: Budget) -> Region:
    """A region without another."""
    return tuple(rest for box in region for rest in remainder(box, others, full, budget))


def intersection(a: Region, b: Region, full: Sequence[int], budget: Budget) -> Region:
    """What two regions share."""
    return _product(a, b, full, budget)


def simplified(region: Region, full: Sequence[int], budget: Budget) -> Region:
    """The same set in fewer boxes: two that differ in one coordinate only become one, again and again.

    >>> simplified(({0: 0b01, 1: 0b1}, {0: 0b10, 1: 0b1}), (0b11, 0b11), Budget())
    ({1: 1},)
    """
    current = list(united(region, full, budget))
    changed = True
    while changed:
        changed = False
        for at in sorted({at for box in current for at in box}):
            groups: dict[tuple[tuple[int, int], ...], int] = {}
            budget.spend(len(current))
            for box in current:
                rest = tuple(sorted((other, mask) for other, mask in box.items() if other != at))
                groups[rest] = groups.get(rest, 0) | box.get(at, full[at])
            if len(groups) < len(current):
                changed = True
                current = [
                    dict(sorted((*rest, (at, mask)))) if mask != full[at] else dict(rest)
                    for rest, mask in groups.items()
                ]
        before = len(current)
        current = list(united(current, full, budget))
        changed = changed or len(current) < before
    return tuple(current)
