"""Outcomes written to a Parquet file: those that are handed out, in order, all of them or nothing."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import tierkit
from tierkit.backends.duck import outcomes
from tierkit.errors import ReadError, UsageError

DAY = "2025-11-20"
RULES = tierkit.loads("""
ruleset: shop
version: 1
key: id
tables:
  orders: {key: id, time: at, columns: {amount: {type: money}}}
dimensions:
  city: {type: category, values: [a, b, c, d, e, f]}
  kind: {type: text}
  spent: {type: money}
  bought: {type: money, from: orders, aggregate: sum(amount), window: 30 days}
  ratio: {type: number, value: spent / bought}
rules:
  - {id: near, tag: Near, when: "city in ('a', 'b', 'c', 'd')"}
  - {id: far, tag: Far, when: "kind not in ('k1', 'k2', 'k3', 'k4', 'k5')"}
  - {id: one, tag: One, when: city = 'a' and spent > 5000}
  - {id: two, tag: Two, when: city = 'b' and spent > 5000}
  - {id: also, tag: Also, when: spent > 9000 and city = 'a' and kind = 'k1'}
  - {id: some, tag: Some, when: ratio > 2 or kind = 'k2'}
ladders:
  size: {tiers: [{id: big, enter: spent > 8k, tag: Big}, {id: mid, enter: spent > 3k}, {id: small, enter: spent >= 0}]}
""")
ROWS = 60_000
CUSTOMERS = pl.DataFrame({
    "id": pl.int_range(ROWS, eager=True).reverse(),
    "city": pl.Series([*"abcdefg", None] * (ROWS // 8)),
    "kind": pl.Series(["k1", "k2", "k9", None, "k4"] * (ROWS // 5)),
    "spent": pl.int_range(ROWS, eager=True) * 7 % 10_000,
    "bought": pl.Series([1000.0, None, 0.0] * (ROWS // 3)),
})  # fmt: skip
ENGINES = ("auto", "duckdb")


def wanted(rules: tierkit.RuleSet = RULES) -> pl.DataFrame:
    """The outcomes as Polars has them."""
    found = rules.evaluate_table(CUSTOMERS, as_of=DAY, engine="polars")
    assert isinstance(found, pl.DataFrame)
    return found


@pytest.mark.parametrize("engine", ENGINES)
def test_what_is_written_is_what_is_handed_out(tmp_path: Path, engine: str) -> None:
    """Rows of many groups come out in their order, with everything that frames say."""
    source, target = tmp_path / "in.parquet", tmp_path / "out.parquet"
    CUSTOMERS.write_parquet(source, row_group_size=2_000)
    assert RULES.evaluate_table(source, as_of=DAY, engine=engine, into=target) == ROWS
    assert pl.read_parquet(target).equals(wanted())
    assert RULES.evaluate_table(source, as_of=DAY, engine=engine).collect().equals(wanted())
    assert RULES.evaluate_table(CUSTOMERS, as_of=DAY, engine=engine, into=str(target)) == ROWS
    assert pl.read_parquet(target).equals(wanted())
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.parquet", "out.parquet"]


def test_duckdb_writes_by_itself_where_no_record_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The statement is written to the file; what a reader of rows must mend goes through Polars instead."""
    asked = []
    real: Any = vars(outcomes)["statement"]

    def seen(request: Any, shape: str) -> str:
        asked.append(shape)
        return str(real(request, shape))

    monkeypatch.setattr(outcomes, "statement", seen)
    target = tmp_path / "out.parquet"
    RULES.evaluate_table(CUSTOMERS, as_of=DAY, engine="duckdb", into=target)
    text = RULES.text
    twice = tierkit.loads(text.replace("tag: Two", "tag: One"))
    strict = tierkit.loads(text.replace("kind: {type: text}", "kind: {type: text, on_missing: error}"))
    for rules in (twice, strict):
        rules.evaluate_table(CUSTOMERS, as_of=DAY, engine="duckdb", into=target)
        assert pl.read_parquet(target).equals(wanted(rules))
    assert asked == ["rows", "outcomes", "outcomes"]


@pytest.mark.parametrize("engine", ENGINES)
def test_raw_rows_into_a_file(tmp_path: Path, engine: str) -> None:
    """Customers with their orders, in their order."""
    orders = pl.DataFrame({
        "id": pl.int_range(0, ROWS, 2, eager=True),
        "at": pl.Series([dt.datetime(2025, 11, 1, tzinfo=dt.UTC)] * (ROWS // 2), dtype=pl.Datetime("us", "UTC")),
        "amount": pl.int_range(0, ROWS, 2, eager=True) % 9000,
    })  # fmt: skip
    target = tmp_path / "out.parquet"
    options: dict[str, Any] = {"tables": {"orders": orders}, "as_of": DAY}
    found = RULES.evaluate_table(CUSTOMERS.drop("bought"), engine="polars", **options)
    assert found["key"].equals(CUSTOMERS["id"].rename("key"))
    count = RULES.evaluate_table(CUSTOMERS.drop("bought"), engine=engine, into=target, **options)
    assert (count, pl.read_parquet(target).equals(found)) == (ROWS, True)


def test_what_is_no_file(tmp_path: Path) -> None:
    """Another ending, the table itself, a directory that is not there: refused before anything is read."""
    source = tmp_path / "in.parquet"
    CUSTOMERS.head(5).write_parquet(source)
    for into, text in (
        ("out.csv", r"`into` is `out\.csv`: write the path of a file that ends in \.parquet"),
        ("outcomes", "`into` is `outcomes`: write the path"),
        (source, "from which the table is read: write another file"),
    ):
        with pytest.raises(UsageError, match=text):
            RULES.evaluate_table(source, as_of=DAY, into=into)
    for engine in ENGINES:
        with pytest.raises(ReadError, match=r"cannot write .*out\.parquet: no such file or directory"):
            RULES.evaluate_table(source, as_of=DAY, engine=engine, into=tmp_path / "none" / "out.parquet")


@pytest.mark.parametrize("engine", ENGINES)
def test_a_file_that_cannot_be_finished(tmp_path: Path, engine: str) -> None:
    """What broke in the middle leaves the old file, and nothing beside it."""
    source, target = tmp_path / "in.parquet", tmp_path / "out.parquet"
    CUSTOMERS.write_parquet(source, row_group_size=2_000)
    data = bytearray(source.read_bytes())
    data[len(data) // 2 : len(data) // 2 + 20_000] = bytes(20_000)
    source.write_bytes(data)
    target.write_bytes(b"what was there")
    with pytest.raises(ReadError, match="could not go on"):
        RULES.evaluate_table(source, as_of=DAY, engine=engine, into=target)
    assert target.read_bytes() == b"what was there"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.parquet", "out.parquet"]
