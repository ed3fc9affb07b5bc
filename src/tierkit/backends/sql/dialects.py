"""The table of dialects: how each engine spells types, literals and functions.

Nothing here is guessed: the tests run the statements of every dialect in the engine itself.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from sqlglot import exp

from tierkit.backends.sql import duck, spark
from tierkit.backends.sql.nodes import Node, binary, both, call, cast, integer

Emit = Callable[..., Node]


@dataclass(frozen=True, slots=True)
class Dialect:
    """How one engine spells what statements are made of."""

    name: str
    printer: str
    """The name under which sqlglot prints it."""
    double: str
    whole: str
    """A type for 64-bit integers in `CAST`."""
    words: str
    """The type of a text in `CAST`."""
    collation: str
    day: str | None
    """The type of a day in `CAST`; None where days are ISO texts."""
    zone: str
    """What follows an instant of UTC in a literal."""
    instant_type: str | None
    wide: str | None
    """A type for integers of at least 38 digits; None where there is none."""
    depth: int
    """So deep may an expression be before a part of it becomes a column of its own."""
    most_columns: int
    most_bytes: int | None = None
    """The length of the longest name in UTF-8; None is no limit that matters."""
    materialized: bool = False
    """True where a stage must be told to stay: put into the next, its expressions would multiply."""
    fence: bool = False
    """The same for an engine without the word: a limit that limits nothing."""
    loose: bool = False
    """True where a column may hold values of any type, so every value is looked at."""
    truth: str | None = None
    """The type of truth values in `CAST`; None where they are the integers 0 and 1."""
    plain_text: frozenset[str] = frozenset()
    """Characters that a literal cannot hold in every setting of a server: such a text is spelt in hex."""
    hex_text: Callable[[str], Node] | None = None
    emit: Mapping[str, Emit] = field(default_factory=lambda: MappingProxyType({}))
    wide_sums: bool = False
    """True where a sum of 64-bit integers is an integer of more bits, which shifts and masks take."""
    sets: str | None = None
    """The type of a set of texts; None where there is none."""
    rows: str = "values"
    """How rows of literals become a stage: `values`, `derived` in a `FROM`, or `selects` one by one."""
    dual: str | None = None
    """The table of one row that a `SELECT` without a table needs."""
    predicates: bool = False
    """True where a condition is no value: it becomes 1, 0 or NULL."""
    padded: bool = False
    """True where `a` and `a ` are equal unless something is put behind them."""
    none: str = ""
    """What the column of a ladder holds for a customer in no tier."""
    empty_is_null: bool = False
    most_text: int | None = None
    """The longest literal in bytes."""
    most_listed: int | None = None
    """So many values may stand in one `IN`."""
    days: tuple[dt.date, dt.date] | None = None
    """The first and the last day that a column can hold, where those are not all."""
    settings: tuple[tuple[str, int], ...] = ()
    """What is set at the end of a statement, for it alone."""
    reorders: bool = False
    """True for an engine that takes `(a + b) + c` for `a + (b + c)`, which is not so in binary64."""
    finish: Callable[[Node], None] | None = None
    """What is done to a statement before it is printed."""
    chunk: int = 2
    """So many words of rules get columns of their own at a time: engines limit the columns of a query."""
    lazy: bool = False
    """True where the rest of a condition in `CASE WHEN` is looked at only for rows that are still open."""
    first: int = 0
    """The place of the first item of an array, as functions over its items are told it."""
    no_name: tuple[str, ...] = ()
    """What no name may hold, however it is quoted."""


def _starts(text: Node, wanted: Node, size: int) -> Node:
    return binary("=", call("SUBSTR", text, integer(1), integer(size)), wanted)


def _found(function: str) -> Emit:
    return lambda text, wanted: binary(">", call(function, text, wanted), integer(0))


def _right(text: Node, wanted: Node, size: int) -> Node:
    return binary("=", call("RIGHT", text, integer(size)), wanted)


def _sqlite_ends(text: Node, wanted: Node, size: int) -> Node:
    long = binary(">=", call("LENGTH", text.copy()), integer(size))
    return both(long, binary("=", call("SUBSTR", text, exp.Neg(this=integer(size))), wanted))


_UPPER, _LOWER = "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz"


def _translate(text: Node, _wanted: str) -> Node:
    return call("TRANSLATE", text, exp.Literal.string(_UPPER), exp.Literal.string(_LOWER))


def _replaced(text: Node, wanted: str) -> Node:
    """Only the letters of the wanted text need folding: any other makes the texts differ anyway."""
    for letter in sorted(set(wanted.lower()) & set(_LOWER)):
        text = call("REPLACE", text, exp.Literal.string(letter.upper()), exp.Literal.string(letter))
    return text


def _hex(text: str) -> str:
    return text.encode().hex()


def _extract(part: str) -> Emit:
    return lambda day: exp.Extract(this=exp.Var(this=part), expression=day)


def _sqlite_weekday(day: Node) -> Node:
    number = cast(call("STRFTIME", exp.Literal.string("%w"), day), "INTEGER")
    shifted = binary("%", binary("+", number, integer(6)), integer(7))
    return binary("+", shifted, integer(1))


def _is_number(text: str, type_: str, *, signed: bool = False) -> Emit:
    """True for NaN or for infinity, by the text that the engine reads it from."""
    number = exp.Literal.string(text)
    return lambda x: binary("=", call("ABS", x) if signed else x, cast(number.copy(), type_))


def _larger(function: str) -> Emit:
    return lambda *nodes: call(function, *nodes)


def _pg_array(values: list[Node]) -> Node:
    return cast(exp.Array(expressions=values), "TEXT[]")


def _pg_any(found: Node, value: Node) -> Node:
    return binary("=", value, call("ANY", found))


def _no_nul(function: str, char: str) -> Emit:
    return lambda text: binary("=", call(function, text, call(char, integer(0))), integer(0))


def _sqlite_day(day: Node) -> Node:
    """True for the ISO text of a day that exists."""
    return binary("=", call("DATE", day.copy(), exp.Literal.string("+0 days")), day)


def _julian(start: Node, end: Node) -> Node:
    return binary("-", call("JULIANDAY", end), call("JULIANDAY", start))


_UTF8 = "CHAR CHARACTER SET utf8mb4"
_LENGTH = {"length": lambda text: call("LENGTH", text)}

DUCKDB = Dialect(
    "duckdb", "duckdb", "DOUBLE", "BIGINT", "VARCHAR", '"C"', "DATE", "+00:00",
    "TIMESTAMPTZ", "HUGEINT", depth=60, most_columns=3000, truth="BOOLEAN",
    wide_sums=True, sets="VARCHAR[]", lazy=True, first=1,
    emit=MappingProxyType({
        **_LENGTH,
        "starts_with": _starts, "contains": _found("INSTR"), "fold": _translate,
        "ends_with": lambda text, wanted, _size: call("SUFFIX", text, wanted),
        "clean": _no_nul("INSTR", "CHR"), "least": _larger("LEAST"), "greatest": _larger("GREATEST"),
        "nan": _is_number("NaN", "DOUBLE"), "infinite": _is_number("Infinity", "DOUBLE", signed=True),
        "days_between": lambda start, end: call("DATE_DIFF", exp.Literal.string("day"), start, end),
        "weekday": lambda day: call("ISODOW", day), "month": lambda day: call("MONTH", day),
        "has": lambda found, value: call("LIST_CONTAINS", found, value), "array": duck.array,
        "among": duck.one_of, "constant": duck.constant,
        "kept": lambda found, test: call("LIST_FILTER", found, test), "concat": duck.concat,
        "compact": duck.compact,
        "within": lambda found, values: call("LIST_HAS_ALL", values, found),
        "distinct": lambda found: call("LIST_DISTINCT", found),
        "joined": lambda found: call("ARRAY_TO_STRING", found, exp.Literal.string("")),
    }),
)  # fmt: skip
SQLITE = Dialect(
    "sqlite", "sqlite", "REAL", "INTEGER", "TEXT", "BINARY", None, "", None, None,
    depth=8, most_columns=2000, materialized=True, loose=True,
    emit=MappingProxyType({
        **_LENGTH,
        "starts_with": _starts, "ends_with": _sqlite_ends, "contains": _found("INSTR"),
        "fold": lambda text, _wanted: call("LOWER", text), "clean": _no_nul("INSTR", "CHAR"),
        "least": _larger("MIN"), "greatest": _larger("MAX"), "days_between": _julian,
        "weekday": _sqlite_weekday, "infinite": _is_number("9e999", "REAL", signed=True),
        "month": lambda day: cast(call("STRFTIME", exp.Literal.string("%m"), day), "INTEGER"),
        "key": lambda key: exp.Collate(this=key, expression=exp.Var(this="BINARY")),
        "real_day": _sqlite_day, "typeof": lambda value: call("TYPEOF", value),
    }),
)  # fmt: skip
POSTGRES = Dialect(
    "postgres", "postgres", "DOUBLE PRECISION", "BIGINT", "TEXT", '"C"', "DATE", "+00:00",
    "TIMESTAMPTZ", "NUMERIC", depth=60, most_columns=1600, most_bytes=63, materialized=True, truth="BOOLEAN",
    sets="TEXT[]", plain_text=frozenset("\\"),
    hex_text=lambda text: call(
        "CONVERT_FROM", call("DECODE", exp.Literal.string(_hex(text)), exp.Literal.string("hex")),
        exp.Literal.string("UTF8"),
    ),
    emit=MappingProxyType({
        **_LENGTH,
        "starts_with": _starts, "ends_with": _right, "contains": _found("STRPOS"), "fold": _translate,
        "least": _larger("LEAST"), "greatest": _larger("GREATEST"),
        "nan": _is_number("NaN", "DOUBLE PRECISION"),
        "infinite": _is_number("Infinity", "DOUBLE PRECISION", signed=True),
        "days_between": lambda start, end: binary("-", end, start), "weekday": _extract("ISODOW"),
        "month": _extract("MONTH"), "has": _pg_any, "array": _pg_array,
        "within": lambda found, values: exp.ArrayContainsAll(this=values, expression=found),
        "distinct": lambda found: call("ARRAY_REMOVE", found, exp.Null()),
    }),
)  # fmt: skip
MARIADB = Dialect(
    "mariadb", "mysql", "DOUBLE", "SIGNED", "CHAR", "utf8mb4_nopad_bin", "DATE", "",
    "DATETIME(6)", "DECIMAL(65, 0)", depth=60, most_columns=4000, most_bytes=64, fence=True,
    plain_text=frozenset([*map(chr, range(32)), "\\", "\x7f"]),
    hex_text=lambda text: cast(exp.HexString(this=_hex(text)), _UTF8),
    emit=MappingProxyType({
        "length": lambda text: call("CHAR_LENGTH", text),
        "starts_with": _starts, "ends_with": _right, "contains": _found("INSTR"), "fold": _replaced,
        "clean": _no_nul("INSTR", "CHAR"), "least": _larger("LEAST"), "greatest": _larger("GREATEST"),
        "days_between": lambda start, end: call("DATEDIFF", end, start),
        "weekday": lambda day: binary("+", call("WEEKDAY", day), integer(1)),
        "month": lambda day: call("MONTH", day),
        "utf8": lambda text: cast(text, _UTF8), "key": lambda key: cast(cast(key, _UTF8), "BINARY"),
    }),
)  # fmt: skip

SPARK = Dialect(
    "spark", "spark", spark.DOUBLE, "BIGINT", spark.STRING, "UTF8_BINARY", "DATE", "+00:00",
    "TIMESTAMP_LTZ", "DECIMAL(38, 0)", depth=30, most_columns=2000, truth="BOOLEAN",
    sets=spark.STRINGS, plain_text=spark.PLAIN, hex_text=spark.text, no_name=(spark.NO_NAME,),
    reorders=True, finish=spark.lighter, chunk=10,
    emit=MappingProxyType({**spark.EMIT, "fold": _translate}),
)  # fmt: skip

DIALECTS: Mapping[str, Dialect] = MappingProxyType(
    {dialect.name: dialect for dialect in (DUCKDB, SQLITE, POSTGRES, MARIADB, SPARK)}
)
"""Every dialect by name."""
