"""Columns as tables hold them to values as conditions see them: the domain of each dimension, in SQL.

NaN fails every comparison that lets a value in, or is the largest number: it never gets through. What is of a
wrong type is a fault of its row where a column can hold such (SQLite, fractions under an integer).
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlglot import exp

from tierkit.backends.sql.expressions import Writer
from tierkit.backends.sql.nodes import (
    Node,
    among,
    balanced,
    binary,
    both,
    call,
    case,
    cast,
    either,
    integer,
    is_null,
    opposite,
)
from tierkit.backends.sql.stages import Piece
from tierkit.program import types
from tierkit.program.model import Column, Dimension

_STORED = {"text": ("text",), "category": ("text",), "date": ("text",), "boolean": ("integer",)}


@dataclass(frozen=True, slots=True)
class Domain:
    """What a value must be: of a dimension, or of a column of a table."""

    type: str
    values: tuple[str, ...] | None = None
    low: float | None = None
    high: float | None = None

    @classmethod
    def of(cls, source: Dimension | Column) -> Domain:
        """The domain of a dimension or a column."""
        if isinstance(source, Column):
            return cls(source.type, source.values)
        return cls(source.type, source.values, source.minimum, source.maximum)


def stored(writer: Writer, type_: str, node: Node) -> Node:
    """A column as the first stage takes it: numbers as binary64, texts in one character set."""
    if writer.dialect.loose:
        return node
    if type_ in types.NUMERIC:
        return cast(node, writer.dialect.double)
    if type_ in types.TEXTUAL and "utf8" in writer.dialect.emit:
        return writer.emit("utf8", node)
    if type_ == "date" and "day" in writer.dialect.emit:
        return writer.emit("day", node)
    return node


def nothing(writer: Writer, type_: str) -> Node:
    """A missing value that knows its type."""
    dialect = writer.dialect
    if type_ in types.NUMERIC:
        return cast(exp.Null(), dialect.double)
    if type_ == "set":
        return cast(exp.Null(), dialect.sets or dialect.words)
    if type_ == "date":
        return cast(exp.Null(), dialect.day or dialect.words)
    return (
        cast(exp.Null(), dialect.truth or dialect.whole)
        if type_ == "boolean"
        else cast(exp.Null(), dialect.words)
    )


def within(writer: Writer, raw: Piece, domain: Domain) -> Piece:
    """A value within its domain, else NULL. `raw` is a column."""
    if domain.type in types.NUMERIC:
        return confined(writer, _number(writer, raw), domain.type, domain.low, domain.high)
    if domain.type in types.TEXTUAL:
        return _text(writer, raw, domain)
    if domain.type == "set":
        return _set(writer, raw, domain)
    if domain.type == "date":
        return _date(writer, raw)
    if writer.dialect.truth is not None:
        return raw
    bits = among(raw.node.copy(), [integer(0), integer(1)])
    if writer.dialect.loose:
        bits = both(_typed(writer, raw, "integer"), bits)
    return writer.stages.piece(case([(bits, raw.node)]), raw)


def confined(writer: Writer, found: Piece, type_: str, low: float | None, high: float | None) -> Piece:
    """A number within the domain of its type and its bounds, else NULL; what is too small to matter is 0."""
    found = writer.stages.simple(found)
    x, size = found.node, call("ABS", found.node.copy())
    zero = (low is None or low <= 0) and (high is None or high >= 0)
    tiny = binary("<", size, writer.number(types.SMALLEST))
    checks = [binary("<" if type_ == "money" else "<=", size.copy(), writer.number(types.magnitude(type_)))]
    if type_ == "integer":
        checks.append(writer.whole(x.copy()))
    if low is not None:
        checks.append(binary(">=", x.copy(), writer.number(low)))
    if high is not None:
        checks.append(binary("<=", x.copy(), writer.number(high)))
    made = case([(tiny, writer.number(0.0) if zero else exp.Null()), (balanced(both, checks), x.copy())])
    return writer.stages.piece(made, found)


def allowed(writer: Writer, found: Piece, domain: Domain) -> Piece:
    """A computed value within its domain, else NULL: its type is right already."""
    if domain.type in types.NUMERIC:
        return confined(writer, found, domain.type, domain.low, domain.high)
    if domain.values is not None and domain.type in types.TEXTUAL:
        found = writer.stages.simple(found)
        return writer.stages.piece(case([(_listed(writer, found, domain), found.node)]), found)
    return found


def fault(writer: Writer, raw: Piece, domain: Domain) -> Piece | None:
    """True for a value of a wrong type; None where the column's own type leaves no room for one."""
    loose, kind = writer.dialect.loose, domain.type
    checks: list[Node] = []
    if loose:
        checks.append(_untyped(writer, raw, *_STORED.get(kind, ("integer", "real"))))
        if kind == "date":
            checks.append(opposite(writer.emit("real_day", raw.node.copy())))
    if kind == "boolean" and writer.dialect.truth is None:
        checks.append(opposite(among(raw.node.copy(), [integer(0), integer(1)])))
    if kind == "integer":
        x = raw.node.copy()
        inside = binary("<=", call("ABS", x.copy()), writer.number(float(types.LARGEST_INTEGER)))
        checks.append(both(inside, opposite(writer.whole(x))))
    return writer.stages.piece(balanced(either, checks), raw) if checks else None


def _number(writer: Writer, raw: Piece) -> Piece:
    if not writer.dialect.loose:
        return raw
    numbers = either(_typed(writer, raw, "integer"), _typed(writer, raw, "real"))
    made = case([(numbers, cast(raw.node.copy(), writer.dialect.double))])
    return writer.stages.settled(writer.stages.piece(made, raw))


def _text(writer: Writer, raw: Piece, domain: Domain) -> Piece:
    node = raw.node
    if domain.values is not None:
        check = _listed(writer, raw, domain)
    else:
        check = binary("<=", writer.emit("length", node.copy()), integer(types.LONGEST_TEXT))
        if "clean" in writer.dialect.emit:
            check = both(check, writer.emit("clean", node.copy()))
    if writer.dialect.loose:
        check = both(_typed(writer, raw, "text"), check)
    return writer.stages.piece(case([(check, writer.collated(node))]), raw)


def _listed(writer: Writer, found: Piece, domain: Domain) -> Node:
    return writer.among(
        writer.collated(found.node.copy()), [writer.text(value) for value in domain.values or ()]
    )


def _date(writer: Writer, raw: Piece) -> Piece:
    first, last = writer.dialect.days or (writer.day.min, writer.day.max)
    days = [binary(">=", raw.node.copy(), writer.date(first))]
    days.append(binary("<=", raw.node.copy(), writer.date(last)))
    if writer.dialect.loose:
        days = [_typed(writer, raw, "text"), writer.emit("real_day", raw.node.copy()), *days]
    return writer.stages.piece(case([(balanced(both, days), raw.node)]), raw)


def _set(writer: Writer, raw: Piece, domain: Domain) -> Piece:
    found = writer.stages.settled(writer.stages.piece(writer.emit("distinct", raw.node), raw))
    checks: list[Node] = []
    if domain.values is not None:
        checks.append(
            writer.emit(
                "within", found.node.copy(), writer.emit("array", [writer.text(v) for v in domain.values])
            )
        )
    elif "joined" in writer.dialect.emit:
        checks.append(writer.emit("clean", writer.emit("joined", found.node.copy())))
    if not checks:
        return found
    return writer.stages.piece(case([(balanced(both, checks), found.node)]), found)


def _typed(writer: Writer, raw: Piece, kind: str) -> Node:
    return binary("=", writer.emit("typeof", raw.node.copy()), exp.Literal.string(kind))


def _untyped(writer: Writer, raw: Piece, *kinds: str) -> Node:
    known = [exp.Literal.string(kind) for kind in (*kinds, "null")]
    return opposite(among(writer.emit("typeof", raw.node.copy()), known))


def limited(dimension: Dimension) -> bool:
    """True when a computed value can be outside the domain of its dimension."""
    return dimension.type in types.NUMERIC or (
        dimension.values is not None and dimension.type in types.TEXTUAL
    )


def cause(writer: Writer, raw: Piece, domain: Domain, null: str) -> Piece:
    """Why a value is missing that is missing; `null` is what a column that is NULL says."""
    text = exp.Literal.string
    if null == "not_given":
        return Piece(cast(text(null), writer.dialect.words))
    branches = [(is_null(raw.node.copy()), text(null))]
    other = "out_of_domain" if domain.values is None else "not_in_values"
    if domain.type in types.NUMERIC:
        for function, name in (("nan", "nan"), ("infinite", "infinite")):
            if function in writer.dialect.emit:
                branches.append((writer.emit(function, raw.node.copy()), text(name)))
    elif domain.type == "set" and domain.values is not None and "joined" in writer.dialect.emit:
        clean = writer.emit("clean", writer.emit("joined", raw.node.copy()))
        branches.append((opposite(clean), text("out_of_domain")))
    return writer.stages.piece(case(branches, text(other)), raw)


def defaulted(writer: Writer, found: Piece, dimension: Dimension) -> Piece:
    """A value, or the dimension's default where it is missing."""
    default = dimension.on_missing
    if default.policy != "default" or default.value is None:
        return found
    return writer.stages.piece(call("COALESCE", found.node, writer.value(default.value)), found)


def missing(found: Piece) -> Node:
    """True where a value is missing."""
    return is_null(found.node.copy())
