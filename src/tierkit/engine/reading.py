"""How text files are read for a rule set: what is looked for in records, and in the rows of a table."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from tierkit.errors import Fault, RecordError
from tierkit.program.domain import read
from tierkit.program.model import Dimension, Table

if TYPE_CHECKING:
    from tierkit.engine.frames import Asked
    from tierkit.engine.ruleset import RuleSet

_log = logging.getLogger("tierkit.tables")


def reading_of(ruleset: RuleSet, asked: Asked, locale: str = "en") -> Any:
    """How text files of records are read."""
    from tierkit.backends.frame import Reading
    from tierkit.backends.text.plan import Plan

    columns, given = asked.columns, asked.given
    wanted = {
        columns.get(name, name): replace(d, name=name)
        for name, d in ruleset.program.dimensions.items()
        if not d.computed or name in given
    }
    key = ruleset.program.key
    plan = Plan(ruleset.name, None if key is None else columns.get(key, key), wanted, frozenset())

    def refuse(record: Mapping[str, Any]) -> str:
        own = {d.name: record.get(column) for column, d in wanted.items()}
        try:
            ruleset.evaluate(own, given=given)
        except RecordError as error:
            return "; ".join(fault.message(locale) for fault in error.errors)
        return "it cannot be read"

    return Reading(plan, refuse, asked.encoding)


def rows_reading_of(ruleset: RuleSet, table: Table, encoding: str) -> Any:
    """How text files of a table's rows are read."""
    from tierkit.backends.frame import Reading
    from tierkit.backends.text.cells import INSTANT
    from tierkit.backends.text.plan import Plan

    zone = ZoneInfo(ruleset.program.timezone)
    need = ruleset.needs().tables.get(table.name)
    columns = () if need is None else need.columns
    times = [name for name in (table.time, table.recorded_at) if name is not None]
    wanted = {
        name: Dimension(name, table.columns[name].type, values=table.columns[name].values) for name in columns
    }
    wanted |= {name: Dimension(name, INSTANT) for name in times if name not in wanted}
    plan = Plan(ruleset.name, table.key, wanted, frozenset(), frozenset([table.key, *wanted]))

    def place(instant: Any) -> dt.datetime:
        if not isinstance(instant, dt.datetime):
            instant = dt.datetime(instant.year, instant.month, instant.day, tzinfo=zone)
        placed: dt.datetime = instant if instant.tzinfo is not None else instant.replace(tzinfo=zone)
        return placed.astimezone(dt.UTC)

    def refuse(row: Mapping[str, Any]) -> str:
        found = (read(wanted[name], row.get(name)) for name in columns)
        return "; ".join(str(fault) for fault in found if isinstance(fault, Fault))

    def left_out(number: int, text: str | None) -> None:
        _log.warning(
            "row %d of `%s` is left out: %s", number, table.name, text or f"there is no `{table.key}`"
        )

    return Reading(plan, refuse, encoding, place=place, left_out=left_out)
