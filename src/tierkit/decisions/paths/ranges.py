"""The range of a term when some dimensions may take any value: interval arithmetic.

A range holds every value the term can have, and perhaps more.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Mapping
from typing import Protocol

from tierkit.decisions.paths.axes import Axis
from tierkit.program.model import Characteristic, Dimension, Program
from tierkit.program.providers import FunctionProvider
from tierkit.program.reference import points
from tierkit.program.terms import (
    Arithmetic,
    AsOf,
    Choose,
    Const,
    Function,
    Lookup,
    Negative,
    Ref,
    Term,
    Value,
)

Range = tuple[float, float] | None
"""The least and the largest value; None for a term that stays missing."""

ANY = (-math.inf, math.inf)
_SCORE = 1e-6
_ROUNDING = 1e-9
_WITHIN = {"weekday": (1.0, 7.0), "month": (1.0, 12.0)}


class Names(Protocol):
    """What the analysis asks about names; a world knows it of one customer."""

    program: Program
    day: dt.date

    def levers(self, name: str, /) -> frozenset[str]:
        """The dimensions through which a name may be turned."""

    def computed(self, name: str, /) -> bool:
        """True when the value of a name is not the record's."""

    def sure(self, name: str, /) -> Axis:
        """The axis of a dimension that may take other values."""


def wider(bound: float, by: int) -> float:
    """A bound moved out by more than rounding can have moved it in."""
    return bound + by * _ROUNDING * max(1.0, abs(bound)) if math.isfinite(bound) else bound


class Ranges:
    """The ranges of terms; `free` dimensions may have any value, all others are as in `values`."""

    def __init__(self, world: Names, values: Mapping[str, Value | None], free: frozenset[str]) -> None:
        self.world, self.values, self.free = world, values, free
        self._found: dict[str, Range] = {}

    def term(self, term: Term) -> Range:
        """The values that a term could have."""
        match term:
            case Ref():
                return self.name(term.name)
            case Const():
                return _single(term.value)
            case AsOf():
                return _single(self.world.day)
            case Lookup():
                consts = [const for _, const in term.cases] + ([] if term.default is None else [term.default])
                return _union(_single(const.value) for const in consts)
            case Negative():
                inner = self.term(term.operand)
                return None if inner is None else (-inner[1], -inner[0])
            case Arithmetic():
                return _arithmetic(term.operator, self.term(term.left), self.term(term.right))
            case Function(provider=FunctionProvider()):
                return ANY
            case Function():
                return _function(term.name, [self.term(argument) for argument in term.arguments])
            case Choose():
                rest = () if term.otherwise is None else (term.otherwise,)
                return _union(self.term(value) for value in (*(v for _, v in term.branches), *rest))

    def name(self, name: str) -> Range:
        """The values that a dimension could have."""
        if self.world.levers(name).isdisjoint(self.free):
            found = self.values[name]
            return None if found is None else _single(found)
        if name not in self._found:
            self._found[name] = self._computed(name) if self.world.computed(name) else self._given(name)
        return self._found[name]

    def _given(self, name: str) -> Range:
        axis = self.world.sure(name)
        if axis.kind not in ("number", "date"):
            return ANY
        first, last = axis.ends
        return axis.number(first), axis.number(last)

    def _computed(self, name: str) -> Range:
        dimension = self.world.program.dimensions.get(name)
        if dimension is None or dimension.condition is not None:
            return ANY
        found = self._score(dimension) if dimension.term is None else self.term(dimension.term)
        if found is not None:
            low = found[0] if dimension.minimum is None else max(found[0], dimension.minimum)
            high = found[1] if dimension.maximum is None else min(found[1], dimension.maximum)
            found = (low, high) if low <= high else None
        default = dimension.on_missing.value
        return found if default is None else _union([found, _single(default)])

    def _score(self, dimension: Dimension) -> Range:
        low = high = 0.0
        for item in dimension.scorecard:
            earned = self._points(item)
            if earned is None:
                return None
            low, high = low + item.factor * earned[0], high + item.factor * earned[1]
        return low - _SCORE, high + _SCORE

    def _points(self, item: Characteristic) -> Range:
        moves = not self.world.levers(item.dimension).isdisjoint(self.free)
        instead = None if item.on_missing is None or not moves else _single(item.on_missing)
        if item.form == "values" and moves:
            return _union([instead, *(_single(y) for _, y in item.values)])
        found = self.name(item.dimension)
        if item.form == "values" or found is None or not moves:
            earned = points(item, None if found is None else self.values[item.dimension])
            return None if earned is None else (earned, earned)
        xs = (0.0, item.cap) if item.form == "cap" else item.xs
        inside = [x for x in xs if found[0] <= x <= found[1]]
        earned_at = [points(item, x) for x in (*found, *inside) if math.isfinite(x)]
        if not all(math.isfinite(x) for x in found):
            earned_at += item.ys or (0.0, 1.0)
        earned_at += _steps_below(item, found)
        return _union([instead, *(_single(y) for y in earned_at if y is not None)])


def _steps_below(item: Characteristic, found: tuple[float, float]) -> list[float]:
    """A staircase keeps, up to each of its steps, the points of the one before."""
    if item.form != "steps":
        return []
    return [y for x, y in zip(item.xs[1:], item.ys, strict=False) if found[0] < x <= found[1]]


def _single(value: Value) -> Range:
    if isinstance(value, dt.date):
        return (float(value.toordinal()),) * 2
    return (float(value),) * 2 if isinstance(value, int | float) else ANY


def _union(ranges: Iterable[Range]) -> Range:
    found = [item for item in ranges if item is not None]
    return (min(low for low, _ in found), max(high for _, high in found)) if found else None


def _arithmetic(operator: str, a: Range, b: Range) -> Range:
    if a is None or b is None or (operator == "/" and b == (0.0, 0.0)):
        return None
    if operator == "+":
        return a[0] + b[0], a[1] + b[1]
    if operator == "-":
        return a[0] - b[1], a[1] - b[0]
    if operator == "/":
        if b[0] <= 0 <= b[1]:
            return _half_open(a, b)
        products = [x / y for x in a for y in b]
    else:
        products = [x * y for x in a for y in b]
    return ANY if any(math.isnan(x) for x in products) else (min(products), max(products))


def _half_open(a: tuple[float, float], b: tuple[float, float]) -> Range:
    """A quotient whose divisor may come near zero from one side keeps a bound on the other."""
    if b[0] < 0 < b[1]:
        return ANY
    if b[0] < 0:
        a, b = (-a[1], -a[0]), (-b[1], -b[0])
    return (a[0] / b[1] if a[0] >= 0 else -math.inf), (a[1] / b[1] if a[1] <= 0 else math.inf)


def _function(name: str, arguments: list[Range]) -> Range:
    known = [item for item in arguments if item is not None]
    if name == "coalesce":
        return _union(known)
    if len(known) < len(arguments):
        return None
    if name in _WITHIN:
        return _WITHIN[name]
    low, high = known[0]
    match name:
        case "days_between":
            return known[1][0] - high, known[1][1] - low
        case "abs":
            return max(low, -high, 0.0), max(abs(low), abs(high))
        case "floor" | "ceil":
            return low - 1, high + 1
        case "least":
            return min(item[0] for item in known), min(item[1] for item in known)
        case _:
            return max(item[0] for item in known), max(item[1] for item in known)
