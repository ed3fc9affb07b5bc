"""A database of our own in memory: sources become views or tables in it, called by names of our own.

What is larger than the memory it may use goes to a directory that is gone afterwards. No user text becomes
SQL: columns are chosen by expressions, never by formatting.
"""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import duckdb

from tierkit.errors import ReadError, UsageError

_PARQUET = (".parquet", ".pq")


class Place:
    """A connection, and what was put into it."""

    def __init__(self, connection: Any) -> None:
        self.connection = connection

    def relation(self, source: Any) -> tuple[Any, bool]:
        """A source as a relation, and whether it can be read more than once.

        `source` is the path of a Parquet file, a relation, or a table, batch, dataset or reader of Arrow.
        """
        if isinstance(source, Path):
            return self.connection.read_parquet(str(source)), True
        if isinstance(source, duckdb.DuckDBPyRelation):
            return self.connection.from_arrow(source.to_arrow_reader()), False
        again = type(source).__name__ != "RecordBatchReader"
        return self.connection.from_arrow(source), again

    def put(self, name: str, source: Any, columns: Mapping[str, Any]) -> None:
        """Makes a view (or a table, of what can be read once only) of some columns of a source.

        Args:
            name: what it is called.
            source: what `relation` takes.
            columns: the new name of each, and its expression.
        """
        found, again = self.relation(source)
        chosen = found.select(*(made.alias(text) for text, made in columns.items()))
        if again:
            chosen.create_view(name)
        else:
            chosen.create(name)

    def arrow(self, statement: str) -> Any:
        """The answer of a statement as a table of Arrow."""
        return self.connection.sql(statement).to_arrow_table()

    def reader(self, statement: str, rows: int) -> Any:
        """The answer of a statement, in pieces of about so many rows."""
        return self.connection.sql(statement).to_arrow_reader(rows)


def types_of(source: Any) -> dict[str, str]:
    """The columns of a source with the names of their types; a reader is not read for it."""
    if isinstance(source, duckdb.DuckDBPyRelation):
        return {name: str(kind) for name, kind in zip(source.columns, source.types, strict=True)}
    with duckdb.connect(":memory:") as connection:
        if not isinstance(source, Path):  # an empty table of the same columns
            source = source.schema.empty_table()
        found, _ = Place(connection).relation(source)
        return {name: str(kind) for name, kind in zip(found.columns, found.types, strict=True)}


@contextlib.contextmanager
def opened(zone: str, memory_limit: str | None = None) -> Iterator[Place]:
    """A database in memory whose session is in a time zone.

    Raises:
        UsageError: `memory_limit` is no amount of memory.
        ReadError: it ran out of memory or disk, or a file cannot be read.
    """
    with tempfile.TemporaryDirectory(prefix="tierkit-", ignore_cleanup_errors=True) as spill:
        connection = duckdb.connect(":memory:", config={"temp_directory": spill})
        try:
            if memory_limit is not None:
                _limit(connection, memory_limit)
            connection.execute("SET TimeZone = $zone", {"zone": zone})
            with told():
                yield Place(connection)
        finally:
            connection.close()


def _limit(connection: Any, text: str) -> None:
    try:
        connection.execute("SET memory_limit = $limit", {"limit": text})
    except duckdb.Error:
        message = f"the memory limit is `{text}`: write an amount such as 4GB"
        raise UsageError(message) from None


@contextlib.contextmanager
def told() -> Iterator[None]:
    """Says what DuckDB says as an error of ours."""
    try:
        yield
    except duckdb.OutOfMemoryException as error:
        message = f"DuckDB ran out of memory or disk: {_first_line(error)}"
        raise ReadError(message) from error
    except duckdb.Error as error:
        message = f"DuckDB could not go on: {_first_line(error)}"
        raise ReadError(message) from error


def _first_line(error: Exception) -> str:
    return next(iter(str(error).splitlines()), type(error).__name__)
