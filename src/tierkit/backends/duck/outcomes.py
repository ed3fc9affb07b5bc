"""Rule sets decided by DuckDB: one statement over customers that lie in no database, its answer in pieces."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import duckdb

from tierkit.backends.duck.places import Place, opened
from tierkit.backends.sql.dialects import DUCKDB
from tierkit.backends.sql.rows import Moment
from tierkit.backends.sql.shapes import HEAD
from tierkit.backends.sql.statement import Request, statement
from tierkit.program.model import Program
from tierkit.program.types import NUMERIC

NAME = "customers"
_ROWS = 100_000
_PLACE, _KEY = "place", "key"


@dataclass(frozen=True, slots=True)
class Customers:
    """Where customers are, and what is read of them: the key, and the column of each dimension with its kind.

    A kind is `text` for what must become one first; a dimension without a column is missing everywhere.
    """

    source: Any
    key: str
    columns: Mapping[str, tuple[str, str] | None]
    place: str | None
    """The column that numbers the rows, which the key is paired with; None leaves the key alone."""


def decided(
    program: Program, customers: Customers, moment: Moment, *, carried: bool, memory_limit: str | None
) -> Iterator[Any]:
    """The rows of the shape `outcomes` as batches of Arrow, in order, without what all rows share.

    Raises:
        UnsupportedError: DuckDB cannot express something.
        ReadError: a file cannot be read, or DuckDB cannot go on.
    """
    text = statement(Request(program, DUCKDB, (NAME,), {}, moment, carried), "outcomes")
    with opened(str(moment.zone), memory_limit) as place:
        rows = _over(place, program, customers, text)
        key, *others = (duckdb.ColumnExpression(name) for name in rows.columns)
        # streamed rows come in any order, and an order by a plain column costs a tenth
        own = [_part(key, _PLACE), _part(key, _KEY), *others[len(HEAD) :]]
        yield from rows.select(*own).order(_PLACE).to_arrow_reader(_ROWS)


def written(
    program: Program, customers: Customers, moment: Moment, path: Path, memory_limit: str | None
) -> int:
    """Writes outcome rows to a Parquet file, in order, where no record is refused; how many there are.

    Raises:
        UnsupportedError: DuckDB cannot express something.
        ReadError: a file cannot be read, or DuckDB cannot go on.
    """
    text = statement(Request(program, DUCKDB, (NAME,), {}, moment, sound=True), "rows")
    with opened(str(moment.zone), memory_limit) as place:
        rows = _over(place, program, replace(customers, place=None), text)
        rows.write_parquet(str(path))  # which keeps the order, as nothing is joined
        [[count]] = place.connection.read_parquet(str(path)).aggregate("count(*)").fetchall()
        return int(count)


def _over(place: Place, program: Program, customers: Customers, text: str) -> Any:
    """The rows of a statement over customers, who become a view."""
    if isinstance(customers.source, Path):
        found = place.connection.read_parquet(
            str(customers.source), file_row_number=customers.place is not None
        )
    else:
        found, _ = place.relation(customers.source)
    found.select(*_columns(program, customers)).create_view(NAME)
    return place.connection.sql(text)


def _part(pair: Any, name: str) -> Any:
    found = duckdb.FunctionExpression("struct_extract", pair, duckdb.ConstantExpression(name))
    return found.alias(name)


def _columns(program: Program, customers: Customers) -> Iterator[Any]:
    key = duckdb.ColumnExpression(customers.key)
    if customers.place is not None:
        pair = duckdb.ColumnExpression(customers.place).alias(_PLACE), key.alias(_KEY)
        key = duckdb.FunctionExpression("struct_pack", *pair)
    yield key.alias(str(program.key))
    for name, place in customers.columns.items():
        if place is None:
            kind = program.dimensions[name].type
            own = {"boolean": "BOOLEAN", "date": "DATE", "set": "VARCHAR[]"}.get(kind, "VARCHAR")
            own = "DOUBLE" if kind in NUMERIC else own
            yield duckdb.ConstantExpression(None).cast(duckdb.sqltype(own)).alias(name)
            continue
        column, kind = place
        found = duckdb.ColumnExpression(column)
        yield (found.cast(duckdb.sqltype("VARCHAR")) if kind == "text" else found).alias(name)
