"""Rows of tables that an example holds: read by the columns of their tables."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping as Map
from typing import Any
from zoneinfo import ZoneInfo

from tierkit.documents.fields import date_hints, read_date
from tierkit.documents.fields import kind as kind_of
from tierkit.documents.nodes import Broken, Mapping, Scalar, Sequence
from tierkit.errors import did_you_mean
from tierkit.program.build.context import Context
from tierkit.program.build.dimensions import native, nearly, shown
from tierkit.program.build.parameters import plain
from tierkit.program.model import Table
from tierkit.program.typing import type_words

UTC = dt.UTC


def sample_rows(
    context: Context, node: Any, tables: Map[str, Table]
) -> dict[str, tuple[dict[str, Any], ...]]:
    """The rows by table; what is wrong goes to the problems."""
    if node is None or isinstance(node, Broken) or (isinstance(node, Scalar) and node.null):
        return {}
    if not isinstance(node, Mapping):
        context.add("wrong-shape", node, expected="a mapping", found=kind_of(node))
        return {}
    found: dict[str, tuple[dict[str, Any], ...]] = {}
    for name, rows in node.items():
        table = tables.get(str(name))
        if table is None:
            declared = context.document.tables
            if name not in declared and "tables" not in context.document.refused:
                context.add("unknown-table", name, *did_you_mean(name, declared), name=name)
        elif not isinstance(rows, Sequence):
            context.add("wrong-shape", rows, expected="a list", found=kind_of(rows))
        else:
            found[str(name)] = tuple(row for item in rows if (row := _row(context, table, item)) is not None)
    return found


def _row(context: Context, table: Table, node: Any) -> dict[str, Any] | None:
    if not isinstance(node, Mapping):
        context.add("wrong-shape", node, expected="a mapping", found=kind_of(node))
        return None
    row: dict[str, Any] = {}
    for name, value in node.items():
        column = table.columns.get(str(name))
        if isinstance(value, Scalar) and value.null:
            row[str(name)] = None
        elif column is not None:
            row[str(name)] = _cell(context, f"{table.name}.{name}", column.type, value)
        elif name in (table.time, table.recorded_at):
            row[str(name)] = _instant(context, value)
        elif name == table.key:
            row[str(name)] = plain(value)
        else:
            known = [*table.columns, table.key, table.time or "", table.recorded_at or ""]
            context.add("unknown-column", name, *did_you_mean(name, known), table=table.name, name=name)
    return row


def _cell(context: Context, name: str, type_: str, node: Any) -> Any:
    if type_ == "set" and isinstance(node, Sequence) and all(isinstance(item, Scalar) for item in node):
        return [str(item) for item in node]
    value = native(node, type_) if isinstance(node, Scalar) else None
    if value is None:
        context.add(
            "bad-example-value", node, *nearly(node, type_),
            name=name, value=shown(node), expected=type_words(type_),
        )  # fmt: skip
    return value


def _instant(context: Context, node: Any) -> Any:
    """A day, or an instant: one without an offset is in the time zone of the file."""
    text = str(node) if isinstance(node, Scalar) else ""
    if (day := read_date(text)) is not None:
        return day
    try:
        instant = dt.datetime.fromisoformat(text)
    except ValueError:
        context.add("bad-date", node, *date_hints(text), text=text or kind_of(node))
        return None
    zone = context.document.header
    if instant.tzinfo is None:
        instant = instant.replace(tzinfo=ZoneInfo(str(getattr(zone, "timezone", None) or "UTC")))
    return instant.astimezone(UTC)
