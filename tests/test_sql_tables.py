"""Aggregates over tables in each engine: what the rows of a customer come to is what Python makes of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

import tierkit
from tests.sql_engines import Engine, engine, read
from tests.test_sql_cases import ENGINES, QUICK
from tests.test_tables import RULES, SHANGHAI, SLOW, row
from tierkit.errors import RecordError, UnsupportedError

UTC = dt.UTC
AS_OF = "2025-11-20"
COLUMNS = {
    "id": "key", "at": "instant", "seen": "instant", "quantity": "number", "price": "money", "pieces": "integer",
    "status": "category", "on": "date",
}  # fmt: skip
NUMBERS = ("total", "month", "before", "count", "pieces", "mean", "most", "least", "kinds", "spread", "usual")


def rules_for(name: str) -> tierkit.RuleSet:
    """The rule set of the tests of tables, and a score for each number: scores are handed out as they are."""
    slow = SLOW.strip("\n")
    if name == "sqlite":  # has no integers wide enough
        slow = "\n".join(line for line in slow.splitlines() if "spread" not in line)
    numbers = [number for number in NUMBERS if number != "spread" or name != "sqlite"]
    scores = "\n".join(f"  s_{number}: {{type: score, value: {number}}}" for number in numbers)
    text = RULES.replace("SLOW", slow + "\n" + scores)
    rules = "\n".join(
        f"  - {{id: {first}, tag: {first}, when: \"{first} {operator} '{value}'\"}}"
        for first, operator, value in (
            ("first", "=", "settled"), ("last", "=", "settled"), ("latest", ">", "2025-11-10"), ("latest", "is missing", ""),
        )
        if value
    )  # fmt: skip
    return tierkit.loads(text + rules + "\n  - {id: never, tag: never, when: latest is missing}\n")


def stored(where: Engine, rows: Sequence[dict[str, Any]]) -> list[list[Any]]:
    """Rows as the engine is handed them."""
    found = []
    for item in rows:
        cells = []
        for name, type_ in COLUMNS.items():
            value = item.get(name)
            if type_ == "instant":
                value = instant(where, value)
            elif type_ != "key":
                value = where.stored(type_, value)
            cells.append(value)
        found.append(cells)
    return found


def instant(where: Engine, value: Any) -> Any:
    """An instant as the engine is handed it: of UTC where it knows no zones."""
    if value is None:
        return None
    value = value.astimezone(UTC)
    if where.name in ("duckdb", "postgres", "spark"):
        return value
    return (
        value.replace(tzinfo=None) if where.name == "mariadb" else value.replace(tzinfo=None).isoformat(" ")
    )


def is_read(item: dict[str, Any], known_at: str | None) -> bool:
    """True for a row that a statement looks at: one that is in no window cannot be of a wrong type either."""
    if item["at"] is None or item["at"] >= dt.datetime.fromisoformat(AS_OF).replace(tzinfo=SHANGHAI):
        return False
    if known_at is None:
        return True
    return item["seen"] is not None and item["seen"] < dt.datetime.fromisoformat(known_at).replace(
        tzinfo=SHANGHAI
    )


def compare(
    name: str, rows: Sequence[dict[str, Any]], customers: Sequence[int], *, listed: bool, **options: Any
) -> None:
    """Asserts that the engine decides the customers as Python does, from the same rows."""
    rules = rules_for(name)
    with engine(name) as where:
        where.table("orders", COLUMNS, stored(where, rows))
        tables = {"orders": "orders"}
        if listed:
            where.table("customers", {"id": "key"}, [[customer] for customer in customers])
            tables["customers"] = "customers"
        found = read(rules, where.execute(rules.to_sql(name, tables=tables, as_of=AS_OF, **options)))
    if not listed:
        customers = sorted({item["id"] for item in rows})
    assert sorted(found) == sorted(customers)
    for customer in customers:
        mine = [item for item in rows if item["id"] == customer and is_read(item, options.get("known_at"))]
        try:
            decision = rules.evaluate({"id": customer}, tables={"orders": mine}, as_of=AS_OF, **options)
        except RecordError:
            assert found[customer].error is not None
            continue
        answer = found[customer].answer
        assert answer is not None
        assert found[customer].scores == tuple(decision.scores.values())
        assert {rules.program.rules[at].tag for at in answer[1]} == set(decision.tags)
        unknown = {rules.program.rules[at].id for at in answer[2]}
        assert unknown == {item.rule for item in decision.undetermined}


@pytest.mark.parametrize("name", ENGINES)
def test_rows_worked_out_by_hand(name: str) -> None:
    """Bounds are half-open to the microsecond, ties go to the smallest, a customer without rows is there."""
    midnight = dt.datetime(2025, 11, 19, 16, tzinfo=UTC)
    tick = dt.timedelta(microseconds=1)
    edges = [midnight, midnight - tick, midnight - dt.timedelta(30), midnight - dt.timedelta(30) - tick]
    rows = [row(1, 10 + i, at=at, id=2) for i, at in enumerate(edges)]
    rows += [
        row(3, 1, pieces=n, status=status, id=3)
        for n, status in ((5, "settled"), (2, "returned"), (5, None), (2, "odd"))
    ]
    rows += [row(4, 0.1, id=4) for _ in range(1000)]
    rows += [
        row(4, 2.0**40, id=5),
        row(4, -(2.0**40), id=5),
        row(4, 0.1, id=5),
        row(5, None, id=5, at=None, on=None),
    ]
    rows += [row(4, 9.99e12, pieces=9_000_000_000 + i, id=6, quantity=1) for i in range(40)]
    compare(name, rows, [1, 2, 3, 4, 5, 6], listed=True)
    compare(name, rows, [], listed=False)
    compare(name, rows, [1, 2, 3], listed=True, known_at="2025-11-04")


amounts = st.one_of(
    st.integers(-(10**6), 10**6).map(lambda n: n / 100), st.integers(-100, 100), st.none(),
    st.just(0.005), st.just(1e13), st.just(1e-19), st.floats(-1e12, 1e12),
)  # fmt: skip
FIRST, LAST = dt.datetime(2025, 9, 1), dt.datetime(2025, 12, 1)  # noqa: DTZ001  hypothesis adds the zone
instants = st.datetimes(FIRST, LAST, timezones=st.just(UTC)) | st.none()
drawn = st.lists(
    st.fixed_dictionaries(
        {
            "id": st.integers(1, 3), "at": instants, "seen": instants, "quantity": amounts, "price": amounts,
            "pieces": st.integers(-5, 5) | st.none() | st.just(2.5), "on": st.dates() | st.none(),
            "status": st.sampled_from(["settled", "returned", "odd", "SETTLED", None]),
        }
    ),
    max_size=12,
)  # fmt: skip


@pytest.mark.parametrize("name", QUICK)
@given(drawn, st.booleans())
@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.generate),
)
def test_any_rows_come_to_what_python_makes_of_them(
    name: str, rows: list[dict[str, Any]], known: bool
) -> None:
    """For any rows every aggregate is the same number, and a row of a wrong type refuses its customer."""
    compare(name, rows, [1, 2, 3, 4], listed=True, **({"known_at": "2025-11-01"} if known else {}))


def test_days_as_event_times() -> None:
    """A time column declared as a date is compared with days, each of which begins in the rule set's zone."""
    text = (
        "ruleset: demo\nversion: 1\nkey: id\ntimezone: Asia/Shanghai\n"
        "tables: {visits: {key: id, time: day, columns: {day: {type: date}}}}\n"
        "dimensions: {n: {type: integer, from: visits, aggregate: count(), window: 2 days}}\n"
        "rules: [{id: twice, tag: Twice, when: n >= 2}]\n"
    )
    rules = tierkit.loads(text)
    days = [dt.date(2025, 11, day) for day in (17, 18, 19, 20)]
    for name in ("duckdb", "sqlite"):
        with engine(name) as where:
            where.table(
                "visits", {"id": "key", "day": "date"}, [[1, where.stored("date", day)] for day in days]
            )
            for as_of in ("2025-11-20", dt.datetime(2025, 11, 19, 17, tzinfo=UTC)):
                sql = rules.to_sql(name, tables={"visits": "visits"}, as_of=as_of)
                python = rules.evaluate(
                    {"id": 1}, tables={"visits": [{"id": 1, "day": d} for d in days]}, as_of=as_of
                )
                (found,) = read(rules, where.execute(sql)).values()
                assert found.answer is not None
                assert bool(found.answer[1]) == bool(python.tags)


def test_what_cannot_be_summed_is_refused() -> None:
    """SQLite has no integers wide enough for a deviation, and says so."""
    with pytest.raises(UnsupportedError, match=r"dimension `spread`: `sqlite` cannot express `stddev`"):
        tierkit.loads(
            RULES.replace("SLOW", SLOW.strip("\n")) + "  - {id: s, tag: s, when: spread > 1}\n"
        ).to_sql("sqlite", tables={"orders": "orders"})


@pytest.mark.parametrize("name", ENGINES)
def test_keys_are_told_apart_by_every_character(name: str) -> None:
    """Text keys that differ in case only are two customers where the engine's own comparison ignores case."""
    text = (
        "ruleset: demo\nversion: 1\nkey: id\ntables: {visits: {key: who, columns: {n: {type: integer}}}, calls: {key: who, columns: {n: {type: integer}}}}\n"
        "dimensions:\n  n: {type: integer, from: visits, aggregate: sum(n)}\n  m: {type: integer, from: calls, aggregate: count()}\n"
        "rules: [{id: two, tag: Two, when: n = 2}, {id: m, tag: M, when: m = 1}]\n"
    )
    rules = tierkit.loads(text)
    with engine(name) as found:
        key = "text" if name in ("sqlite", "mariadb") else "plain"
        where = replace(found, types={**found.types, "plain": "TEXT", "key": "INTEGER"})
        where.table("visits", {"who": key, "n": "integer"}, [["a", 2], ["A", 1], ["é", 2], ["é", 1]])
        where.table("calls", {"who": key, "n": "integer"}, [["A", 1], ["É", 5], [None, 5]])
        where.table("people", {"id": key}, [["a"], ["A"], ["b"]])
        tables = {"visits": "visits", "calls": "calls"}
        rows = where.execute(rules.to_sql(name, tables=tables, shape="tags"))
        assert sorted(rows) == [("A", "M"), ("a", "Two"), ("É", "M")]
        assert len(where.execute(rules.to_sql(name, tables=tables))) == 4
        rows = where.execute(rules.to_sql(name, tables={**tables, "customers": "people"}, shape="tags"))
        assert sorted(rows) == [("A", "M"), ("a", "Two")]


@pytest.mark.parametrize("name", ENGINES)
def test_columns_of_exact_types(name: str) -> None:
    """Whole numbers and decimals of a database come to the nearest binary64, as a Decimal does in Python."""
    rules = tierkit.loads(
        "ruleset: demo\nversion: 1\nkey: id\ndimensions:\n  x: {type: number}\n  n: {type: integer}\n"
        "  a: {type: score, value: x}\n  b: {type: score, value: n}\nrules: [{id: r, tag: T, when: x > n}]\n"
    )
    random = Random(5)
    numbers = [Decimal(random.randrange(-(10**13), 10**13)).scaleb(-4) for _ in range(200)]
    numbers += [Decimal("0.1"), Decimal("99999999999.9999"), Decimal("-0.0001"), Decimal(0)]
    wholes = [random.randrange(-(2**60), 2**60) >> random.randrange(60) for _ in numbers]
    wholes[:4] = [2**53 - 1, -(2**53) + 1, 2**53, 2**62]
    with engine(name) as found:
        where = replace(found, types={"key": "INTEGER", "number": "DECIMAL(18, 4)", "integer": "BIGINT"})
        cells = [float(x) if name == "sqlite" else x for x in numbers]
        listed = [[at, x, n] for at, (x, n) in enumerate(zip(cells, wholes, strict=True))]
        where.table("exact", {"id": "key", "x": "number", "n": "integer"}, listed)
        rows = read(rules, where.execute(rules.to_sql(name, tables={"customers": "exact"})))
    for at, (x, n) in enumerate(zip(numbers, wholes, strict=True)):
        decision = rules.evaluate({"x": x, "n": n})
        assert rows[at].scores == tuple(decision.scores.values())
        answer = rows[at].answer
        assert answer is not None
        assert bool(answer[1]) == bool(decision.tags)
