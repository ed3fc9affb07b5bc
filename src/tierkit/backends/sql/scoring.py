"""Scorecards: the points of each characteristic, summed in file order and rounded as everywhere."""

from __future__ import annotations

from collections.abc import Sequence

from tierkit.backends.sql.expressions import Writer
from tierkit.backends.sql.nodes import Node, binary, call, case, chain, divide, is_null
from tierkit.backends.sql.stages import Piece
from tierkit.program.model import Characteristic


def score(writer: Writer, items: Sequence[Characteristic]) -> Piece:
    """A score; NULL when an input without points of its own is missing."""
    inputs = [writer.stages.ref(item.dimension) for item in items]
    terms = [
        binary("*", writer.number(item.factor), _earned(writer, item, found.node))
        for item, found in zip(items, inputs, strict=True)
    ]
    million = writer.number(1e6)
    total = _total(writer, [writer.stages.piece(term, *inputs) for term in terms])
    rounded = call("FLOOR", binary("+", binary("*", total.node, million), writer.number(0.5)))
    return writer.stages.piece(divide(rounded, million.copy()), total)


def _total(writer: Writer, terms: Sequence[Piece]) -> Piece:
    """The sum from left to right, which is how every engine reads it when nothing says otherwise."""
    if not writer.dialect.reorders:
        return writer.stages.piece(chain([term.node for term in terms]), *terms)
    total = terms[0]
    for term in terms[1:]:
        total = writer.stages.piece(writer.arithmetic("+", total.node, term.node), total, term)
    return total


def _earned(writer: Writer, item: Characteristic, x: Node) -> Node:
    branches = _branches(writer, item, x)
    if item.on_missing is not None:
        branches.insert(0, (is_null(x.copy()), writer.number(item.on_missing)))
    return case(branches)


def _branches(writer: Writer, item: Characteristic, x: Node) -> list[tuple[Node, Node]]:
    number = writer.number
    if item.form == "values":
        side = writer.collated(x) if any(isinstance(value, str) for value, _ in item.values) else x
        return [
            (binary("=", side.copy(), writer.value(value)), number(points)) for value, points in item.values
        ]
    if item.form == "cap":
        share = divide(x.copy(), number(item.cap))
        return [
            (binary("<=", share, number(0.0)), number(0.0)),
            (binary(">=", share.copy(), number(1.0)), number(1.0)),
            (is_null(x.copy(), negated=True), share.copy()),
        ]
    xs, ys = item.xs, item.ys
    branches = [(binary(">=", x.copy(), number(xs[-1])), number(ys[-1]))]
    for at in range(len(xs) - 2, -1, -1):
        then = number(ys[at]) if item.form == "steps" else _between(writer, item, at, x)
        branches.append((binary(">=", x.copy(), number(xs[at])), then))
    branches.append((binary("<", x.copy(), number(xs[0])), number(ys[0])))
    return branches


def _between(writer: Writer, item: Characteristic, at: int, x: Node) -> Node:
    """The point on the line between two of a curve, as the reference computes it."""
    (x0, x1), (y0, y1) = item.xs[at : at + 2], item.ys[at : at + 2]
    share = divide(binary("-", x.copy(), writer.number(x0)), writer.number(x1 - x0))
    return binary("+", writer.number(y0), binary("*", writer.number(y1 - y0), share))
