"""One dimension of the record as a path moves along it: its steps, its ends, and what a move costs.

A step is the smallest change that is a value again: one for integers, one day for dates, the last decimal
where there is a scale (money has two), else the next double. Steps are numbered, so that a search can count
and halve them; `place` rounds down to a step, `at` is its value.
"""

from __future__ import annotations

import datetime as dt
import math
import struct
from functools import cached_property
from typing import Any, Literal

from tierkit.program import types
from tierkit.program.domain import Missing, confine
from tierkit.program.model import Dimension
from tierkit.program.terms import Value

Kind = Literal["number", "date", "finite", "text", "set"]

_MONEY_SCALE = 2
_DOUBLE, _LONG = struct.Struct("<d"), struct.Struct("<q")
_TINY: int = _LONG.unpack(_DOUBLE.pack(types.SMALLEST))[0]


class Axis:
    """A dimension that may change: where it stands, and every value it could have instead."""

    def __init__(
        self,
        dimension: Dimension,
        order: int,
        before: Value | None,
        day: dt.date,
        price: float | None = None,
    ) -> None:
        self.dimension, self.order, self.before, self.day, self.price = dimension, order, before, day, price
        self.name = dimension.name
        self.kind: Kind = _kind(dimension)
        self.measured = self.kind in ("number", "date")
        scale = _MONEY_SCALE if dimension.type == "money" and dimension.scale is None else dimension.scale
        self._unit: int | None = None if scale is None else int(10**scale)

    # -- steps

    def place(self, value: float | dt.date) -> int:
        """The number of the last step that is not above `value`."""
        if isinstance(value, dt.date):
            return value.toordinal()
        if self.kind == "date" or self.dimension.type == "integer":
            return math.floor(value)
        if self._unit is None:
            return _double_place(float(value))
        near = round(value * self._unit)
        if near / self._unit > value:
            return near - 1
        return near + 1 if (near + 1) / self._unit <= value else near

    def at(self, step: int) -> Any:
        """The value of a step.

        >>> axis = Axis(Dimension("amount", "money"), 0, 12.5, dt.date(2025, 11, 20))
        >>> axis.at(axis.place(10_000.0) + 1)
        10000.01
        """
        if self.kind == "date":
            return dt.date.fromordinal(min(max(step, 1), dt.date.max.toordinal()))
        if self.dimension.type == "integer":
            return step
        return _double_at(step) if self._unit is None else step / self._unit

    def number(self, step: int) -> float:
        """The value of a step as a number; days are counted."""
        return float(step) if self.kind == "date" else float(self.at(step))

    def around(self, mark: float | dt.date) -> list[Any]:
        """The steps next to `mark`, and the one it is."""
        here = self.place(mark)
        values = [self.at(here), self.at(here + 1)]
        if values[0] == mark:
            values.append(self.at(here - 1))
        if isinstance(mark, float) and values[1] <= mark:  # too large for a double to hold the decimals
            values += [math.nextafter(mark, math.inf), math.nextafter(mark, -math.inf)]
        return values

    def beside(self, mark: float | dt.date) -> list[Any]:
        """The step that `mark` is, or the two it lies between."""
        here = self.place(mark)
        value = self.at(here)
        return [value] if value == mark else [value, self.at(here + 1)]

    @cached_property
    def ends(self) -> tuple[int, int]:
        """The first and the last step of the domain."""
        if self.kind == "date":
            return dt.date.min.toordinal(), dt.date.max.toordinal()
        largest = types.magnitude(self.dimension.type)
        low, high = self.dimension.minimum, self.dimension.maximum
        first = -self.place(largest) if low is None else self.place(low)
        last = self.place(largest if high is None else high)
        if low is not None and self.at(first) < low:
            first += 1
        if self.dimension.type == "money":  # the limit itself is outside
            first, last = first + (low is None), last - (high is None)
        return first, last

    @property
    def limits(self) -> list[Any]:
        """The ends that the rule file declares."""
        low, high = self.dimension.minimum, self.dimension.maximum
        if low is None and high is None:
            return []
        return [self.at(step) for step, end in zip(self.ends, (low, high), strict=True) if end is not None]

    @property
    def origin(self) -> Any:
        """Where distances count from: the value, or else zero, or the day of evaluation."""
        if self.before is not None:
            return self.before
        return self.day if self.kind == "date" else self.at(self.place(0))

    # -- values

    def fitted(self, value: Any) -> Value | None:
        """`value` as the dimension would hold it; None when it lies outside the domain."""
        if self.dimension.type == "integer" and value != int(value):
            return None
        found = confine(self.dimension, value)
        return None if isinstance(found, Missing) else found

    @property
    def choices(self) -> tuple[Value, ...]:
        """Every value of a category or a boolean, in file order."""
        return (True, False) if self.dimension.values is None else self.dimension.values

    def cost(self, after: Any, threshold: Any = None) -> float:
        """What a move costs: |Δ| / max(1, |threshold|), from nothing |after| / max(1, |threshold|).

        Dates count in days, and a threshold by its distance from the day of evaluation; a set counts the
        texts that come and go; everything else has no distance and counts one. With a price a move costs so
        many times its units, whatever the threshold.
        """
        if self.price is not None:
            return self.price * self._units(after)
        before: Any = self.before
        if after is None or self.kind in ("finite", "text"):
            return 1.0
        if self.kind == "set":
            return float(len(after ^ (before or frozenset())))
        if self.kind == "date":
            return float(abs((after - self.origin).days) / max(1, abs((threshold - self.day).days)))
        return float(abs(after - (before or 0)) / max(1.0, abs(threshold)))

    def _units(self, after: Any) -> float:
        """How many units a move goes: numbers, days, or texts of a set; one where there is no distance."""
        if after is None or self.kind in ("finite", "text"):
            return 1.0
        if self.kind == "set":
            return float(len(after ^ (self.before or frozenset())))
        far = after - self.origin
        return float(abs(far.days if isinstance(far, dt.timedelta) else far))


def _kind(dimension: Dimension) -> Kind:
    if dimension.type in types.NUMERIC:
        return "number"
    if dimension.type in ("date", "set", "text"):
        return dimension.type  # type: ignore[return-value]
    if dimension.type == "category" and dimension.values is None:
        return "text"  # any text may be one of its values
    return "finite"


def _double_place(value: float) -> int:
    """Doubles in order: zero is 0, the smallest value of the domain 1, and so on both ways."""
    if abs(value) < types.SMALLEST:
        return 0
    bits: int = _LONG.unpack(_DOUBLE.pack(abs(value)))[0]
    return bits - _TINY + 1 if value > 0 else _TINY - bits - 1


def _double_at(step: int) -> float:
    if step == 0:
        return 0.0
    value: float = _DOUBLE.unpack(_LONG.pack(abs(step) + _TINY - 1))[0]
    return value if step > 0 else -value
