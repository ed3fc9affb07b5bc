"""Rule sets decided by DuckDB: one statement over customers that lie in no database, its answer in pieces."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from tierkit.backends.duck.places import opened
from tierkit.backends.sql.dialects import DUCKDB
from tierkit.backends.sql.rows import Moment
from tierkit.backends.sql.statement import Request, statement
from tierkit.program.model import Program
from tierkit.program.types import NUMERIC

NAME = "customers"
_ROWS = 100_000


@dataclass(frozen=True, slots=True)
class Customers:
    """Where customers are, and what is read of them: the key, and the column of each dimension with its kind.

    A kind is `text` for what must become one first; a dimension without a column is missing everywhere.
    """

    source: Any
    key: str
    columns: Mapping[str, tuple[str, str] | None]
    place: str
    """The column that numbers the rows: DuckDB does not keep them in order."""


def decided(
    program: Program, customers: Customers, moment: Moment, *, carried: bool, memory_limit: str | None
) -> Iterator[Any]:
    """The rows of the shape `outcomes` as batches of Arrow, in order; the key is a pair, of place and key.

    Raises:
        UnsupportedError: DuckDB cannot express something.
        ReadError: a file cannot be read, or DuckDB cannot go on.
    """
    text = statement(Request(program, DUCKDB, (NAME,), {}, moment, carried), "outcomes")
    with opened(str(moment.zone), memory_limit) as place:
        if isinstance(customers.source, Path):
            found = place.connection.read_parquet(str(customers.source), file_row_number=True)
        else:
            found, _ = place.relation(customers.source)
        pair = duckdb.SQLExpression("struct_pack(place := place, key := key)")
        found = found.select(*_columns(program, customers))
        own = [
            duckdb.ColumnExpression(f"value {at}").alias(name) for at, name in enumerate(customers.columns)
        ]
        found.select(pair.alias(str(program.key)), *own).create_view(NAME)
        yield from place.connection.sql(text).order("#1").to_arrow_reader(_ROWS)


def _columns(program: Program, customers: Customers) -> Iterator[Any]:
    yield duckdb.ColumnExpression(customers.place).alias("place")
    yield duckdb.ColumnExpression(customers.key).alias("key")
    for at, (name, place) in enumerate(customers.columns.items()):
        if place is None:
            kind = program.dimensions[name].type
            own = {"boolean": "BOOLEAN", "date": "DATE", "set": "VARCHAR[]"}.get(kind, "VARCHAR")
            own = "DOUBLE" if kind in NUMERIC else own
            yield duckdb.ConstantExpression(None).cast(duckdb.sqltype(own)).alias(f"value {at}")
            continue
        column, kind = place
        found = duckdb.ColumnExpression(column)
        yield (found.cast(duckdb.sqltype("VARCHAR")) if kind == "text" else found).alias(f"value {at}")
