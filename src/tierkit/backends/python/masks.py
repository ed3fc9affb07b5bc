"""Tables of the bit-vector index (Lakshman & Stiliadis 1998, packet classification on many fields).

Per column and per elementary interval (or value) a Python `int` says which conjuncts are not contradicted:
bit i for conjunct i. Bit 0 is set where a value is regular; a value outside its domain clears it.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from tierkit.program.interpreter import text_test
from tierkit.program.model import Dimension
from tierkit.program.normal import is_self_test
from tierkit.program.terms import Compare, Const, IsMissing, Leaf, Member, TextTest, Value
from tierkit.program.tolerance import band
from tierkit.program.types import LARGEST, LARGEST_INTEGER, LARGEST_MONEY, NUMERIC, SMALLEST

Region = tuple[tuple[float, float], ...]
"""Half-open intervals `[low, high)`, ascending, disjoint; ±inf at the ends."""

EVERYTHING: Region = ((-math.inf, math.inf),)


@dataclass(frozen=True, slots=True)
class Missed:
    """What a missing value leaves: conjuncts still possible, and those still certain."""

    possible: int
    certain: int


def missed(leaves: Mapping[int, Sequence[Leaf]], full: int) -> Missed:
    """The masks of a column whose value is missing; `leaves` are the column's leaves by conjunct."""
    refuted, unsure = [], []
    for bit, tests in leaves.items():
        if any(isinstance(test, IsMissing) and test.negated for test in tests):
            refuted.append(bit)
        elif not all(isinstance(test, IsMissing) for test in tests):
            unsure.append(bit)
    possible = full & ~union(refuted)
    return Missed(possible, possible & ~union(unsure))


def union(bits: Iterable[int]) -> int:
    """The mask with these bits.

    >>> bin(union([0, 3]))
    '0b1001'
    """
    marks = list(bits)
    if not marks:
        return 0
    packed = bytearray(max(marks) // 8 + 1)
    for bit in marks:
        packed[bit >> 3] |= 1 << (bit & 7)
    return int.from_bytes(packed, "little")


def interval_table(regions: Mapping[int, Region], full: int) -> tuple[list[float], list[int]]:
    """Break points and the mask of each elementary interval; `bisect_right` finds the interval of a value."""
    toggles: dict[float, list[int]] = {}
    inside: list[int] = []
    for bit, region in regions.items():
        for low, high in region:
            if low == -math.inf:
                inside.append(bit)
            else:
                toggles.setdefault(low, []).append(bit)
            if high != math.inf:
                toggles.setdefault(high, []).append(bit)
    mask = full & ~union(regions) | union(inside)
    breaks, masks = sorted(toggles), [mask]
    for point in breaks:
        mask ^= _parity(toggles[point])
        masks.append(mask)
    # made anew in order, break points lie side by side in memory: a search touches fewer cache lines
    return [float(repr(point)) for point in breaks], masks


def _parity(bits: list[int]) -> int:
    """Bits that occur an odd number of times: one interval ending where the next begins changes nothing."""
    once: set[int] = set()
    for bit in bits:
        once ^= {bit}
    return union(once)


def value_table(
    leaves: Mapping[int, Sequence[Leaf]], values: Iterable[Value], full: int, *, closed: bool
) -> tuple[dict[Value, int], int]:
    """The mask of each value, and (unless the values are `closed`) that of any text that no leaf names."""
    free = full & ~union(leaves)
    wanted = dict.fromkeys(values)
    by_value: dict[Value, list[int]] = {value: [] for value in wanted}
    others: list[int] = []
    for bit, tests in leaves.items():
        if (
            len(tests) == 1
            and isinstance(tests[0], Compare)
            and tests[0].operator == "="
            and not is_self_test(tests[0])
        ):
            by_value.setdefault(_constant(tests[0]), []).append(bit)
            continue
        for value in wanted:
            if all(accepts(test, value) for test in tests):
                by_value[value].append(bit)
        if not closed and all(_accepts_others(test) for test in tests):
            others.append(bit)
    return {value: free | union(bits) for value, bits in by_value.items()}, free | union(others)


def accepts(leaf: Leaf, value: Value) -> bool:
    """Whether a one-dimension leaf holds for a present value of a text, a category or a boolean."""
    match leaf:
        case IsMissing():
            return leaf.negated
        case Compare():
            if is_self_test(leaf):
                return leaf.operator == "="
            return (value == _constant(leaf)) == (leaf.operator == "=")
        case Member():
            return (value in [const.value for const in leaf.values]) != leaf.negated
        case TextTest():
            return text_test(leaf.function, value, leaf.text.value) != leaf.negated
        case _:
            raise AssertionError(leaf)  # pragma: no cover  set tests are columns of their own


def named_values(leaves: Iterable[Leaf]) -> list[Value]:
    """The values that leaves name."""
    found: list[Value] = []
    for leaf in leaves:
        if isinstance(leaf, Compare) and isinstance(leaf.right, Const):
            found.append(leaf.right.value)
        elif isinstance(leaf, Member):
            found.extend(const.value for const in leaf.values)
    return found


def _accepts_others(leaf: Leaf) -> bool:
    """Whether a leaf holds for a text that it does not name."""
    match leaf:
        case Compare():
            return leaf.operator == ("=" if is_self_test(leaf) else "!=")
        case Member() | IsMissing():
            return leaf.negated
        case _:
            raise AssertionError(leaf)  # pragma: no cover  text tests on open texts are columns of their own


def _constant(leaf: Compare) -> Value:
    assert isinstance(leaf.right, Const)  # noqa: S101  the plan chose the leaf
    return leaf.right.value


# -- regions of ordered values: numbers, and dates as ordinals


def domain_region(dimension: Dimension) -> Region:
    """Where values of a dimension are regular; a tiny one counts as 0, so it is not."""
    if dimension.type not in NUMERIC:
        return EVERYTHING
    if dimension.type == "integer":
        allowed: Region = ((-float(LARGEST_INTEGER), _after(float(LARGEST_INTEGER))),)
    else:
        high = LARGEST_MONEY if dimension.type == "money" else _after(LARGEST)
        low = _after(-LARGEST_MONEY) if dimension.type == "money" else -LARGEST
        allowed = ((low, _after(-SMALLEST)), (0.0, _after(0.0)), (SMALLEST, high))
    low = -math.inf if dimension.minimum is None else dimension.minimum
    high = math.inf if dimension.maximum is None else _after(dimension.maximum)
    return intersect(allowed, ((low, high),))


def region(
    tests: Sequence[Leaf], number: Callable[[Value], float], after: Callable[[float], float]
) -> Region:
    """Where all leaves of one conjunct on one column hold, for a value that is there."""
    found = EVERYTHING
    for leaf in tests:
        found = intersect(found, _leaf_region(leaf, number, after))
    return found


def _leaf_region(leaf: Leaf, number: Callable[[Value], float], after: Callable[[float], float]) -> Region:
    if isinstance(leaf, IsMissing):
        return EVERYTHING if leaf.negated else ()
    if isinstance(leaf, Member):
        wanted = sorted({number(const.value) for const in leaf.values})
        points = _merged([band(p, leaf.tolerance) if leaf.tolerance else (p, after(p)) for p in wanted])
        return _complement(points) if leaf.negated else points
    assert isinstance(leaf, Compare)  # noqa: S101  the plan chose the leaf
    if is_self_test(leaf):
        return EVERYTHING if leaf.operator == "=" else ()
    at = number(_constant(leaf))
    if leaf.tolerance:
        return _band_region(leaf.operator, *band(at, leaf.tolerance))
    match leaf.operator:
        case "<":
            return ((-math.inf, at),)
        case "<=":
            return ((-math.inf, after(at)),)
        case ">":
            return ((after(at), math.inf),)
        case ">=":
            return ((at, math.inf),)
        case "=":
            return ((at, after(at)),)
        case _:
            return ((-math.inf, at), (after(at), math.inf))


def _band_region(operator: str, low: float, high: float) -> Region:
    """Where a comparison holds whose constant counts as equal to all of `[low, high)`."""
    match operator:
        case "<":
            return ((-math.inf, low),)
        case "<=":
            return ((-math.inf, high),)
        case ">":
            return ((high, math.inf),)
        case ">=":
            return ((low, math.inf),)
        case "=":
            return ((low, high),)
        case _:
            return ((-math.inf, low), (high, math.inf))


def _merged(intervals: list[tuple[float, float]]) -> Region:
    """Ascending intervals as a region: those that touch or overlap are one."""
    found: list[tuple[float, float]] = []
    for low, high in intervals:
        if found and low <= found[-1][1]:
            found[-1] = found[-1][0], max(high, found[-1][1])
        else:
            found.append((low, high))
    return tuple(found)


def intersect(a: Region, b: Region) -> Region:
    """The intervals that both regions share.

    >>> intersect(((0.0, 5.0),), ((3.0, 9.0),))
    ((3.0, 5.0),)
    """
    if a is EVERYTHING:
        return b
    found = [(max(a0, b0), min(a1, b1)) for a0, a1 in a for b0, b1 in b]
    return tuple(sorted(pair for pair in found if pair[0] < pair[1]))


def _complement(points: Region) -> Region:
    edges = [-math.inf, *(edge for pair in points for edge in pair), math.inf]
    return tuple((low, high) for low, high in zip(edges[::2], edges[1::2], strict=True) if low < high)


def _after(value: float) -> float:
    return math.nextafter(value, math.inf)


def as_number(value: Value) -> float:
    """A numeric constant as binary64."""
    return float(value)  # type: ignore[arg-type]  # an invariant of typed terms


def next_number(value: float) -> float:
    """The next binary64."""
    return _after(value)


def as_ordinal(value: Value) -> float:
    """A date as its day number."""
    assert isinstance(value, dt.date)  # noqa: S101  an invariant of typed terms
    return float(value.toordinal())


def next_ordinal(value: float) -> float:
    """The next day."""
    return value + 1


def date_breaks(breaks: list[float]) -> tuple[list[dt.date], int]:
    """Day numbers as dates; those after the last possible date are dropped, and how many are left is said."""
    last = dt.date.max.toordinal()
    kept = [dt.date.fromordinal(int(point)) for point in breaks if point <= last]
    return kept, len(kept)
