"""`evaluate_table` through a connection: outcomes are those of single records, read or written."""

from __future__ import annotations

import contextlib
import datetime as dt
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

import tierkit
from tests.sql_engines import ENVIRONMENT
from tierkit.errors import ReadError, UnsupportedError, UsageError

DAY = "2025-11-20"
MINE = f"tk{os.getpid()}_"
"""What names of tables begin with: several processes may share a server."""
TEXT = """
ruleset: shop
version: 2
key: id
tables:
  orders: {key: id, time: at, columns: {amount: {type: money}, pieces: {type: integer}, status: {type: text}}}
dimensions:
  city: {type: text}
  age: {type: integer, on_missing: error}
  flag: {type: boolean}
  since: {type: date}
  bought: {type: money, from: orders, aggregate: sum(amount), where: status = 'ok', window: 30 days}
  pieces: {type: integer, from: orders, aggregate: max(pieces)}
  each: {type: number, value: bought / pieces}
  mark: {type: score, value: age + 1}
rules:
  - {id: large, tag: 'it''s 50% large', when: bought > 100}
  - {id: local, tag: Local, when: city = '上海' or flag}
  - {id: old, tag: Shared, when: since < '2020-01-01'}
  - {id: dear, tag: Dear, when: each > 50}
ladders:
  size: {tiers: [{id: big, enter: bought > 1k, tag: Shared}, {id: mid, enter: age > 30}, {id: low}]}
"""
RULES = tierkit.loads(TEXT)
CUSTOMERS: list[dict[str, Any]] = [
    {"id": "a", "city": "上海", "age": 20, "flag": False, "since": dt.date(2019, 1, 1)},
    {"id": "A", "city": None, "age": 40, "flag": None, "since": None},
    {"id": "b", "city": "x", "age": None, "flag": True, "since": dt.date(2024, 1, 1)},
    {"id": "c", "city": "x", "age": 31, "flag": True, "since": dt.date(2018, 1, 1)},
]
ORDERS: list[dict[str, Any]] = [
    {"id": "a", "at": dt.datetime(2025, 11, 1, tzinfo=dt.UTC), "amount": 2000.0, "pieces": 4, "status": "ok"},
    {"id": "A", "at": dt.datetime(2025, 11, 1, tzinfo=dt.UTC), "amount": 50.0, "pieces": 0, "status": "ok"},
    {"id": "c", "at": dt.datetime(2025, 11, 1, tzinfo=dt.UTC), "amount": 5000.0, "pieces": 1, "status": "no"},
]
TABLES = {"customers": f"{MINE}customers", "orders": f"{MINE}orders"}
WRITTEN = (f"{MINE}outcomes", f"{MINE}outcome_tags", f"{MINE}outcome_undetermined")


@pytest.fixture(params=["sqlite", "postgres", "mariadb"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[sa.Engine]:
    """A database with customers and orders."""
    address = f"sqlite:///{tmp_path / 'shop.db'}"
    if request.param != "sqlite":
        address = os.environ.get(ENVIRONMENT[request.param], "")
        if not address:
            pytest.skip(f"{ENVIRONMENT[request.param]} names no server")
    found = sa.create_engine(address)
    cleared(found)
    fill(found)
    yield found
    cleared(found)
    found.dispose()


def cleared(engine: sa.Engine) -> None:
    """Drops what the tests make."""
    meta = sa.MetaData()
    names = [name for name in sa.inspect(engine).get_table_names() if name.startswith(MINE)]
    for name in names:
        sa.Table(name, meta, autoload_with=engine)
    meta.drop_all(engine)


def fill(engine: sa.Engine, customers: list[dict[str, Any]] | None = None) -> None:
    """Makes the tables anew."""
    meta = sa.MetaData()
    people = sa.Table(
        f"{MINE}customers", meta, sa.Column("id", sa.String(20)), sa.Column("city", sa.String(20)),
        sa.Column("age", sa.Integer), sa.Column("flag", sa.Boolean), sa.Column("since", sa.Date),
    )  # fmt: skip
    orders = sa.Table(
        f"{MINE}orders", meta, sa.Column("id", sa.String(20)), sa.Column("at", sa.DateTime(timezone=True)),
        sa.Column("amount", sa.Double), sa.Column("pieces", sa.Integer), sa.Column("status", sa.String(20)),
    )  # fmt: skip
    meta.drop_all(engine)
    meta.create_all(engine)
    with engine.begin() as connection:
        connection.execute(people.insert(), CUSTOMERS if customers is None else customers)
        connection.execute(orders.insert(), ORDERS)


def decisions() -> dict[str, tierkit.Decision | tierkit.RecordError]:
    """The decision of each customer as a single record."""
    found = RULES.evaluate_many(CUSTOMERS, tables={"orders": ORDERS}, as_of=DAY)
    return {record["id"]: decision for record, decision in zip(CUSTOMERS, found, strict=True)}


def test_outcomes_are_read(engine: sa.Engine) -> None:
    """Tags, tiers, scores, what is undetermined and errors are those of single records."""
    for source in (engine, engine.connect()):
        found = RULES.evaluate_table(source, tables=TABLES, as_of=DAY)
        rows = {row["key"]: row for row in found.to_dicts()}
        assert len(rows) == len(CUSTOMERS)
        for key, decision in decisions().items():
            row = rows[key]
            if isinstance(decision, tierkit.RecordError):
                assert row["error"] == "; ".join(fault.message() for fault in decision.errors)
                assert (row["tags"], row["undetermined"], row["tier_size"], row["mark"]) == (
                    [],
                    [],
                    None,
                    None,
                )
                continue
            assert row["tags"] == list(decision.tags)
            assert row["tier_size"] == decision.tiers["size"]
            assert row["mark"] == decision.scores["mark"]
            assert row["undetermined"] == [item.rule or item.ladder for item in decision.undetermined]
            assert (row["ruleset"], row["version"], row["error"]) == ("shop", "2", None)
        if isinstance(source, sa.Connection):
            source.close()


def written(engine: sa.Engine) -> list[set[tuple[Any, ...]]]:
    """What the three tables hold."""
    with engine.connect() as connection:
        return [
            set(map(tuple, connection.execute(sa.select(sa.Table(name, sa.MetaData(), autoload_with=connection)))))
            for name in WRITTEN
        ]  # fmt: skip


def test_outcomes_are_written(engine: sa.Engine) -> None:
    """The three tables hold what single records say; a second run replaces the first."""
    for _ in range(2):
        assert RULES.evaluate_table(engine, tables=TABLES, into=f"{MINE}outcomes", as_of=DAY) == len(
            CUSTOMERS
        )
    main, tags, open_ = written(engine)
    wanted_main, wanted_tags, wanted_open = set[Any](), set[Any](), set[Any]()
    for key, decision in decisions().items():
        if isinstance(decision, tierkit.RecordError):
            wanted_main.add((key, None, None, "; ".join(fault.message() for fault in decision.errors)))
            continue
        wanted_main.add((key, decision.tiers["size"], decision.scores["mark"], None))
        wanted_tags |= {(key, tag) for tag in decision.tags}
        wanted_open |= {
            (key, item.rule or item.ladder, missing.dimension, missing.cause)
            for item in decision.undetermined
            for missing in item.missing
        }
    assert {(row[0], row[4], row[5], row[6]) for row in main} == wanted_main
    assert tags == wanted_tags
    assert open_ == wanted_open
    assert wanted_open


def test_many_rules(engine: sa.Engine) -> None:
    """Bits of several words are told apart, and a tag of many rules is written once."""
    rules = "".join(f"  - {{id: r{i}, tag: T{i % 70}, when: age > {i % 50}}}\n" for i in range(140))
    ruleset = tierkit.loads(
        f"ruleset: a\nversion: 1\nkey: id\ndimensions: {{age: {{type: integer}}}}\nrules:\n{rules}"
    )
    ruleset.evaluate_table(engine, tables={"customers": f"{MINE}customers"}, into=f"{MINE}outcomes")
    _, tags, open_ = written(engine)
    assert {tag for key, tag in tags if key == "a"} == set(ruleset.evaluate({"age": 20}).tags)
    assert len([row for row in open_ if row[0] == "b"]) == 140


def test_nothing_is_written_by_halves(engine: sa.Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """What fails in the middle leaves what was there before; so does whoever rolls back."""
    RULES.evaluate_table(engine, tables=TABLES, into=f"{MINE}outcomes", as_of=DAY)
    before = written(engine)
    from tierkit.backends import connections

    def fails(*_: Any) -> None:
        raise sa.exc.OperationalError("insert", {}, Exception("the server went away\nand more"))

    with monkeypatch.context() as patch:
        patch.setattr(connections, "_inserted", fails)
        with pytest.raises(ReadError, match=r"^the database could not go on: the server went away$"):
            RULES.evaluate_table(engine, tables=TABLES, into=f"{MINE}outcomes", as_of="2025-12-24")
    assert written(engine) == before
    with engine.connect() as connection, connection.begin() as transaction:
        RULES.evaluate_table(connection, tables=TABLES, into=f"{MINE}outcomes", as_of="2025-12-24")
        transaction.rollback()
    assert written(engine) == before


@pytest.mark.parametrize("bad", ["null", "twice"])
def test_keys_must_tell_customers_apart(engine: sa.Engine, bad: str) -> None:
    """A key that is null or stands twice is an error that names it, and nothing is written."""
    fill(engine, [*CUSTOMERS, {**CUSTOMERS[0], "id": None if bad == "null" else "a"}])
    text = "`id` is null in 1 of 5 rows" if bad == "null" else "`id` is 'a' in more than one row"
    with pytest.raises(UsageError, match=text):
        RULES.evaluate_table(engine, tables=TABLES, into=f"{MINE}outcomes", as_of=DAY)
    assert not [
        name
        for name in sa.inspect(engine).get_table_names()
        if name == f"{MINE}outcomes" and written(engine)[0]
    ]
    with pytest.raises(UsageError, match=text.replace("id", "key")):
        RULES.evaluate_table(engine, tables=TABLES, as_of=DAY)


def test_what_a_database_refuses(engine: sa.Engine) -> None:
    """A table or a column that is not there, tables of another shape, arguments for frames: one clear error."""
    tables: Any
    for tables, options, error, text in (
        ({"customers": f"{MINE}nobody"}, {}, ReadError, f"the database could not go on: .*{MINE}nobody"),
        ({"customers": f"{MINE}orders"}, {}, ReadError, "the database could not go on: .*(city|age|flag)"),
        (TABLES, {"into": f"{MINE}customers"}, UsageError, f"`{MINE}customers` lacks the columns `ruleset`"),
        (TABLES, {"into": "a.b.c.d"}, UsageError, "`into`"),
        (TABLES, {"columns": {"city": "town"}}, UsageError, "`columns` is for frames"),
        (TABLES, {"given": ["each"]}, UsageError, "`given` is for frames"),
        (TABLES, {"values": True}, UsageError, "`values` is for frames"),
        (TABLES, {"engine": "polars"}, UsageError, "a database decides by itself"),
        ({}, {}, UsageError, "`tables` names no table"),
    ):
        with pytest.raises(error, match=text):
            RULES.evaluate_table(engine, tables=tables, as_of=DAY, **options)
    with engine.connect() as connection:
        assert (
            connection.execute(sa.select(sa.func.count()).select_from(sa.table(f"{MINE}customers"))).scalar()
            == 4
        )


@contextlib.contextmanager
def in_memory() -> Iterator[sa.Engine]:
    """SQLite's database of one connection."""
    engine = sa.create_engine("sqlite://", poolclass=sa.StaticPool)
    try:
        yield engine
    finally:
        engine.dispose()


def test_the_settings_of_a_connection_are_asked_for_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A connection whose settings change what statements mean is refused; one that was asked is not asked again."""
    from tierkit.backends.sql import canary

    asked = []
    real = canary.check

    def counting(name: str, rows: Any) -> None:
        asked.append(name)
        real(name, rows)

    monkeypatch.setattr(canary, "check", counting)
    with in_memory() as engine:
        fill(engine)
        for _ in range(3):
            RULES.evaluate_table(engine, tables=TABLES, as_of=DAY)
    assert asked == ["sqlite"]
    monkeypatch.setattr(canary, "check", lambda name, _: real(name, []))
    with in_memory() as other, pytest.raises(UnsupportedError):
        RULES.evaluate_table(other, tables=TABLES, as_of=DAY)


def test_tables_to_write_to_are_those_of_databases() -> None:
    """A frame has no tables beside it."""
    import polars as pl

    with pytest.raises(UsageError, match="pass a connection of SQLAlchemy"):
        RULES.evaluate_table(pl.DataFrame({"id": [1]}), into="outcomes")
