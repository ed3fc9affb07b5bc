"""Readers of regular values; each refuses by an exception what needs a closer look."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tierkit.program.domain import confine
from tierkit.program.model import Dimension
from tierkit.program.terms import Value
from tierkit.program.types import LONGEST_TEXT


def as_float(value: Any) -> float:
    """An `int` as the nearest binary64.

    >>> as_float(12)
    12.0
    """
    if value.__class__ is int:
        return float(value)
    raise TypeError


def as_set(dimension: Dimension) -> Callable[[Any], frozenset[str]]:
    """A reader of lists and sets of texts that lie within the dimension's domain."""

    def read(value: Any) -> frozenset[str]:
        if value.__class__ not in (list, set, tuple, frozenset):
            raise TypeError
        found = frozenset(value)
        if any(item.__class__ is not str for item in found) or confine(dimension, found) is not found:
            raise TypeError
        return found

    return read


def valid_texts(table: dict[Value, int]) -> dict[Value, int]:
    """The entries of a table whose text every engine can hold."""
    return {text: mask for text, mask in table.items() if confine(_TEXT, text) is text}


def text_mask(others: int) -> Callable[[str], int]:
    """The mask of a text that no leaf names; 0 for one that no engine could hold."""

    def mask(text: str) -> int:
        plain = len(text) <= LONGEST_TEXT and "\0" not in text and (text.isascii() or text.isprintable())
        return others if plain or confine(_TEXT, text) is text else 0

    return mask


_TEXT = Dimension("text", "text")
