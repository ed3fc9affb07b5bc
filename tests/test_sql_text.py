"""The text of statements: hostile names and values, what is refused, how much there may be."""

from __future__ import annotations

import json
import sqlite3
from typing import Any

import pytest
import sqlglot

import tierkit
from tests.sql_engines import engine, run
from tests.test_sql_cases import ENGINES
from tierkit.backends.sql.words import count, positions
from tierkit.errors import UnsupportedError, UsageError
from tierkit.plugins import hookimpl
from tierkit.program.providers import DimensionProvider, FunctionProvider
from tierkit.testing.cases import _yaml as as_yaml

HOSTILE = (
    "it's", "''", "'", '"', "`", "\\", "\\'", "'; DROP TABLE records; --", "*/ -- /*", "${env:PATH}", "%s %(x)s :x ? $1",
    "{x}", "a\tb", "line\nbreak", "\r\n", "北京", "\U0001f600", "' OR '1'='1", "\\x27", "$$", "\u2019", " a ", "é", "e\u0301",
    "N'", "E'\\''", "\x7f", "\u200b",
)  # fmt: skip


SETTINGS = {
    "postgres": "SET standard_conforming_strings = off",
    "mariadb": "SET sql_mode = 'NO_BACKSLASH_ESCAPES,ANSI_QUOTES'",
}
"""What changes how a server reads literals."""


@pytest.mark.parametrize(("name", "setting"), [*((name, "") for name in ENGINES), *SETTINGS.items()])
def test_hostile_texts_are_only_texts(name: str, setting: str) -> None:
    """A literal in a rule matches exactly the value that it is, whatever stands in it; tags come back as written."""
    rules: list[dict[str, Any]] = []
    for at, text in enumerate(HOSTILE):
        quoted = text.replace("'", "''")
        rules += [
            {"id": f"e{at}", "tag": f"e{at}", "when": f"city = '{quoted}'"},
            {"id": f"c{at}", "tag": f"c{at}", "when": f"contains(city, '{quoted}')"},
            {"id": f"i{at}", "tag": f"i{at}", "when": f"city in ('{quoted}', 'other')"},
        ]
    kinds = as_yaml([text for text in HOSTILE if text.isprintable() and text.strip() == text])
    ruleset = tierkit.loads(
        f"ruleset: hostile\nversion: 1\nkey: id\ndimensions: {{city: {{type: text}}, kind: {{type: category, values: {kinds}}}}}\n"
        f"rules: {as_yaml([*rules, {'id': 'k', 'tag': 'K', 'when': 'kind is not missing'}])}\n"
    )
    records = [{"city": text, "kind": text} for text in (*HOSTILE, "other", "IT'S", "ITS", "É")]
    with engine(name) as where:
        if setting:
            where.execute(setting)
        found, left = run(where, ruleset, records, "2025-01-01")
        assert where.execute("SELECT COUNT(*) FROM records") == [(len(records),)]
    assert left == []
    for number, row in found.items():
        decision = ruleset.evaluate(records[number])
        assert row.answer is not None
        assert {ruleset.program.rules[at].tag for at in row.answer[1]} == set(decision.tags)


@pytest.mark.parametrize("name", ENGINES)
def test_hostile_names_are_only_names(name: str) -> None:
    """Tables, keys and tags may be called anything."""
    table, key, tag = 'a "b`; DROP TABLE x --', "k'\"`", "'; --"
    ruleset = tierkit.loads(
        f"ruleset: names\nversion: '1-a'\nkey: {json.dumps(key)}\ndimensions: {{选择: {{type: money}}, key: {{type: money}}}}\n"
        f"rules: [{{id: 'group', tag: {json.dumps(tag)}, when: 选择 > key}}]\n"
    )
    with engine(name) as where:
        where.table(table, {key: "key", "选择": "money", "key": "money"}, [[1, 5.0, 2.0], [2, 1.0, 2.0]])
        for shape, wanted in (("tags", [(1, tag)]), ("outcomes", None)):
            rows = where.execute(
                ruleset.to_sql(name, tables={"customers": [table]}, as_of="2025-01-01", shape=shape)
            )
            assert rows == wanted if wanted is not None else len(rows) == 2


@pytest.mark.parametrize("name", ENGINES)
def test_one_statement_and_only_known_nodes(name: str) -> None:
    """What is written is one statement that only reads."""
    ruleset = tierkit.loads(
        "ruleset: a\nversion: 1\nkey: id\ndimensions: {x: {type: text}}\nrules: [{id: r, tag: T, when: \"x = '; DELETE FROM c; --'\"}]\n"
    )
    printer = "mysql" if name == "mariadb" else name
    statements = sqlglot.parse(ruleset.to_sql(name, tables={"customers": "c"}), dialect=printer)
    assert len(statements) == 1
    assert isinstance(statements[0], sqlglot.exp.Select)
    assert not list(statements[0].find_all(sqlglot.exp.Delete, sqlglot.exp.Command))


class Plugin:
    """A provider and functions, with SQL and without."""

    @hookimpl
    def tierkit_dimensions(self) -> list[DimensionProvider]:
        """Two providers."""
        column = sqlglot.exp.column
        with_sql = DimensionProvider(
            name="doubled", type="money", inputs={"amount": "money"}, compute=lambda record, _: record["amount"] * 2,
            sql=lambda _: column("amount") * sqlglot.exp.Literal.number(2),
        )  # fmt: skip
        return [with_sql, DimensionProvider(name="secret", type="money", compute=lambda *_: 1.0)]

    @hookimpl
    def tierkit_functions(self) -> list[FunctionProvider]:
        """Two functions."""
        halved = FunctionProvider(
            name="halved", arguments=("number",), type="number", compute=lambda x: x / 2,
            sql=lambda x: sqlglot.exp.Div(this=x, expression=sqlglot.exp.Literal.number(2)),
        )  # fmt: skip
        return [
            halved,
            FunctionProvider(name="dark", arguments=("number",), type="number", compute=lambda x: x),
        ]


PLUGGED = """
ruleset: plugged
version: 1
key: id
dimensions:
  amount: {type: money}
  twice: {type: money, provider: doubled}
  other: {type: money, provider: secret}
rules:
  - {id: r, tag: T, when: "WHEN"}
"""


def plugged(when: str) -> tierkit.RuleSet:
    """A rule set with plugins."""
    return tierkit.loads(PLUGGED.replace("WHEN", when), plugins=[Plugin()])


def test_plugins_say_it_in_sql_or_are_refused() -> None:
    """A provider and a function with `sql` are part of the statement; one without is refused by name."""
    ruleset = plugged("twice > 10 and halved(amount) < 50")
    records = [{"amount": amount} for amount in (1.0, 6.0, 60.0, 200.0, None)]
    with engine("duckdb") as where:
        found, _ = run(where, ruleset, records, "2025-01-01")
    fired = [bool(row.answer and row.answer[1]) for _, row in sorted(found.items())]
    assert fired == [False, True, True, False, False]
    with pytest.raises(
        UnsupportedError, match=r"dimension `other`: `duckdb` cannot express the provider `secret`"
    ):
        plugged("other > 1").to_sql("duckdb", tables={"customers": "c"})
    with pytest.raises(UnsupportedError, match=r"rule `r`: `duckdb` cannot express `dark`"):
        plugged("dark(amount) > 1").to_sql("duckdb", tables={"customers": "c"})


def test_what_is_refused() -> None:
    """No key, a table called like the records, columns of the result that cannot be told apart."""
    head = "ruleset: a\nversion: 1\ndimensions: {x: {type: money}}\nrules: [{id: r, tag: T, when: x > 1}]\n"
    with pytest.raises(UsageError, match="needs `key:`"):
        tierkit.loads(head).to_sql("duckdb", tables={"customers": "c"})
    own = head.replace(
        "dimensions", "key: id\ntables: {customers: {key: id, columns: {n: {type: integer}}}}\ndimensions"
    )
    with pytest.raises(UsageError, match="another name"):
        tierkit.loads(own).to_sql("duckdb", tables={"customers": "c"})
    clash = head.replace("dimensions: {", "key: id\ndimensions: {version: {type: score, value: x}, ")
    with pytest.raises(UnsupportedError, match="two columns `version`"):
        tierkit.loads(clash).to_sql("duckdb", tables={"customers": "c"})


@pytest.mark.parametrize("name", ENGINES)
def test_a_thousand_rules_and_deep_ones(name: str) -> None:
    """A thousand rules, and conditions as deep as the language allows, run in every engine."""
    deep = "amount > 1"
    for at in range(30):
        deep = f"(amount > {at} {('or', 'and')[at % 2]} {deep})"
    branches = " ".join(f"when amount = {at} then {at} + least(amount, {at})" for at in range(60))
    texts = [
        deep,
        f"case {branches} else 0 end > 5",
        " or ".join(f"amount = {at}" for at in range(0, 3000, 2)),
    ]
    texts += [f"amount > {at} and (amount < {at + 9} or kind = 'a')" for at in range(997)]
    rules = [{"id": f"r{at}", "tag": f"t{at}", "when": text} for at, text in enumerate(texts)]
    ruleset = tierkit.loads(
        "ruleset: many\nversion: 1\nkey: id\ndimensions: {amount: {type: money}, kind: {type: category, values: [a, b]}}\n"
        f"rules: {json.dumps(rules)}\n"
    )
    records = [{"amount": float(amount), "kind": "b"} for amount in (0, 5, 500, 1001)]
    with engine(name) as where:
        found, _ = run(where, ruleset, records, "2025-01-01")
    for number, row in found.items():
        decision = ruleset.evaluate(records[number])
        assert row.answer is not None
        assert [ruleset.program.rules[at].tag for at in row.answer[1]] == list(decision.tags)


def test_words_are_read_bit_by_bit() -> None:
    """Bits come out of words in order, across words."""
    assert positions((1 << 61 | 1, 2)) == (0, 61, 63)
    assert (count(0), count(62), count(124), count(125)) == (1, 1, 2, 3)
    assert sqlite3.sqlite_version_info >= (3, 35)
