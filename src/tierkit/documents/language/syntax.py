"""The syntax tree of a condition: what was written, with a span on every node, before any meaning."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Number:
    """A number literal, folded exactly; `percent` when it was written with `%`."""

    value: Decimal
    percent: bool
    span: Span


@dataclass(frozen=True, slots=True)
class Text:
    """A text in single quotes."""

    value: str
    span: Span


@dataclass(frozen=True, slots=True)
class Boolean:
    """`true` or `false`."""

    value: bool
    span: Span


@dataclass(frozen=True, slots=True)
class Name:
    """A dimension, parameter, column or `as_of`."""

    name: str
    span: Span


@dataclass(frozen=True, slots=True)
class Negative:
    """Unary minus."""

    operand: Syntax
    span: Span


@dataclass(frozen=True, slots=True)
class Binary:
    """Arithmetic (`+ - * /`) or a comparison (`= != < <= > >=`)."""

    operator: str
    left: Syntax
    right: Syntax
    span: Span


@dataclass(frozen=True, slots=True)
class Between:
    """`x between low and high`."""

    operand: Syntax
    low: Syntax
    high: Syntax
    negated: bool
    span: Span


@dataclass(frozen=True, slots=True)
class In:
    """`x in ('a', 'b')` or `x in parameter`."""

    operand: Syntax
    items: Items | Name
    negated: bool
    span: Span


@dataclass(frozen=True, slots=True)
class Items:
    """A list in parentheses: only after `in` and inside the set functions."""

    items: tuple[Syntax, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class IsMissing:
    """`x is missing`, `x is not missing`."""

    operand: Syntax
    negated: bool
    span: Span


@dataclass(frozen=True, slots=True)
class Call:
    """A function call; `distinct` only in `count(distinct x)`."""

    function: str
    arguments: tuple[Syntax, ...]
    span: Span
    name_span: Span
    distinct: bool = False


@dataclass(frozen=True, slots=True)
class Case:
    """`case when … then … else … end`."""

    branches: tuple[tuple[Syntax, Syntax], ...]
    otherwise: Syntax | None
    span: Span


@dataclass(frozen=True, slots=True)
class Not:
    """`not c`."""

    operand: Syntax
    span: Span


@dataclass(frozen=True, slots=True)
class Logic:
    """A flat chain of `and`, or of `or`."""

    operator: str
    operands: tuple[Syntax, ...]
    span: Span


Syntax = (
    Number
    | Text
    | Boolean
    | Name
    | Negative
    | Binary
    | Between
    | In
    | Items
    | IsMissing
    | Call
    | Case
    | Not
    | Logic
)
