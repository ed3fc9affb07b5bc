"""`tierkit evaluate --table`: orders from a file, put with the customers whose they are."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.command import run

RULES = """
ruleset: shop
version: 1
key: id
timezone: Asia/Shanghai
tables:
  orders:
    key: id
    time: at
    columns:
      amount: {type: money}
      status: {type: text}
dimensions:
  segment: {type: text, on_missing: none}
  total: {type: money, from: orders, aggregate: sum(amount), where: status = 'ok', window: 30 days}
  count: {type: integer, from: orders, aggregate: count()}
rules:
  - {id: large, tag: Large, when: total > 100}
  - {id: known, tag: Known, when: segment = 'a'}
"""
ORDERS = """id,at,amount,status
1,2025-11-01,60,ok
1,2025-11-19 23:59:59,50,ok
2,2025-11-19T16:30:00+00:00,500,ok
2,2025-11-19T15:30:00+00:00,7,ok
3,2025-10-01,500,ok
"""


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A folder with rules, orders and customers."""
    (tmp_path / "shop.yaml").write_text(RULES, encoding="utf-8")
    (tmp_path / "orders.csv").write_text(ORDERS, encoding="utf-8")
    (tmp_path / "customers.csv").write_text("id,segment\n1,a\n4,a\n", encoding="utf-8")
    return tmp_path


def decided(shop: Path, *more: object, table: str = "orders.csv") -> dict[str, list[str]]:
    """The tags of each customer."""
    found = run("evaluate", shop / "shop.yaml", "--table", f"orders={shop / table}", "--as-of", "2025-11-20", *map(str, more))  # fmt: skip
    assert found.status == 0, found.err
    return {row["key"]: row["tags"] for row in found.rows}


def test_everybody_with_rows(shop: Path) -> None:
    """Without an input everybody who has a row is decided; a time without an offset is in the zone of the rules."""
    assert decided(shop) == {"1": ["Large"], "2": [], "3": []}


def test_customers_with_and_without_rows(shop: Path) -> None:
    """With an input its customers are decided, those without rows too."""
    assert decided(shop, "--input", shop / "customers.csv") == {"1": ["Large", "Known"], "4": ["Known"]}


def test_json_lines(shop: Path) -> None:
    """Rows may be JSON lines; keys are then what JSON says they are."""
    lines = [{"id": "1", "at": "2025-11-19", "amount": "1k", "status": "ok"}, {"id": "1", "at": None, "amount": 5, "status": "ok"}]  # fmt: skip
    (shop / "orders.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    assert decided(shop, table="orders.jsonl") == {"1": ["Large"]}


def test_rows_that_cannot_be_read(shop: Path) -> None:
    """They are told by number and left out; the rest goes on, and `--fail-on-error` makes it a failure."""
    broken = ORDERS + "1,yesterday,5,ok\n,2025-11-01,5,ok\n" + "1,2025-11-01,much,ok\n" * 5
    (shop / "orders.csv").write_text(broken, encoding="utf-8")
    found = run(
        "evaluate", shop / "shop.yaml", "--table", f"orders={shop / 'orders.csv'}", "--as-of", "2025-11-20"
    )
    assert found.status == 0
    assert "row 6 of `orders` is left out" in found.err
    assert "`at` is 'yesterday', which cannot be read as an instant with a time zone, or a day" in found.err
    assert "row 7 of `orders` is left out: there is no `id`" in found.err
    assert "… and 2 more rows of `orders`" in found.err
    assert len(found.rows) == 3
    failing = run(
        "evaluate", shop / "shop.yaml", "--table", f"orders={shop / 'orders.csv'}", "--fail-on-error"
    )
    assert failing.status == 1
    assert "被略过" in run("evaluate", shop / "shop.yaml", "--table", f"orders={shop / 'orders.csv'}", "--locale", "zh").err  # fmt: skip


@pytest.mark.parametrize(
    ("table", "text"),
    [
        ("orders", "write NAME=FILE"),
        ("orders=", "write NAME=FILE"),
        ("order=orders.csv", "the rule set has no such table; did you mean `orders`?"),
        ("orders=nothing.csv", "cannot read `nothing.csv`"),
        ("orders=orders.txt", "the ending must be"),
    ],
)
def test_wrong_tables_are_refused(shop: Path, table: str, text: str) -> None:
    """One line that says what is wrong, and status 2."""
    found = run("evaluate", shop / "shop.yaml", "--table", table)
    assert (found.status, found.out) == (2, "")
    assert text in found.err


def test_other_refusals(shop: Path) -> None:
    """A column that is not there, a table twice, no input at all, an output over a table, a rule set without a key."""
    rules, orders = shop / "shop.yaml", f"orders={shop / 'orders.csv'}"
    assert "stands twice" in run("evaluate", rules, "--table", orders, "--table", orders).err
    assert "`--input` is missing" in run("evaluate", rules).err
    assert "is the input" in run("evaluate", rules, "--table", orders, "--output", shop / "orders.csv").err
    (shop / "orders.csv").write_text("id,amount\n1,5\n", encoding="utf-8")
    assert "lacks the columns `at`, `status`" in run("evaluate", rules, "--table", orders).err
    rules.write_text(RULES.replace("key: id\ntimezone", "timezone"), encoding="utf-8")
    assert "the rule set needs `key:`" in run("evaluate", rules, "--table", orders).err
