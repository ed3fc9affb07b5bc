"""Frames and files decided by DuckDB instead of Polars: the statement of a rule set over what Arrow holds."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tierkit.engine.clock import Clock
from tierkit.engine.parquet_file import beside
from tierkit.errors import UsageError

if TYPE_CHECKING:
    from tierkit.engine.frames import Asked
    from tierkit.engine.ruleset import RuleSet
    from tierkit.program.model import Program

_NUMBER = "file_row_number"


def in_duckdb(
    ruleset: RuleSet, source: Any, asked: Asked, instant: dt.datetime, found: tuple[Any, Mapping[str, str]]
) -> Any:
    """The outcomes of a source by DuckDB; `found` is what it was opened as, and its columns by dimension.

    What goes into a file is written by DuckDB itself where no record can be refused.

    Raises:
        UsageError: DuckDB is not handed what was asked for; the text says what.
        UnsupportedError: DuckDB cannot express something of the rule set.
    """
    from tierkit.backends.duck import Customers, decided, written
    from tierkit.backends.frame import Head, Told, check_columns, confined_columns, numbered, reader_of
    from tierkit.backends.sql.rows import Moment
    from tierkit.backends.sql.statement import read_of
    from tierkit.engine.frames import handed_over

    program = ruleset.program
    if asked.values or asked.given:
        message = "DuckDB hands out no values, and takes none as given: use `polars` or `python`"
        raise UsageError(message)
    if program.key is None:
        message = "DuckDB tells customers apart by their key: the rule set needs `key:`"
        raise UsageError(message)
    opened, columns = found
    if asked.tables:
        opened = replace(opened, frame=confined_columns(program, opened.frame, columns))
    schema = opened.frame.collect_schema()
    key = columns.get(program.key, program.key)
    if key not in schema:
        message = f"the table has no column `{key}`, the key"
        raise UsageError(message)
    own = read_of(program)
    places = check_columns(own, schema, columns)
    carried = any(place is not None and place[1] == "fraction" for place in places.values()) or any(
        dimension.on_missing.policy == "error" for dimension in program.dimensions.values()
    )
    clock = Clock(program.timezone)
    moment = Moment(instant, None, clock.zone)
    whole = asked.tables is None and isinstance(source, str | Path) and _NUMBER not in schema

    def customers() -> Customers:
        # a file is read by DuckDB itself, everything else as it comes
        if whole:
            return Customers(Path(source), key, places, _NUMBER)
        frame, renamed = numbered(opened.frame, key, places)
        return Customers(reader_of(frame), "key", renamed, "place")

    def pieces() -> Iterator[Any]:
        return decided(program, customers(), moment, carried=carried, memory_limit=asked.memory_limit)

    if asked.into is not None and not carried and not _twice(program):
        with beside(asked.into) as path:
            return written(program, customers(), moment, path, asked.memory_limit)
    told = Told(program, Head(instant.isoformat(), instant.date()), own if carried else ())
    return handed_over(opened, told.frame(pieces, schema[key]), asked.into)


def _twice(program: Program) -> bool:
    """True when a tag is given in two places, and stands but once in an outcome."""
    tags = [rule.tag for rule in program.rules]
    tags += [tier.tag for ladder in program.ladders.values() for tier in ladder.tiers if tier.tag is not None]
    return len(tags) > len(set(tags))
