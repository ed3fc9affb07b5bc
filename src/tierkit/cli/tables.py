"""`--table NAME=FILE`: the rows of a table, read by its columns and put with the customer whose they are."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Any
from zoneinfo import ZoneInfo

from tierkit.backends.text.cells import INSTANT
from tierkit.cli.files import near
from tierkit.cli.inputs import BadRow, Plan, format_of, open_input
from tierkit.cli.messages import Words
from tierkit.cli.terminal import Terminal
from tierkit.engine import RuleSet
from tierkit.engine.tables import Groups
from tierkit.errors import UsageError
from tierkit.program.model import Dimension, Table

_SHOWN = 5


class Tables:
    """The rows of all tables of a run, by customer; `failed` rows could not be read and are left out."""

    def __init__(self, specs: Iterable[str], ruleset: RuleSet, encoding: str, terminal: Terminal) -> None:
        self.failed = 0
        self._terminal, self._encoding = terminal, encoding
        found: dict[str, list[dict[str, Any]]] = {}
        for name, path in named(specs, ruleset, terminal.words):
            found[name] = list(self._rows(ruleset, ruleset.program.tables[name], path))
        self._groups = Groups(ruleset.program, found)
        self._keys = dict.fromkeys(
            row[ruleset.program.tables[name].key] for name, rows in found.items() for row in rows
        )
        self._key = ruleset.program.key

    def of(self, record: Any) -> dict[str, Any]:
        """The tables of one record."""
        return self._groups.of(record.get(self._key or ""))

    def customers(self) -> Iterator[dict[str, Any]]:
        """A record for everybody who has a row, in the order in which they come up."""
        for key in self._keys:
            yield {self._key or "": key}

    def _rows(self, ruleset: RuleSet, table: Table, path: str) -> Iterator[dict[str, Any]]:
        """The rows that can be read; those that cannot are told by their number."""
        words, zone = self._terminal.words, ZoneInfo(ruleset.program.timezone)
        times = [name for name in (table.time, table.recorded_at) if name is not None]
        plan = _plan(ruleset, table, times)
        format_ = format_of(path, "", words)
        bad = 0
        with open_input(path, format_, self._encoding, plan, self._terminal) as source:
            for number, row in enumerate(source.rows, 1):
                if isinstance(row, BadRow) or row.get(table.key) is None:
                    bad += 1
                    if bad <= _SHOWN:
                        text = (
                            row.message(words.locale)
                            if isinstance(row, BadRow)
                            else words("no-row-key", key=table.key)
                        )
                        self._terminal.warn("table-row", table=table.name, row=f"{number:,}", text=text)
                    continue
                for name in times:
                    if (instant := row.get(name)) is not None:
                        row[name] = _placed(instant, zone)
                yield row
        if bad > _SHOWN:
            self._terminal.warn("table-rows", table=table.name, count=f"{bad - _SHOWN:,}")
        self.failed += bad


def named(specs: Iterable[str], ruleset: RuleSet, words: Words) -> Iterator[tuple[str, str]]:
    """The tables and their files; refuses what names none."""
    seen: set[str] = set()
    for spec in specs:
        name, sign, path = spec.partition("=")
        if not sign or not path:
            raise UsageError(words("table-form", text=spec))
        known = list(ruleset.program.tables)
        if name not in known:
            raise UsageError(words("unknown-table", name=name, hint=near(name, known, words)))
        if ruleset.program.key is None:
            raise UsageError(words("table-keyless"))
        if name in seen:
            raise UsageError(words("table-twice", name=name))
        seen.add(name)
        yield name, path


def _plan(ruleset: RuleSet, table: Table, times: list[str]) -> Plan:
    """The columns that aggregates read, the key, and the times."""
    need = ruleset.needs().tables.get(table.name)
    columns = () if need is None else need.columns
    wanted = {
        name: Dimension(name, table.columns[name].type, values=table.columns[name].values) for name in columns
    }
    wanted |= {name: Dimension(name, INSTANT) for name in times}
    return Plan(ruleset.name, table.key, wanted, frozenset(), frozenset([table.key, *wanted]))


def _placed(instant: Any, zone: ZoneInfo) -> Any:
    """An instant in UTC, as aggregates read it at once; one without an offset is in the rule set's zone."""
    if not isinstance(instant, dt.datetime):
        return instant
    return (instant if instant.tzinfo is not None else instant.replace(tzinfo=zone)).astimezone(dt.UTC)
