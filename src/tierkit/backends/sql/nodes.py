"""Small pieces of SQL as sqlglot nodes. Operands are put in parentheses here: sqlglot adds none."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Iterable, Sequence
from typing import TypeAlias

from sqlglot import exp

Node: TypeAlias = exp.Expression

ROW = "s"
"""The one alias of whatever a `SELECT` reads from: a column is called alike in every stage."""

_ATOMS = (
    exp.Column, exp.Literal, exp.Cast, exp.Anonymous, exp.Boolean, exp.Null, exp.Case, exp.Paren, exp.Collate,
    exp.Subquery, exp.Extract, exp.National, exp.HexString,
)  # fmt: skip
_OPERATORS: dict[str, Callable[..., Node]] = {
    "=": exp.EQ, "!=": exp.NEQ, "<": exp.LT, "<=": exp.LTE, ">": exp.GT, ">=": exp.GTE,
    "+": exp.Add, "-": exp.Sub, "*": exp.Mul, "%": exp.Mod, ">>": exp.BitwiseRightShift, "&": exp.BitwiseAnd,
}  # fmt: skip


def name(text: str) -> exp.Identifier:
    """A quoted identifier."""
    return exp.Identifier(this=text, quoted=True)


def column(text: str, table: str = ROW) -> exp.Column:
    """A column, always qualified: SQLite takes an unknown quoted name for a text."""
    return exp.Column(this=name(text), table=name(table))


def everything() -> exp.Column:
    """All columns of the stage before."""
    return exp.Column(this=exp.Star(), table=name(ROW))


def named(node: Node, text: str) -> exp.Alias:
    """A column of the result."""
    return exp.Alias(this=node, alias=name(text))


def wrapped(node: Node) -> Node:
    """An operand: in parentheses unless it cannot be torn apart."""
    return node if isinstance(node, _ATOMS) else exp.Paren(this=node)


def binary(operator: str, left: Node, right: Node) -> Node:
    """`left operator right`."""
    return _OPERATORS[operator](this=wrapped(left), expression=wrapped(right))


def divide(left: Node, right: Node) -> Node:
    """`left / right`, as it stands: who divides sees to zero."""
    return exp.Div(this=wrapped(left), expression=wrapped(right), typed=True, safe=False)


def chain(nodes: Sequence[Node]) -> Node:
    """A sum from left to right, which is how every engine reads it."""
    total = nodes[0]
    for node in nodes[1:]:
        total = exp.Add(this=total, expression=wrapped(node))
    return total


def balanced(join: Callable[[Node, Node], Node], nodes: Sequence[Node]) -> Node:
    """`nodes` joined as a tree of least depth: engines limit how deep a tree may be."""
    if len(nodes) == 1:
        return nodes[0]
    middle = len(nodes) // 2
    return join(balanced(join, nodes[:middle]), balanced(join, nodes[middle:]))


def both(left: Node, right: Node) -> Node:
    """`left AND right`."""
    return exp.And(this=wrapped(left), expression=wrapped(right))


def either(left: Node, right: Node) -> Node:
    """`left OR right`."""
    return exp.Or(this=wrapped(left), expression=wrapped(right))


def plus(left: Node, right: Node) -> Node:
    """`left + right`."""
    return binary("+", left, right)


def minus(left: Node, right: Node) -> Node:
    """`left - right`."""
    return binary("-", left, right)


def opposite(node: Node) -> Node:
    """`NOT node`."""
    return exp.Not(this=wrapped(node))


def is_null(node: Node, *, negated: bool = False) -> Node:
    """`node IS NULL`, or `NOT node IS NULL`."""
    found = exp.Is(this=wrapped(node), expression=exp.Null())
    return opposite(found) if negated else found


def among(node: Node, values: Iterable[Node]) -> Node:
    """`node IN (values)`."""
    return exp.In(this=wrapped(node), expressions=list(values))


def case(branches: Iterable[tuple[Node, Node]], otherwise: Node | None = None) -> exp.Case:
    """`CASE WHEN … THEN … ELSE … END`, made in one go: copying it arm by arm takes quadratic time."""
    return exp.Case(ifs=[exp.If(this=when, true=then) for when, then in branches], default=otherwise)


def cast(node: Node, type_: str) -> exp.Cast:
    """`CAST(node AS type)`, the type as the dialect spells it."""
    return exp.Cast(this=node, to=exp.DataType(this=exp.DataType.Type.USERDEFINED, kind=type_))


def call(function: str, *arguments: Node) -> exp.Anonymous:
    """A function by the very name it has in the dialect."""
    return exp.Anonymous(this=function, expressions=list(arguments))


def integer(value: int) -> Node:
    """A whole number as digits."""
    return exp.Literal.number(value)


def digits(value: float) -> str:
    """The shortest text that reads back as the same binary64; NaN and infinity are never asked for."""
    value = float(value)
    assert math.isfinite(value)  # noqa: S101  domains and the analysis of magnitudes keep them out
    return repr(value)


def day_text(value: dt.date) -> str:
    """A day as ISO text."""
    return value.isoformat()
