"""Raw tables to one value for each key and dimension, as `program.aggregates` has it, by DuckDB.

Columns are checked by their types before a row is read. What only single rows can show to be wrong, a
fraction where whole numbers are expected, is told by the reference, from the rows of the customers concerned.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb

from tierkit.backends.duck.places import Place, types_of
from tierkit.backends.sql.aggregates import aggregates
from tierkit.backends.sql.dialects import DUCKDB
from tierkit.backends.sql.rows import FAULT, Moment
from tierkit.errors import UsageError
from tierkit.errors.messages import TYPE_NAMES
from tierkit.program import types
from tierkit.program.model import Dimension, Table
from tierkit.program.rows import needed
from tierkit.program.terms import references

Tell = Callable[[str, Any, Sequence[Mapping[str, Any]]], str | None]
"""`tell(table, key, rows)`: what is wrong with the rows of a customer, if anything."""

_NUMBERS = (
    "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT",
    "UHUGEINT", "FLOAT", "DOUBLE",
)  # fmt: skip
_ZONED = "TIMESTAMP WITH TIME ZONE"
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Raw:
    """A table of the rule set, where its rows are, and the dimensions that are wanted of it.

    `name` is what the rows are called in the database.
    """

    name: str
    table: Table
    source: Any
    dimensions: tuple[Dimension, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that are read, the key and the times aside."""
        parts = [
            part for d in self.dimensions if d.aggregate is not None
            for part in (d.aggregate.term, d.aggregate.where) if part is not None
        ]  # fmt: skip
        wanted = {name for part in parts for name in references(part)}
        return tuple(c.name for c in needed(self.table, wanted) if c.term is None)


@dataclass(frozen=True, slots=True)
class Aggregated:
    """What the rows of a table come to: a table of Arrow, and what is wrong with whose rows, by key."""

    raw: Raw
    found: Any
    faults: Mapping[Any, str]


def aggregated(place: Place, raw: Raw, moment: Moment, tell: Tell) -> Aggregated:
    """The values of one table for each key that has rows; the first column is the key.

    Raises:
        UsageError: the table lacks a column, or one has a type that its declaration cannot have.
        ReadError: a file cannot be read, or DuckDB cannot go on.
    """
    statement = aggregates(DUCKDB, raw.table, raw.dimensions, (raw.name,), moment)
    found = place.arrow(statement)
    faults: dict[Any, str] = {}
    if FAULT in found.column_names:
        wrong = found.column(FAULT).is_valid()
        keys = found.column(0).filter(wrong).to_pylist()
        columns = found.column(FAULT).filter(wrong).to_pylist()
        found = found.drop_columns([FAULT])
        told = dict(_told(place, raw, keys, tell))
        faults = {
            key: told.get(key) or f"`{where}` of a row is of a wrong type"
            for key, where in zip(keys, columns, strict=True)
        }
    return Aggregated(raw, found, faults)


def put(place: Place, raw: Raw) -> None:
    """Makes the rows of a table a view of the database, with the columns that are read."""
    kinds = types_of(raw.source)
    place.put(raw.name, raw.source, dict(_columns(raw, kinds)))


def everybody(place: Place, raws: Sequence[Raw]) -> Any:
    """Every key that has a row, in the order in which they come up."""
    keys = None
    for at, raw in enumerate(raws):
        number = duckdb.SQLExpression("row_number() over ()")
        own = place.connection.view(raw.name).select(
            duckdb.ColumnExpression(raw.table.key).alias("id"),
            duckdb.ConstantExpression(at).alias("part"),
            number.alias("place"),
        )
        keys = own if keys is None else keys.union(own)
    assert keys is not None  # noqa: S101  the caller has a table
    present = keys.filter(duckdb.ColumnExpression("id").isnotnull())
    first = present.aggregate("id, min((part, place)) as met").order("met")
    return first.select("id").to_arrow_table()


def _columns(raw: Raw, kinds: Mapping[str, str]) -> Iterator[tuple[str, Any]]:
    """The columns that are read, as the statement expects them."""
    table = raw.table
    times = [name for name in (table.time, table.recorded_at) if name is not None]
    wanted = dict.fromkeys((table.key, *times, *raw.columns))
    if lacking := [name for name in wanted if name not in kinds]:
        names = ", ".join(f"`{name}`" for name in lacking)
        message = f"`{table.name}` lacks the column{'s' * (len(lacking) > 1)} {names}"
        raise UsageError(message)
    for name in wanted:
        found, kind = duckdb.ColumnExpression(name), kinds[name]
        declared = table.columns.get(name)
        if name in times and (declared is None or declared.type != "date"):
            found = _instant(table, name, found, kind)
        elif declared is not None and name != table.key:
            found = _value(table, name, found, kind, declared.type)
        elif kind.startswith("ENUM"):
            found = found.cast(duckdb.sqltype("VARCHAR"))
        yield name, found


def _instant(table: Table, name: str, found: Any, kind: str) -> Any:
    if kind in (_ZONED, "NULL", '"NULL"'):
        return found.cast(duckdb.sqltype("TIMESTAMPTZ"))
    if kind == "DATE":  # a day begins in the zone of the session, which is the rule set's
        return found.cast(duckdb.sqltype("TIMESTAMPTZ"))
    if kind.startswith("TIMESTAMP"):
        message = f"`{table.name}.{name}` is a time without a zone: give the column one"
    else:
        message = f"`{table.name}.{name}` is of type {kind}, but an instant with a time zone is expected"
    raise UsageError(message)


def _value(table: Table, name: str, found: Any, kind: str, type_: str) -> Any:
    if kind in ("NULL", '"NULL"'):
        return found.cast(duckdb.sqltype(_own(type_)))
    numeric = kind in _NUMBERS or kind.startswith("DECIMAL")
    textual = kind == "VARCHAR" or kind.startswith("ENUM")
    fits = {"boolean": kind == "BOOLEAN", "date": kind == "DATE", "set": kind == "VARCHAR[]"}
    fits |= dict.fromkeys(types.NUMERIC, numeric) | dict.fromkeys(types.TEXTUAL, textual)
    if not fits.get(type_, False):
        expected = TYPE_NAMES.get(type_, (type_, ""))[0]
        message = f"`{table.name}.{name}` is of type {kind}, but {expected} is expected"
        raise UsageError(message)
    return found.cast(duckdb.sqltype("VARCHAR")) if kind.startswith("ENUM") else found


def _own(type_: str) -> str:
    """A type for a column without values."""
    if type_ in types.NUMERIC:
        return "DOUBLE"
    return {"boolean": "BOOLEAN", "date": "DATE", "set": "VARCHAR[]"}.get(type_, "VARCHAR")


def _told(place: Place, raw: Raw, keys: Sequence[Any], tell: Tell) -> Iterator[tuple[Any, str]]:
    """What the reference says about the rows of some customers."""
    name = raw.table.key
    for start in range(0, len(keys), _AT_ONCE):
        some = keys[start : start + _AT_ONCE]
        chosen = duckdb.ColumnExpression(name).isin(*map(duckdb.ConstantExpression, some))
        rows: dict[Any, list[Mapping[str, Any]]] = {}
        for row in place.connection.view(raw.name).filter(chosen).to_arrow_table().to_pylist():
            rows.setdefault(row[name], []).append(row)
        for key, own in rows.items():
            if (text := tell(raw.table.name, key, own)) is not None:
                yield key, text
