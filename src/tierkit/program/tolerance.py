"""Numeric tolerance: two numbers no further apart than it are equal.

    a > b    is   a - b > e           a >= b   is   a - b >= -e
    a < b    is   a - b < -e          a <= b   is   a - b <= e
    a = b    is   -e <= a - b <= e

The difference is one of binary64, rounded as ever. Rounding keeps order, so along the numbers each comparison
with a constant turns once: at an edge of the constant's band. Edges are found by halving, never by computing
`b + e`, which would be rounded too.
"""

from __future__ import annotations

import math
import struct

_DOUBLE, _LONG = struct.Struct("<d"), struct.Struct("<q")


def apart(left: float, right: float, tolerance: float) -> float:
    """How far `left` is above `right`; 0 when that is no more than `tolerance`.

    >>> apart(10.5, 10.0, 0.25), apart(10.25, 10.0, 0.25), apart(9.0, 10.0, 0.25)
    (0.5, 0.0, -1.0)
    """
    difference = float(left) - float(right)
    return 0.0 if -tolerance <= difference <= tolerance else difference


def band(value: float, tolerance: float) -> tuple[float, float]:
    """The half-open interval of the doubles that are equal to `value`.

    >>> band(10.0, 0.25) == (9.75, math.nextafter(10.25, math.inf))
    True
    """
    low, high = _place(-math.inf), _place(math.inf)
    return _first(value, -tolerance, low, high, inclusive=True), _first(
        value, tolerance, low, high, inclusive=False
    )


def _first(value: float, bound: float, low: int, high: int, *, inclusive: bool) -> float:
    """The smallest double whose difference to `value` is above `bound` (or, when `inclusive`, is `bound`)."""
    while high - low > 1:
        middle = (low + high) // 2
        difference = _at(middle) - value
        if difference > bound or (inclusive and difference == bound):
            high = middle
        else:
            low = middle
    return _at(high)


def _place(value: float) -> int:
    """The doubles numbered in order; zero is 0."""
    bits: int = _LONG.unpack(_DOUBLE.pack(abs(value)))[0]
    return bits if value >= 0 else -bits


def _at(place: int) -> float:
    """The double with this number."""
    value: float = _DOUBLE.unpack(_LONG.pack(abs(place)))[0]
    return value if place >= 0 else -value
