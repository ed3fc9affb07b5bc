"""`evaluate_table`: every source, every engine, and what is refused before anything is handed out."""

from __future__ import annotations

import contextlib
import datetime as dt
import logging
import tempfile
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import tierkit
from tests import frames, matrix, strategies
from tests.test_frame import exact_rule_sets
from tierkit.backends.duck import places
from tierkit.errors import ReadError, UnsupportedError, UsageError

pa: Any = import_module("pyarrow")
ds: Any = import_module("pyarrow.dataset")
pd: Any = import_module("pandas")

RULES = tierkit.loads("""
ruleset: shop
version: 1
key: id
timezone: Asia/Shanghai
tables:
  orders: {key: id, time: at, columns: {amount: {type: money}, pieces: {type: integer}, status: {type: text}}}
dimensions:
  city: {type: text}
  age: {type: integer}
  bought: {type: money, from: orders, aggregate: sum(amount), where: status = 'ok', window: 30 days}
  most: {type: integer, from: orders, aggregate: max(pieces)}
rules:
  - {id: large, tag: Large, when: bought > 100}
  - {id: old, tag: Old, when: age > 40}
  - {id: many, tag: Many, when: most >= 2}
""")
DAY = "2025-11-20"
CUSTOMERS = pl.DataFrame({"id": ["c", "a", "b"], "city": ["x", None, "y"], "age": [50, 20, None]})
ORDERS = pl.DataFrame({
    "id": ["a", "b", "a", "d"],
    "at": pl.Series([dt.datetime(2025, 11, day, tzinfo=dt.UTC) for day in (1, 2, 3, 4)], dtype=pl.Datetime("us", "UTC")),
    "amount": [60.0, 5.0, 70.0, 500.0], "pieces": [1, 2, 1, 5], "status": ["ok", "ok", "ok", "no"],
})  # fmt: skip
TAGS = {"c": ["Old"], "a": ["Large"], "b": ["Many"], "d": ["Many"]}


def forms(frame: pl.DataFrame, folder: Path, name: str) -> dict[str, Callable[[], Any]]:
    """A table in every form that can be read; each is made anew."""
    path = folder / f"{name}.parquet"
    frame.write_parquet(path)
    arrow = frame.to_arrow()

    def relation() -> Any:
        connection = duckdb.connect()
        return connection.from_arrow(arrow)

    return {
        "frame": lambda: frame,
        "lazy": frame.lazy,
        "parquet": lambda: path,
        "pandas": frame.to_pandas,
        "table": lambda: arrow,
        "dataset": lambda: ds.dataset(path),
        "reader": arrow.to_reader,
        "relation": relation,
    }


def tags_of(found: Any) -> list[tuple[Any, list[str]]]:
    """Key and tags of each row, of any family."""
    if isinstance(found, pl.LazyFrame):
        found = found.collect()
    elif isinstance(found, pa.RecordBatchReader):
        found = pl.DataFrame(found.read_all())
    elif not isinstance(found, pl.DataFrame):
        found = pl.DataFrame(found)
    return [(key, list(tags)) for key, tags in found.select("key", "tags").iter_rows()]


FAMILIES = {
    "frame": pl.DataFrame, "lazy": pl.LazyFrame, "parquet": pl.LazyFrame, "pandas": pd.DataFrame, "table": pa.Table,
    "dataset": pa.RecordBatchReader, "reader": pa.RecordBatchReader, "relation": pa.Table,
}  # fmt: skip


@pytest.mark.parametrize("engine", ["auto", "python", "duckdb"])
@pytest.mark.parametrize("form", list(FAMILIES))
def test_every_source(tmp_path: Path, form: str, engine: str) -> None:
    """Customers in any form, with orders in the same form, are decided in their order and handed back alike."""
    customers, orders = forms(CUSTOMERS, tmp_path, "customers"), forms(ORDERS, tmp_path, "orders")
    found = RULES.evaluate_table(
        customers[form](), tables={"orders": orders[form]()}, as_of=DAY, engine=engine
    )
    assert isinstance(found, FAMILIES[form])
    assert tags_of(found) == [(key, TAGS[key]) for key in "cab"]
    found = RULES.evaluate_table(tables={"orders": orders[form]()}, as_of=DAY, engine=engine)
    assert isinstance(found, FAMILIES[form])
    assert tags_of(found) == [(key, TAGS[key]) for key in "abd"]
    found = RULES.evaluate_table(customers[form](), as_of=DAY, engine=engine)
    assert tags_of(found) == [("c", ["Old"]), ("a", []), ("b", [])]


@given(exact_rule_sets, st.lists(strategies.records(), min_size=1, max_size=20))
@settings(max_examples=8, deadline=None)
def test_any_rule_set_in_duckdb(ruleset: tierkit.RuleSet, records: list[dict[str, Any]]) -> None:
    """Drawn rule sets come out the same from DuckDB and Polars, or are refused by name."""
    with frames.whole():
        for group in frames.groups(ruleset, records):
            if group.fits:
                with contextlib.suppress(UnsupportedError):
                    assert compared(keyed(ruleset), frames.frame_of(group)) == []


def keyed(ruleset: tierkit.RuleSet) -> tierkit.RuleSet:
    """The rule set with a key, which DuckDB needs."""
    if ruleset.program.key is not None:
        return ruleset
    return tierkit.loads(ruleset.text.replace("version: 1", "version: 1\nkey: the_key", 1))


def compared(ruleset: tierkit.RuleSet, frame: pl.DataFrame) -> list[Any]:
    """The rows in which DuckDB and Polars differ."""
    key = str(ruleset.program.key)
    frame = frame.with_columns(pl.int_range(frame.height).alias(key))
    try:
        found = ruleset.evaluate_table(frame, as_of=matrix.DAY, engine="duckdb")
    except UsageError as refused:
        assert "DuckDB cannot tell from null" in str(refused)  # noqa: PT017  some frames can be told apart
        return []
    wanted = ruleset.evaluate_table(frame, as_of=matrix.DAY, engine="polars")
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder, "outcomes.parquet")
        assert ruleset.evaluate_table(frame, as_of=matrix.DAY, engine="duckdb", into=target) == frame.height
        assert pl.read_parquet(target).equals(found)
    return [pair for pair in zip(found.iter_rows(), wanted.iter_rows(), strict=True) if pair[0] != pair[1]]


def refused(text: str, source: Any = None, error: type[Exception] = UsageError, **options: Any) -> None:
    """Asserts that a call is refused with a text, before or while its outcomes are handed out."""
    with pytest.raises(error, match=text):
        tags_of(RULES.evaluate_table(CUSTOMERS if source is None else source, as_of=DAY, **options))


def test_columns_that_are_not_there_or_of_another_type() -> None:
    """A table without a column that is asked for, or with one of another type, is refused by name."""
    refused("`orders` lacks the columns `at`, `status`", tables={"orders": ORDERS.drop("at", "status")})
    refused("`orders` lacks the column `id`", tables={"orders": ORDERS.rename({"id": "customer"})})
    text = ORDERS.with_columns(pl.col("amount").cast(pl.String))
    refused("`orders.amount` is of type VARCHAR, but a money amount", tables={"orders": text})
    refused("`orders.status` is of type INTEGER, but", tables={"orders": ORDERS.with_columns(status=1)})
    naive = ORDERS.with_columns(pl.col("at").dt.replace_time_zone(None))
    refused("`orders.at` is a time without a zone: give the column one", tables={"orders": naive})
    refused(
        "`orders.at` is of type VARCHAR, but an instant",
        tables={"orders": ORDERS.with_columns(at=pl.lit("x"))},
    )
    for engine in ("auto", "duckdb"):
        odd = CUSTOMERS.with_columns(age=pl.lit("x"))
        refused("the column `age` is of type String, but a whole number is expected", odd, engine=engine)


def test_days_as_times() -> None:
    """A day begins in the rule set's zone."""
    days = ORDERS.with_columns(at=pl.Series([dt.date(2025, 10, 20), dt.date(2025, 10, 21), dt.date(2025, 11, 19), dt.date(2025, 11, 20)]))  # fmt: skip
    found = RULES.evaluate_table(CUSTOMERS, tables={"orders": days}, as_of=DAY, values=True)
    assert [values["bought"] for values in found["values"]] == [0.0, 70.0, 5.0]


@pytest.mark.parametrize("engine", ["auto", "duckdb"])
def test_keys_tell_customers_apart(engine: str) -> None:
    """A key that is null, stands twice, is of another kind or not there is an error that says so."""
    options: dict[str, Any] = {"tables": {"orders": ORDERS}, "engine": engine}
    refused("`id` is null in 1 of 3 rows", CUSTOMERS.with_columns(id=pl.Series(["a", None, "b"])), **options)
    refused(
        "`id` is 'a' in more than one row", CUSTOMERS.with_columns(id=pl.Series(["a", "a", "b"])), **options
    )
    refused("the keys of rows are of type String, those of the customers of type Int64", CUSTOMERS.with_columns(id=pl.Series([1, 2, 3])), **options)  # fmt: skip
    refused("the table has no column `id`", CUSTOMERS.drop("id"), **options)
    numbers = ORDERS.with_columns(id=pl.Series([1, 2, 1, 4], dtype=pl.Int32))
    found = RULES.evaluate_table(CUSTOMERS.with_columns(id=pl.Series([3, 1, 2], dtype=pl.UInt64)), tables={"orders": numbers}, as_of=DAY, engine=engine)  # fmt: skip
    assert [tags for _, tags in tags_of(found)] == [["Old"], ["Large"], ["Many"]]


def test_arguments_that_make_no_sense() -> None:
    """Tables that the rule set does not have, none at all, engines and memory that are none."""
    refused("`tables` names `order`, which is no table of the rule set; did you mean `orders`?", tables={"order": ORDERS})  # fmt: skip
    refused("`tables` names no table", tables={})
    refused("`engine` is `spark`: it must be", engine="spark")
    refused("the memory limit is `lots`", tables={"orders": ORDERS}, memory_limit="lots")
    refused("list is no table", tables={"orders": [{"id": 1}]})
    refused("hands out no values", engine="duckdb", values=True)
    with pytest.raises(UsageError, match="there is nothing to decide"):
        RULES.evaluate_table()
    keyless = tierkit.loads(RULES.text.replace("version: 1\nkey: id", "version: 1"))
    with pytest.raises(UsageError, match="the rule set needs `key:`"):
        keyless.evaluate_table(CUSTOMERS, tables={"orders": ORDERS})


def test_an_engine_that_goes_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """DuckDB out of memory, or a file that turns out broken: one error, and nothing is handed out."""
    path = tmp_path / "orders.parquet"
    ORDERS.write_parquet(path)
    data = path.read_bytes()
    path.write_bytes(data[:4] + bytes(len(data) // 3) + data[4 + len(data) // 3 :])
    refused("DuckDB could not go on|Polars could not go on", tables={"orders": path}, error=ReadError)

    def fails(*_: Any) -> None:
        raise duckdb.OutOfMemoryException("could not allocate\nmore")

    with monkeypatch.context() as patch:
        patch.setattr(places.Place, "arrow", fails)
        refused("^DuckDB ran out of memory or disk: could not allocate$", tables={"orders": ORDERS}, error=ReadError)  # fmt: skip


def test_little_memory_is_enough(tmp_path: Path) -> None:
    """What does not fit goes to a directory, which is gone afterwards."""
    count = 400_000
    orders = pl.DataFrame({"id": pl.int_range(count, eager=True).cast(pl.String)}).with_columns(
        at=pl.lit(dt.datetime(2025, 11, 1, tzinfo=dt.UTC)), amount=pl.lit(7.0), pieces=pl.lit(1), status=pl.lit("ok")
    )  # fmt: skip
    orders.write_parquet(tmp_path / "orders.parquet")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TMPDIR", str(tmp_path))
        patch.setattr("tempfile.tempdir", None)
        found = RULES.evaluate_table(
            tables={"orders": tmp_path / "orders.parquet"}, as_of=DAY, memory_limit="150MB", values=True
        )
    assert found.select(pl.col("values").struct.field("bought").sum()).collect().item() == 7.0 * count
    assert [path.name for path in tmp_path.iterdir()] == ["orders.parquet"]


def test_it_is_said_who_decides(caplog: pytest.LogCaptureFixture) -> None:
    """The logger `tierkit.tables` says which engines did it."""
    with caplog.at_level(logging.INFO, "tierkit.tables"):
        RULES.evaluate_table(CUSTOMERS, tables={"orders": ORDERS}, as_of=DAY)
        RULES.evaluate_table(CUSTOMERS, as_of=DAY, engine="duckdb")
    assert "rows aggregated by DuckDB" in caplog.messages
    assert "decided by Polars" in caplog.messages
    assert "decided by DuckDB" in caplog.messages
