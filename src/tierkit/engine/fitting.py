"""Cut-offs from a population: what `fit` makes of the values that customers have.

A cut-off is exact: it is one of the values, or the binary64 nearest to the exact multiple of their mean or
median. It depends on the values alone, never on the order in which customers come.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from array import array
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import ceil
from typing import TYPE_CHECKING, Any, assert_never

from tierkit.engine.written import written
from tierkit.errors import RefusedError
from tierkit.program.model import Fit
from tierkit.program.terms import Const

if TYPE_CHECKING:
    from tierkit.decisions import Decision
    from tierkit.engine.ruleset import RuleSet

__all__ = ["Fitted", "Population", "cut_off", "written"]

_SMALLEST, _LARGEST = 1e-18, 1e18
_DIGITS = 16


@dataclass(frozen=True, slots=True)
class Fitted:
    """The value of a parameter before and after; `size` customers had a value, `missing` had none."""

    parameter: str
    old: float
    new: float
    size: int
    missing: int
    on: dt.date
    digest: str


class Population:
    """The values of those who count, for each parameter that is fitted."""

    def __init__(self, ruleset: RuleSet, moment: dt.datetime) -> None:
        self._program = ruleset.program
        self._day = ruleset.day_of(moment)
        self._values = {name: array("d") for name in self._program.fits}
        self._missing: Counter[str] = Counter()

    def add(self, decision: Decision) -> None:
        """Counts one customer; who may or may not meet `where` counts as missing."""
        known = decision.facts.known
        for name, fit in self._program.fits.items():
            counts = True if fit.where is None else decision.facts.truth(fit.where)
            value: Any = known[fit.dimension] if counts else None
            if value is not None:
                self._values[name].append(value)
            elif counts is not False:
                self._missing[name] += 1

    def fitted(self) -> list[Fitted]:
        """The new value of each parameter; raises `RefusedError` with a reason for each that has none."""
        found: list[Fitted] = []
        reasons: list[str] = []
        for name, fit in self._program.fits.items():
            values = sorted(self._values[name])
            new = cut_off(fit, values)
            if not values:
                reasons.append(f"`{name}` cannot be fitted: nobody who counts has a `{fit.dimension}`")
            elif new is None:
                tied = values.count(values[-1])
                reasons.append(
                    f"`{name}` cannot be fitted: {tied} of {len(values)} share the highest `{fit.dimension}`"
                )
            elif new and not _SMALLEST <= abs(new) <= _LARGEST:
                reasons.append(f"`{name}` cannot be fitted: no rule file can hold {new!r}")
            else:
                parameter = self._program.parameters[name]
                old = parameter.value.value if isinstance(parameter.value, Const) else 0.0
                numbers = "\n".join(map(repr, values)).encode()
                digest = hashlib.sha256(numbers).hexdigest()[:_DIGITS]
                size, missing = len(values), self._missing[name]
                found.append(Fitted(name, float(old), new, size, missing, self._day, digest))  # type: ignore[arg-type]
        if reasons:
            raise RefusedError(reasons)
        return found


def cut_off(fit: Fit, values: Sequence[float]) -> float | None:
    """The cut-off for values in rising order; None where there is none.

    >>> cut_off(Fit("x", "top", Fraction(1, 4)), [1.0, 2.0, 3.0, 3.0, 4.0])
    3.0
    >>> cut_off(Fit("x", "top", Fraction(1, 4), "exclude"), [1.0, 2.0, 3.0, 3.0, 4.0])
    4.0
    >>> cut_off(Fit("x", "quantile", Fraction(4, 5)), [1.0, 2.0, 3.0, 4.0, 5.0])
    4.0
    >>> cut_off(Fit("x", "mean", Fraction(3, 2), step=Fraction(1, 2)), [1.0, 2.0])
    2.5
    """
    if not values:
        return None
    match fit.form:
        case "top":
            value = _top(values, fit.amount, exclude=fit.ties == "exclude")
        case "quantile":
            value = values[ceil(fit.amount * len(values)) - 1]
        case "mean":
            value = float(fit.amount * _sum(values) / len(values))
        case "median":
            low, high = values[(len(values) - 1) // 2], values[len(values) // 2]
            value = float(fit.amount * (Fraction(low) + Fraction(high)) / 2)
        case _:
            assert_never(fit.form)
    if value is None or fit.step is None:
        return None if value is None else value + 0.0  # there is one zero
    # by its digits: 1.1 is a multiple of 0.1 although the nearest binary64 is not
    return float(ceil(Fraction(Decimal(repr(value))) / fit.step) * fit.step) + 0.0


def _top(values: Sequence[float], share: Fraction, *, exclude: bool) -> float | None:
    """The highest value that at least a share reaches, or the lowest that no more than a share reaches."""
    size = len(values)
    if not exclude:
        return values[size - ceil(share * size)]
    most = int(share * size)
    if most == size:
        return values[0]
    first_out = values[size - most - 1]  # whoever has this value does not pass, nor do those tied with them
    return next((value for value in values[size - most :] if value > first_out), None)


def _sum(values: Sequence[float]) -> Fraction:
    """The exact sum."""
    parts: Counter[int] = Counter()
    for value in values:
        numerator, denominator = value.as_integer_ratio()
        parts[denominator] += numerator
    return sum((Fraction(numerator, denominator) for denominator, numerator in parts.items()), Fraction(0))
