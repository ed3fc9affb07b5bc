"""`tierkit sql`: the statement on standard output."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

import tierkit
from tests.command import run

RULES = """\
ruleset: demo
version: 1
key: id
tables:
  orders: {key: customer, time: at, recorded_at: seen, columns: {amount: {type: money}}}
dimensions:
  amount: {type: money}
  total: {type: money, from: orders, aggregate: sum(amount), window: 30 days}
rules:
  - {id: big, tag: Big, when: amount > 10k}
  - {id: busy, tag: Busy, when: total > 1k}
"""


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    """The rule file."""
    path = tmp_path / "demo.yaml"
    path.write_text(RULES, encoding="utf-8")
    return path


def test_the_statement_is_printed(rules: Path) -> None:
    """Text is the statement of `to_sql`, which runs; JSON says what it was made for."""
    tables = (
        "--table",
        "customers=c",
        "--table",
        "orders=o",
        "--as-of",
        "2025-11-20",
        "--known-at",
        "2025-11-20",
    )
    result = run("sql", rules, "--dialect", "sqlite", *tables, "--shape", "tags")
    named = {"customers": "c", "orders": "o"}
    text = tierkit.load(rules).to_sql(
        "sqlite", tables=named, as_of="2025-11-20", known_at="2025-11-20", shape="tags"
    )
    assert (result.status, result.out, result.err) == (0, text + "\n", "")
    with sqlite3.connect(":memory:") as database:
        database.execute("CREATE TABLE c (id, amount)")
        database.execute("CREATE TABLE o (customer, at, seen, amount)")
        database.execute("INSERT INTO c VALUES (1, 20000), (2, 5)")
        database.execute("INSERT INTO o VALUES (2, '2025-11-19 10:00:00', '2025-11-19 11:00:00', 2000)")
        assert sorted(database.execute(result.out).fetchall()) == [(1, "Big"), (2, "Busy")]
    database.close()
    found = run("sql", rules, "--dialect", "sqlite", *tables, "--format", "json").json
    assert (found["dialect"], found["shape"], found["ruleset"]) == ("sqlite", "outcomes", "demo")


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (
            ("--dialect", "duck", "--table", "customers=c"),
            "`dialect` names `duck`, which is no dialect that is known",
        ),
        (("--dialect", "sqlite"), "`tables` names no table"),
        (("--dialect", "sqlite", "--table", "order=o"), "did you mean `orders`?"),
        (("--dialect", "sqlite", "--table", "orders"), "write `orders=dw.fact_orders`"),
        (("--dialect", "sqlite", "--table", "orders=a.b.c.d"), "which is no name of a table"),
        (("--dialect", "sqlite", "--table", "customers=c", "--shape", "tag"), "did you mean `tags`?"),
        (("--dialect", "sqlite", "--table", "customers=c", "--as-of", "soon"), "`--as-of soon`"),
    ],
)
def test_wrong_usage(rules: Path, arguments: tuple[str, ...], text: str) -> None:
    """What cannot be meant is refused with status 2."""
    result = run("sql", rules, *arguments)
    assert (result.status, result.out) == (2, "")
    assert text in result.err
