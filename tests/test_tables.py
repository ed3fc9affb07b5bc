"""Tables handed over with a record: windows, rows, aggregates, needs, and what is refused."""

from __future__ import annotations

import datetime as dt
import math
from decimal import Decimal
from fractions import Fraction
from typing import Any
from unittest import mock
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

import tierkit
from tierkit.engine.examples import run
from tierkit.engine.tables import Aggregator
from tierkit.errors import RecordError, UsageError
from tierkit.program.windows import Interval, interval

UTC = dt.UTC
SHANGHAI = ZoneInfo("Asia/Shanghai")

RULES = """
ruleset: shop
version: 1
key: id
timezone: Asia/Shanghai
tables:
  orders:
    key: id
    time: at
    recorded_at: seen
    columns:
      quantity: {type: number, scale: 3}
      price: {type: money}
      amount: {type: money, value: quantity * price}
      pieces: {type: integer}
      status: {type: category, values: [settled, returned]}
      on: {type: date}
dimensions:
  total: {type: money, from: orders, aggregate: sum(amount), where: status = 'settled'}
  month: {type: money, from: orders, aggregate: sum(amount), window: 30 days}
  before: {type: money, from: orders, aggregate: sum(amount), window: 30 days, before: 30 days}
  count: {type: integer, from: orders, aggregate: count(), window: this month}
  pieces: {type: integer, from: orders, aggregate: sum(pieces)}
  mean: {type: money, from: orders, aggregate: avg(amount)}
  most: {type: money, from: orders, aggregate: max(amount)}
  least: {type: integer, from: orders, aggregate: min(pieces)}
SLOW
  growth: {type: number, value: month / before}
rules:
  - {id: large, tag: Large, when: total > 100}
  - {id: grows, tag: Grows, when: growth > 1}
"""
SLOW = """
  kinds: {type: integer, from: orders, aggregate: count(distinct status)}
  spread: {type: number, from: orders, aggregate: stddev(pieces)}
  first: {type: category, from: orders, aggregate: first(status)}
  last: {type: category, from: orders, aggregate: last(status)}
  usual: {type: integer, from: orders, aggregate: mode(pieces)}
  latest: {type: date, from: orders, aggregate: max(on)}
"""
FAST = tierkit.loads(RULES.replace("SLOW", ""))
WHOLE = tierkit.loads(RULES.replace("SLOW", SLOW.strip("\n")))


def row(day: int, amount: Any, **more: Any) -> dict[str, Any]:
    """A settled order of November 2025."""
    at = dt.datetime(2025, 11, day, tzinfo=UTC)
    return {"id": 1, "at": at, "seen": at, "quantity": 1, "price": amount, "pieces": 1, "status": "settled", "on": at.date(), **more}  # fmt: skip


def values(rules: tierkit.RuleSet, rows: Any, **options: Any) -> dict[str, Any]:
    """The values of a decision made from rows."""
    decision = rules.evaluate({"id": 1}, tables={"orders": rows}, **{"as_of": "2025-11-20", **options})
    return {name: known.value for name, known in decision.values.items()}


def test_every_aggregate() -> None:
    """Each aggregate over rows worked out by hand."""
    rows = [
        row(1, 10, pieces=3),
        row(5, 20.5, pieces=3, status="returned"),
        row(18, 100, pieces=5, quantity=2),
        row(19, 1, pieces=4, at=dt.datetime(2025, 10, 1, tzinfo=UTC)),
    ]
    found = values(WHOLE, rows)
    assert found == {
        "total": 211.0, "month": 230.5, "before": 1.0, "count": 3, "pieces": 15, "mean": 231.5 / 4, "most": 200.0,
        "least": 3, "kinds": 2, "spread": pytest.approx(math.sqrt(Fraction(11, 12))), "first": "settled",
        "last": "settled", "usual": 3, "latest": dt.date(2025, 11, 19), "growth": 230.5,
    }  # fmt: skip


def test_over_no_rows() -> None:
    """Sums and counts are 0, the rest is missing because no row counts; a table not given is another cause."""
    decision = WHOLE.evaluate({"id": 1}, tables={"orders": []}, as_of="2025-11-20")
    found = {name: (known.value, known.cause) for name, known in decision.values.items()}
    assert [name for name, (value, _) in found.items() if value == 0] == [
        "total", "month", "before", "count", "pieces", "kinds",
    ]  # fmt: skip
    assert {cause for name, (value, cause) in found.items() if value is None and name != "growth"} == {
        "no_rows"
    }
    assert WHOLE.evaluate({"id": 1}).values["total"].cause == "not_given"
    assert (
        "its table orders has no row that counts"
        in tierkit.loads(RULES.replace("SLOW", "").replace("total > 100", "mean > 100"))
        .evaluate({"id": 1}, tables={"orders": []})
        .explain()
    )


def test_the_table_beats_the_record() -> None:
    """A table that is handed over is computed from, whatever the record holds; without it the record counts."""
    record = {"id": 1, "total": 500.0}
    assert FAST.evaluate(record).tags == ("Large",)
    assert FAST.evaluate(record, tables={"orders": []}).tags == ()
    assert FAST.evaluate(record, tables={}).tags == ("Large",)


@pytest.mark.parametrize(
    ("window", "before", "start", "end"),
    [
        (None, None, None, "2025-03-31 10:30"),
        (("trailing", 30, "day"), None, "2025-03-01 10:30", "2025-03-31 10:30"),
        (("trailing", 1, "month"), None, "2025-02-28 10:30", "2025-03-31 10:30"),
        (("trailing", 12, "month"), None, "2024-03-31 10:30", "2025-03-31 10:30"),
        (("trailing", 30, "day"), ("trailing", 30, "day"), "2025-01-30 10:30", "2025-03-01 10:30"),
        (("this", 1, "day"), None, "2025-03-31 00:00", "2025-03-31 10:30"),
        (("this", 1, "week"), None, "2025-03-31 00:00", "2025-03-31 10:30"),
        (("this", 1, "month"), None, "2025-03-01 00:00", "2025-03-31 10:30"),
        (("this", 1, "month"), ("trailing", 1, "month"), "2025-02-01 00:00", "2025-02-28 10:30"),
        (("this", 1, "quarter"), None, "2025-01-01 00:00", "2025-03-31 10:30"),
        (("this", 1, "year"), None, "2025-01-01 00:00", "2025-03-31 10:30"),
        (("previous", 1, "day"), None, "2025-03-30 00:00", "2025-03-31 00:00"),
        (("previous", 1, "week"), None, "2025-03-24 00:00", "2025-03-31 00:00"),
        (("previous", 1, "month"), None, "2025-02-01 00:00", "2025-03-01 00:00"),
        (("previous", 1, "quarter"), None, "2024-10-01 00:00", "2025-01-01 00:00"),
        (("previous", 1, "year"), None, "2024-01-01 00:00", "2025-01-01 00:00"),
    ],
)
def test_windows(window: Any, before: Any, start: str | None, end: str) -> None:
    """Bounds follow the calendar of the zone, at month ends too."""
    at = dt.datetime(2025, 3, 31, 10, 30, tzinfo=SHANGHAI)

    def local(text: str | None) -> dt.datetime | None:
        return None if text is None else dt.datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)

    found = interval(window, before, at, SHANGHAI)
    assert (found.start, found.end) == (local(start), local(end))


def test_windows_over_a_change_of_clocks() -> None:
    """A day is a day of the wall clock, be it 23 or 25 hours long; leap days have a month before them."""
    berlin = ZoneInfo("Europe/Berlin")
    spring = dt.datetime(2025, 3, 31, 0, 0, tzinfo=berlin)
    found = interval(("trailing", 1, "day"), None, spring, berlin)
    assert found.start is not None
    assert (found.end - found.start) == dt.timedelta(hours=23)
    leap = dt.datetime(2024, 2, 29, tzinfo=berlin)
    assert interval(("trailing", 12, "month"), None, leap, berlin).start == dt.datetime(
        2023, 2, 28, tzinfo=berlin
    )
    early = dt.datetime(1, 1, 2, tzinfo=UTC)
    assert interval(("trailing", 30, "day"), None, early, ZoneInfo("UTC")).end == early


def test_bounds_are_half_open() -> None:
    """The first instant counts, the moment of evaluation does not, nor does what comes later."""
    midnight = dt.datetime(2025, 11, 20, tzinfo=SHANGHAI)
    first = dt.datetime(2025, 10, 21, tzinfo=SHANGHAI)
    tick = dt.timedelta(microseconds=1)
    for at, counts in (
        (first, 1),
        (first - tick, 0),
        (midnight - tick, 1),
        (midnight, 0),
        (midnight + tick, 0),
    ):
        assert values(FAST, [row(1, 7, at=at)])["month"] == 7 * counts
        assert values(WHOLE, [row(1, 7, at=at)])["month"] == 7 * counts
    assert not Interval(None, midnight).holds(midnight)


def test_known_at() -> None:
    """What was recorded later was not known yet; a row without the time of recording was never known."""
    rows = [row(1, 200, seen=dt.datetime(2025, 11, 10, tzinfo=UTC))]
    for rules in (FAST, WHOLE):
        assert values(rules, rows, known_at="2025-11-11")["total"] == 200
        assert values(rules, rows, known_at="2025-11-05")["total"] == 0
        assert values(rules, [row(1, 200, seen=None)], known_at="2025-11-05")["total"] == 0
        assert values(rules, [row(1, 200, seen=None)])["total"] == 200


def test_missing_cells() -> None:
    """A missing value is left out, an unknown `where` does not count, a row without a time is in no window."""
    rows = [row(1, 5, price=None), row(2, 5, status=None), row(3, 5, at=None), row(4, 5, price=float("nan")), row(5, 5, status="lost")]  # fmt: skip
    found = values(WHOLE, rows)
    assert (found["total"], found["month"], found["count"], found["pieces"]) == (0.0, 10.0, 4, 4)


def test_sums_are_exact() -> None:
    """A thousand times ten cents are a hundred; fractions are rounded to the unit, halves up."""
    assert values(FAST, [row(1, 0.1) for _ in range(1000)])["total"] == 100.0
    assert values(FAST, [row(1, 1, quantity=0.125)])["total"] == 0.13
    assert values(FAST, [row(1, Decimal("0.10")), row(1, 2**40), row(2, -(2**40))])["total"] == 0.1


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"price": "5"}, "`orders[2].price` is '5', but a money amount (a number) is expected"),
        ({"pieces": 1.5}, "`orders[2].pieces` is 1.5, but a whole number is expected"),
        ({"at": dt.datetime(2025, 1, 1)}, "but an instant with a time zone is expected"),  # noqa: DTZ001  that is the mistake
        (
            {"at": "2025-01-01"},
            "`orders[2].at` is '2025-01-01', but an instant with a time zone, or a day is expected",
        ),
        ({"id": 2}, "`orders[2].id` is 2: the row belongs to another customer than 1"),
    ],
)
def test_wrong_rows_are_refused(change: dict[str, Any], text: str) -> None:
    """A cell of a wrong type and another customer's row: the record is refused, the row and the column named."""
    for rules in (FAST, WHOLE):
        with pytest.raises(RecordError) as caught:
            rules.evaluate({"id": 1}, tables={"orders": [row(1, 1), row(1, 1, **change)]})
        assert text in str(caught.value)


def test_days_and_loaders() -> None:
    """A day is its beginning in the zone; a loader is told what is needed, and asked once."""
    asked: list[Any] = []

    def load(key: Any, need: Any) -> list[dict[str, Any]]:
        asked.append((key, need))
        return [row(1, 9, at=dt.date(2025, 11, 19))]

    assert values(FAST, load)["month"] == 9
    ((key, need),) = asked
    assert (key, need.table, need.key, need.columns, need.time, need.start) == (
        1, "orders", "id", ("quantity", "price", "pieces", "status"), "at", None,
    )  # fmt: skip
    assert need.end == dt.datetime(2025, 11, 20, tzinfo=SHANGHAI)
    needs = FAST.needs(as_of="2025-11-20")
    assert needs.tables == {"orders": need}
    assert needs.dimensions == ()


def test_needs_are_bounded_by_the_widest_window() -> None:
    """With windows only, no more days are asked for than the earliest of them reaches."""
    rules = tierkit.loads(RULES.replace("SLOW", "").replace("where: status = 'settled'", "window: 7 days").replace(
        "sum(pieces)", "sum(pieces), window: 1 months").replace("avg(amount)", "avg(amount), window: this day").replace(
        "max(amount)", "max(amount), window: this day").replace("min(pieces)", "min(pieces), window: this day"))  # fmt: skip
    need = rules.needs(as_of="2025-11-20").tables["orders"]
    assert need.start == dt.datetime(2025, 9, 21, tzinfo=SHANGHAI)
    assert need.columns == ("quantity", "price", "pieces")


def test_many_records() -> None:
    """Rows find their record by its key; a customer without rows has none; keys of another kind are refused."""
    rows = [row(1, 200), row(1, 300, id=2)]
    found = list(FAST.evaluate_many([{"id": 1}, {"id": 2}, {"id": 3}], tables={"orders": rows}))
    assert [
        decision.values["total"].value for decision in found if isinstance(decision, tierkit.Decision)
    ] == [200, 300, 0]
    with pytest.raises(
        UsageError, match="the keys of `orders` are of type `number`, that of the record is '1'"
    ):
        list(FAST.evaluate_many([{"id": "1"}], tables={"orders": rows}))
    with pytest.raises(UsageError, match="row 2 of `orders` has no `id`"):
        FAST.evaluate_many([], tables={"orders": [row(1, 1), {}]})
    with pytest.raises(
        UsageError, match="`tables` names `order`, which is no table of the rule set; did you mean `orders`"
    ):
        list(FAST.evaluate_many([{"id": 1}], tables={"order": rows}))
    bad = list(
        FAST.evaluate_many([{"id": 1}, {"id": 2}], tables={"orders": [row(1, 1, price="x"), row(1, 2, id=2)]})
    )
    assert [type(item).__name__ for item in bad] == ["RecordError", "Decision"]
    odd = list(FAST.evaluate_many([5, {"id": 2}], tables={"orders": rows}))
    assert [type(item).__name__ for item in odd] == ["RecordError", "Decision"]
    with pytest.raises(RecordError):
        list(FAST.evaluate_many([{"id": 1}], tables={"orders": [row(1, 1, price="x")]}, on_error="raise"))
    keyless = tierkit.loads(RULES.replace("SLOW", "").replace("key: id\ntimezone", "timezone"))
    with pytest.raises(UsageError, match="needs `key:`"):
        keyless.evaluate_many([{}], tables={"orders": rows})
    loaded = FAST.evaluate_many([{"id": 2}], tables={"orders": lambda key, _: [row(1, 50 * key, id=key)]})
    assert [
        decision.values["total"].value for decision in loaded if isinstance(decision, tierkit.Decision)
    ] == [100]


def test_examples_hold_rows() -> None:
    """An example's rows are read by their columns, and its dimensions computed from them."""
    text = (
        RULES.replace("SLOW", "")
        + """
examples:
  - name: from rows
    as_of: 2025-11-20
    given: {id: 1}
    tables:
      orders:
        - {at: 2025-11-19, quantity: 2, price: 1k, status: settled, pieces: 1, on: 2025-11-01}
        - {at: 2025-11-19 23:59:59, quantity: 2, price: 1k, status: settled, id: 1}
        - {at: "2025-11-19T16:00:00+00:00", quantity: 2, price: 1k, status: settled}
    expect: {tags: [Large]}
"""
    )
    (result,) = run(tierkit.loads(text))
    assert result.passed
    assert result.decision is not None
    assert result.decision.values["total"].value == 4000


@pytest.mark.parametrize(
    ("tables", "code"),
    [
        ("{order: []}", "unknown-table"),
        ("{orders: 5}", "wrong-shape"),
        ("[]", "wrong-shape"),
        ("{orders: [5]}", "wrong-shape"),
        ("{orders: [{prize: 5}]}", "unknown-column"),
        ("{orders: [{price: five}]}", "bad-example-value"),
        ("{orders: [{at: tomorrow}]}", "bad-date"),
        ("{orders: [{at: [1]}]}", "bad-date"),
    ],
)
def test_rows_of_examples_are_checked(tables: str, code: str) -> None:
    """Tables, columns and cells that cannot be are problems at their place."""
    text = (
        RULES.replace("SLOW", "") + f"examples: [{{name: n, given: {{}}, tables: {tables}, expect: {{}}}}]\n"
    )
    with pytest.raises(tierkit.RuleSetError) as caught:
        tierkit.loads(text)
    assert [problem.code for problem in caught.value.problems] == [code]


amounts = st.one_of(
    st.integers(-(10**6), 10**6).map(lambda n: n / 100), st.integers(-100, 100), st.none(), st.just(float("nan")),
    st.just(0.005), st.just(1e13), st.just(1e-19), st.decimals(-1000, 1000, places=3),
)  # fmt: skip
FIRST, LAST = dt.datetime(2025, 9, 1), dt.datetime(2025, 12, 1)  # noqa: DTZ001  hypothesis adds the zones
instants = st.one_of(
    st.datetimes(FIRST, LAST, timezones=st.sampled_from([UTC, SHANGHAI])),
    st.dates(FIRST.date(), LAST.date()),
    st.none(),
)
rows_drawn = st.lists(
    st.fixed_dictionaries(
        {
            "id": st.just(1), "at": instants, "seen": instants, "quantity": amounts, "price": amounts,
            "pieces": st.integers(-5, 5) | st.none(), "status": st.sampled_from(["settled", "returned", "odd", None]),
            "on": st.dates(),
        }
    ),
    max_size=8,
)  # fmt: skip


regular_amounts = st.integers(-(10**6), 10**6).map(lambda n: n / 100) | st.integers(-100, 100)
regular_instants = st.datetimes(
    FIRST, LAST, timezones=st.sampled_from([UTC, SHANGHAI, ZoneInfo("Europe/Berlin")])
)
regular_rows = st.lists(
    st.fixed_dictionaries(
        {
            "id": st.just(1), "at": regular_instants, "seen": regular_instants, "quantity": regular_amounts,
            "price": regular_amounts, "pieces": st.integers(-5, 5), "status": st.sampled_from(["settled", "returned"]),
            "on": st.dates(),
        }
    ),
    min_size=1, max_size=12,
)  # fmt: skip


@given(regular_rows)
def test_regular_rows_take_the_one_pass(rows: list[dict[str, Any]]) -> None:
    """Rows of exact types and aware instants of any zone are read in one pass, as the reference reads them."""
    with mock.patch.object(Aggregator, "_rows", side_effect=AssertionError("the reference was asked")):
        fast = values(FAST, rows)
    whole = values(WHOLE, rows)
    assert fast == {name: whole[name] for name in fast}


@given(rows_drawn, st.randoms(use_true_random=False))
def test_one_pass_and_the_reference_agree(rows: list[dict[str, Any]], random: Any) -> None:
    """The generated pass, which knows only simple aggregates, gives what the reference gives; in any order."""
    fast, whole = values(FAST, rows), values(WHOLE, rows)
    assert fast == {name: whole[name] for name in fast}
    shuffled = list(rows)
    random.shuffle(shuffled)
    assert values(WHOLE, shuffled) == whole
