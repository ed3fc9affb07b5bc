"""The shapes `reasons` and `undetermined`: in every engine they say what decisions say."""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

import tierkit
from tests import matrix, sql_findings, strategies
from tests.conformance_cases import FILES, read_file
from tests.sql_engines import SETS, Engine, engine, run
from tests.test_sql_cases import ENGINES, QUICK, about_sets, keyed, without_sets
from tests.test_sql_laws import text_for
from tests.test_sql_text import HOSTILE
from tierkit.backends.sql.statement import needed
from tierkit.engine import RuleSet
from tierkit.errors import RecordError, UnsupportedError
from tierkit.testing.cases import _yaml as as_yaml

SLOW = settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
)
"""Without shrinking: a record is told with what differs, and that is enough to go by."""


def wrong_in(
    where: Engine, ruleset: RuleSet, records: Sequence[Mapping[str, Any]], day: dt.date
) -> list[str]:
    """How the rows of both shapes differ from what the decisions of Python say."""
    run(where, ruleset, records, day)  # fills the table
    numbers = [row[0] for row in where.execute("SELECT id FROM records")]
    tables = {"customers": "records"}
    rows = where.execute(ruleset.to_sql(where.name, tables=tables, as_of=day, shape="reasons"))
    sets = bool(rows) and len(rows[0]) == 16
    reasons = sql_findings.read(rows, sets=sets)
    gaps = sql_findings.read_gaps(
        where.execute(ruleset.to_sql(where.name, tables=tables, as_of=day, shape="undetermined"))
    )
    asked, found = needed(ruleset.program), []
    for number in numbers:
        record = {name: value for name, value in records[number].items() if name in asked}
        wanted: tuple[Counter[Any], Counter[Any]] = Counter(), Counter()
        try:
            decision = ruleset.evaluate(record, as_of=day)
        except RecordError:
            pass  # neither has a row
        else:
            wanted = sql_findings.of_decision(decision), sql_findings.gaps_of(decision, where.name)
        for rows_of, expected in zip((reasons, gaps), wanted, strict=True):
            told = list(sql_findings.differing(rows_of.get(number, Counter()), expected))
            found += [f"{record}: {line}" for line in told]
    return found


@pytest.mark.parametrize("name", QUICK)
@given(st.data(), strategies.days)
@SLOW
def test_any_rule_set_is_explained_as_by_decisions(name: str, data: st.DataObject, day: dt.date) -> None:
    """For any rule set and records the rows are the findings and the gaps of the decisions."""
    ruleset = keyed(text_for(name, data.draw(strategies.rule_texts())))
    records = data.draw(st.lists(strategies.records(wrong_types=True), min_size=1, max_size=12))
    with engine(name) as where:
        assert wrong_in(where, ruleset, records, day) == []


@pytest.mark.parametrize("name", QUICK)
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_case_is_explained_as_by_decisions(name: str, path: Path) -> None:
    """The conditions that were worked out by hand, with their records, in every engine that has them."""
    file = read_file(path)
    ruleset, cases = file.ruleset, list(file.cases)
    if ruleset.program.tolerance:
        pytest.skip("a tolerance is refused")
    refused = about_sets(ruleset, cases) if name not in SETS else frozenset()
    cases = [case for case in cases if case.line not in refused]
    if not cases:
        pytest.skip("conditions about sets are refused")
    ruleset = keyed(read_file(path, refused).ruleset.text)
    with engine(name) as where:
        for day in sorted({case.day for case in cases}):
            records = [case.record for case in cases if case.day == day]
            assert wrong_in(where, ruleset, records, day) == []


@pytest.mark.parametrize("name", ENGINES)
def test_the_boundary_matrix_is_explained_as_by_decisions(name: str) -> None:
    """Every operator with boundary literals, on a share of the boundary records."""
    text = matrix.rule_set(eligible="kind != 'c' or amount > 50").text
    ruleset = keyed(text if name in SETS else without_sets(text))
    with engine(name) as where:
        assert wrong_in(where, ruleset, list(matrix.records())[::40], matrix.DAY) == []


ROWS = """
ruleset: rows
version: 1
key: id
tables:
  orders: {key: customer, columns: {amount: {type: money}, kind: {type: category, values: [a, b]}}}
dimensions:
  total: {type: money, max: 100, from: orders, aggregate: sum(amount)}
  mean: {type: number, from: orders, aggregate: avg(amount)}
  usual: {type: category, values: [a], from: orders, aggregate: mode(kind)}
  count: {type: integer, from: orders, aggregate: count(), on_missing: 5}
  share: {type: ratio, value: total / count}
  close: {type: boolean, value: share > 1 and usual = 'a'}
rules:
  - {id: much, tag: Much, when: share > 20}
  - {id: mean, tag: Mean, when: not (mean < 5)}
  - {id: near, tag: Near, when: "close or usual = 'a'"}
"""


@pytest.mark.parametrize("name", ENGINES)
@pytest.mark.parametrize("tables", [("customers", "orders"), ("orders",)], ids="+".join)
def test_rows_of_tables_are_explained(name: str, tables: tuple[str, ...]) -> None:
    """What rows come to is a value as any other, and no rows, or a sum beyond its bounds, are causes."""
    ruleset = tierkit.loads(ROWS)
    rows = [(1, 30.0, "a"), (1, 50.0, "a"), (2, 500.0, "b"), (3, None, None), (5, 1.0, "a")]
    with engine(name) as where:
        where.table("orders", {"customer": "key", "amount": "money", "kind": "category"}, rows)
        where.table("customers", {"id": "key"}, [[number] for number in (1, 2, 3, 4)])
        named = {table: table for table in tables}
        found = [
            where.execute(ruleset.to_sql(name, tables=named, shape=shape))
            for shape in ("reasons", "undetermined")
        ]
    reasons, gaps = sql_findings.read(found[0], sets=False), sql_findings.read_gaps(found[1])
    everybody = (1, 2, 3, 4) if len(tables) == 2 else (1, 2, 3, 5)
    assert {*reasons, *gaps} <= set(everybody)
    for number in everybody:
        mine = [
            dict(zip(("customer", "amount", "kind"), row, strict=True)) for row in rows if row[0] == number
        ]
        decision = ruleset.evaluate({"id": number}, tables={"orders": mine})
        assert reasons.get(number, Counter()) == sql_findings.of_decision(decision)
        assert gaps.get(number, Counter()) == sql_findings.gaps_of(decision, name)


def test_what_no_table_holds_is_told() -> None:
    """Without a table of customers nobody has a value of the record, and a table that nobody named was not given."""
    ruleset = tierkit.loads(
        ROWS.replace("dimensions:", "  calls: {key: customer, columns: {n: {type: integer}}}\ndimensions:\n  city: {type: text}\n"
        "  calls: {type: integer, on_missing: 1, from: calls, aggregate: count()}")
        + "  - {id: city, tag: City, when: city = 'x'}\n  - {id: calls, tag: Calls, when: calls > 1}\n"
    )  # fmt: skip
    with engine("duckdb") as where:
        where.table("orders", {"customer": "key", "amount": "money", "kind": "category"}, [(1, 2.0, "a")])
        rows = where.execute(ruleset.to_sql("duckdb", tables={"orders": "orders"}, shape="undetermined"))
    assert sorted(rows) == [
        (1, "Calls", "calls", "calls", "not_given"),
        (1, "City", "city", "city", "absent"),
    ]


PLUGINS = """
ruleset: plugins
version: 1
key: id
dimensions:
  amount: {type: money}
  level: {type: number}
  nobody: {type: ratio, provider: unknown_to_all}
  picked: {type: number, value: case when amount > 10 then level when amount > 5 then 1 end}
rules:
  - {id: a, tag: A, when: nobody > 50%}
  - {id: b, tag: B, when: "picked > 1 or (case when level > 1 then amount end) > 2"}
  - {id: c, tag: C, when: "coalesce(amount, level / amount, level) >= 1 and level / (amount - 1) < 8"}
  - {id: d, tag: D, when: "amount = amount or at_least(2, level > 1, amount > 1, nobody is missing)"}
"""


@pytest.mark.parametrize("name", ENGINES)
def test_causes_deep_inside_of_conditions(name: str) -> None:
    """A `case` that meets nothing, a divisor that is zero, a provider that nobody has: each at its root."""
    ruleset = tierkit.loads(PLUGINS)
    values = (None, 0.0, 1.0, 2.0, 7.0, 12.0)
    records = [{"amount": amount, "level": level} for amount in values for level in values]
    with engine(name) as where:
        assert wrong_in(where, ruleset, records, dt.date(2025, 1, 1)) == []


def test_hostile_texts_come_back_as_written() -> None:
    """Tags, labels in lists and expressions are texts, whatever stands in them."""
    texts = [text for text in HOSTILE if text.isprintable() and text.strip() == text]
    rules = [
        {
            "id": f"r{at}",
            "tag": text.replace(".", "-"),
            "when": f"city in ('{quoted}', 'y') or kind = '{quoted}'",
        }
        for at, text in enumerate(texts)
        for quoted in [text.replace("'", "''")]
    ]
    ruleset = tierkit.loads(
        f"ruleset: hostile\nversion: 1\nkey: id\ndimensions: {{city: {{type: text}}, kind: {{type: category, values: {as_yaml(texts)}}}}}\n"
        f"rules: {as_yaml(rules)}\n"
    )
    records = [{"city": text, "kind": text} for text in texts]
    for name in QUICK:
        with engine(name) as where:
            assert wrong_in(where, ruleset, records, dt.date(2025, 1, 1)) == []


@pytest.mark.parametrize("shape", ["reasons", "undetermined"])
def test_a_statement_grows_with_its_leaves(shape: str) -> None:
    """Twice as many leaves make a statement about twice as long, however they are nested; indents aside."""

    def size(count: int, depth: int) -> int:
        whens = []
        for rule in range(count):
            text = f"amount > {rule}"
            for at in range(depth):
                text = f"(level > {at + rule} {('or', 'and')[at % 2]} {text})"
            whens.append({"id": f"r{rule}", "tag": "T", "when": text})
        ruleset = tierkit.loads(
            "ruleset: a\nversion: 1\nkey: id\ndimensions: {amount: {type: money}, level: {type: number}}\n"
            f"rules: {json.dumps(whens)}\n"
        )
        text = ruleset.to_sql("duckdb", tables={"customers": "c"}, shape=shape)
        return sum(map(len, text.split()))

    assert size(80, 3) < 2.2 * size(40, 3)
    assert size(10, 28) < 2.2 * size(10, 14)


@pytest.mark.parametrize(("shape", "key"), [("reasons", "Margin"), ("undetermined", "cause")])
def test_a_key_called_like_a_column_is_refused(shape: str, key: str) -> None:
    """Two columns of one name could not be told apart."""
    ruleset = tierkit.loads(f"ruleset: a\nversion: 1\nkey: {key}\nrules: []\n")
    with pytest.raises(UnsupportedError, match=f"two columns `{key.lower()}`"):
        ruleset.to_sql("duckdb", tables={"customers": "c"}, shape=shape)


@pytest.mark.parametrize("name", QUICK)
def test_hundreds_of_rules_are_explained(name: str) -> None:
    """Both shapes of some hundred rules run in every engine; the compiler of PostgreSQL would take long."""
    rules = [
        {"id": f"r{at}", "tag": f"t{at}", "when": f"amount > {at} and (level < {at + 9} or kind = 'a')"}
        for at in range(300)
    ]
    ruleset = tierkit.loads(
        "ruleset: many\nversion: 1\nkey: id\n"
        "dimensions: {amount: {type: money}, level: {type: number}, kind: {type: category, values: [a, b]}}\n"
        f"rules: {json.dumps(rules)}\n"
    )
    records: list[dict[str, Any]] = [
        {"amount": 5.0, "level": 20.0, "kind": "b"},
        {"amount": 70.0, "kind": "a"},
        {"kind": "b"},
    ]
    with engine(name) as where:
        if name == "postgres":
            where.execute("SET jit = off")
        assert wrong_in(where, ruleset, records, dt.date(2025, 1, 1)) == []


@pytest.mark.parametrize("shape", ["reasons", "undetermined"])
def test_a_statement_is_the_same_every_time(shape: str) -> None:
    """Which conditions share a bit depends on what they are, never on what lies where in memory."""
    ruleset = keyed(read_file(next(path for path in FILES if path.stem == "missing")).ruleset.text)
    texts = {
        ruleset.to_sql("duckdb", tables={"customers": "c"}, as_of="2025-01-01", shape=shape) for _ in range(6)
    }
    assert len(texts) == 1
