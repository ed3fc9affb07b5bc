"""Where a function of one dimension changes sign: steps next to each other, found with few evaluations.

Between two samples of different sign the crossing is guessed, as if the function were a fraction of two
straight lines (which sums, differences, ratios and the pieces of a scorecard are), and the guess is closed in
from both sides; where guessing does not pay, the steps are halved.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import pairwise

from tierkit.decisions.paths.axes import Axis

Gap = Callable[[int], float | None]
At = tuple[int, float]
"""A step and the value there."""

_PROBES, _STRIDE = 4, 8


def crossings(axis: Axis, gap: Gap, samples: Iterable[int]) -> list[int]:
    """The steps on both sides of every change of sign between samples, zeros included."""
    found: dict[int, None] = {}
    seen = [(step, value) for step in sorted(set(samples)) if (value := gap(step)) is not None]
    for (a, at_a), (b, at_b) in pairwise(seen):
        if (at_a >= 0) != (at_b >= 0):
            low, high = _close_in(axis, gap, (a, at_a), (b, at_b), at_least=True)
            found.update(dict.fromkeys((low, high)))
            beyond = _beyond(gap, low, high)
            if beyond is not None and (at_a > 0) != (at_b > 0):
                found[beyond] = None
                continue
        if (at_a > 0) != (at_b > 0):
            low, high = _close_in(axis, gap, (a, at_a), (b, at_b), at_least=False)
            found.update(dict.fromkeys((low, high)))
    return list(found)


def _beyond(gap: Gap, low: int, high: int) -> int | None:
    """The step behind the one that is zero, when the sign changes for good there; None when that is not so.

    With no zero among the two it is the place for both signs, and any of them does.
    """
    at_low, at_high = gap(low) or 0.0, gap(high) or 0.0
    if at_low and at_high:
        return low
    step, other = (low - 1, at_high) if at_high else (high + 1, at_low)
    return step if (gap(step) or 0.0) * other < 0 else None


class _Bracket:
    """Two steps on different sides, and the last one given up."""

    def __init__(self, axis: Axis, gap: Gap, a: At, b: At, *, at_least: bool) -> None:
        self.axis, self.gap, self.a, self.b = axis, gap, a, b
        self.at_least = at_least
        self.rising = self.above(b[1])
        self.third: At | None = None

    def above(self, value: float) -> bool:
        return value >= 0 if self.at_least else value > 0

    @property
    def width(self) -> int:
        return self.b[0] - self.a[0]

    def take(self, step: int) -> bool:
        """Looks at a step between the two, which replaces one of them; true when it replaces the upper."""
        value = self.gap(step)
        upper = value is not None and self.above(value) == self.rising
        if upper:
            self.third, self.b = self.b, (step, value or 0.0)
        else:
            self.third, self.a = self.a, (step, self.a[1] if value is None else value)
        return upper

    def guess(self) -> int:
        """The step at which a fraction of straight lines through the points last seen is zero."""
        (xa, a), (xb, b) = ((self.axis.number(step), value) for step, value in (self.a, self.b))
        guess = None
        if self.third is not None:
            xc, c = self.axis.number(self.third[0]), self.third[1]
            try:
                ratio = (b * (a - c)) / (c * (a - b)) * (xa - xb) / (xa - xc)
                guess = (xb - ratio * xc) / (1 - ratio)
            except (ZeroDivisionError, OverflowError):
                guess = None
        if guess is None or not xa <= guess <= xb:
            guess = xa + (xb - xa) * (a / (a - b)) if a != b else xa
        return self.axis.place(guess)


def _close_in(axis: Axis, gap: Gap, a: At, b: At, *, at_least: bool) -> tuple[int, int]:
    """The two steps between which the sign changes."""
    bracket = _Bracket(axis, gap, a, b, at_least=at_least)
    while bracket.width > 1:
        width, guess = bracket.width, bracket.guess()
        inside = bracket.a[0] < guess < bracket.b[0]
        upper, stride = bracket.take(min(max(guess, bracket.a[0] + 1), bracket.b[0] - 1)), 1
        for _ in range(_PROBES if inside else 0):  # from a good guess the other side is near
            probe = bracket.b[0] - stride if upper else bracket.a[0] + stride
            if not bracket.a[0] < probe < bracket.b[0] or bracket.take(probe) != upper:
                break
            stride *= _STRIDE
        if 1 < bracket.width > width // _STRIDE:
            bracket.take((bracket.a[0] + bracket.b[0]) // 2)
    return bracket.a[0], bracket.b[0]
