"""Values where things go wrong: at a literal, just beside it, at the ends of a type, and odd ones."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from tierkit.program.domain import Missing, read
from tierkit.program.model import Dimension
from tierkit.program.types import LARGEST, LARGEST_INTEGER, LARGEST_MONEY, NUMERIC

ODD_NUMBERS: tuple[Any, ...] = (
    None, math.nan, math.inf, -math.inf, -0.0, 1e-19, 1e300, 10**400, 2**53, Decimal("0.1"), Decimal("NaN"),
)  # fmt: skip
"""What a record may hold where a number belongs: missing in several ways, or no plain binary64."""

WRONG: tuple[Any, ...] = ([1], {}, object, b"x", dt.datetime(2024, 2, 29))  # noqa: DTZ001  a wrong type
"""Values that no dimension takes, whatever its type."""


def near_number(value: float) -> list[Any]:
    """A number, its opposite, its neighbours, and the whole number it begins with.

    >>> near_number(0.1)
    [0.1, -0.1, 0.10000000000000002, 0.09999999999999999, 0]
    """
    return [value, -value, math.nextafter(value, math.inf), math.nextafter(value, -math.inf), int(value)]


def near_integer(value: float) -> list[int]:
    """The whole numbers around a number.

    >>> near_integer(2.5)
    [2, 1, 3]
    """
    whole = math.floor(value)
    return [whole, whole - 1, whole + 1]


def near_day(day: dt.date) -> list[dt.date]:
    """A day, and those before and after it.

    >>> [str(day) for day in near_day(dt.date(2024, 2, 29))]
    ['2024-02-29', '2024-02-28', '2024-03-01']
    """
    return [
        day,
        *(dt.date.fromordinal(day.toordinal() + n) for n in (-1, 1) if dt.date.min < day < dt.date.max),
    ]


def near_text(text: str) -> list[str]:
    """A text, in other letters, shortened and prolonged.

    >>> near_text("Abc")
    ['Abc', 'aBC', 'Ab', 'Abcx', 'xAbc']
    """
    return [text, text.swapcase(), text[:-1], f"{text}x", f"x{text}"]


def usual(type_: str, literals: Iterable[Any] = ()) -> list[Any]:
    """Values of a type as conditions see them: those near the literals, small ones, and the ends.

    >>> usual("integer", [10])[:6], usual("boolean")
    ([10, 9, 11, 0, 1, 2], [True, False])
    """
    found: list[Any] = []
    if type_ in NUMERIC:
        whole = type_ == "integer"
        for literal in [x for x in literals if isinstance(x, int | float) and not isinstance(x, bool)]:
            found += near_integer(literal) if whole else map(float, near_number(literal))
        if whole:
            found += [0, 1, 2, 3, 7, 30, 100, 365, 1000, -1, LARGEST_INTEGER, -LARGEST_INTEGER]
        else:
            end = math.nextafter(LARGEST_MONEY, 0) if type_ == "money" else LARGEST
            found += [0.0, 1.0, 0.5, 0.1, 2.5, 10.0, 100.0, 12345.67, -1.0, -0.3, 1e-9, end, -end]
    elif type_ == "boolean":
        found = [True, False]
    elif type_ == "date":
        days = [x for x in literals if isinstance(x, dt.date)]
        days += [dt.date(2024, 2, 29), dt.date(2025, 1, 1), dt.date(1999, 12, 31)]
        found = [near for day in days for near in near_day(day)]
        found += [dt.date.min, dt.date.max]
    else:
        texts = [near for x in literals if isinstance(x, str) for near in near_text(x)]
        texts += ["", "a", "A", "ab", "it's", "100%", "北京", "é", "e\u0301"]
        found = list(texts)
        if type_ == "set":
            found = [
                frozenset(),
                *(frozenset([t]) for t in texts),
                *(frozenset(texts[:n]) for n in (2, 3, 4)),
            ]
    dimension = Dimension("", type_)
    return [value for value in dict.fromkeys(found) if not isinstance(read(dimension, value), Missing)]
