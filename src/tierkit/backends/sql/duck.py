"""What DuckDB has words of its own for, or does better with others than the usual ones."""

from __future__ import annotations

from sqlglot import exp

from tierkit.backends.sql.nodes import Node, among, balanced, binary, call, either, is_null, name

_FEW = 3


def array(values: list[Node]) -> Node:
    """A list of values."""
    return exp.Array(expressions=values)


def one_of(node: Node, values: list[Node]) -> Node:
    """`IN`. Of one with more values than a few DuckDB makes a join, which loses the order of rows."""
    if len(values) <= _FEW:
        return among(node, values)
    place = call("LIST_POSITION", array(values), node)
    missing = binary("!=", node.copy(), node.copy())  # NULL where it is missing, else false
    return either(is_null(place, negated=True), missing)


def constant(text: Node) -> Node:
    """A text that a file holds once, however many rows have it."""
    kind = exp.DataType(this=exp.DataType.Type.ENUM, expressions=[text.copy()])
    return exp.Cast(this=text, to=kind)


def concat(*lists: Node) -> Node:
    """Lists as one."""
    return balanced(lambda left, right: call("LIST_CONCAT", left, right), lists)


def compact(found: Node) -> Node:
    """A list without what is NULL."""
    item = name("item")
    present = is_null(exp.Column(this=item.copy()), negated=True)
    return call("LIST_FILTER", found, exp.Lambda(this=present, expressions=[item]))
