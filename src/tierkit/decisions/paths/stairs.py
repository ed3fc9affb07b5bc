"""Where a score turns along one characteristic while the others stand: found from its straight pieces.

A score is rounded, so it goes up in stairs of a millionth. The place where it should turn follows from the
piece it lies on; from there the very step at which the rounded score turns is a few looks away.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from tierkit.decisions.paths.axes import Axis
from tierkit.decisions.paths.watches import score_marks
from tierkit.program.interpreter import compare
from tierkit.program.model import Characteristic
from tierkit.program.reference import points
from tierkit.program.tolerance import band

Piece = tuple[tuple[float, float], tuple[float, float]]
"""The ends of a straight piece."""

_SLACK, _STRIDE = 1e-5, 8


@dataclass(frozen=True, slots=True)
class Bar:
    """What a score must clear, and about where it turns before it is rounded."""

    operator: str
    threshold: float
    tolerance: float
    mark: float

    def passed(self, score: float) -> bool:
        """True when a rounded score passes."""
        return compare(self.operator, score, self.threshold, self.tolerance)


def bar_of(operator: str, threshold: float, tolerance: float = 0.0) -> Bar:
    """The bar of a comparison that is no equality."""
    if not tolerance:
        return Bar(operator, threshold, tolerance, score_marks(operator, threshold)[0])
    edge = band(threshold, tolerance)[operator in (">", "<=")]
    return Bar(operator, threshold, tolerance, score_marks(">=", edge)[0])


def crossing_steps(
    axis: Axis, item: Characteristic, at: int, gains: Sequence[float], tests: Iterable[Bar]
) -> Iterator[int]:
    """The steps of an axis next to which a score turns; `gains` is what all characteristics add, in order."""
    other = sum(gains) - gains[at]
    if item.form == "steps" or not item.factor:
        return
    for test in tests:
        y = (test.mark - other) / item.factor
        for (x0, y0), (x1, y1) in pairwise(_bends(item)):
            if y0 != y1 and min(y0, y1) - _SLACK <= y <= max(y0, y1) + _SLACK:
                x = x0 + (x1 - x0) * min(max((y - y0) / (y1 - y0), 0.0), 1.0)
                yield from _refined(_Stairs(axis, item, at, list(gains), test), x, ((x0, y0), (x1, y1)))


@dataclass(slots=True)
class _Stairs:
    """A score along one characteristic, and a test of it."""

    axis: Axis
    item: Characteristic
    at: int
    gains: list[float]
    test: Bar

    def passed(self, step: int) -> bool:
        self.gains[self.at] = self.item.factor * (points(self.item, self.axis.at(step)) or 0.0)
        return self.test.passed(rounded(self.gains))


def _refined(stairs: _Stairs, x: float, ends: Piece) -> tuple[int, ...]:
    """The two steps next to each other between which a test turns, from a good guess."""
    (x0, y0), (x1, y1) = ends
    low, high = stairs.axis.place(x0), stairs.axis.place(x1)
    near = min(max(stairs.axis.place(x), low), high)
    value = stairs.passed(near)
    upwards = (y1 > y0) == (stairs.test.operator in (">", ">="))  # where it passes
    far, by = (high, 1) if upwards != value else (low, -1)
    stride = 1
    while abs(far - near) > stride and stairs.passed(near + by * stride) == value:
        near, stride = near + by * stride, stride * _STRIDE
    if abs(far - near) > stride:
        far = near + by * stride
    elif stairs.passed(far) == value:
        return ()
    while abs(far - near) > 1:
        middle = (near + far) // 2
        near, far = (middle, far) if stairs.passed(middle) == value else (near, middle)
    return near, far


def _bends(item: Characteristic) -> Iterator[tuple[float, float]]:
    """The points through which the straight pieces of a characteristic go."""
    return zip(*(((0.0, item.cap), (0.0, 1.0)) if item.form == "cap" else (item.xs, item.ys)), strict=True)


def rounded(gains: Iterable[float]) -> float:
    """The score of a sum in file order; `sum` itself would be too exact in newer versions of Python."""
    total = None
    for gain in gains:
        total = gain if total is None else total + gain
    return math.floor((total or 0.0) * 1e6 + 0.5) / 1e6
