"""Plugins and frames of Spark: by their SQL, else asked in the cluster, else refused."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

import tierkit
from tests.spark_engine import frame
from tests.spark_plugin import Plugin
from tests.test_spark import as_row, rows_of
from tests.test_sql_text import plugged
from tierkit.errors import UnsupportedError

DAY = "2025-11-20"


RULES = """
ruleset: plugged
version: 1
key: id
tables: {visits: {key: id, columns: {n: {type: integer}}}}
dimensions:
  last: {type: date}
  level: {type: number}
  flag: {type: boolean, on_missing: false}
  visits: {type: integer, from: visits, aggregate: sum(n)}
  size: {type: category, values: [big, small], value: case when level > 10 then 'big' else 'small' end}
  p_alive: {type: ratio, provider: loyalty, params: {days: 30}, max: 0.9}
  p_safe: {type: ratio, provider: loyalty, params: {days: 10}, on_missing: 0.25}
  words: {type: set, provider: words}
  n: {type: integer, provider: counted}
  said: {type: text, provider: said}
  due: {type: date, provider: due}
  busy: {type: boolean, provider: busy}
  mark: {type: score, value: p_safe * 100}
rules:
  - {id: alive, tag: Alive, when: p_alive > 50%}
  - {id: words, tag: Words, when: "has(words, 'x') and not has(words, 'small')"}
  - {id: many, tag: Many, when: n > 2e15 and busy}
  - {id: said, tag: Said, when: "said = 'n 1000000000000002' or due < as_of"}
ladders:
  life: {tiers: [{id: lively, enter: p_alive > 20% and p_safe > 10%}, {id: quiet}]}
"""
CUSTOMERS: list[tuple[Any, ...]] = [
    (1, dt.date(2025, 11, 15), 12.0, True), (2, dt.date(2025, 11, 10), 5.0, False), (3, dt.date(2025, 12, 1), 5.0, None),
    (4, None, 12.0, True), (5, dt.date(2025, 1, 1), None, True), (6, dt.date(2025, 11, 20), None, None),
]  # fmt: skip
VISITS = [(1, 2.0), (1, 3.0), (2, 1.0), (2, 1.0), (5, 0.0)]


def test_what_plugins_compute_is_computed_in_the_cluster() -> None:
    """Values of every type, of several records at once, of failures and of missing inputs, each after what it reads."""
    rules = tierkit.loads(RULES, plugins=[Plugin()])
    customers = frame(
        {"id": "key", "last": "date", "level": "number", "flag": "boolean"}, CUSTOMERS
    ).coalesce(1)
    visits = frame({"id": "key", "n": "integer"}, VISITS)
    found = rows_of(rules.evaluate_table(customers, tables={"visits": visits}, as_of=DAY))
    wanted = []
    for key, last, level, flag in CUSTOMERS:
        record = {"id": key, "last": last, "level": level, "flag": flag}
        own = [{"id": own, "n": n} for own, n in VISITS if own == key]
        wanted.append(as_row(rules, record, DAY, tables={"visits": own}))
    assert found == wanted
    assert {tag for item in found for tag in item["tags"]} == {"Alive", "Words", "Many", "Said"}
    with pytest.raises(UnsupportedError, match=r"`spark` cannot express the provider `loyalty`"):
        rules.to_sql("spark", tables={"customers": "c"})


def test_what_nobody_asks_for_is_not_computed() -> None:
    """A provider that no rule asks for does not run, one with SQL is part of the statement, a function without is refused."""
    rules = plugged("twice > 10 and halved(amount) < 50")
    records = [(1, 1.0), (2, 6.0), (3, 60.0), (4, 200.0), (5, None)]
    made = frame({"id": "key", "amount": "money"}, records)
    found = rules.evaluate_table(made, as_of=DAY)
    assert rows_of(found) == [as_row(rules, {"id": key, "amount": amount}, DAY) for key, amount in records]
    with pytest.raises(UnsupportedError, match=r"rule `r`: `spark` cannot express `dark`"):
        plugged("dark(amount) > 1").evaluate_table(made, as_of=DAY)
