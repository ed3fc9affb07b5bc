"""Rows of tables as callers hold them to values as conditions see them; nothing is coerced."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from tierkit.errors import Fault
from tierkit.program.domain import Missing, confine, read
from tierkit.program.interpreter import value
from tierkit.program.model import Column, Dimension, Table
from tierkit.program.terms import Value, references

UTC = dt.UTC


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its values by column (None is missing), and when it happened and became known, in UTC."""

    values: Mapping[str, Value | None]
    time: dt.datetime | None
    recorded_at: dt.datetime | None


ReadRow = Callable[[int, Any], Row | Fault]
"""`read_row(number, row)`: a row as conditions see it, or what is wrong with it."""


def reader(table: Table, columns: Iterable[str], zone: ZoneInfo, day: dt.date) -> ReadRow:
    """A function that reads row number n of a table: the columns asked for and those they are computed from.

    >>> orders = Table("orders", "id", "at", None, {"amount": Column("amount", "money")})
    >>> read_row = reader(orders, ["amount"], ZoneInfo("UTC"), dt.date(2025, 1, 1))
    >>> read_row(1, {"amount": 5, "at": dt.date(2025, 1, 1)}).values
    {'amount': 5.0}
    >>> str(read_row(2, {"amount": "5", "at": dt.date(2025, 1, 1)}))
    "`orders[2].amount` is '5', but a money amount (a number) is expected"
    """
    wanted = needed(table, columns)
    plain = [(column, _dimension(column)) for column in wanted if column.term is None]
    computed = [(column, _dimension(column)) for column in wanted if column.term is not None]

    def read_row(number: int, row: Any) -> Row | Fault:
        values: dict[str, Value | None] = {}
        for column, dimension in plain:
            found = read(dimension, row.get(column.name))
            if isinstance(found, Fault):
                where = f"{table.name}[{number}].{column.name}"
                return Fault.of(found.code, where, row.get(column.name), column.type)
            values[column.name] = None if isinstance(found, Missing) else found
        for column, dimension in computed:
            assert column.term is not None  # noqa: S101  it was sorted by that
            made = value(column.term, values, day)
            inside = None if made is None else confine(dimension, made)
            values[column.name] = None if isinstance(inside, Missing) else inside
        instants: list[dt.datetime | None] = []
        for name in (table.time, table.recorded_at):
            instant = None if name is None else _instant(row.get(name), zone)
            if isinstance(instant, str):
                return Fault.of("no-instant", f"{table.name}[{number}].{name}", row.get(name or ""), instant)
            instants.append(instant)
        return Row(values, instants[0], instants[1])

    return read_row


def needed(table: Table, columns: Iterable[str]) -> tuple[Column, ...]:
    """Columns and those that they are computed from, each after what it is computed from."""
    wanted = set(columns)
    for column in reversed(tuple(table.columns.values())):
        if column.name in wanted and column.term is not None:
            wanted |= references(column.term)
    return tuple(column for column in table.columns.values() if column.name in wanted)


def _dimension(column: Column) -> Dimension:
    return Dimension(column.name, column.type, scale=column.scale, values=column.values)


def _instant(raw: Any, zone: ZoneInfo) -> dt.datetime | str | None:
    """An instant in UTC: of a day its beginning; a text for what is none."""
    if raw is None or type(raw).__name__ == "NaTType":
        return None
    if isinstance(raw, dt.datetime):
        return "an instant with a time zone" if raw.tzinfo is None else raw.astimezone(UTC)
    if isinstance(raw, dt.date):
        return dt.datetime(raw.year, raw.month, raw.day, tzinfo=zone).astimezone(UTC)
    return "an instant with a time zone, or a day"
