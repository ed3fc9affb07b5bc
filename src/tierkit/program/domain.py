"""Values as records hold them to values as conditions see them: the domain of each dimension.

A missing value says why; a value of a wrong type is a fault and never coerced. Nothing here raises.
"""

from __future__ import annotations

import datetime as dt
import math
from decimal import Decimal
from typing import Any, final

from tierkit.errors import Fault
from tierkit.program import types
from tierkit.program.model import Dimension
from tierkit.program.terms import Value

CAUSES = (
    "absent",
    "null",
    "nan",
    "infinite",
    "out_of_domain",
    "not_in_values",
    "not_given",
    "divided_by_zero",
    "provider_missing",
    "provider_failed",
    "not_needed",
    "function_failed",
    "no_rows",
)


@final
class Missing:
    """A value that is not there, and the cause. One object per cause: compare with `is`.

    A plugin's failure has a `detail`, what went wrong, and an object of its own.
    """

    __slots__ = ("cause", "detail")
    cause: str
    detail: str | None

    def __new__(cls, cause: str, detail: str | None = None) -> Missing:
        """The one object of `cause`, or a new one with its detail."""
        return MISSING[cause] if detail is None else _make(cause, detail)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Missing) and (self.cause, self.detail) == (other.cause, other.detail)

    def __hash__(self) -> int:
        return hash((self.cause, self.detail))

    def __reduce__(self) -> tuple[Any, ...]:
        return Missing, (self.cause, self.detail)

    def __repr__(self) -> str:
        return f"Missing({self.cause!r})"


def _make(cause: str, detail: str | None = None) -> Missing:
    missing = object.__new__(Missing)
    missing.cause, missing.detail = cause, detail
    return missing


MISSING = {cause: _make(cause) for cause in CAUSES}
ABSENT, NULL = MISSING["absent"], MISSING["null"]

Read = Value | Missing | Fault


def read(dimension: Dimension, raw: Any) -> Read:
    """The value of `dimension` that `raw` stands for, why it is missing, or what is wrong with it.

    >>> read(Dimension("amount", "money"), 12500), read(Dimension("amount", "money"), float("nan"))
    (12500.0, Missing('nan'))
    >>> str(read(Dimension("amount", "money"), "12500"))
    "`amount` is '12500', but a money amount (a number) is expected"
    """
    if raw is None:
        return NULL
    if isinstance(raw, Missing):
        return raw
    raw = _unwrapped(raw)
    if raw is None:
        return NULL
    if isinstance(raw, float) and math.isnan(raw):
        return MISSING["nan"]
    value = _typed(dimension.type, raw)
    if value is None:
        return Fault.of("wrong-type", dimension.name, raw, dimension.type)
    return value if isinstance(value, Missing) else confine(dimension, value)


def confine(dimension: Dimension, value: Value) -> Value | Missing:
    """A value of the right type within the dimension's domain, or why it is missing.

    >>> confine(Dimension("rate", "ratio", maximum=1.0), 1.5)
    Missing('out_of_domain')
    """
    if dimension.type in types.NUMERIC:
        return _number(dimension, value)
    if isinstance(value, frozenset):
        if not all(_is_text(item) for item in value):
            return MISSING["out_of_domain"]
        known = dimension.values
        return value if known is None or value.issubset(known) else MISSING["not_in_values"]
    if isinstance(value, str):
        if dimension.values is not None:
            return value if value in dimension.values else MISSING["not_in_values"]
        return value if _is_text(value) else MISSING["out_of_domain"]
    return value


def _unwrapped(raw: Any) -> Any:
    """Scalars of numpy become Python values, pandas' own nulls become None."""
    module = type(raw).__module__
    if module == "numpy" and getattr(raw, "ndim", 1) == 0 and hasattr(raw, "item"):
        return raw.item()
    if module.startswith("pandas") and type(raw).__name__ in ("NAType", "NaTType"):
        return None
    return raw


def _typed(type_: str, raw: Any) -> Value | Missing | None:
    """`raw` as a value of the type, a cause, or None when its type is wrong."""
    if type_ in types.NUMERIC:
        if isinstance(raw, bool) or not isinstance(raw, int | float | Decimal):
            return None
        return _binary64(raw, whole=type_ == "integer")
    if type_ == "boolean":
        return raw if isinstance(raw, bool) else None
    if type_ in types.TEXTUAL:
        return str.__str__(raw) if isinstance(raw, str) else None
    if type_ == "date":
        return raw if isinstance(raw, dt.date) and not isinstance(raw, dt.datetime) else None
    if not isinstance(raw, list | tuple | set | frozenset):
        return None
    items = [item for item in (_unwrapped(item) for item in raw) if item is not None]
    return frozenset(str.__str__(i) for i in items) if all(isinstance(i, str) for i in items) else None


def _binary64(raw: float | Decimal, *, whole: bool) -> Value | Missing | None:
    """The nearest binary64, or the whole number of an integer; None for a fraction where none may be."""
    if isinstance(raw, Decimal) and raw.is_nan():
        return MISSING["nan"]
    try:
        value = float(raw)
    except OverflowError:
        return MISSING["out_of_domain"]
    if math.isinf(value):
        return (
            MISSING["infinite"] if isinstance(raw, float) or raw.is_infinite() else MISSING["out_of_domain"]
        )
    if not whole:
        return value
    if isinstance(raw, int):
        return int(raw) if abs(raw) <= types.LARGEST_INTEGER else MISSING["out_of_domain"]
    if abs(value) > types.LARGEST_INTEGER:
        return MISSING["out_of_domain"]
    whole_number = raw == raw.to_integral_value() if isinstance(raw, Decimal) else value.is_integer()
    return int(value) if whole_number else None


def _number(dimension: Dimension, value: Any) -> Value | Missing:
    if dimension.type == "integer":
        if isinstance(value, float):
            if not value.is_integer():
                return MISSING["out_of_domain"]
            value = int(value)
        inside = abs(value) <= types.LARGEST_INTEGER
    else:
        value = float(value)
        if abs(value) < types.SMALLEST:
            value = 0.0
        inside = (
            abs(value) < types.LARGEST_MONEY if dimension.type == "money" else abs(value) <= types.LARGEST
        )
    low, high = dimension.minimum, dimension.maximum
    if not inside or (low is not None and value < low) or (high is not None and value > high):
        return MISSING["out_of_domain"]
    return value  # type: ignore[no-any-return]  # a number, from either branch


def _is_text(text: str) -> bool:
    """True for text that every engine can hold: no NUL, no lone surrogate, not longer than 10,000."""
    if len(text) > types.LONGEST_TEXT or "\0" in text:
        return False
    return text.isascii() or not any("\ud800" <= c <= "\udfff" for c in text)
