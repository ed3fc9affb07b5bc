"""Databases for tests: tables made from records, statements run in them, rows read back as outcomes.

Columns of text have a collation that ignores case, and servers a time zone far away: statements must not care.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import math
import os
import sqlite3
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import duckdb
import numpy as np
import pytest

from tierkit.backends.sql.statement import needed
from tierkit.backends.sql.words import Decoder
from tierkit.engine import RuleSet
from tierkit.program.reference import Answer, decide, effective
from tierkit.program.types import NUMERIC, TEXTUAL

KEY = "id"
SETS = ("duckdb", "postgres", "spark")
"""Engines with sets."""
ENVIRONMENT = {"postgres": "TIERKIT_TEST_POSTGRES", "mariadb": "TIERKIT_TEST_MARIADB"}


class CannotHoldError(Exception):
    """A value that a column of the engine cannot hold, so no statement ever meets it."""


@dataclass
class Engine:
    """A database: how it runs text, and the types of its columns."""

    name: str
    execute: Callable[[str], list[tuple[Any, ...]]]
    many: Callable[[str, list[list[Any]]], None]
    types: Mapping[str, str]
    mark: str = "?"
    quote: str = '"'

    def quoted(self, name: str) -> str:
        """An identifier."""
        return self.quote + name.replace(self.quote, self.quote * 2) + self.quote

    def table(self, name: str, columns: Mapping[str, str], rows: Iterable[Sequence[Any]]) -> None:
        """Makes a table anew; the types of columns are ours."""
        self.execute(f"DROP TABLE IF EXISTS {self.quoted(name)}")
        listed = ", ".join(f"{self.quoted(c)} {self.types.get(t, '')}" for c, t in columns.items())
        self.execute(f"CREATE TABLE {self.quoted(name)} ({listed})")
        found = [list(row) for row in rows]
        if found:
            marks = ", ".join([self.mark] * len(columns))
            self.many(f"INSERT INTO {self.quoted(name)} VALUES ({marks})", found)  # noqa: S608  a test's own name

    def stored(self, type_: str, value: Any) -> Any:
        """A value as the engine is handed it; raises `CannotHoldError`."""
        if isinstance(value, np.generic):
            value = value.item()
        if value is None:
            return None
        if type_ in NUMERIC:
            return self._number(value)
        if type_ in TEXTUAL:
            return self._text(value)
        if type_ == "boolean":
            if not isinstance(value, bool):
                raise CannotHoldError
            return value
        if type_ == "date":
            if not isinstance(value, dt.date) or isinstance(value, dt.datetime):
                raise CannotHoldError
            return value.isoformat() if self.name == "sqlite" else value
        if self.name in ("sqlite", "mariadb") or not isinstance(value, list | tuple | set | frozenset):
            raise CannotHoldError
        return [None if item is None else self._text(item) for item in value]

    def _number(self, value: Any) -> Any:
        if isinstance(value, str) and self.name == "sqlite":
            return value
        if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
            raise CannotHoldError
        try:
            found = float(value)
        except (OverflowError, ValueError):
            raise CannotHoldError from None
        if isinstance(value, Decimal) and math.isinf(found) != value.is_infinite():
            raise CannotHoldError
        if not math.isfinite(found) and self.name == "mariadb":
            raise CannotHoldError
        return found

    def _text(self, value: Any) -> Any:
        if self.name == "sqlite" and isinstance(value, int | float) and not isinstance(value, bool):
            return value
        if not isinstance(value, str) or any("\ud800" <= c <= "\udfff" for c in value):
            raise CannotHoldError
        if "\0" in value and self.name == "postgres":
            raise CannotHoldError
        return value


_PLAIN = dict.fromkeys(NUMERIC, "DOUBLE PRECISION") | {"boolean": "BOOLEAN", "date": "DATE", "key": "INTEGER"}
_NOCASE = (
    "CREATE COLLATION IF NOT EXISTS tierkit_nocase "
    "(provider = icu, locale = 'und-u-ks-level2', deterministic = false)"
)


@contextlib.contextmanager
def duckdb_engine() -> Iterator[Engine]:
    """DuckDB in memory."""
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'America/New_York'")

        def execute(text: str) -> list[tuple[Any, ...]]:
            return connection.execute(text).fetchall()

        def many(text: str, rows: list[list[Any]]) -> None:
            connection.executemany(text, rows)

        texts = dict.fromkeys(TEXTUAL, "VARCHAR COLLATE NOCASE")
        types = {**_PLAIN, **texts, "set": "TEXT[]", "instant": "TIMESTAMPTZ"}
        yield Engine("duckdb", execute, many, types)


@contextlib.contextmanager
def sqlite_engine() -> Iterator[Engine]:
    """SQLite in memory; its columns take any value, as its users' do."""
    connection = sqlite3.connect(":memory:")
    try:

        def execute(text: str) -> list[tuple[Any, ...]]:
            return connection.execute(text).fetchall()

        def many(text: str, rows: list[list[Any]]) -> None:
            connection.executemany(text, rows)

        yield Engine("sqlite", execute, many, dict.fromkeys(TEXTUAL, "COLLATE NOCASE"))
    finally:
        connection.close()


@contextlib.contextmanager
def server_engine(name: str, address: str) -> Iterator[Engine]:
    """A server, through SQLAlchemy; in a schema of its own, for other tests may be at work."""
    import sqlalchemy

    engine = sqlalchemy.create_engine(address)
    types = dict(_PLAIN)
    if name == "postgres":
        types |= {"set": "TEXT[]", "instant": "TIMESTAMPTZ"}
        types |= dict.fromkeys(TEXTUAL, 'TEXT COLLATE "tierkit_nocase"')
    else:
        types |= dict.fromkeys(NUMERIC, "DOUBLE") | {"instant": "DATETIME(6)"}
        types |= dict.fromkeys(TEXTUAL, "TEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci")
    with engine.connect() as connection:

        def execute(text: str) -> list[tuple[Any, ...]]:
            cursor = connection.connection.cursor()
            try:
                cursor.execute(text)
                return list(cursor.fetchall()) if cursor.description else []
            finally:
                cursor.close()

        def many(text: str, rows: list[list[Any]]) -> None:
            cursor = connection.connection.cursor()
            cursor.executemany(text, rows)
            cursor.close()

        quote = '"' if name == "postgres" else "`"
        made = Engine(name, execute, many, types, "%s", quote)
        schema = made.quoted(f"tierkit_{uuid.uuid4().hex}")
        execute(f"CREATE SCHEMA {schema}")
        try:
            if name == "postgres":
                execute(f"SET search_path TO {schema}")
                execute("SET TIME ZONE 'America/New_York'")
                execute(_NOCASE)
            else:
                execute(f"USE {schema}")
            yield made
        finally:
            connection.connection.rollback()  # PostgreSQL forgets the schema by it
            if name != "postgres":
                execute(f"DROP SCHEMA {schema}")
    engine.dispose()


@contextlib.contextmanager
def engine(name: str) -> Iterator[Engine]:
    """An engine by its name; skips the test where no server is named for it."""
    if name == "duckdb":
        with duckdb_engine() as found:
            yield found
    elif name == "sqlite":
        with sqlite_engine() as found:
            yield found
    elif name == "spark":
        from tests.spark_engine import spark_engine  # needs Java

        with spark_engine() as found:
            yield found
    else:
        address = os.environ.get(ENVIRONMENT[name])
        if not address:
            pytest.skip(f"{ENVIRONMENT[name]} names no server")
        with server_engine(name, address) as found:
            yield found


@dataclass(frozen=True)
class Row:
    """What an engine says about one record."""

    answer: tuple[Any, ...] | None
    scores: tuple[Any, ...]
    error: str | None


def run(
    where: Engine,
    ruleset: RuleSet,
    records: Sequence[Mapping[str, Any]],
    day: Any,
    tables: Mapping[str, str] | None = None,
    **options: Any,
) -> tuple[dict[int, Row], list[int]]:
    """The outcome of each record by its number, and the numbers of those that the engine cannot hold."""
    program = ruleset.program
    plain = [
        d for d in program.dimensions.values() if not d.computed and (d.type != "set" or "set" in where.types)
    ]
    rows, left = [], []
    for number, record in enumerate(records):
        try:
            rows.append([number, *(where.stored(d.type, record.get(d.name)) for d in plain)])
        except CannotHoldError:
            left.append(number)
    where.table("records", {KEY: "key", **{d.name: d.type for d in plain}}, rows)
    text = ruleset.to_sql(where.name, tables={"customers": "records", **(tables or {})}, as_of=day, **options)
    return read(ruleset, where.execute(text)), left


def read(ruleset: RuleSet, rows: Iterable[Sequence[Any]]) -> dict[int, Row]:
    """Rows of the shape `outcomes`, by key."""
    program = ruleset.program
    decoder = Decoder(program)
    ladders = len(program.ladders)
    scores = sum(d.type == "score" for d in program.dimensions.values())
    found = {}
    for key, name, version, _, *rest in rows:
        assert (name, version) == (program.name, program.version)
        tiers, marks, words = rest[:ladders], rest[ladders : ladders + scores], rest[ladders + scores : -1]
        if rest[-1] is not None:
            assert set(rest[:-1]) <= {None}
            found[key] = Row(None, (), rest[-1])
            continue
        assert len(words) == 2 * decoder.words
        outcome = decoder.outcome(words[: decoder.words], words[decoder.words :], tiers)
        found[key] = Row((outcome.tiers, outcome.fired, outcome.unknown), tuple(marks), None)
    return found


def differences(ruleset: RuleSet, records: Sequence[Mapping[str, Any]], found: Mapping[int, Row], day: dt.date) -> list[str]:  # fmt: skip
    """How the outcomes differ from the reference's.

    A column that is absent is NULL in a table; a dimension that nothing asks for is not looked at.
    """
    program = ruleset.program
    plain = {d.name: None for d in program.dimensions.values() if not d.computed}
    asked = needed(program)
    wrong = []
    for number, row in found.items():
        record = {**plain, **{name: value for name, value in records[number].items() if name in asked}}
        expected = decide(program, record, day)
        if not isinstance(expected, Answer):
            names = {fault.dimension for fault in expected}
            if row.error not in names:
                wrong.append(f"{records[number]}: {row} instead of a fault of {sorted(names)}")
            continue
        scores = tuple(
            effective(d, expected.raw[at])
            for at, d in enumerate(program.dimensions.values())
            if d.type == "score"
        )
        wanted = Row((expected.tiers, expected.fired, expected.unknown), scores, None)
        if row != wanted:
            rules = (
                set(row.answer[1]) ^ set(expected.fired) | set(row.answer[2]) ^ set(expected.unknown)
                if row.answer
                else ()
            )
            names_ = [
                (program.rules[i].id, i in expected.fired, i in expected.unknown) for i in sorted(rules)
            ][:6]
            wrong.append(f"{records[number]}: {names_} {row} instead of {wanted}"[:900])
    return wrong
