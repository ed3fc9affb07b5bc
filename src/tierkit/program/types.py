"""The types of dimensions, how they combine, and the domain of each."""

from __future__ import annotations

NUMERIC = frozenset(["integer", "number", "ratio", "score", "money"])
TEXTUAL = frozenset(["category", "text"])
BROKEN = "broken"
"""The type of a name whose definition was refused: it fits everything, so nothing is said twice."""

LARGEST = 1e18
SMALLEST = 1e-18
LARGEST_INTEGER = 2**53 - 1
LARGEST_MONEY = 1e13
LONGEST_TEXT = 10_000


def family(type_: str) -> str:
    """What may be compared with what: all numeric types are one family, category and text another.

    >>> family("money") == family("ratio"), family("category")
    (True, 'text')
    """
    if type_ in NUMERIC:
        return "number"
    return "text" if type_ in TEXTUAL else type_


def magnitude(type_: str) -> float:
    """The largest absolute value a dimension of this numeric type can have."""
    if type_ == "integer":
        return float(LARGEST_INTEGER)
    return LARGEST_MONEY if type_ == "money" else LARGEST
