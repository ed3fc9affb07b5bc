"""Interval analysis: no expression that loads can leave the range of binary64, on any engine.

A term is described by three base-10 logarithms: of the smallest and the largest absolute value it can have,
zero aside, and of its grain, a number that every value of it is a multiple of. A binary64 is a multiple of
2^-53 of itself; a sum or difference is a multiple of its operands' grains, however long the chain, so one
that is not zero is at least that large (rounding only ever makes a grain coarser).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Protocol

from tierkit.program import types
from tierkit.program.providers import FunctionProvider
from tierkit.program.terms import Arithmetic, Choose, Const, Function, Lookup, Negative, Ref, Term

RANGE = 290.0
_CANCELLED = 53 * math.log10(2)
_DAYS = 7.0
_SMALLEST = math.log10(types.SMALLEST)
_WHOLE = (0.0, 0.0, 0.0)

Bounds = tuple[float, float, float]


class Known(Protocol):
    """What the analysis needs to know of a name."""

    @property
    def largest(self) -> float | None:
        """The largest absolute value, when bounds are declared."""


def within(term: Term, names: Mapping[str, Known]) -> bool:
    """True when `term` stays within 1e-290 … 1e290."""
    low, high, _ = bounds(term, names)
    return -low <= RANGE and high <= RANGE


def bounds(term: Term, names: Mapping[str, Known]) -> Bounds:
    """The logarithms of the smallest and largest absolute value of `term`, and of its grain."""
    match term:
        case Const():
            size = abs(term.value) if isinstance(term.value, int | float) else 1.0
            return _grained(math.log10(size), math.log10(size)) if size else _WHOLE
        case Ref():
            largest = names[term.name].largest if term.name in names else None
            high = math.log10(max(largest or types.magnitude(term.type), types.SMALLEST))
            high = max(high, _SMALLEST)
            return (0.0, high, 0.0) if term.type == "integer" else _grained(_SMALLEST, high)
        case Lookup():
            consts = [const for _, const in term.cases] + ([term.default] if term.default else [])
            return _union([bounds(const, names) for const in consts])
        case Negative():
            return bounds(term.operand, names)
        case Arithmetic():
            return _arithmetic(term.operator, bounds(term.left, names), bounds(term.right, names))
        case Function(provider=FunctionProvider()):
            return _grained(_SMALLEST, math.log10(types.magnitude(term.type)))
        case Function():
            return _function(term.name, [bounds(argument, names) for argument in term.arguments])
        case Choose():
            rest = () if term.otherwise is None else (term.otherwise,)
            return _union([bounds(value, names) for value in (*(v for _, v in term.branches), *rest)])
        case _:
            return _WHOLE


def _grained(low: float, high: float) -> Bounds:
    """The bounds of a binary64 between these sizes."""
    return low, high, low - _CANCELLED


def _arithmetic(operator: str, left: Bounds, right: Bounds) -> Bounds:
    if operator == "*":
        return _grained(left[0] + right[0], left[1] + right[1])
    if operator == "/":
        return _grained(left[0] - right[1], left[1] - right[0])
    grain = min(left[2], right[2])
    return grain, max(left[1], right[1]) + math.log10(2), grain


def _function(name: str, arguments: list[Bounds]) -> Bounds:
    if name in ("days_between", "weekday", "month"):
        return 0.0, _DAYS, 0.0
    low, high, grain = _union(arguments)
    return (0.0, max(high, 0.0) + math.log10(2), 0.0) if name in ("floor", "ceil") else (low, high, grain)


def _union(parts: list[Bounds]) -> Bounds:
    lows, highs, grains = zip(*parts, strict=True)
    return min(lows), max(highs), min(grains)
