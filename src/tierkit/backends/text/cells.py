"""Values of text formats, read by the declared type of their dimension.

In CSV every cell is a literal of its type; in JSON types are native, but dates are ISO texts, and a number
may be a text holding one literal. What cannot be read raises `ValueError`; what is read goes through the
domain of its dimension like any other value.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

from tierkit.documents.fields import read_date
from tierkit.documents.language import ConditionError, read_number
from tierkit.documents.language.tokens import MULTIPLES
from tierkit.errors import Fault
from tierkit.program.domain import read
from tierkit.program.model import Dimension
from tierkit.program.types import NUMERIC

Reader = Callable[[str], Any]
INSTANT = "an instant with a time zone, or a day"
"""The type of a table's times: a day, or an instant; without an offset it is in the rule set's time zone."""

# Digits enough for every business number, and few enough that `float` reads what the language reads.
COMMON_NUMBER, COMMON_INTEGER = r"^-?[0-9]{1,15}(?:\.[0-9]{1,17})?$", r"^-?[0-9]{1,15}$"
_common_number, _common_integer = re.compile(COMMON_NUMBER).fullmatch, re.compile(COMMON_INTEGER).fullmatch
_TRUTHS = {"true": True, "false": False}
_BEYOND = 1e300


def cell_reader(dimension: Dimension) -> Reader | None:
    """How a cell that is not empty becomes a value; None where the text is the value.

    >>> read = cell_reader(Dimension("rate", "ratio"))
    >>> read("3%"), read("-1.5"), read("10k"), read(" ")
    (0.03, -1.5, 10000.0, None)
    """
    if dimension.type == "integer":
        return _integer
    if dimension.type in NUMERIC:
        return _number
    return {"boolean": _truth, "date": _date, "set": _set, INSTANT: _instant}.get(dimension.type)


def text_reader(dimension: Dimension) -> Reader | None:
    """How a JSON text becomes a value of a dimension that is not textual; None where it stays as it is."""
    if dimension.type in NUMERIC:
        return _literal
    return {"date": _day, INSTANT: _instant}.get(dimension.type)


def refused(dimension: Dimension, value: Any) -> Fault | None:
    """What is wrong with a value that was read, if anything."""
    found = None if dimension.type == INSTANT else read(dimension, value)
    return found if isinstance(found, Fault) else None


def _number(cell: str) -> float | None:
    return float(cell) if _common_number(cell) else _literal(cell, empty=True)


def _integer(cell: str) -> float | None:
    return int(cell) if _common_integer(cell) else _literal(cell, empty=True)


def _literal(text: str, *, empty: bool = False) -> float | None:
    """A number literal with its sign; one that is out of range stays out of range."""
    text = text.strip()
    if not text and empty:
        return None
    digits = text.removeprefix("-")
    try:
        value = float(read_number(digits)[0])
    except ConditionError as error:
        if error.code != "number-range":
            raise ValueError(text) from None
        value = _beyond(digits)
    return -value if text.startswith("-") else value


def _beyond(digits: str) -> float:
    """A literal that no dimension can hold: too large stays too large, too small is 0."""
    suffix = digits[-1] if digits[-1] in MULTIPLES else ""
    return min(float(digits.removesuffix(suffix).replace("_", "")) * float(MULTIPLES[suffix]), _BEYOND)


def _truth(cell: str) -> bool | None:
    word = cell.strip().lower()
    if not word:
        return None
    if word not in _TRUTHS:
        raise ValueError(cell)
    return _TRUTHS[word]


def _date(cell: str) -> dt.date | None:
    text = cell.strip()
    return _day(text) if text else None


def _day(text: str) -> dt.date:
    day = read_date(text)
    if day is None:
        raise ValueError(text)
    return day


def _instant(cell: str) -> dt.date | None:
    """A day, or an instant as ISO 8601 has it."""
    text = cell.strip()
    if not text:
        return None
    return read_date(text) or dt.datetime.fromisoformat(text)


def _set(cell: str) -> frozenset[str]:
    return frozenset([item.strip() for item in cell.split("|")]) - {""}
