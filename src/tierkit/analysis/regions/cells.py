"""The cells of a coordinate: the pieces of it between which no condition can tell values apart.

Bit `i` of a mask stands for cell `i`; the cells of numbers and days ascend. What is missing is a cell of its
own, the last, where it can be missing and nothing stands in for it. A cell that no value falls into is none:
steps are those of the dimension's type (whole numbers, days, the decimals of a scale, cents of money).
"""

from __future__ import annotations

import datetime as dt
import math
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from tierkit.backends.python.masks import (
    Region,
    as_number,
    as_ordinal,
    domain_region,
    next_number,
    next_ordinal,
    region,
)
from tierkit.decisions.paths.axes import Axis
from tierkit.program.interpreter import truth
from tierkit.program.model import Dimension
from tierkit.program.terms import Compare, Const, IsMissing, Leaf, TextTest, Value
from tierkit.program.types import LARGEST_MONEY, NUMERIC

Ends = tuple[float, float]
_USUAL = dt.date(2025, 1, 1)


@dataclass(frozen=True, slots=True)
class Cells:
    """The cells of one coordinate.

    `values` has a value for each cell but the one of what is missing. Of ordered coordinates `lows` has where
    each cell begins, and `ends` its first and last value; `edges` are the values at which cells were cut.
    `places` finds the cell of a value where cells are single values, `other` is the cell of any other text.
    """

    values: tuple[Value, ...]
    missing: int
    lows: tuple[float, ...] = ()
    ends: tuple[Ends, ...] = ()
    edges: frozenset[float] = frozenset()
    places: Any = None
    other: int = -1

    @property
    def full(self) -> int:
        """The mask of all cells."""
        return (1 << (len(self.values) + (self.missing >= 0))) - 1

    def cell(self, value: Value | None) -> int:
        """The cell of a value, -1 when it falls into none."""
        if value is None:
            return self.missing
        if self.places is not None:
            return self.places.get(value, self.other)  # type: ignore[no-any-return]  # a table of positions
        number = float(value.toordinal()) if isinstance(value, dt.date) else float(value)  # type: ignore[arg-type]
        at = bisect_right(self.lows, number) - 1
        return at if at >= 0 and self.ends[at][0] <= number <= self.ends[at][1] else -1

    def between(self, low: float, high: float) -> int:
        """The mask of the cells in `[low, high)`, which cuts none of them."""
        first, last = bisect_left(self.lows, low), bisect_left(self.lows, high)
        return (1 << last) - (1 << first) if last > first else 0

    def inside(self, intervals: Region) -> int:
        """The mask of the cells in a region."""
        found = 0
        for low, high in intervals:
            found |= self.between(low, high)
        return found


def leaf_region(leaf: Leaf, type_: str) -> Region:
    """Where a leaf holds on a number or a day."""
    if type_ == "date":
        return region((leaf,), as_ordinal, next_ordinal)
    return region((leaf,), as_number, next_number)


def ordered(
    type_: str, leaves: Iterable[Leaf], dimensions: Sequence[Dimension], span: Ends | None, *, missing: bool
) -> Cells:
    """The cells of numbers or days, cut by `leaves` and by the domains of `dimensions` that differ."""
    edges = {edge for leaf in leaves for pair in leaf_region(leaf, type_) for edge in pair}
    if len({_bounds(d) for d in dimensions}) > 1:
        edges |= {edge for d in dimensions for pair in domain_region(d) for edge in pair}
    cuts = sorted(edges | {-math.inf, math.inf})
    steps = _Steps(type_, dimensions, span)
    lows: list[float] = []
    ends: list[Ends] = []
    values: list[Value] = []
    for low, high in pairwise(cuts):
        found = steps.fit(low, high)
        if found is not None:
            lows.append(low)
            ends.append(found)
            values.append(steps.typical(*found))
    at = len(lows) if missing else -1
    return Cells(tuple(values), at, tuple(lows), tuple(ends), frozenset(edges))


def listed(values: Iterable[Value], *, missing: bool, other: Value | None = None) -> Cells:
    """A cell for each value and, with `other`, one for all values not named; `other` is one of them."""
    known = list(dict.fromkeys(values))
    places = {value: at for at, value in enumerate(known)}
    if other is not None:
        known.append(other)
    at = len(known) if missing else -1
    return Cells(tuple(known), at, places=places, other=-1 if other is None else len(known) - 1)


def accepted(cells: Cells, leaf: Leaf, type_: str) -> int:
    """The mask of the cells whose values make a leaf true."""
    present = (1 << len(cells.values)) - 1
    if isinstance(leaf, IsMissing):
        return present if leaf.negated else 0
    if cells.places is None:
        return cells.inside(leaf_region(leaf, type_))
    if isinstance(leaf, Compare) and leaf.operator in ("=", "!="):
        at = cells.places.get(leaf.right.value)  # type: ignore[union-attr]  # a constant stands on the right
        same = 0 if at is None else 1 << at
        return same if leaf.operator == "=" else present & ~same
    unnamed = cells.other if isinstance(leaf, TextTest) else -1  # another coordinate asks texts not named
    return sum(1 << at for at, value in enumerate(cells.values) if at != unnamed and takes(leaf, value))


def takes(leaf: Leaf, value: Value) -> bool:
    """Whether a leaf is true when what it asks about has this value."""
    if isinstance(leaf, IsMissing):
        return leaf.negated
    subject = Const(value, "")
    put = replace(leaf, left=subject) if isinstance(leaf, Compare) else replace(leaf, term=subject)
    return truth(put, {}, dt.date.min) is True


def _bounds(dimension: Dimension) -> tuple[Any, ...]:
    return dimension.type, dimension.minimum, dimension.maximum


class _Steps:
    """The values that an ordered coordinate can have: steps of the record, or any within a span."""

    def __init__(self, type_: str, dimensions: Sequence[Dimension], span: Ends | None) -> None:
        self.span, self.whole = span or (-math.inf, math.inf), type_ == "integer"
        self.date = type_ == "date"
        self.axis = Axis(_widest(dimensions), 0, None, dt.date.min) if dimensions else None

    def fit(self, low: float, high: float) -> Ends | None:
        """The first and the last value in `[low, high)`, None when there is none."""
        if self.axis is None:
            if self.date:
                low, high = max(low, 1.0), min(high, float(dt.date.max.toordinal()) + 1)
            low, last = max(low, self.span[0]), min(_before(high), self.span[1])
            if self.whole or self.date:
                low, last = _ceil(low), _floor(last)
            return (low, last) if low <= last else None
        axis, (first, last_step) = self.axis, self.axis.ends
        if low > axis.number(first):
            if low > axis.number(last_step):
                return None
            first = axis.place(low)
            first += axis.number(first) < low
        if high <= axis.number(last_step):
            if high <= axis.number(first):
                return None
            last_step = axis.place(high)
            last_step -= axis.number(last_step) >= high
        return (axis.number(first), axis.number(last_step)) if first <= last_step else None

    def typical(self, low: float, high: float) -> Value:
        """A value between two, short to write and near where cells were cut."""
        if self.date:
            usual = float(_USUAL.toordinal())
            nearest = usual if low <= usual <= high else high if high < usual else low
            return dt.date.fromordinal(int(nearest))
        number = _short(low, high)
        if self.axis is None:
            return number
        step = self.axis.place(number)
        if not low <= self.axis.number(step) <= high:
            step = self.axis.place(low)
        return self.axis.at(step)  # type: ignore[no-any-return]  # a value of the dimension


def _widest(dimensions: Sequence[Dimension]) -> Dimension:
    """A dimension that can have every value that one of `dimensions` can."""
    first = _loose(dimensions[0])
    for other in map(_loose, dimensions[1:]):
        if _bounds(first) != _bounds(other) or first.scale != other.scale:
            lows, highs = (first.minimum, other.minimum), (first.maximum, other.maximum)
            first = replace(
                first,
                type=first.type if first.type == other.type else "number",
                scale=first.scale if first.scale == other.scale and first.type == other.type else None,
                minimum=None if None in lows else min(lows),  # type: ignore[type-var]
                maximum=None if None in highs else max(highs),  # type: ignore[type-var]
            )
    return first


def _loose(dimension: Dimension) -> Dimension:
    """A number that is computed somewhere has no decimals to rely on: an average is no amount in cents."""
    if dimension.aggregate is not None and dimension.aggregate.function.startswith("count"):
        low = 0 if dimension.minimum is None else max(0, dimension.minimum)
        return replace(dimension, minimum=low)
    computed = dimension.aggregate is not None or dimension.provider is not None
    if not computed or dimension.type not in NUMERIC or dimension.type == "integer":
        return dimension
    if dimension.type != "money":
        return replace(dimension, scale=None)
    low = -LARGEST_MONEY if dimension.minimum is None else dimension.minimum
    high = LARGEST_MONEY if dimension.maximum is None else dimension.maximum
    return replace(dimension, type="number", scale=None, minimum=low, maximum=high)


def _short(low: float, high: float) -> float:
    """A number in `[low, high]` with few digits: zero if it can be, else near the end nearer to it."""
    if low <= 0 <= high:
        return 0.0
    if high < 0:
        return -_short(-high, -low)
    top = min(high, max(2 * low, low + 1))
    if top <= low:
        return low
    exponent = math.floor(math.log10(top - low))
    for tried in range(exponent, max(exponent - 3, -300), -1):
        unit = 10.0**tried
        number = math.ceil(low / unit) * unit if tried >= 0 else math.ceil(low / unit) / 10.0**-tried
        if low <= number <= top:
            return number
    return low


def _before(value: float) -> float:
    return math.nextafter(value, -math.inf)


def _ceil(value: float) -> float:
    return value if math.isinf(value) else float(math.ceil(value))


def _floor(value: float) -> float:
    return value if math.isinf(value) else float(math.floor(value))
