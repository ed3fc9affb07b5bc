"""The population stability index: how far a distribution has shifted, in one number.

    PSI = Σ (aᵢ − bᵢ) · ln(aᵢ / bᵢ)

over the groups of a population, bᵢ and aᵢ being the shares of group i before and after. It is 0 for equal
shares, is the same with the two exchanged, and grows without bound. By custom, below 0.1 is no shift worth a
thought, up to 0.25 a moderate one, above it a large one. Source: N. Siddiqi, *Credit Risk Scorecards*, Wiley
2006; it is the divergence of H. Jeffreys (1946).
"""

from __future__ import annotations

import math
from collections.abc import Sequence

HALF = 0.5
"""What a group that is empty on one side counts as there: half a customer. The logarithm needs a share."""

MODERATE, LARGE = 0.1, 0.25
"""Where a shift begins to be moderate, and large, by custom."""

BANDS = 10
"""A score is counted in so many bands of equal width from 0 to 100; what lies beyond is in the last one."""

_WIDTH = 100 / BANDS


def psi(before: Sequence[int], after: Sequence[int]) -> float | None:
    """The index of heads per group, in the same order; None when a side has no heads at all.

    A group that is empty on one side counts as half a customer there (the other shares stay as they are), one
    that is empty on both sides as nothing.

    >>> psi([50, 50], [50, 50]), round(psi([50, 50], [60, 40]), 6)
    (0.0, 0.040547)
    >>> round(psi([100, 0], [90, 10]), 6)  # (0.9 - 1) ln 0.9 + (0.1 - 0.005) ln (0.1 / 0.005)
    0.295131
    >>> print(psi([0], [5]))
    None
    """
    old, new = sum(before), sum(after)
    if not old or not new:
        return None
    total = 0.0
    for left, right in zip(before, after, strict=True):
        if left or right:
            b, a = (left or HALF) / old, (right or HALF) / new
            total += (a - b) * math.log(a / b)
    return total


def band(score: float | None) -> int | None:
    """The band of a score; None where it is missing.

    >>> [band(score) for score in (0.0, 9.999999, 10.0, 100.0, -3.0, None)]
    [0, 0, 1, 9, 0, None]
    """
    return None if score is None else max(0, min(BANDS - 1, math.floor(score / _WIDTH)))


def bounds(at: int) -> tuple[int, int]:
    """Where a band begins and ends.

    >>> bounds(0), bounds(9)
    ((0, 10), (90, 100))
    """
    return round(at * _WIDTH), round((at + 1) * _WIDTH)
