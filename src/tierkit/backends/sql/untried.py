"""Dialects whose statements nobody here has run: spelt by the manuals, parsed back by the tests, no more.

What differs from the engines that are tried stands beside each entry. What a dialect cannot say exactly is
left out of its table, and so it is refused when a statement is written.
"""

from __future__ import annotations

import datetime as dt
from types import MappingProxyType

from sqlglot import exp

from tierkit.backends.sql.dialects import DIALECTS, POSTGRES, Dialect, Emit
from tierkit.backends.sql.nodes import Node, balanced, binary, both, call, case, cast, divide, integer

_text = exp.Literal.string
_2_40 = 2**40

starts, right, translate = (POSTGRES.emit[name] for name in ("starts_with", "ends_with", "fold"))
least, greatest, month = (POSTGRES.emit[name] for name in ("least", "greatest", "month"))


def _var(name: str) -> Node:
    return exp.Var(this=name)


def _same(node: Node) -> Node:
    return node


def _found(function: str) -> Emit:
    return lambda text, wanted: binary(">", call(function, text, wanted), integer(0))


def _clean(function: str, char: str = "CHR") -> Emit:
    return lambda text: binary("=", call(function, text, call(char, integer(0))), integer(0))


def _ends(text: Node, wanted: Node, size: int) -> Node:
    """By a place counted from the end, which is none of a shorter text."""
    long = binary(">=", call("LENGTH", text.copy()), integer(size))
    return both(long, binary("=", call("SUBSTR", text, exp.Neg(this=integer(size))), wanted))


def _moment(at: dt.datetime) -> str:
    return at.isoformat(" ", "microseconds")


def _smallest(operator: str) -> Emit:
    """`least` or `greatest` of columns, for an engine without the function."""

    def make(*nodes: Node) -> Node:
        branches = []
        for at, node in enumerate(nodes[:-1]):
            later = [binary(operator, node.copy(), other.copy()) for other in nodes[at + 1 :]]
            branches.append((balanced(both, later), node.copy()))
        return case(branches, nodes[-1].copy())

    return make


# -- BigQuery: FLOAT64 division by zero is an error, so every divisor is guarded; NaN fails every comparison


def _bigquery_weekday(day: Node) -> Node:
    """`DAYOFWEEK` begins with Sunday, which is 1."""
    from_monday = binary("+", exp.Extract(this=_var("DAYOFWEEK"), expression=day), integer(5))
    return binary("+", call("MOD", from_monday, integer(7)), integer(1))


BIGQUERY = Dialect(
    "bigquery", "bigquery", "FLOAT64", "INT64", "STRING", "", "DATE", "+00:00", "TIMESTAMP", "BIGNUMERIC",
    depth=30, most_columns=2000, most_bytes=300, truth="BOOL", rows="derived",
    no_name=tuple('!"$()*,./;?@[\\]^`{}~'),
    emit=MappingProxyType({
        "collated": lambda text: call("COLLATE", text, _text("")),
        "length": lambda text: call("CHAR_LENGTH", text), "starts_with": starts,
        "ends_with": lambda text, wanted, _size: call("ENDS_WITH", text, wanted),
        "contains": _found("STRPOS"), "fold": translate, "clean": _clean("STRPOS"),
        "least": least, "greatest": greatest,
        "nan": lambda x: call("IS_NAN", x), "infinite": lambda x: call("IS_INF", x),
        "days_between": lambda start, end: call("DATE_DIFF", end, start, _var("DAY")),
        "weekday": _bigquery_weekday,
        "month": month,
    }),
)  # fmt: skip


# -- Snowflake: NaN is equal to itself and the largest number; formats of dates are never left to the session


def _snowflake_instant(at: dt.datetime) -> Node:
    text = f"{_moment(at)} +00:00"
    return call("TO_TIMESTAMP_TZ", _text(text), _text("YYYY-MM-DD HH24:MI:SS.FF6 TZH:TZM"))


SNOWFLAKE = Dialect(
    "snowflake", "snowflake", "DOUBLE", "BIGINT", "VARCHAR", "", "DATE", "", "TIMESTAMP_TZ",
    "NUMBER(38, 0)", depth=30, most_columns=2000, most_bytes=255, truth="BOOLEAN", rows="derived",
    sets="ARRAY",
    emit=MappingProxyType({
        "collated": lambda text: call("COLLATE", text, _text("")),
        "length": lambda text: call("LENGTH", text), "starts_with": starts, "ends_with": right,
        "contains": lambda text, wanted: binary(">", call("CHARINDEX", wanted, text), integer(0)),
        "fold": translate,
        "clean": lambda text: binary("=", call("CHARINDEX", call("CHR", integer(0)), text), integer(0)),
        "least": least, "greatest": greatest,
        "nan": lambda x: binary("=", x, cast(_text("NaN"), "DOUBLE")),
        "infinite": lambda x: binary("=", call("ABS", x), cast(_text("inf"), "DOUBLE")),
        "date": lambda text: call("TO_DATE", _text(text), _text("YYYY-MM-DD")), "instant": _snowflake_instant,
        "days_between": lambda start, end: call("DATEDIFF", _var("DAY"), start, end),
        "weekday": lambda day: call("DAYOFWEEKISO", day), "month": lambda day: call("MONTH", day),
        "has": lambda held, value: call("ARRAY_CONTAINS", call("TO_VARIANT", value), held),
        "array": lambda values: call("ARRAY_CONSTRUCT", *values),
        "within": lambda held, values: binary(
            "=", call("ARRAY_SIZE", call("ARRAY_EXCEPT", held, values)), integer(0)
        ),
        "distinct": lambda held: call("ARRAY_DISTINCT", call("ARRAY_COMPACT", held)),
        "joined": lambda held: call("ARRAY_TO_STRING", held, _text("")),
    }),
)  # fmt: skip


# -- ClickHouse: texts are compared by their bytes; whether a join gives NULL is a setting, so it is set


def _clickhouse_instant(at: dt.datetime) -> Node:
    return call("toDateTime64", _text(_moment(at)), integer(6), _text("UTC"))


CLICKHOUSE = Dialect(
    "clickhouse", "clickhouse", "Float64", "Int64", "String", "", "Date32", "", "DateTime64(6, 'UTC')",
    "Int256", depth=30, most_columns=2000, truth="Bool", rows="selects", no_name=("\\",),
    days=(dt.date(1900, 1, 1), dt.date(2299, 12, 31)),
    settings=(("join_use_nulls", 1), ("transform_null_in", 0), ("precise_float_parsing", 1)),
    emit=MappingProxyType({
        "collated": _same, "length": lambda text: call("lengthUTF8", text),
        "starts_with": lambda text, wanted, _size: call("startsWith", text, wanted),
        "ends_with": lambda text, wanted, _size: call("endsWith", text, wanted),
        "contains": _found("position"), "fold": lambda text, _wanted: call("lower", text),
        "clean": _clean("position", "char"),
        "least": lambda *nodes: call("least", *nodes), "greatest": lambda *nodes: call("greatest", *nodes),
        "nan": lambda x: call("isNaN", x), "infinite": lambda x: call("isInfinite", x),
        "instant": _clickhouse_instant,
        "days_between": lambda start, end: call("dateDiff", _text("day"), start, end),
        "weekday": lambda day: call("toDayOfWeek", day), "month": lambda day: call("toMonth", day),
        "bit_and": lambda left, other: call("bitAnd", left, other),
        "carry": lambda low: call("bitShiftRight", low, integer(40)),
    }),
)  # fmt: skip


# -- Trino: comparisons of VARCHAR are of code points and know no padding; CHAR does, and is no type for texts


def _not_null(held: Node) -> Node:
    one = exp.Identifier(this="x")
    there = exp.Not(this=exp.Is(this=exp.Column(this=one.copy()), expression=exp.Null()))
    return call("FILTER", held, exp.Lambda(this=there, expressions=[one]))


TRINO = Dialect(
    "trino", "trino", "DOUBLE", "BIGINT", "VARCHAR", "", "DATE", " UTC", "TIMESTAMP(6) WITH TIME ZONE",
    "DECIMAL(38, 0)", depth=30, most_columns=2000, truth="BOOLEAN", sets="ARRAY(VARCHAR)",
    emit=MappingProxyType({
        "collated": _same, "length": lambda text: call("LENGTH", text), "starts_with": starts,
        "ends_with": _ends, "contains": _found("STRPOS"), "fold": translate,
        "clean": _clean("STRPOS"),
        "least": least, "greatest": greatest,
        "nan": lambda x: call("IS_NAN", x), "infinite": lambda x: call("IS_INFINITE", x),
        "days_between": lambda start, end: call("DATE_DIFF", _text("day"), start, end),
        "weekday": lambda day: call("DAY_OF_WEEK", day), "month": lambda day: call("MONTH", day),
        "has": lambda held, value: call("CONTAINS", held, value),
        "array": lambda values: cast(exp.Array(expressions=values), "ARRAY(VARCHAR)"),
        "within": lambda held, values: binary(
            "=", call("CARDINALITY", call("ARRAY_EXCEPT", held, values)), integer(0)
        ),
        "distinct": lambda held: call("ARRAY_DISTINCT", _not_null(held)),
        "joined": lambda held: call("ARRAY_JOIN", held, _text("")),
        "carry": lambda low: call("BITWISE_RIGHT_SHIFT", low, integer(40)),
    }),
)  # fmt: skip


# -- SQL Server: no truth values; `=` ignores spaces at the end; a literal without N is in a code page

_BIN2 = "Latin1_General_100_BIN2"


def _national(text: str) -> Node:
    return exp.National(this=text)


def _tsql_units(text: str) -> int:
    """So many UTF-16 units: what a binary collation counts."""
    return len(text.encode("utf-16-le")) // 2


def _tsql_ends(text: Node, wanted: Node, size: int) -> Node:
    units = _tsql_units(wanted.this) if isinstance(wanted, exp.National) else size
    end = _national(".")
    return binary("=", binary("+", call("RIGHT", text, integer(units)), end), binary("+", wanted, end.copy()))


def _tsql_length(text: Node) -> Node:
    """`LEN` leaves out spaces at the end; in a collation with SC a pair of surrogates is one character."""
    ended = binary("+", text, _national("."))
    counted = exp.Collate(this=exp.Paren(this=ended), expression=_var("Latin1_General_100_CI_AS_SC"))
    return binary("-", call("LEN", counted), integer(1))


def _tsql_weekday(day: Node) -> Node:
    """Days since a Monday: `DATEPART` would ask the session where a week begins."""
    days = call("DATEDIFF", _var("DAY"), cast(_text("0001-01-01"), "DATE"), day)
    return binary("+", binary("%", days, integer(7)), integer(1))


TSQL = Dialect(
    "tsql", "tsql", "FLOAT(53)", "BIGINT", "NVARCHAR(4000)", _BIN2, "DATE", " +00:00", "DATETIMEOFFSET(6)",
    "DECIMAL(38, 0)", depth=5, most_columns=4000, most_bytes=128, rows="derived", predicates=True,
    padded=True,
    plain_text=frozenset("\\"), no_name=("\0",),
    hex_text=lambda text: cast(exp.HexString(this=text.encode("utf-16-le").hex()), "NVARCHAR(4000)"),
    emit=MappingProxyType({
        "literal": _national, "length": _tsql_length, "ceil": lambda x: call("CEILING", x),
        "starts_with": lambda text, wanted, _size: binary("=", call("CHARINDEX", wanted, text), integer(1)),
        "ends_with": _tsql_ends,
        "contains": lambda text, wanted: binary(">", call("CHARINDEX", wanted, text), integer(0)),
        "fold": translate,
        "clean": lambda text: binary("=", call("CHARINDEX", call("NCHAR", integer(0)), text), integer(0)),
        "least": _smallest("<="), "greatest": _smallest(">="),
        "days_between": lambda start, end: call("DATEDIFF", _var("DAY"), start, end),
        "weekday": _tsql_weekday, "month": lambda day: call("MONTH", day),
        "mask": lambda value: cast(integer(value), "BIGINT"),
        "carry": lambda low: divide(low, cast(integer(_2_40), "BIGINT")),
        "rest": lambda low: binary("%", low, cast(integer(_2_40), "BIGINT")),
        "key": lambda key: cast(cast(key, "NVARCHAR(4000)"), "VARBINARY(8000)"),
    }),
)  # fmt: skip


# -- Oracle: no truth values, an empty text is NULL, a DATE has a time of day, formats belong to the session


def _oracle_number(digits: str) -> Node:
    return cast(exp.Literal.number(digits), "BINARY_DOUBLE")  # a literal, for a text is read by NLS settings


def _oracle_instant(at: dt.datetime) -> Node:
    text = f"{_moment(at)} +00:00"
    return call("TO_TIMESTAMP_TZ", _text(text), _text("YYYY-MM-DD HH24:MI:SS.FF6 TZH:TZM"))


ORACLE = Dialect(
    "oracle", "oracle", "BINARY_DOUBLE", "NUMBER(19)", "VARCHAR2(4000)", "BINARY", "DATE", "",
    "TIMESTAMP(6) WITH TIME ZONE", None, depth=8, most_columns=1000, most_bytes=128, rows="selects",
    dual="DUAL",
    predicates=True, most_listed=1000, most_text=4000, none=" ", empty_is_null=True, no_name=('"', "\0"),
    plain_text=frozenset("&"),
    hex_text=lambda text: call("UTL_RAW.CAST_TO_VARCHAR2", call("HEXTORAW", _text(text.encode().hex()))),
    emit=MappingProxyType({
        "number": _oracle_number, "length": lambda text: call("LENGTH", text), "starts_with": starts,
        "ends_with": _ends, "contains": _found("INSTR"), "fold": translate,
        "clean": _clean("INSTR"),
        "least": least, "greatest": greatest,
        "nan": lambda x: exp.Is(this=x, expression=_var("NAN")),
        "infinite": lambda x: exp.Is(this=call("ABS", x), expression=_var("INFINITE")),
        "date": lambda text: call("TO_DATE", _text(text), _text("YYYY-MM-DD")), "instant": _oracle_instant,
        "day": lambda day: call("TRUNC", day),
        "days_between": lambda start, end: binary("-", end, start),
        "weekday": lambda day: binary(
            "+", binary("-", day, call("TRUNC", day.copy(), _text("IW"))), integer(1)
        ),
        "month": month,
        "bit_and": lambda left, other: call("BITAND", left, other),
        "carry": lambda low: call("FLOOR", divide(low, integer(_2_40))),
        "rest": lambda low: call("MOD", low, integer(_2_40)),
    }),
)  # fmt: skip

UNTRIED = MappingProxyType(
    {dialect.name: dialect for dialect in (BIGQUERY, SNOWFLAKE, CLICKHOUSE, TRINO, TSQL, ORACLE)}
)
"""The dialects of this module by name."""

EVERY = MappingProxyType({**DIALECTS, **UNTRIED})
"""Every dialect that statements are written in, by name."""
