"""SQL of a provider, run over made-up rows: in SQLite, which Python has, and in DuckDB where it is installed.

Expressions are taken as they come: what has `.sql(dialect=…)` will do, and sqlglot is not imported for them.
"""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from tierkit.errors import MissingExtraError, UsageError
from tierkit.program.types import NUMERIC

ORDER = "tierkit_row"
"""The column that keeps the rows in order."""

Select = Callable[[Any, str], list[Any]]
"""`select(expression, type)`: the value of an expression for each row."""


@dataclass(frozen=True, slots=True)
class Rows:
    """Typed columns and their values; `made_up` when their names are not the author's."""

    columns: dict[str, str]
    values: Sequence[tuple[Any, ...]]

    @property
    def made_up(self) -> bool:
        """True for the arguments of a function."""
        return all(name.startswith("argument_") for name in self.columns)


def engines(rows: Rows) -> Iterator[tuple[str, Select]]:
    """The engines there are, by name.

    Raises:
        UsageError: a column is a set, which not every engine has.
    """
    if "set" in rows.columns.values():
        raise UsageError("a set cannot be tried in SQL: leave `sql` out of what is asserted")
    yield "SQLite", lambda expression, type_: _sqlite(rows, expression, type_)
    if find_spec("duckdb") is not None:
        yield "DuckDB", lambda expression, _: _duckdb(rows, expression)


def literals_of(make: Callable[[], Any] | None) -> list[Any]:
    """The literals of an expression: values at which its answer may change; none of what cannot be made."""
    try:
        expression = None if make is None else make()
    except MissingExtraError:
        raise
    except Exception:  # noqa: BLE001  a plugin may raise anything; it is told when the expression is run
        return []
    found: list[Any] = []
    for literal in _parts(expression, "Literal"):
        try:
            found.append(literal.this if literal.is_string else float(literal.this))
        except ValueError:  # a number as nobody writes it
            continue
    return [*found, *(text.strip("%_") for text in found if isinstance(text, str))]


def columns(names: Iterable[str]) -> list[Any]:
    """Columns as sqlglot expressions."""
    try:
        sqlglot = import_module("sqlglot")
    except ImportError:
        raise MissingExtraError(
            "trying the `sql` of a function needs sqlglot, which is not installed"
        ) from None
    return [sqlglot.column(name) for name in names]


def _sqlite(rows: Rows, expression: Any, type_: str) -> list[Any]:
    with closing(sqlite3.connect(":memory:")) as connection:
        kinds = {"integer": "INTEGER", "boolean": "INTEGER"} | dict.fromkeys(NUMERIC - {"integer"}, "REAL")
        plain = [[v.isoformat() if isinstance(v, dt.date) else v for v in values] for values in rows.values]
        found = _selected(connection, rows, {t: kinds.get(t, "TEXT") for t in rows.columns.values()}, plain,
                          _text(rows, expression, "sqlite"))  # fmt: skip
    if type_ == "boolean":
        return [bool(value) if isinstance(value, int) else value for value in found]
    if type_ == "date":
        return [dt.date.fromisoformat(value) if isinstance(value, str) else value for value in found]
    return found


def _duckdb(rows: Rows, expression: Any) -> list[Any]:
    with closing(import_module("duckdb").connect(":memory:")) as connection:
        kinds = {"integer": "BIGINT", "boolean": "BOOLEAN", "date": "DATE"}
        kinds |= dict.fromkeys(NUMERIC - {"integer"}, "DOUBLE")
        types = {type_: kinds.get(type_, "VARCHAR") for type_ in rows.columns.values()}
        return _selected(connection, rows, types, rows.values, _text(rows, expression, "duckdb"))


def _text(rows: Rows, expression: Any, dialect: str) -> str:
    """The expression in a dialect, with quoted names; a name that is no column is refused here.

    SQLite would take it, quoted, for a text.
    """
    names = {found.name for found in _parts(expression, "Column")}
    if unknown := sorted(names - set(rows.columns)):
        shown = ", ".join(f"`{name}`" for name in unknown)
        raise ValueError(f"it reads {shown}, and the inputs are {', '.join(rows.columns)}")
    return str(expression.sql(dialect=dialect, identify=True))


def _parts(expression: Any, kind: str) -> list[Any]:
    """The parts of a kind; none of an expression that is not sqlglot's."""
    if not hasattr(expression, "find_all"):
        return []
    return list(expression.find_all(getattr(import_module("sqlglot").exp, kind)))


def _selected(
    connection: Any, rows: Rows, types: dict[str, str], values: Sequence[Any], text: str
) -> list[Any]:
    names = [ORDER, *rows.columns]
    columns = ", ".join(f'"{n}" {types.get(rows.columns.get(n, ""), "INTEGER")}' for n in names)
    connection.execute(f"CREATE TABLE customers ({columns})")
    places = ", ".join("?" * len(names))
    connection.executemany(
        f"INSERT INTO customers VALUES ({places})",  # noqa: S608  nothing but question marks
        [(number, *row) for number, row in enumerate(values)],
    )
    query = f'SELECT {text} FROM customers ORDER BY "{ORDER}"'  # noqa: S608  the plugin's own expression
    return [row[0] for row in connection.execute(query).fetchall()]
