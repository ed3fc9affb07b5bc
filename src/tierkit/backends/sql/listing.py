"""Rows that are known when a statement is written, each handed out for the customers whose bits say so.

Everything that is text about a rule (names, operators, expressions) stands in these rows as a literal: the
database makes no text of its own.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlglot import exp

from tierkit.backends.sql.expressions import Writer
from tierkit.backends.sql.nodes import (
    Node,
    balanced,
    binary,
    both,
    case,
    cast,
    column,
    either,
    integer,
    opposite,
)
from tierkit.backends.sql.shapes import true_word
from tierkit.backends.sql.stages import Piece, Query, constants
from tierkit.backends.sql.words import BITS, count

LISTED = "t"
"""The alias of the rows."""


@dataclass(frozen=True, slots=True)
class Row:
    """The cells of a row, and one or two bits that must be set for it."""

    cells: tuple[Any, ...]
    bit: int
    second: int | None = None


class Bits:
    """Conditions that become bits of words, each once."""

    def __init__(self) -> None:
        self.nodes: list[Node] = []
        self._at: dict[tuple[tuple[int, ...], ...], tuple[int, Sequence[Sequence[Piece]]]] = {}

    def add(self, found: Piece, made_of: Sequence[Sequence[Piece]] = ()) -> int:
        """The position of a condition; two that are made of the same pieces are one."""
        key = tuple(tuple(map(id, parts)) for parts in made_of)
        if key in self._at:
            return self._at[key][0]
        at = len(self.nodes)
        self.nodes.append(found.node.copy())
        if key:
            self._at[key] = at, made_of  # the pieces are kept, so that their ids stay their own
        return at


def all_of(writer: Writer, found: Sequence[Piece]) -> Piece:
    """Conditions that must all hold; each may stand elsewhere too."""
    made = balanced(both, [piece.node.copy() for piece in found])
    return found[0] if len(found) == 1 else writer.stages.piece(made, *found)


def any_of(writer: Writer, found: Sequence[Piece]) -> Piece:
    """Conditions of which one must hold."""
    made = balanced(either, [piece.node.copy() for piece in found])
    return found[0] if len(found) == 1 else writer.stages.piece(made, *found)


def none_of(writer: Writer, found: Sequence[Piece]) -> Piece:
    """True where no condition holds, be it false or unknown."""
    made = balanced(either, [piece.node.copy() for piece in found])
    return writer.stages.piece(case([(made, exp.false())], exp.true()), *found)


def is_false(writer: Writer, found: Piece) -> Piece:
    """True where a condition is false."""
    return writer.stages.piece(opposite(found.node.copy()), found)


def listing(writer: Writer, name: str, fields: Sequence[tuple[str, str]], rows: Sequence[Row]) -> Query:
    """The rows as a stage with the columns of `fields`, pairs of a name and a type."""
    dialect = writer.dialect
    types = {
        "whole": dialect.whole,
        "number": dialect.double,
        "text": dialect.words,
        "date": dialect.day or dialect.words,
    }
    heads = [*_MARKS, *(text for text, _ in fields)]
    tuples: list[list[Node]] = []
    for row in rows or [Row((None,) * len(fields), 0, 0)]:
        marks = _mark(row.bit if rows else None), _mark(row.second)
        cells: list[Node] = [
            make(part) for mark in marks for make, part in zip((integer, writer.mask), mark, strict=True)
        ]
        for (_, type_), cell in zip(fields, row.cells, strict=True):
            node = _cell(writer, cell)
            known = tuples or isinstance(node, exp.Cast) or isinstance(cell, int)
            cells.append(node if known else cast(node, types[type_]))
        tuples.append(cells)
    return constants(dialect, name, heads, tuples)


_MARKS = ("word", "mask", "word_2", "mask_2")


def holding(writer: Writer, bits: int) -> Node:
    """True for a customer and a row: every bit that the row asks for is set."""
    return both(_set(writer, bits, "word", "mask"), _set(writer, bits, "word_2", "mask_2"))


def _set(writer: Writer, bits: int, word: str, mask: str) -> Node:
    branches = [
        (binary("=", column(word, LISTED), integer(at)), column(true_word(at))) for at in range(count(bits))
    ]
    found = branches[0][1] if len(branches) == 1 else case(branches)
    asked = column(mask, LISTED)
    return binary("=", writer.bit_and(found, asked), asked.copy())


def _mark(bit: int | None) -> tuple[int, int]:
    return (0, 0) if bit is None else (bit // BITS, 1 << (bit % BITS))


def _cell(writer: Writer, cell: float | str | dt.date | None) -> Node:
    if cell is None:
        return exp.Null()
    return integer(cell) if isinstance(cell, int) else writer.value(cell)
