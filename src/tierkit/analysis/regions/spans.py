"""Interval analysis of what is opaque, for everybody or for the customers of one box.

A span holds every value there can be, and perhaps more: what lies outside it is impossible, and that is a
proof. Ends are computed as the values themselves are; rounding keeps order, so it moves no value beyond them.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping

from tierkit.decisions.paths.axes import Axis
from tierkit.decisions.paths.ranges import ANY, Range, Ranges
from tierkit.program.build.order import inputs
from tierkit.program.model import Characteristic, Dimension, Program
from tierkit.program.reference import points
from tierkit.program.terms import Arithmetic, AsOf, Choose, Const, Function, Lookup, Negative, Ref, Term
from tierkit.program.types import NUMERIC, magnitude

_ROUNDED = 1e-9
_DAYS = (float(dt.date.min.toordinal()), float(dt.date.max.toordinal()))
NOTHING: Mapping[str, Range] = {}


class _Everyone:
    """All names of a program, each free to have any value."""

    day = dt.date.min

    def __init__(self, program: Program) -> None:
        self.program = program

    def levers(self, name: str, /) -> frozenset[str]:
        return frozenset([name])

    def computed(self, name: str, /) -> bool:
        dimension = self.program.dimensions.get(name)
        return dimension is None or (dimension.computed and dimension.provider is None)

    def sure(self, name: str, /) -> Axis:
        return Axis(self.program.dimensions[name], 0, None, self.day)


class Spans(Ranges):
    """The spans of terms and dimensions where some dimensions are `within` a range, or always missing."""

    def __init__(
        self, program: Program, within: Mapping[str, Range] = NOTHING, days: tuple[float, float] = _DAYS
    ) -> None:
        super().__init__(_Everyone(program), {}, frozenset([*program.dimensions, *program.ladders]))
        self.program, self.within, self.days = program, within, days

    def term(self, term: Term) -> Range:
        """The values that a term could have."""
        return self.days if isinstance(term, AsOf) else super().term(term)

    def total(self, dimension: Dimension) -> bool:
        """True when a computed dimension has a value wherever what it needs is there."""
        if dimension.supply is not None or dimension.provider is not None or dimension.condition is not None:
            return False
        if dimension.term is not None:
            whole = dimension.type != "integer" or dimension.term.type == "integer"
            if dimension.type not in NUMERIC or not whole or not always_there(dimension.term):
                return False
            found = self.term(dimension.term)
        else:
            found = self._score(dimension)
        largest = magnitude(dimension.type)
        low = max(-largest, -largest if dimension.minimum is None else dimension.minimum)
        high = min(largest, largest if dimension.maximum is None else dimension.maximum)
        return found is not None and low < found[0] and found[1] < high

    def name(self, name: str) -> Range:
        """The values that a dimension could have."""
        return self.within[name] if name in self.within else super().name(name)

    def _given(self, name: str) -> Range:
        dimension = self.program.dimensions[name]
        if dimension.type not in NUMERIC:
            return _DAYS if dimension.type == "date" else ANY
        largest = magnitude(dimension.type)
        low = -largest if dimension.minimum is None else dimension.minimum
        high = largest if dimension.maximum is None else dimension.maximum
        default = dimension.on_missing.value
        if isinstance(default, int | float):  # only what a record holds is confined
            low, high = min(low, default), max(high, default)
        return low, high

    def _score(self, dimension: Dimension) -> Range:
        low = high = 0.0
        for item in dimension.scorecard:
            earned = self._points(item)
            if earned is None:
                return None
            low, high = low + item.factor * earned[0], high + item.factor * earned[1]
        return _rounded(low - _ROUNDED), _rounded(high + _ROUNDED)

    def _points(self, item: Characteristic) -> Range:
        if item.dimension in self.within and self.within[item.dimension] is None:
            earned = points(item, None)
            return None if earned is None else (earned, earned)
        return super()._points(item)


def _rounded(score: float) -> float:
    return math.floor(score * 1e6 + 0.5) / 1e6


def strict(term: Term) -> tuple[str, ...]:
    """The names without which a term has no value."""
    match term:
        case Ref():
            return (term.name,)
        case Lookup():
            return (term.by.name,)
        case Arithmetic():
            return tuple(dict.fromkeys((*strict(term.left), *strict(term.right))))
        case Negative():
            return strict(term.operand)
        case Function() if term.name != "coalesce" or term.provider is not None:
            return tuple(dict.fromkeys(name for item in term.arguments for name in strict(item)))
        case _:
            return ()


def always_there(term: Term) -> bool:
    """True when a term has a value wherever the names it is strict in have one."""
    match term:
        case Choose() | Lookup():
            return False
        case Arithmetic():
            divisor = isinstance(term.right, Const) and bool(term.right.value)
            sound = term.operator != "/" or divisor
            return sound and always_there(term.left) and always_there(term.right)
        case Negative():
            return always_there(term.operand)
        case Function():
            plain = term.provider is None and term.name != "coalesce"
            return plain and all(always_there(item) for item in term.arguments)
        case _:
            return True


def sources(program: Program, names: tuple[str, ...]) -> tuple[str, ...]:
    """The dimensions of the record behind some names, in file order."""
    found: set[str] = set()
    stack = list(names)
    while stack:
        name = stack.pop()
        if name in found:
            continue
        found.add(name)
        node = program.ladders.get(name) or program.dimensions[name]
        if not isinstance(node, Dimension) or (node.computed and node.provider is None):
            stack += inputs(node, program.eligible)
    return tuple(
        name for name, d in program.dimensions.items() if name in found and (not d.computed or d.provider)
    )
