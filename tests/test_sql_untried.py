"""Dialects that nobody here runs: their statements are compared with stored ones, parsed back, and refused in time.

The stored statements are written by `python -m tests.test_sql_untried`; read the difference before you keep it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlglot
from sqlglot import exp

import tierkit
from tests.test_sql_text import HOSTILE
from tierkit.backends.sql.untried import EVERY, UNTRIED
from tierkit.errors import UnsupportedError
from tierkit.testing.cases import _yaml as as_yaml

NAMES = tuple(UNTRIED)
PARSED = tuple(name for name in EVERY if name != "mariadb")
"""The dialects that sqlglot reads; it has none of MariaDB, whose statements are run."""
SHAPES = ("outcomes", "tags", "reasons", "undetermined")
GOLDEN = Path(__file__).parent / "golden" / "sql"
TABLES = {"customers": "dw.customers", "orders": "dw.orders"}

EVERYTHING = r"""
ruleset: everything
version: 1.0.0
key: customer_id
timezone: Asia/Shanghai
eligible: not blocked
parameters:
  floor_of: {value: 10k}
  by_kind: {by: kind, value: {a: 1, b: 2}, else: 3}
tables:
  orders:
    key: customer
    time: ordered_at
    recorded_at: seen_at
    columns:
      amount: {type: money}
      pieces: {type: integer}
      price: {type: money, value: amount / pieces}
      kind: {type: category, values: [x, y]}
dimensions:
  amount: {type: money, min: 0}
  level: {type: number, on_missing: 0}
  count: {type: integer, on_missing: error}
  share: {type: ratio, max: 1}
  blocked: {type: boolean, on_missing: false}
  kind: {type: category, values: [a, b, c]}
  city: {type: text}
  since: {type: date}
  words: {type: set, values: [p, q, r]}
  total: {type: money, from: orders, aggregate: sum(amount), where: kind = 'x', window: 30 days}
  mean: {type: number, from: orders, aggregate: avg(amount), window: this month}
  least_of: {type: number, from: orders, aggregate: min(price)}
  most_of: {type: number, from: orders, aggregate: max(price), window: 12 months, before: 30 days}
  rows: {type: integer, from: orders, aggregate: count()}
  kinds: {type: integer, from: orders, aggregate: count(distinct kind)}
  first_of: {type: category, values: [x, y], from: orders, aggregate: first(kind)}
  last_of: {type: number, from: orders, aggregate: last(pieces)}
  usual: {type: category, values: [x, y], from: orders, aggregate: mode(kind)}
  spread: {type: number, from: orders, aggregate: stddev(amount)}
  derived: {type: number, value: "case when amount > 5 then least(level, 1, count) when kind = 'a' then greatest(level, amount) else -level end"}
  named: {type: boolean, value: "amount / level > 2 and (share < 50% or kind != 'b')"}
  mark:
    type: score
    scorecard:
      - {dimension: amount, weight: 50%, cap: 100k}
      - {dimension: level, weight: 30%, points: [[0, 0], [2, 0.5], [10, 1]]}
      - {dimension: kind, weight: 20%, points: {a: 1, b: 0.5, c: 0}, on_missing: 0.1}
rules:
  - {id: order, tag: Order, when: "amount >= floor_of and level < by_kind and count between 2 and 5"}
  - {id: sums, tag: Sums, when: "abs(level) + floor(amount * 2) - ceil(share / 3) > 10 or coalesce(level, amount) = 1"}
  - {id: list, tag: List, when: "count in (1, 2, 3) and kind not in ('a', 'b') and city in ('x', '北京')"}
  - {id: text, tag: Text, when: "starts_with(city, 'ab') or ends_with(city, 'cd') or contains(city, 'ef') or equals_ignoring_case(city, 'Gh')"}
  - {id: days, tag: Days, when: "since < '2025-01-01' and days_between(since, as_of) > 30 and weekday(since) = 1 and month(since) != 2"}
  - {id: logic, tag: Logic, when: "at_least(2, amount > 1, level > 1, named) or not (city is missing or share is not missing)"}
  - {id: sets, tag: Sets, when: "has(words, 'p') and has_any(words, ('p', 'q')) and not has_all(words, ('q', 'r'))"}
  - {id: more, tag: Sets, when: "has_one(words, ('p', 'q')) or subset_of(words, ('p', 'r'))"}
  - {id: rows, tag: Rows, when: "total > 5 and mean > 1 and least_of < most_of and rows > 2 and kinds = 2 and last_of = 1"}
  - {id: picks, tag: Picks, when: "first_of = 'x' and usual = 'y'"}
  - {id: wide, tag: Wide, when: "spread > 2"}
  - {id: same, tag: Same, when: "derived = level and city = kind"}
  - {id: tier, tag: "it's", when: "value in ('gold', 'silver') and mark >= 50"}
ladders:
  value:
    eligible: amount is not missing
    tiers: [{id: gold, enter: mark >= 80, tag: Gold}, {id: silver, enter: named}, {id: bronze}]
  next:
    when_unknown: next
    tiers: [{id: high, enter: amount > 5}, {id: low, enter: amount > 1}]
"""
SMALL = r"""
ruleset: small
version: 1.0.0
key: customer_id
dimensions:
  amount: {type: money}
  kind: {type: category, values: [a, b]}
  city: {type: text}
  since: {type: date}
rules:
  - {id: vip, tag: VIP, when: "amount > 10k or (kind = 'a' and since < '2025-01-01')"}
ladders:
  value:
    tiers: [{id: gold, enter: "city in ('x', '北京')", tag: Gold}, {id: silver}]
"""
LEFT_OUT = {
    "bigquery": ("words",),
    "clickhouse": ("words",),
    "tsql": ("words", "kinds", "usual"),
    "oracle": ("words", "spread"),
    "sqlite": ("words", "spread"),
    "mariadb": ("words",),
}
"""The dimensions of the rule set above that a dialect refuses."""


def everything(name: str) -> tierkit.RuleSet:
    """Every operator, as far as a dialect has it."""
    left = LEFT_OUT.get(name, ())
    lines = [
        line for line in EVERYTHING.splitlines() if not line.startswith(tuple(f"  {word}:" for word in left))
    ]
    text = "\n".join(lines)
    for word in left:
        text = re.sub(rf" and {word} = (?:2|'y')", "", text)
        text = re.sub(rf"\n  - .*\b{word}\b.*", "", text)
    return tierkit.loads(text)


def stored(name: str) -> Iterator[tuple[Path, str]]:
    """The statements that are stored, and where."""
    for shape in SHAPES:
        ruleset = everything(name) if shape == "outcomes" else tierkit.loads(SMALL)
        tables = TABLES if shape == "outcomes" else {"customers": "dw.customers"}
        text = ruleset.to_sql(name, tables=tables, as_of="2025-11-20", known_at="2025-11-20", shape=shape)
        yield GOLDEN / f"{name}.{shape}.sql", text + "\n"


def parsed(name: str, text: str) -> exp.Expression:
    """The one statement of a text; one that only reads."""
    printer = EVERY[name].printer
    statements = sqlglot.parse(text, dialect=printer)
    assert len(statements) == 1
    (statement,) = statements
    assert isinstance(statement, exp.Select)
    assert not list(statement.find_all(exp.Delete, exp.Command, exp.Insert, exp.Drop))
    return statement


@pytest.mark.parametrize("name", NAMES)
def test_statements_are_the_stored_ones(name: str) -> None:
    """A change of what is written for a dialect that nobody runs is seen by somebody."""
    for path, text in stored(name):
        assert text == path.read_text(encoding="utf-8"), f"python -m tests.{Path(__file__).stem}"


@pytest.mark.parametrize("name", PARSED)
@pytest.mark.parametrize("shape", SHAPES)
def test_statements_parse_back(name: str, shape: str) -> None:
    """One statement that only reads, in the grammar of its dialect as somebody else knows it."""
    ruleset = everything(name)
    for tables in (TABLES, {"orders": "dw.orders"}):
        text = ruleset.to_sql(name, tables=tables, as_of="2025-11-20", shape=shape)
        statement = parsed(name, text)
        aliases = {cte.alias for cte in statement.find_all(exp.CTE)}
        read = {table.name for table in statement.find_all(exp.Table)}
        assert read - aliases <= {"customers", "orders", "DUAL"}


@pytest.mark.parametrize("name", ["tsql", "oracle"])
@pytest.mark.parametrize("shape", SHAPES)
def test_conditions_are_no_values_where_there_are_no_truth_values(name: str, shape: str) -> None:
    """A comparison stands only where a condition may: behind WHEN, ON, WHERE, AND, OR, NOT."""
    statement = parsed(name, everything(name).to_sql(name, tables=TABLES, as_of="2025-11-20", shape=shape))
    conditions = (exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE, exp.And, exp.Or, exp.Not, exp.In, exp.Is)
    places = (exp.And, exp.Or, exp.Not, exp.Where, exp.Join)
    for node in statement.find_all(*conditions):
        above: Any = node.parent
        below: Any = node
        while isinstance(above, exp.Paren):
            above, below = above.parent, above
        assert isinstance(above, places) or (isinstance(above, exp.If) and above.this is below), node.sql(
            name
        )
    assert not list(statement.find_all(exp.Boolean))
    for branch in statement.find_all(exp.If):
        inner = branch.this
        while isinstance(inner, exp.Paren):
            inner = inner.this
        assert isinstance(inner, conditions), inner.sql(name)


@pytest.mark.parametrize("name", PARSED)
def test_every_divisor_is_guarded(name: str) -> None:
    """What stands behind `/` is a constant that is not zero, or a `NULLIF` of zero."""
    text = everything(name).to_sql(name, tables=TABLES, as_of="2025-11-20")
    pairs = 0
    for node in parsed(name, text).find_all(exp.Div):
        divisor = node.expression
        while isinstance(divisor, exp.Paren):
            divisor = divisor.this
        pairs += 1
        guarded = isinstance(divisor, exp.Nullif) or not list(divisor.find_all(exp.Column))
        deviation = "squares" in node.sql() or "count" in divisor.sql()  # of two rows at least
        assert guarded or deviation, node.sql()
    assert pairs >= 4


HEAD = "ruleset: a\nversion: 1\nkey: id\ndimensions: {x: {type: text}, s: {type: set}, d: {type: date}, m: {type: money}}\n"
REFUSED = (
    ("bigquery", "has(s, 'a')", "dimension `s`: `bigquery` cannot express sets"),
    ("clickhouse", "has(s, 'a')", "dimension `s`: `clickhouse` cannot express sets"),
    ("tsql", "has(s, 'a')", "dimension `s`: `tsql` cannot express sets"),
    ("oracle", "has(s, 'a')", "dimension `s`: `oracle` cannot express sets"),
    ("oracle", "x = ''", "rule `r`: `oracle` cannot express an empty text, which it takes for NULL"),
    ("oracle", f"x = '{'é' * 3000}'", "rule `r`: `oracle` cannot express a text of more than 4000 bytes"),
    ("clickhouse", "d > '1800-01-01'", "rule `r`: `clickhouse` cannot express the day 1800-01-01"),
)


@pytest.mark.parametrize(("name", "when", "told"), REFUSED)
def test_what_a_dialect_cannot_say_is_refused(name: str, when: str, told: str) -> None:
    """Refused when the statement is written, with the rule or the dimension."""
    ruleset = tierkit.loads(
        HEAD + f"rules: [{{id: r, tag: T, when: {json.dumps(when, ensure_ascii=False)}}}]\n"
    )
    with pytest.raises(UnsupportedError) as caught:
        ruleset.to_sql(name, tables={"customers": "c"})
    assert str(caught.value) == told


AGGREGATES = "tables: {o: {key: id, columns: {k: {type: category, values: [a]}, n: {type: money}}}}\n"


@pytest.mark.parametrize(
    ("name", "aggregate", "told"),
    [
        (
            "tsql",
            "count(distinct k)",
            "dimension `v`: `tsql` cannot express texts told apart by spaces at their end",
        ),
        ("oracle", "stddev(n)", "dimension `v`: `oracle` cannot express `stddev`"),
    ],
)
def test_aggregates_that_a_dialect_cannot_say_are_refused(name: str, aggregate: str, told: str) -> None:
    """An aggregate that would come to something else is refused."""
    ruleset = tierkit.loads(
        "ruleset: a\nversion: 1\nkey: id\n" + AGGREGATES
        + f"dimensions: {{v: {{type: number, from: o, aggregate: {aggregate}}}}}\nrules: [{{id: r, tag: T, when: v > 1}}]\n"
    )  # fmt: skip
    with pytest.raises(UnsupportedError, match=re.escape(told)):
        ruleset.to_sql(name, tables={"o": "o"})


@pytest.mark.parametrize(
    ("name", "odd"),
    [("bigquery", "a`b"), ("bigquery", "a\\b"), ("clickhouse", "a\\b"), ("oracle", 'a"b')],
)
def test_names_that_a_dialect_cannot_quote_are_refused(name: str, odd: str) -> None:
    """A name is quoted or refused, whatever stands in it."""
    ruleset = tierkit.loads(HEAD + "rules: [{id: r, tag: T, when: m > 1}]\n")
    with pytest.raises(UnsupportedError, match="cannot express the name"):
        ruleset.to_sql(name, tables={"customers": [odd]})
    long = tierkit.loads(
        HEAD.replace("key: id", f"key: {'k' * 400}") + "rules: [{id: r, tag: T, when: m > 1}]\n"
    )
    if EVERY[name].most_bytes is not None:
        with pytest.raises(UnsupportedError, match="longer than"):
            long.to_sql(name, tables={"customers": "c"})


def texts_in(name: str, text: str) -> set[str]:
    """The texts that a tokenizer of the dialect finds in a statement; those in hex read."""
    found = set()
    for token in sqlglot.tokenize(text, read=EVERY[name].printer):
        if token.token_type.name in ("STRING", "NATIONAL_STRING"):
            found.add(token.text)
        if token.token_type.name == "HEX_STRING":
            found.add(bytes.fromhex(token.text).decode("utf-16-le" if name == "tsql" else "utf-8"))
    plain = [piece for piece in found if re.fullmatch(r"(?:[0-9a-f]{2})+", piece)]
    return found | {bytes.fromhex(piece).decode("utf-8", "replace") for piece in plain}


@pytest.mark.parametrize("name", PARSED)
@pytest.mark.parametrize("shape", ["outcomes", "tags", "reasons"])
def test_hostile_texts_are_only_texts(name: str, shape: str) -> None:
    """A text comes back from the tokenizer of the dialect as it was written, and nothing else of it does."""
    texts = [text for text in HOSTILE if text]
    rules = [
        {"id": f"r{at}", "tag": f"t{at}", "when": f"contains(city, '{quoted}')"}
        for at, quoted in enumerate(text.replace("'", "''") for text in texts)
    ]
    tags = [text.replace(".", "-") for text in texts if text.isprintable() and text.strip() == text]
    rules += [{"id": f"g{at}", "tag": text, "when": "city is missing"} for at, text in enumerate(tags)]
    ruleset = tierkit.loads(
        f"ruleset: hostile\nversion: 1\nkey: id\ndimensions: {{city: {{type: text}}}}\nrules: {as_yaml(rules)}\n"
    )
    text = ruleset.to_sql(name, tables={"customers": "c"}, shape=shape)
    parsed(name, text)
    found = texts_in(name, text)
    assert set(texts) <= found
    if shape != "outcomes":
        assert set(tags) <= found


@pytest.mark.parametrize("name", PARSED)
def test_hostile_names_are_only_names(name: str) -> None:
    """A table and a key may be called anything that the dialect can quote; its tokenizer gives them back."""
    table, key = "a b'; DROP TABLE x --", "k' \u2019 键"
    if name == "bigquery":
        table = "a b' DROP TABLE x --"
    ruleset = tierkit.loads(
        f"ruleset: names\nversion: 1\nkey: {json.dumps(key)}\ndimensions: {{选择: {{type: money}}}}\n"
        "rules: [{id: group, tag: T, when: 选择 > 1}]\n"
    )
    text = ruleset.to_sql(name, tables={"customers": [table]}, shape="tags")
    statement = parsed(name, text)
    assert table in {found.name for found in statement.find_all(exp.Table)}
    assert {key, "选择"} <= {found.name for found in statement.find_all(exp.Column)} | {
        found.alias for found in statement.find_all(exp.Alias)
    }


def test_long_lists_are_cut_where_an_engine_limits_them() -> None:
    """Oracle takes a thousand values in one list; more become several lists, each value once."""
    values = ", ".join(f"'v{at}'" for at in range(2500))
    ruleset = tierkit.loads(HEAD + f'rules: [{{id: r, tag: T, when: "x not in ({values})"}}]\n')
    statement = parsed("oracle", ruleset.to_sql("oracle", tables={"customers": "c"}))
    lists = [node for node in statement.find_all(exp.In) if len(node.expressions) > 10]
    assert max(len(node.expressions) for node in lists) == 1000
    assert {item.name for node in lists for item in node.expressions} == {f"v{at}" for at in range(2500)}


def test_texts_with_spaces_at_the_end_are_others_in_sql_server() -> None:
    """Behind both sides of a comparison of texts stands a character, so that spaces before it count."""
    ruleset = tierkit.loads(HEAD + "rules: [{id: r, tag: T, when: \"x = 'a ' or x in ('b', 'c ')\"}]\n")
    text = ruleset.to_sql("tsql", tables={"customers": "c"})
    assert {"a .", "b.", "c ."} <= texts_in("tsql", text)
    assert not {"a ", "b", "c "} & texts_in("tsql", text)


if __name__ == "__main__":
    GOLDEN.mkdir(exist_ok=True)
    for dialect in NAMES:
        for file, written in stored(dialect):
            file.write_text(written, encoding="utf-8")
