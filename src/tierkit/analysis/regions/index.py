"""Which boxes could hold a box, without looking at all of them.

A box that holds another names no coordinate that the other leaves free. So boxes are kept by the set of the
coordinates they name, and only the subsets of that set are looked into.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations

from tierkit.analysis.regions.boxes import Box, holds

_SUBSETS = 10


class Index:
    """Boxes, each with its owner.

    >>> index = Index((0b111, 0b11))
    >>> index.add({0: 0b011}, 7), index.add({0: 0b011, 1: 0b1}, 8)
    (None, None)
    >>> list(index.holding({0: 0b001})), sorted(index.holding({0: 0b001, 1: 0b1}))
    ([7], [7, 8])
    """

    def __init__(self, full: Sequence[int]) -> None:
        self.full = full
        self._groups: dict[frozenset[int], list[tuple[Box, int]]] = {}

    def add(self, box: Box, owner: int) -> None:
        """Takes a box in."""
        self._groups.setdefault(frozenset(box), []).append((box, owner))

    def holding(self, box: Box) -> Iterator[int]:
        """The owners of boxes that hold all of `box`, an owner once for each."""
        for group in self._below(frozenset(box)):
            for other, owner in group:
                if holds(other, box, self.full):
                    yield owner

    def _below(self, named: frozenset[int]) -> Iterator[list[tuple[Box, int]]]:
        if 2 ** min(len(named), _SUBSETS + 1) > len(self._groups) or len(named) > _SUBSETS:
            yield from (group for key, group in self._groups.items() if key <= named)
            return
        for size in range(len(named) + 1):
            for subset in combinations(named, size):
                yield self._groups.get(frozenset(subset), [])
