"""`evaluate_table` over raw rows: outcomes are those of single records with the same rows, whoever aggregates."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from importlib import import_module
from typing import Any

import polars as pl
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests import frames
from tests.test_sql_tables import AS_OF, drawn, is_read, rules_for
from tests.test_tables import row
from tierkit.errors import RecordError

pa: Any = import_module("pyarrow")
ds: Any = import_module("pyarrow.dataset")
pd: Any = import_module("pandas")

RULES = rules_for("duckdb")
ORDERS: dict[str, Any] = {
    "id": pl.Int64, "at": pl.Datetime("us", "UTC"), "seen": pl.Datetime("us", "UTC"), "quantity": pl.Float64,
    "price": pl.Float64, "pieces": pl.Float64, "status": pl.String, "on": pl.Date,
}  # fmt: skip
LADDERS = {f"tier_{name}": name for name in RULES.ladders}


def orders(rows: Sequence[dict[str, Any]]) -> pl.DataFrame:
    """Rows as a frame."""
    return pl.DataFrame([{name: item.get(name) for name in ORDERS} for item in rows], schema=ORDERS)


def expected(customer: int, rows: Sequence[dict[str, Any]], known_at: str | None = None) -> dict[str, Any]:
    """The outcome of a customer as a single record; rows that lie in no window are not looked at."""
    mine = [item for item in rows if item["id"] == customer and is_read(item, known_at)]
    try:
        decision = RULES.evaluate({"id": customer}, tables={"orders": mine}, as_of=AS_OF, known_at=known_at)
    except RecordError as error:
        return {"key": customer, "error": "; ".join(fault.message() for fault in error.errors)}
    return {
        "key": customer,
        "tags": list(decision.tags),
        **{name: decision.scores[name] for name in decision.scores},
        "undetermined": [item.rule or item.ladder for item in decision.undetermined],
        "error": None,
        "values": {
            name: frames.shown(
                float(str(known.value)) if name.startswith("s_") and known.value is not None else known.value
            )
            for name, known in decision.values.items()
        },
        "missing": {
            name: known.cause
            for name, known in decision.values.items()
            if not RULES.dimensions[name].computed
        },
    }


def shown(found: pl.DataFrame) -> list[dict[str, Any]]:
    """Outcome rows as `expected` has them."""
    rows = []
    for item in found.drop("ruleset", "version", "as_of").iter_rows(named=True):
        if item["error"] is not None:
            rows.append({"key": item["key"], "error": item["error"]})
            continue
        item["values"] = {name: frames.shown(value) for name, value in item["values"].items()}
        rows.append(item)
    return rows


def compare(rows: Sequence[dict[str, Any]], customers: Sequence[int], known_at: str | None = None) -> None:
    """Asserts that frames, and single records over aggregates, give the outcomes of single records with rows."""
    table = orders(rows)
    listed = pl.DataFrame({"id": customers}, schema={"id": pl.Int64})
    options: dict[str, Any] = {"as_of": AS_OF, "known_at": known_at, "values": True}
    for engine in ("polars", "python"):
        found = RULES.evaluate_table(listed, tables={"orders": table}, engine=engine, **options)
        wanted = [expected(customer, rows, known_at) for customer in customers]
        for mine, want in zip(shown(found), wanted, strict=True):
            if want["error"] is None:
                assert mine == want
            else:  # the numbers of rows are those of all rows of the customer, in a window or not
                assert mine["error"].startswith("`orders[")
        everybody = RULES.evaluate_table(tables={"orders": table}, engine=engine, **options)
        assert everybody["key"].to_list() == list(dict.fromkeys(item["id"] for item in rows))


def test_rows_worked_out_by_hand() -> None:
    """Bounds are half-open to the microsecond, ties go to the smallest, a customer without rows is there."""
    midnight = dt.datetime(2025, 11, 19, 16, tzinfo=dt.UTC)
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
    rows += [row(4, 5, pieces=2.5, id=7), row(4, 5, id=7)]
    compare(rows, [6, 1, 2, 3, 4, 5, 7])
    compare(rows, [1, 2, 3], "2025-11-04")


@given(drawn, st.booleans())
@settings(
    max_examples=25, deadline=None, suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.generate),
)  # fmt: skip
def test_any_rows_come_to_what_python_makes_of_them(rows: list[dict[str, Any]], known: bool) -> None:
    """For any rows every value, its cause, tags and what is undetermined are those of single records."""
    with frames.whole():
        compare(rows, [4, 3, 2, 1], "2025-11-01" if known else None)
