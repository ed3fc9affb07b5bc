"""What is Spark's own: functions, literals and types. Each function is total, whatever the settings are.

With ANSI mode `FLOOR` of a large number is an error, without it the largest BIGINT, so numbers are rounded by
`RINT`, which stays binary64. `SIZE` of NULL is -1 in old settings, so it is not used.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from sqlglot import exp

from tierkit.backends.sql.nodes import Node, binary, call, case, cast, integer, minus, opposite

STRING, STRINGS, DOUBLE = "STRING", "ARRAY<STRING>", "DOUBLE"

PLAIN = frozenset([*map(chr, range(32)), "\x7f", "\\", "'", "$", "{", "}"])
"""What no literal holds: Spark puts variables in place of `${…}` before it reads a statement, how it reads
backslashes and quotes is a setting, and `spark.sql` of Python may take braces for names of frames."""
NO_NAME = "${"
"""What no name may hold: it would be replaced, in backticks too."""


def text(value: str) -> Node:
    """A text as its bytes in UTF-8."""
    return cast(exp.HexString(this=value.encode().hex()), STRING)


def _floor(x: Node) -> Node:
    one = cast(exp.Literal.string("1.0"), DOUBLE)
    near = call("RINT", x)
    return case([(binary(">", near, x.copy()), minus(near.copy(), one))], near.copy())


def _ceil(x: Node) -> Node:
    one = cast(exp.Literal.string("1.0"), DOUBLE)
    near = call("RINT", x)
    return case([(binary("<", near, x.copy()), binary("+", near.copy(), one))], near.copy())


def _has_no_nul(value: Node) -> Node:
    return opposite(call("CONTAINS", value, cast(exp.HexString(this="00"), STRING)))


def _within(found: Node, values: Node) -> Node:
    return binary("=", call("ARRAY_SIZE", call("ARRAY_EXCEPT", found, values)), integer(0))


def _checked(node: Node) -> Node:
    """Without ANSI mode a sum that is too large would be NULL, as if there were no rows."""
    overflow = exp.Literal.string("a deviation takes integers of more than 38 digits")
    return call("COALESCE", node, cast(call("RAISE_ERROR", overflow), "DECIMAL(38, 0)"))


_PREDICATES = (exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE, exp.Is, exp.In)


def lighter(tree: Node) -> None:
    """Takes parentheses away that change nothing: Spark's parser takes long over them."""
    for found in list(tree.find_all(exp.Paren)):
        outer, inner = found.parent, found.this
        if isinstance(outer, exp.And | exp.Or) and isinstance(inner, (*_PREDICATES, type(outer))):
            found.replace(inner)


EMIT: Mapping[str, Callable[..., Node]] = MappingProxyType({
    "length": lambda value: call("LENGTH", value),
    "starts_with": lambda value, wanted, _size: call("STARTSWITH", value, wanted),
    "ends_with": lambda value, wanted, _size: call("ENDSWITH", value, wanted),
    "contains": lambda value, wanted: call("CONTAINS", value, wanted),
    "clean": _has_no_nul,
    "utf8": lambda value: cast(value, STRING),
    "least": lambda *nodes: call("LEAST", *nodes), "greatest": lambda *nodes: call("GREATEST", *nodes),
    "floor": _floor, "ceil": _ceil, "whole": lambda x: binary("=", x, call("RINT", x.copy())),
    "days_between": lambda start, end: call("DATEDIFF", end, start),
    "weekday": lambda day: binary("+", call("WEEKDAY", day), integer(1)),
    "month": lambda day: call("MONTH", day),
    "has": lambda found, value: call("ARRAY_CONTAINS", found, value),
    "array": lambda values: call("ARRAY", *values), "within": _within,
    "compact": lambda found: call("ARRAY_COMPACT", found),
    "unique": lambda found: call("ARRAY_DISTINCT", found), "concat": lambda *lists: call("CONCAT", *lists),
    "kept": lambda found, test: call("FILTER", found, test),
    "distinct": lambda found: call("ARRAY_DISTINCT", call("ARRAY_COMPACT", cast(found, STRINGS))),
    "joined": lambda found: call("ARRAY_JOIN", found, exp.Literal.string("")),
    "checked": _checked,
    "nan": lambda x: call("ISNAN", x),
    "infinite": lambda x: binary("=", call("ABS", x), cast(exp.Literal.string("Infinity"), DOUBLE)),
})  # fmt: skip
"""Functions by their name in `Dialect.emit`."""
