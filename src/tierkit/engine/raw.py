"""Raw tables of `evaluate_table`: their rows aggregated, and put with the customers whose they are."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from tierkit.engine.reading import reading_of, rows_reading_of
from tierkit.errors import MissingExtraError, RecordError, UsageError, did_you_mean

if TYPE_CHECKING:
    from tierkit.backends.duck import Aggregated, Raw
    from tierkit.engine.frames import Asked
    from tierkit.engine.ruleset import RuleSet
    from tierkit.program.model import Table

_log = logging.getLogger("tierkit.tables")


def opened_with(
    ruleset: RuleSet,
    source: Any,
    asked: Asked,
    instant: dt.datetime,
    readings: tuple[Any, Callable[[Table], Any]] | None = None,
) -> tuple[Any, dict[str, str], frozenset[str]]:
    """The source with what the rows of tables came to.

    Returns:
        The source, the column of each dimension that has another name, and the dimensions that rows came to.
    """
    from tierkit.backends.frame import Source, check_keys, column_of, family_of, joined, open_source

    tables = asked.tables
    if readings is None:
        own_rows = partial(rows_reading_of, ruleset, encoding=asked.encoding)
        readings = reading_of(ruleset, asked), own_rows
    reading, rows_reading = readings
    if tables is None:
        if source is None:
            message = "there is nothing to decide: pass a table of customers, `tables`, or both"
            raise UsageError(message)
        opened = open_source(source, reading)
        known_columns(ruleset, asked.columns, opened.frame.collect_schema())
        return opened, dict(asked.columns), frozenset()
    raws = list(_raws(ruleset, tables, rows_reading))
    key = ruleset.program.key
    column = asked.columns.get(key or "", key or "")
    if source is None:
        known_columns(ruleset, asked.columns, {})
        found, keys = _aggregated(ruleset, raws, asked, instant, everybody=True)
        opened = open_source(keys.rename_columns([column]), reading)
        opened = Source(opened.frame, family_of(next(iter(tables.values()))))
    else:
        opened = open_source(source, reading)
        if opened.once:
            opened = Source(opened.frame.collect().lazy(), opened.family)
        known_columns(ruleset, asked.columns, opened.frame.collect_schema())
        if column not in opened.frame.collect_schema():
            message = f"the table has no column `{column}`: rows find their customer by it"
            raise UsageError(message)
        check_keys(opened.frame, column)
        found, _ = _aggregated(ruleset, raws, asked, instant, everybody=False)
    frame = opened.frame
    for item in found:
        raw = item.raw
        frame = joined(frame, column, item.found, raw.dimensions, item.faults)
    names = [dimension.name for raw in raws for dimension in raw.dimensions]
    columns = {**asked.columns, **{name: column_of(name) for name in names}}
    return Source(frame, opened.family), columns, frozenset(names)


def known_columns(ruleset: RuleSet, columns: Mapping[str, str], schema: Mapping[str, Any]) -> None:
    """Refuses names that mean nothing."""
    for name, column in columns.items():
        if name not in ruleset.program.dimensions and name != ruleset.program.key:
            message = f"`columns` names `{name}`, which is no dimension of the rule set"
            raise UsageError(message)
        if column not in schema and (schema or name != ruleset.program.key):
            message = f"`columns` names the column `{column}`, which the table does not have"
            raise UsageError(message)


def _raws(ruleset: RuleSet, sources: Mapping[str, Any], reading: Callable[[Table], Any]) -> Iterator[Raw]:
    program = ruleset.program
    if program.key is None:
        message = "rows find their record by its key: the rule set needs `key:`"
        raise UsageError(message)
    if not sources:
        message = "`tables` names no table"
        raise UsageError(message)
    from tierkit.backends.frame import rows_source

    make = _duck().Raw
    for at, (name, source) in enumerate(sources.items()):
        table = program.tables.get(name)
        if table is None:
            near = did_you_mean(name, program.tables)
            hint = "".join(f"; did you mean `{slots['word']}`?" for _, slots in near)
            message = f"`tables` names `{name}`, which is no table of the rule set{hint}"
            raise UsageError(message)
        wanted = [
            d for d in program.dimensions.values() if d.aggregate is not None and d.aggregate.table == name
        ]
        yield make(f"rows {at}", table, rows_source(source, reading(table)), tuple(wanted))


def _aggregated(
    ruleset: RuleSet, raws: Sequence[Raw], asked: Asked, instant: dt.datetime, *, everybody: bool
) -> tuple[list[Aggregated], Any]:
    """What the rows of every table came to, and everybody who has a row."""
    from tierkit.backends.sql.rows import Moment
    from tierkit.engine.clock import Clock

    duck = _duck()
    clock = Clock(ruleset.program.timezone)
    known = None if asked.known_at is None else clock.moment(asked.known_at)
    moment = Moment(instant, known, clock.zone)
    with duck.opened(ruleset.program.timezone, asked.memory_limit) as place:
        for raw in raws:
            duck.put(place, raw)
        keys = duck.everybody(place, raws) if everybody else None
        tell = _teller(ruleset, instant, known)
        found = [duck.aggregated(place, raw, moment, tell) for raw in raws if raw.dimensions]
    _log.info("rows aggregated by DuckDB")
    return found, keys


def _teller(
    ruleset: RuleSet, instant: dt.datetime, known: dt.datetime | None
) -> Callable[[str, Any, Sequence[Mapping[str, Any]]], str | None]:
    """What single records would be told about their rows."""

    def tell(table: str, key: Any, rows: Sequence[Mapping[str, Any]]) -> str | None:
        try:
            ruleset._aggregator.values(key, {table: rows}, instant, known)  # noqa: SLF001  one package
        except RecordError as error:
            return "; ".join(fault.message() for fault in error.errors)
        return None

    return tell


def _duck() -> Any:
    try:
        from tierkit.backends import duck
    except ImportError as error:
        message = "raw tables need DuckDB: pip install 'tierkit[duckdb,polars]'"
        raise MissingExtraError(message) from error
    return duck
