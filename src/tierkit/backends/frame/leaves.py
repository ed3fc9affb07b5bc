"""Tests of single values as expressions: comparisons, lists, texts, sets, categories. Null is unknown."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from operator import and_, or_

import polars as pl

from tierkit.backends.frame.columns import literal, plain_type
from tierkit.program.terms import Member, SetTest, TextTest, Value
from tierkit.program.types import NUMERIC

_FEW = 8
"""So many values are compared one by one; more are looked up."""


@dataclass(frozen=True, slots=True)
class Name:
    """A dimension or ladder: its column, and its values where they are an enumeration."""

    column: str
    values: tuple[str, ...] | None = None

    @property
    def plain(self) -> pl.Expr:
        """The column as terms see it."""
        return pl.col(self.column) if self.values is None else pl.col(self.column).cast(pl.String)


def compared(operator: str, left: pl.Expr, right: pl.Expr) -> pl.Expr:
    """Two values compared; unknown when one is missing."""
    match operator:
        case "=":
            return left == right
        case "!=":
            return left != right
        case "<":
            return left < right
        case "<=":
            return left <= right
        case ">":
            return left > right
        case _:
            return left >= right


def balanced(join: Callable[[pl.Expr, pl.Expr], pl.Expr], items: list[pl.Expr]) -> pl.Expr:
    """A chain as a tree: no depth, however many items."""
    while len(items) > 1:
        pairs = [join(a, b) for a, b in zip(items[::2], items[1::2], strict=False)]
        items = pairs + items[len(items) // 2 * 2 :]
    return items[0]


def coded(known: Name, holds: Callable[[str], bool]) -> pl.Expr:
    """A test of a category, settled for each of its values."""
    values = known.values or ()
    code = pl.col(known.column).to_physical().cast(pl.UInt32)
    true = [i for i, value in enumerate(values) if holds(value)]
    false = [i for i in range(len(values)) if i not in set(true)]
    if not true:
        return code > pl.lit(len(values), dtype=pl.UInt32)
    if not false:
        return code < pl.lit(len(values), dtype=pl.UInt32)
    if len(true) <= _FEW:
        return balanced(or_, [code == pl.lit(i, dtype=pl.UInt32) for i in true])
    if len(false) <= _FEW:
        return balanced(and_, [code != pl.lit(i, dtype=pl.UInt32) for i in false])
    return code.is_in(pl.Series(true, dtype=pl.UInt32).implode())


def tested(leaf: Member | TextTest | SetTest, found: pl.Expr) -> pl.Expr:
    """Whether a value passes the test of a leaf, `not` aside."""
    match leaf:
        case Member():
            return _member(found, leaf)
        case TextTest():
            return _text_test(leaf, found)
        case SetTest():
            return _set_test(leaf, found)


def _member(found: pl.Expr, leaf: Member) -> pl.Expr:
    type_ = leaf.term.type
    if len(leaf.values) <= _FEW:
        return balanced(or_, [found == literal(const.value, type_) for const in leaf.values])
    if type_ in NUMERIC:
        values: list[Value] = [float(const.value) for const in leaf.values]  # type: ignore[arg-type]  # numbers
        found += pl.lit(0.0)  # -0.0 is 0 for everybody but a hash table
    else:
        values = [const.value for const in leaf.values]
    return found.is_in(pl.Series(values, dtype=plain_type(type_)).implode())


def _text_test(leaf: TextTest, found: pl.Expr) -> pl.Expr:
    text = str(leaf.text.value)
    match leaf.function:
        case "starts_with":
            return found.str.starts_with(pl.lit(text))
        case "ends_with":
            return found.str.ends_with(pl.lit(text))
        case "contains":
            return found.str.contains(pl.lit(text), literal=True)
        case _:
            either = [
                f"[{c.upper()}{c.lower()}]" if c.isascii() and c.isalpha() else re.escape(c) for c in text
            ]
            return found.str.contains(rf"\A(?:{''.join(either)})\z")


def _set_test(leaf: SetTest, found: pl.Expr) -> pl.Expr:
    held = [found.list.contains(pl.lit(const.value, dtype=pl.String)) for const in leaf.values]
    match leaf.function:
        case "has_all":
            return balanced(and_, held)
        case "has_one" | "subset_of":
            count = pl.sum_horizontal([item.cast(pl.UInt32) for item in held])
            target = pl.lit(1, dtype=pl.UInt32) if leaf.function == "has_one" else found.list.len()
            return pl.when(found.is_not_null()).then(count == target)
        case _:
            return balanced(or_, held)
