"""Customers decided in the database they lie in: outcomes read through a connection, or written there."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from tierkit.engine.clock import Clock
from tierkit.engine.statements import CUSTOMERS, parts_of, request_for
from tierkit.errors import RecordError, UsageError
from tierkit.program.domain import MISSING, confine
from tierkit.program.model import Dimension

if TYPE_CHECKING:
    from tierkit.engine.frames import Asked
    from tierkit.engine.ruleset import RuleSet


def in_database(ruleset: RuleSet, source: Any, asked: Asked, instant: dt.datetime) -> Any:
    """The outcomes of a database's customers: a frame, or how many were written.

    Raises:
        UsageError: an argument makes no sense, or a key is null or stands twice.
        UnsupportedError: the dialect cannot express something, or the connection's settings are in the way.
        ReadError: the database says no, or goes away; then nothing is written.
    """
    from tierkit.backends import connections
    from tierkit.backends.sql.statement import statement

    for name, wanted in (("columns", asked.columns), ("given", asked.given), ("values", asked.values)):
        if wanted:
            message = f"`{name}` is for frames and files: in a database, name the columns in a view"
            raise UsageError(message)
    if asked.engine != "auto":
        message = f"`engine` is `{asked.engine}`, but a database decides by itself: leave it out"
        raise UsageError(message)
    program, clock = ruleset.program, Clock(ruleset.program.timezone)
    request = request_for(
        program, clock, dialect=connections.dialect_of(source), tables=asked.tables or {}, moment=instant,
        known_at=asked.known_at, carried=True,
    )  # fmt: skip
    text = statement(request, "outcomes")
    tell = _teller(ruleset, instant, frozenset(request.tables), listed=CUSTOMERS in (asked.tables or {}))
    if asked.into is not None:
        into = _into(asked.into, connections.Into)
        with connections.connected(source) as connection:
            return connections.written(connection, program, text, into, tell)
    from tierkit.backends.frame import Head, Rows, check_keys

    made = Rows(program, Head(instant.isoformat(), instant.date()), lambda row: tell(row)[0])
    with connections.connected(source) as connection:
        for some in connections.rows(connection, text):
            made.add(some)
    found = made.frame()
    check_keys(found.lazy(), "key")
    return found


def _into(text: str, make: Callable[..., Any]) -> Any:
    """The three tables by the name of the first."""
    *schema, name = parts_of("into", text)
    if len(schema) > 1:
        message = f"`into` is `{text}`: write `schema.table`"
        raise UsageError(message)
    stem = name.removesuffix("s") if name.endswith("outcomes") else name
    return make(schema[0] if schema else None, name, f"{stem}_tags", f"{stem}_undetermined")


def _teller(
    ruleset: RuleSet, instant: dt.datetime, tables: frozenset[str], *, listed: bool
) -> Callable[[Sequence[Any]], Any]:
    """What single records say about a row of outcomes: its error, and what is undetermined and why."""
    from tierkit.backends.sql.statement import read_of

    program = ruleset.program
    own = read_of(program)

    def tell(row: Sequence[Any]) -> Any:
        raw = row[len(row) - len(own) :] if own else ()
        at = len(row) - len(own) - 1
        record: dict[str, Any] = {} if program.key is None else {program.key: row[0]}
        for dimension, value in zip(own, raw, strict=True):
            counted = dimension.aggregate is not None and dimension.aggregate.table in tables
            if counted:
                record[dimension.name] = _of_rows(dimension, value)
            elif listed:
                record[dimension.name] = _plain(dimension, value)
        try:
            decision = ruleset.evaluate(record, as_of=instant)
        except RecordError as error:
            return "; ".join(fault.message() for fault in error.errors), []
        if row[at] is not None:
            return f"`{row[at]}` of a row is of a wrong type", []
        targets = [
            (item.rule or item.ladder, missing.dimension, missing.cause)
            for item in decision.undetermined
            for missing in item.missing
        ]
        return "", targets

    return tell


def _of_rows(dimension: Dimension, value: Any) -> Any:
    """What rows came to, as records hold it."""
    if value is None:
        return MISSING["no_rows"]
    return confine(dimension, _plain(dimension, value))


def _plain(dimension: Dimension, value: Any) -> Any:
    """A value as the driver hands it over, as Python has it."""
    if dimension.type == "boolean" and isinstance(value, int) and value in (0, 1):
        return bool(value)
    if dimension.type == "date" and isinstance(value, str):
        try:
            return dt.date.fromisoformat(value)
        except ValueError:
            return value
    return value
