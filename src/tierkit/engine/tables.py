"""Tables handed over with a record: what must be read of them, and what their rows come to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tierkit.backends.python.rows import FastRows, fast_rows
from tierkit.engine.clock import Clock
from tierkit.engine.records import as_mapping
from tierkit.errors import Fault, RecordError, UsageError, suggestion
from tierkit.program.aggregates import Moment, aggregated
from tierkit.program.domain import Missing
from tierkit.program.model import Dimension, Program, Table
from tierkit.program.rows import Row, needed, reader
from tierkit.program.terms import Value, references
from tierkit.program.windows import Interval, interval

MOST_FAULTS = 20
"""So many faults of a customer's rows are told."""

_EVER = dt.datetime.min.replace(tzinfo=dt.UTC)

Loader = Callable[[Any, "Need"], Iterable[Any]]
"""`loader(key, need)`: the rows of one customer, at least those that `need` describes."""


@dataclass(frozen=True, slots=True)
class Need:
    """What must be read of a table: columns, and the rows from `start` (None: all) up to, without, `end`.

    `time` and `recorded_at` are the columns that the bounds and `known_at` are about, None without one.
    """

    table: str
    key: str
    columns: tuple[str, ...]
    time: str | None
    start: dt.datetime | None
    end: dt.datetime | None
    recorded_at: str | None = None


@dataclass(frozen=True, slots=True)
class Needs:
    """What a rule set reads: `dimensions` of the record itself, and what of each table by its name."""

    dimensions: tuple[str, ...]
    tables: Mapping[str, Need]


class Aggregator:
    """The aggregated dimensions of a program, computed from rows."""

    def __init__(self, program: Program, clock: Clock) -> None:
        self.program, self._clock = program, clock
        self._bounded: dict[str, tuple[dt.datetime, list[dt.datetime], list[dt.datetime]]] = {}
        self._fast: dict[str, FastRows | None] = {}
        self._by_table: dict[str, list[Dimension]] = {}
        for dimension in program.dimensions.values():
            if dimension.aggregate is not None:
                self._by_table.setdefault(dimension.aggregate.table, []).append(dimension)

    def needs(self, moment: Any) -> tuple[Need, ...]:
        """What must be read of each table that a dimension is computed from."""
        return tuple(self._need(self.program.tables[name], moment) for name in self._by_table)

    def values(
        self, key: Any, tables: Mapping[str, Any], moment: Any, known_at: Any
    ) -> dict[str, Value | Missing]:
        """The values of the dimensions whose tables are handed over.

        Raises:
            RecordError: a cell has a wrong type, or a row belongs to somebody else.
            UsageError: a table that the rule set does not have.
        """
        found: dict[str, Value | Missing] = {}
        for name, rows in tables.items():
            table = self.program.tables.get(name)
            if table is None:
                near = suggestion(name, self.program.tables)
                message = f"`tables` names `{name}`, which is no table of the rule set{near}"
                raise UsageError(message)
            if name in self._by_table:
                found.update(self._table(table, rows, key, moment, known_at))
        return found

    def _table(
        self, table: Table, rows: Any, key: Any, moment: Any, known_at: Any
    ) -> dict[str, Value | Missing]:
        """The dimensions of one table: in one pass over regular rows, else as the reference has it."""
        if callable(rows):
            rows = rows(key, self._need(table, moment))
        rows = rows if isinstance(rows, list | tuple) else list(rows)
        instant = self._clock.instant(moment)
        known = None if known_at is None else self._clock.moment(known_at).astimezone(dt.UTC)
        dimensions = self._by_table[table.name]
        if table.name not in self._fast:
            self._fast[table.name] = fast_rows(table, dimensions)
        fast = self._fast[table.name]
        if fast is not None:
            values = fast(rows, key, instant.date(), known, *self._bounds(table, instant))
            if values is not None:
                return dict(zip([dimension.name for dimension in dimensions], values, strict=True))
        read = self._rows(table, rows, key, instant)
        return {
            dimension.name: aggregated(
                dimension, table, read, Moment(self._interval(dimension, instant), instant.date(), known)
            )
            for dimension in dimensions
        }

    def _rows(self, table: Table, rows: Sequence[Any], key: Any, instant: dt.datetime) -> list[Row]:
        """The rows as conditions see them, or every fault of them."""
        read_row = reader(table, _columns(self._by_table[table.name]), self._clock.zone, instant.date())
        read: list[Row] = []
        faults: list[Fault] = []
        for number, row in enumerate(rows, 1):
            plain = as_mapping(row)
            if key is not None and table.key in plain and plain[table.key] != key:
                where = f"{table.name}[{number}].{table.key}"
                faults.append(Fault.of("foreign-row", where, plain[table.key], repr(key)))
                continue
            found = read_row(number, plain)
            if isinstance(found, Fault):
                faults.append(found)
            else:
                read.append(found)
        if faults:
            raise RecordError(faults[:MOST_FAULTS], key)
        return read

    def _bounds(self, table: Table, instant: dt.datetime) -> tuple[list[dt.datetime], list[dt.datetime]]:
        """The bounds of every dimension of a table; those of the last moment are remembered."""
        kept = self._bounded.get(table.name)
        if kept is not None and kept[0] == instant:
            return kept[1], kept[2]
        spans: dict[Any, Interval] = {}
        starts, ends = [], []
        for dimension in self._by_table[table.name]:
            aggregate = dimension.aggregate
            assert aggregate is not None  # noqa: S101  only such are listed
            window = (aggregate.window, aggregate.before)
            span = spans.get(window)
            if span is None:
                span = spans[window] = self._interval(dimension, instant)
            starts.append(span.start or _EVER)
            ends.append(span.end)
        self._bounded[table.name] = instant, starts, ends
        return starts, ends

    def _interval(self, dimension: Dimension, instant: dt.datetime) -> Interval:
        assert dimension.aggregate is not None  # noqa: S101  only such are listed
        return interval(dimension.aggregate.window, dimension.aggregate.before, instant, self._clock.zone)

    def _need(self, table: Table, moment: Any) -> Need:
        dimensions = self._by_table[table.name]
        instant = self._clock.instant(moment)
        intervals = [self._interval(dimension, instant) for dimension in dimensions]
        starts = [found.start for found in intervals]
        bounded = table.time is not None
        columns = [column.name for column in needed(table, _columns(dimensions)) if column.term is None]
        return Need(
            table.name, table.key, tuple(columns), table.time,
            None if not bounded or None in starts else min(start for start in starts if start is not None),
            max(found.end for found in intervals) if bounded else None,
            table.recorded_at,
        )  # fmt: skip


class Groups:
    """The rows of many customers, by key: what each record is handed of them."""

    def __init__(self, program: Program, tables: Mapping[str, Any]) -> None:
        self._loaders = {name: rows for name, rows in tables.items() if callable(rows)}
        self._rows: dict[str, dict[Any, list[Any]]] = {}
        for name, rows in tables.items():
            table = program.tables.get(name)
            if table is not None and not callable(rows):
                self._rows[name] = self._grouped(table, rows)
            elif table is None:
                self._loaders[name] = rows  # refused, by its name, with the first record
        self._kinds = {name: {_kind(key) for key in found} for name, found in self._rows.items()}

    @staticmethod
    def _grouped(table: Table, rows: Iterable[Any]) -> dict[Any, list[Any]]:
        found: dict[Any, list[Any]] = {}
        for number, row in enumerate(rows, 1):
            plain = as_mapping(row)
            if table.key not in plain:
                message = f"row {number} of `{table.name}` has no `{table.key}`"
                raise UsageError(message)
            found.setdefault(plain[table.key], []).append(plain)
        return found

    def of(self, key: Any) -> dict[str, Any]:
        """The tables of one record.

        Raises:
            UsageError: the keys of a table are of another kind than the record's: none would ever be found.
        """
        for name, kinds in self._kinds.items():
            if kinds and _kind(key) not in kinds:
                kind = next(iter(kinds))
                message = f"the keys of `{name}` are of type `{kind}`, that of the record is {key!r}"
                raise UsageError(message)
        return {**self._loaders, **{name: found.get(key, []) for name, found in self._rows.items()}}


def _kind(key: Any) -> str:
    return "number" if isinstance(key, int | float) and not isinstance(key, bool) else type(key).__name__


def _columns(dimensions: Sequence[Dimension]) -> set[str]:
    """The columns that aggregates and their conditions read."""
    parts = [
        part for d in dimensions if d.aggregate is not None for part in (d.aggregate.term, d.aggregate.where)
    ]
    return {name for part in parts if part is not None for name in references(part)}
