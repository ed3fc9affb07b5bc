"""Frames of Spark, whole and as streams: the rows that come out are those of every other table."""

from __future__ import annotations

import datetime as dt
import doctest
import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

import tierkit
from tests import matrix, test_sql_text
from tests.frames import expected
from tests.spark_engine import TYPES, frame, session, settings, spark_engine
from tests.sql_engines import CannotHoldError
from tests.test_sql_cases import keyed
from tests.test_sql_tables import COLUMNS, is_read, rules_for, stored
from tests.test_tables import row
from tierkit.engine.spark import is_spark
from tierkit.errors import RecordError, UnsupportedError, UsageError
from tierkit.program.reference import Answer, decide

DAY = "2025-11-20"
SHOP = """
ruleset: shop
version: 2.1.0
key: customer
timezone: Asia/Shanghai
tables:
  orders: {key: who, time: at, columns: {amount: {type: money}, status: {type: category, values: [settled, returned]}}}
dimensions:
  city: {type: text}
  count: {type: integer, on_missing: error}
  bought: {type: money, from: orders, aggregate: sum(amount), where: status = 'settled', window: 30 days, on_missing: 5}
  double: {type: number, value: bought * 2}
  points: {type: score, value: count}
rules:
  - {id: vip, tag: VIP, when: bought >= 10k and city = '上海'}
  - {id: twice, tag: it's, when: double > 30k or count > 2}
  - {id: large, tag: VIP, when: double > 40k}
ladders:
  size:
    tiers: [{id: large, enter: bought >= 20k, tag: Large}, {id: mid, enter: count > 5, tag: VIP}, {id: small}]
"""


def shop() -> tierkit.RuleSet:
    """A rule set with a table."""
    return tierkit.loads(SHOP)


def rows_of(found: Any) -> list[dict[str, Any]]:
    """The rows of a frame, by key."""
    return sorted((item.asDict() for item in found.collect()), key=lambda item: str(item["key"]))


def as_row(ruleset: tierkit.RuleSet, record: Mapping[str, Any], day: str, **options: Any) -> dict[str, Any]:
    """The row of a record as its decision has it."""
    decision = ruleset.evaluate(record, as_of=day, **options)
    return {
        "key": decision.key, "ruleset": ruleset.name, "version": ruleset.version,
        "as_of": decision.as_of.isoformat(), "tags": list(decision.tags),
        **{f"tier_{name}": tier for name, tier in decision.tiers.items()}, **decision.scores,
        "undetermined": [item.rule or item.ladder for item in decision.undetermined], "error": None,
    }  # fmt: skip


def people(rows: Sequence[Sequence[Any]], **columns: str) -> Any:
    """Customers as a frame."""
    return frame(columns or {"customer": "key", "city": "text", "count": "integer"}, rows)


def orders(rows: Sequence[Sequence[Any]]) -> Any:
    """Orders as a frame."""
    return frame({"who": "key", "at": "instant", "amount": "money", "status": "text"}, rows)


PEOPLE = [(1, "上海", 1.0), (2, "上海", 6.0), (3, None, 3.0), (4, "北京", None), (5, "北京", 2.5)]
AT = dt.datetime(2025, 11, 18, 9, 30, tzinfo=dt.UTC)
ORDERS = [
    (1, AT, 25_000.0, "settled"),
    (2, AT, 9_999.99, "settled"),
    (2, AT, 0.01, "settled"),
    (3, AT, 1e4, "returned"),
]


def test_rows_are_those_of_decisions() -> None:
    """Tags in the order of decisions, each once; tiers, scores and open names; a row that is refused says why."""
    rules = shop()
    found = rows_of(rules.evaluate_table(people(PEOPLE), tables={"orders": orders(ORDERS)}, as_of=DAY))
    for item, (key, city, count) in zip(found[:3], PEOPLE, strict=False):
        own = [{"who": w, "at": a, "amount": m, "status": s} for w, a, m, s in ORDERS if w == key]
        record = {"customer": key, "city": city, "count": count}
        assert item == as_row(rules, record, DAY, tables={"orders": own})
    nothing: dict[str, Any] = {"tags": [], "tier_size": None, "points": None, "undetermined": []}
    head = {"ruleset": "shop", "version": "2.1.0", "as_of": found[0]["as_of"]}
    for item in found[3:]:
        error = "`count` is missing or of a wrong type and must not be"
        assert item == {"key": item["key"], **head, **nothing, "error": error}
    assert list(found[0]) == [
        "key", "ruleset", "version", "as_of", "tags", "tier_size", "points", "undetermined", "error",
    ]  # fmt: skip


def test_a_table_that_is_not_there() -> None:
    """Without its table a dimension is read from a column, and without one it is missing: no default applies."""
    rules = shop()
    with_column = people(
        [(1, "上海", 1.0, 2e4)], customer="key", city="text", count="integer", bought="money"
    )
    assert rows_of(rules.evaluate_table(with_column, as_of=DAY)) == [
        as_row(rules, {"customer": 1, "city": "上海", "count": 1, "bought": 2e4}, DAY)
    ]
    found = rows_of(rules.evaluate_table(people(PEOPLE[:2]), as_of=DAY))
    assert found == [as_row(rules, {"customer": k, "city": c, "count": n}, DAY) for k, c, n in PEOPLE[:2]]
    assert found[0]["undetermined"]


def test_columns_are_found_whatever_they_are_called() -> None:
    """`columns` and `given` say where values are; names of columns mean nothing, not even to Spark."""
    rules = tierkit.loads(
        SHOP.replace("key: customer", "key: '${env:PATH}`'").replace("key: who", 'key: "w.h`o${x}{}"')
    )
    city, double = "ci.ty`'${env:PATH}{0}", "double "
    frame_ = people(
        [(1, 1.0, "上海", 5e4), (2, 1.0, None, 0.0)],
        **{"${env:PATH}`": "key", "count": "integer", city: "text", double: "number"},
    )
    rows = orders(ORDERS).withColumnRenamed("who", "w.h`o${x}{}")
    options: dict[str, Any] = {"columns": {"city": city, "double": double}, "given": ["double"]}
    found = rows_of(rules.evaluate_table(frame_, tables={"orders": rows}, as_of=DAY, **options))
    assert [(item["key"], item["tags"]) for item in found] == [(1, ["VIP", "it's", "Large"]), (2, [])]


def test_the_matrix_as_a_frame() -> None:
    """Boundary records that a column can hold come out of a frame as the reference has them, compiled code and all."""
    ruleset = matrix.rule_set(eligible="kind != 'c' or amount > 50")
    program = ruleset.program
    own = [d for d in program.dimensions.values() if not d.computed]
    rows: list[list[Any]] = []
    kept: list[dict[str, Any]] = []
    with spark_engine() as where:
        for record in matrix.records():
            try:
                rows.append([len(kept), *(where.stored(d.type, record.get(d.name)) for d in own)])
            except CannotHoldError:
                continue
            kept.append({d.name: record.get(d.name) for d in own})
    made = frame({"id": "key", **{d.name: d.type for d in own}}, rows)
    with_key = keyed(ruleset.text)
    with settings(spark_sql_codegen_wholeStage="true", spark_sql_codegen_factoryMode="FALLBACK"):
        found = {item["key"]: item for item in rows_of(with_key.evaluate_table(made, as_of=matrix.DAY))}
    assert len(found) == len(kept) > 700
    for at, record in enumerate(kept):
        wanted = expected(ruleset, record, matrix.DAY)
        item = {name: found[at][name] for name in wanted if name != "values"}
        if wanted["error"] is not None:
            faults = decide(program, record, matrix.DAY)
            assert not isinstance(faults, Answer)
            assert item["error"] in {f"`{fault.dimension}` is of a wrong type" for fault in faults}
            wanted["error"] = item["error"]
        assert item == {name: value for name, value in wanted.items() if name != "values"}, record


def test_rows_of_tables_as_frames() -> None:
    """Windows, two clocks and every aggregate are those of Python."""
    rules = rules_for("spark")
    rows = [
        row(d, 10 + d, id=d % 3, pieces=d, status=s) for d in range(1, 20) for s in ("settled", "returned")
    ]
    rows += [row(4, 1e4, id=5, pieces=2.5), row(4, 2.0**40, id=4), row(4, 0.1, id=4)]
    customers = frame({"id": "key"}, [[at] for at in range(7)])
    with spark_engine() as where:
        made = frame(COLUMNS, stored(where, rows))
    known = "2025-11-04"
    found = rows_of(rules.evaluate_table(customers, tables={"orders": made}, as_of=DAY, known_at=known))
    assert len(found) == 7
    for item in found:
        own = [r for r in rows if r["id"] == item["key"] and is_read(r, known)]
        try:
            wanted = as_row(rules, {"id": item["key"]}, DAY, tables={"orders": own}, known_at=known)
        except RecordError:
            assert item["error"] == "`orders.pieces` of a row is of a wrong type"
            continue
        assert item == wanted


def test_a_deviation_that_is_too_large_is_an_error() -> None:
    """A sum of squares beyond 38 digits is never taken for no rows, not even where Spark makes NULL of it."""
    rules = rules_for("spark")
    columns = {"id": "key", "at": "instant", "seen": "instant", "pieces": "integer"}
    made = frame(columns, [(1, AT, AT, 2.0**53 - 1)] * 2000)
    for name in ("quantity", "price"):
        made = made.selectExpr("*", f"CAST(1 AS DOUBLE) AS {name}")
    made = made.selectExpr("*", "'settled' AS status", "CURRENT_DATE AS `on`")
    with settings(spark_sql_ansi_enabled="false"):
        found = rules.evaluate_table(frame({"id": "key"}, [[1]]), tables={"orders": made}, as_of=DAY)
        with pytest.raises(Exception, match="more than 38 digits"):
            found.collect()


def test_a_stream_is_decided_like_a_table(tmp_path: Path) -> None:
    """A stream gives a stream, to memory and batch by batch; tables join it, and none may be a stream itself."""
    spark, rules = session(), shop()
    (tmp_path / "in").mkdir()
    for at, (key, city, count) in enumerate(PEOPLE[:3]):
        line = json.dumps({"customer": key, "city": city, "count": count, "bought": 1e4 * key})
        (tmp_path / "in" / f"{at}.json").write_text(line, encoding="utf-8")
    schema = "customer INT, city STRING, count DOUBLE, bought DOUBLE"
    records = [
        dict(zip(("customer", "city", "count", "bought"), (*p, 1e4 * p[0]), strict=True)) for p in PEOPLE[:3]
    ]
    stream = spark.readStream.schema(schema).option("maxFilesPerTrigger", 1).json(str(tmp_path / "in"))
    wanted = [as_row(rules, record, DAY) for record in records]

    def run(outcomes: Any, to: Any) -> None:
        assert outcomes.isStreaming
        query = to(outcomes.writeStream.trigger(availableNow=True)).start()
        query.awaitTermination()

    run(rules.evaluate_table(stream, as_of=DAY), lambda w: w.format("memory").queryName("tierkit_memory"))
    assert rows_of(spark.table("tierkit_memory")) == wanted
    batches: list[dict[str, Any]] = []

    def batch(some: Any, _: int) -> None:
        batches.extend(rows_of(rules.evaluate_table(some, as_of=DAY)))

    run(stream, lambda w: w.foreachBatch(batch))
    assert sorted(batches, key=lambda item: int(item["key"])) == wanted
    joined = rules.evaluate_table(stream, tables={"orders": orders(ORDERS)}, as_of=DAY)
    run(joined, lambda w: w.format("memory").queryName("tierkit_joined"))
    table = rules.evaluate_table(people(PEOPLE[:3]), tables={"orders": orders(ORDERS)}, as_of=DAY)
    assert rows_of(spark.table("tierkit_joined")) == rows_of(table)
    with pytest.raises(UsageError, match="`orders` is a stream"):
        rules.evaluate_table(people(PEOPLE), tables={"orders": stream}, as_of=DAY)
    for name in ("tierkit_memory", "tierkit_joined"):
        spark.catalog.dropTempView(name)


@pytest.mark.parametrize(
    "changed",
    [
        {"spark_sql_parser_escapedStringLiterals": "true"},
        {"spark_sql_ansi_enabled": "false", "spark_sql_variable_substitute": "true"},
        {"spark_sql_ansi_doubleQuotedIdentifiers": "true", "spark_sql_caseSensitive": "true"},
        {"spark_sql_legacy_consecutiveStringLiterals_enabled": "true", "spark_sql_legacy_sizeOfNull": "true"},
    ],
)
def test_hostile_texts_whatever_the_settings(changed: dict[str, str]) -> None:
    """A text in a rule is that text in every setting of the session that changes how statements are read."""
    with settings(**changed):
        test_sql_text.test_hostile_texts_are_only_texts("spark", "")


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "Pacific/Apia"])
def test_answers_do_not_depend_on_settings(zone: str) -> None:
    """Without ANSI mode, with other kinds of timestamps and in other zones the rows are the same."""
    rules = shop()

    def decided() -> list[dict[str, Any]]:
        rows = orders([*ORDERS, (1, dt.datetime(2025, 11, 19, 16, tzinfo=dt.UTC), 1e6, "settled")])
        return rows_of(rules.evaluate_table(people(PEOPLE), tables={"orders": rows}, as_of=DAY))

    before = decided()
    kinds = {"spark_sql_ansi_enabled": "false", "spark_sql_timestampType": "TIMESTAMP_LTZ"}
    with settings(spark_sql_session_timeZone=zone, **kinds):
        assert decided() == before


def test_nothing_overflows() -> None:
    """`floor` and `ceil` of numbers beyond 64 bits are what they are, and whole numbers may be of any size."""
    rules = tierkit.loads(
        "ruleset: a\nversion: 1\nkey: id\ndimensions: {x: {type: number}, n: {type: integer}, y: {type: number, value: floor(x)}}\n"
        "rules: [{id: up, tag: Up, when: ceil(x * x) = x * x}, {id: n, tag: N, when: n > 1}, {id: f, tag: F, when: floor(x * 1k) / 10 > 9e17}]\n"
    )
    records: list[Any] = [(1, 1e18, 1e300), (2, -1e17, 2.0**53 - 1), (3, -0.5, 5.0), (4, 2.0**63, -1e19)]
    found = rules.evaluate_table(people(records, id="key", x="number", n="number"), as_of=DAY)
    assert rows_of(found) == [as_row(rules, {"id": i, "x": x, "n": n}, DAY) for i, x, n in records]


def test_sums_keep_their_order() -> None:
    """Two orders of the same sum stay two sums, though Spark takes one for the other."""
    whens = [
        "(x + y) + z = 0.6",
        "x + (y + z) = 0.6",
        "(x * y) * z = 0.006",
        "x * (y * z) = 0.006",
        "(z + y) + x = 0.6",
    ]
    rules = tierkit.loads(
        "ruleset: a\nversion: 1\nkey: id\ndimensions: {x: {type: number}, y: {type: number}, z: {type: number}}\n"
        f"rules: {json.dumps([{'id': f'r{i}', 'tag': f't{i}', 'when': when} for i, when in enumerate(whens)])}\n"
    )
    found = rules.evaluate_table(
        people([(1, 0.1, 0.2, 0.3)], id="key", x="number", y="number", z="number"), as_of=DAY
    )
    assert rows_of(found) == [as_row(rules, {"id": 1, "x": 0.1, "y": 0.2, "z": 0.3}, DAY)]
    assert 0 < len(rows_of(found)[0]["tags"]) < len(whens)


CITY, COUNT = {"city": "text"}, {"count": "integer"}
REFUSED: list[tuple[Any, dict[str, Any], str]] = [
    ({"customer": "key", "city": "number"}, {}, "the column `city` is of type double, but text is expected"),
    ({"customer": "key", "n": "text"}, {"columns": {"count": "n"}}, r"the column `n` \(for `count`\) is of type string"),
    ({"customer": "key"}, {"columns": {"count": "n"}}, "the column `n`, which the table does not have"),
    ({"customer": "key", "n": "text"}, {"columns": {"x": "n"}}, "`x`, which is no dimension"),
    ({"customer": "key"}, {"given": ["doubel"]}, "did you mean `double`"),
    ({"customer": "key"}, {"tables": {"order": None}}, "no table of the rule set; did you mean `orders`"),
    ({"customer": "key"}, {"tables": {"orders": []}}, "`tables` has a list for `orders`"),
    ({"customer": "key"}, {"engine": "polars"}, "`values`, `engine`, `memory_limit` and `into` are for other tables"),
    ({"id": "key"}, {"tables": "some"}, "no column is called `customer`"),
]  # fmt: skip


@pytest.mark.parametrize(("columns", "options", "message"), REFUSED)
def test_what_makes_no_sense_is_refused(
    columns: dict[str, str], options: dict[str, Any], message: str
) -> None:
    """A column of a wrong type and a name that means nothing are told before anything runs."""
    session()
    if options.get("tables") == "some":
        options = {"tables": {"orders": orders([])}}
    with pytest.raises(UsageError, match=message):
        shop().evaluate_table(people([], **columns), as_of=DAY, **options)


def test_tables_of_wrong_columns_are_refused() -> None:
    """A table lacks a column, or its time is none."""
    made = orders([])
    for wrong, message in (
        (made.drop("status"), "`orders` has no column `status`"),
        (
            made.withColumn("at", made.amount),
            "the column `at` of `orders` is of type double, but a timestamp",
        ),
        (made.withColumn("amount", made.status), "the column `amount` .*is of type string"),
    ):
        with pytest.raises(UsageError, match=message):
            shop().evaluate_table(people([]), tables={"orders": wrong}, as_of=DAY)
    name = tierkit.loads(SHOP.replace("key: customer", "key: a${x}"))
    with pytest.raises(UnsupportedError, match=r"cannot express the name `a\$\{x\}`"):
        name.to_sql("spark", tables={"customers": "c"})
    assert not is_spark([])
    assert set(TYPES) > set(COLUMNS.values()) - {"money", "number"}


def test_the_page_shows_what_comes_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The example on the page, which the pages' own test leaves out, prints what it says."""
    page = (Path(__file__).parent.parent / "docs" / "sql.md").read_text(encoding="utf-8")
    (rule_file,) = re.findall(r"<!-- file: shop.yaml -->\n```yaml\n(.*?)```", page, re.DOTALL)
    (example,) = re.findall(r"a test of its own runs it -->\n```python\n(.*?)```", page, re.DOTALL)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "shop.yaml").write_text(rule_file, encoding="utf-8")
    known = {"spark": session(), "rules": tierkit.load("shop.yaml")}
    found = doctest.DocTestParser().get_doctest(example, known, "sql.md", None, None)
    assert len(found.examples) > 5
    assert doctest.DocTestRunner().run(found).failed == 0
