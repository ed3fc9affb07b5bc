"""`evaluate_table`: what it reads, what it hands back, what it refuses."""

from __future__ import annotations

import contextlib
import datetime as dt
import random
import subprocess
import sys
from collections.abc import Iterator
from decimal import Decimal
from importlib import import_module
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import tierkit
from tests import frames
from tests.test_engine_of_plugins import RULES as GRADED
from tests.test_engine_of_plugins import plugin
from tierkit.backends.frame import decoding
from tierkit.errors import ReadError, UsageError
from tierkit.plugins import FunctionProvider

pd: Any = import_module("pandas")
pa: Any = import_module("pyarrow")

TEXT = """
ruleset: demo
version: 1
key: id
dimensions:
  amount: {type: money}
  visits: {type: integer, on_missing: 0}
  kind: {type: category, values: [a, b]}
  joined: {type: date}
  per_visit: {type: number, value: amount / visits}
ladders:
  value: {tiers: [{id: gold, enter: amount >= 10k, tag: Gold}, {id: base}]}
rules:
  - {id: big, tag: Big, when: amount > 1k and kind = 'a'}
  - {id: dear, tag: Dear, when: per_visit > 100}
  - {id: new, tag: New, when: "days_between(joined, as_of) < 30"}
"""
DAY = dt.date(2025, 11, 20)
COLUMNS: dict[str, Any] = {
    "id": ["c1", "c2", "c3"],
    "amount": [12_500.0, 400.0, None],
    "visits": [10, 4, 2],
    "kind": ["a", "b", "z"],
    "joined": [dt.date(2025, 11, 1), dt.date(2020, 1, 1), None],
}
TAGS = [["Big", "Dear", "New", "Gold"], [], []]
RULES = tierkit.loads(TEXT)


@pytest.fixture(autouse=True, params=["streamed", "whole"])
def _in_pieces(request: pytest.FixtureRequest) -> Iterator[None]:
    """Every test runs twice: in the pieces that Polars makes, and in one."""
    with frames.whole() if request.param == "whole" else contextlib.nullcontext():
        yield


def test_every_family_of_tables(tmp_path: Path) -> None:
    """Frames of Polars and pandas, tables of Arrow and Parquet files give the same rows, in their own family."""
    frame = pl.DataFrame(COLUMNS)
    frame.write_parquet(tmp_path / "in.parquet")
    found = RULES.evaluate_table(frame, as_of=DAY)
    assert isinstance(found, pl.DataFrame)
    assert found["tags"].to_list() == TAGS
    assert found["tier_value"].to_list() == ["gold", "base", None]
    assert found["undetermined"].to_list() == [[], [], ["big", "dear", "new", "value"]]
    assert found["key"].to_list() == COLUMNS["id"]
    assert found.columns == [
        "key",
        "ruleset",
        "version",
        "as_of",
        "tags",
        "tier_value",
        "undetermined",
        "error",
    ]
    lazy = RULES.evaluate_table(frame.lazy(), as_of=DAY)
    assert isinstance(lazy, pl.LazyFrame)
    assert lazy.collect().equals(found)
    pandas = RULES.evaluate_table(
        pd.DataFrame({**COLUMNS, "joined": pd.array(COLUMNS["joined"], "date32[pyarrow]")}), as_of=DAY
    )
    assert isinstance(pandas, pd.DataFrame)
    assert [list(tags) for tags in pandas["tags"]] == TAGS
    arrow = RULES.evaluate_table(pa.table(COLUMNS), as_of=DAY)
    assert isinstance(arrow, pa.Table)
    assert arrow["tags"].to_pylist() == TAGS
    RULES.evaluate_table(str(tmp_path / "in.parquet"), as_of=DAY).sink_parquet(tmp_path / "out.parquet")
    assert pl.read_parquet(tmp_path / "out.parquet").equals(found)


def test_a_large_file_is_decided_piece_by_piece(tmp_path: Path) -> None:
    """A file of many pieces comes out whole and in order."""
    count = 300_000
    frame = pl.DataFrame({"id": range(count), "amount": [float(i % 20_000) for i in range(count)]})
    frame.write_parquet(tmp_path / "in.parquet", row_group_size=10_000)
    RULES.evaluate_table(tmp_path / "in.parquet", as_of=DAY).sink_parquet(tmp_path / "out.parquet")
    found = pl.read_parquet(tmp_path / "out.parquet")
    assert found["key"].equals(frame["id"].alias("key"))
    assert (found["tier_value"] == "gold").equals((frame["amount"] >= 10_000).alias("tier_value"))


def test_columns_by_other_names() -> None:
    """A dimension, or the key, is read from the column that is named for it."""
    frame = pl.DataFrame(COLUMNS).rename({"amount": '月 "额"', "id": "*"})
    names = {"amount": '月 "额"', "id": "*"}
    found = RULES.evaluate_table(frame, as_of=DAY, columns=names)
    assert found["tags"].to_list() == TAGS
    assert found["key"].to_list() == COLUMNS["id"]
    assert RULES.evaluate_table(frame, as_of=DAY, columns=names, engine="python").equals(found)


def test_division_is_correctly_rounded() -> None:
    """A column that is one number everywhere divides as any other does."""
    rules = tierkit.loads(
        "{ruleset: a, version: 1, dimensions: {a: {type: number}, b: {type: number}, q: {type: number, value: a / b}, t: {type: number, value: a / 3}}, rules: [{id: r, tag: R, when: q > t}]}"
    )
    rng = random.Random(1)
    numbers = [rng.random() for _ in range(5_000)]
    frame = pl.DataFrame({"a": numbers}).with_columns(pl.lit(3.0).alias("b"))
    values = rules.evaluate_table(frame, values=True)["values"]
    exact = [number / 3.0 for number in numbers]
    assert values.struct["q"].to_list() == exact
    assert values.struct["t"].to_list() == exact


def test_faults_stay_with_their_rows() -> None:
    """A row with a fault has its error and nothing else; the others are decided."""
    rules = tierkit.loads(
        "{ruleset: a, version: 1, dimensions: {a: {type: money, on_missing: error}, n: {type: integer}}, rules: [{id: r, tag: R, when: a > 1}]}"
    )
    found = rules.evaluate_table(
        pl.DataFrame({"a": [5.0, None, float("nan"), 7.0], "n": [1.0, 2.5, 3.0, 2.5]})
    )
    assert found["tags"].to_list() == [["R"], [], [], []]
    errors = found["error"].to_list()
    assert errors[0] is None
    assert [error.count(";") for error in errors[1:]] == [1, 0, 0]
    assert "nan" in errors[2].lower()
    assert errors[3] == "`n` is 2.5, but a whole number is expected"


def test_faults_of_computed_dimensions() -> None:
    """A computed dimension that must not be missing refuses its row."""
    rules = tierkit.loads(
        "{ruleset: a, version: 1, dimensions: {a: {type: number}, q: {type: number, value: 1 / a, on_missing: error}}, rules: [{id: r, tag: R, when: q > 1}]}"
    )
    found = rules.evaluate_table(pl.DataFrame({"a": [0.5, 0.0, None]}))
    assert found["tags"].to_list() == [["R"], [], []]
    assert [error is None for error in found["error"]] == [True, False, False]


@pytest.mark.parametrize(
    ("column", "values", "says"),
    [
        (
            "amount",
            ["12500"],
            "the column `amount` is of type String, but a money amount (a number) is expected",
        ),
        ("kind", [5], "the column `kind` is of type Int64, but a category (text) is expected"),
        ("joined", [dt.datetime(2025, 1, 1)], "the column `joined` is of type Datetime"),  # noqa: DTZ001
    ],
)
def test_a_column_of_a_wrong_type_is_refused(column: str, values: list[Any], says: str) -> None:
    """No value of the column could be read, so the table is refused before the first row."""
    with pytest.raises(UsageError) as caught:
        RULES.evaluate_table(pl.DataFrame({column: values}))
    assert says in str(caught.value)
    with pytest.raises(UsageError, match="of type"):
        RULES.evaluate_table(pl.DataFrame({column: values}), engine="python")


def test_types_that_hold_the_same_values() -> None:
    """Decimals, categoricals, enumerations and small numbers are read as what they say."""
    frame = pl.DataFrame(
        {
            "id": [1, 2],
            "amount": pl.Series([Decimal("10000.00"), Decimal("9999.99")], dtype=pl.Decimal(18, 2)),
            "visits": pl.Series([3, 4], dtype=pl.UInt8),
            "kind": pl.Series(["a", "c"], dtype=pl.Categorical),
            "joined": pl.Series([None, None], dtype=pl.Null),
        }
    )
    found = RULES.evaluate_table(frame, as_of=DAY, values=True)
    assert found["tier_value"].to_list() == ["gold", "base"]
    assert found["missing"][1] == {"amount": None, "visits": None, "kind": "not_in_values", "joined": "null"}
    assert found["values"][0]["visits"] == 3


@pytest.mark.parametrize(
    ("source", "options", "error"),
    [
        (5, {}, UsageError),
        ("nowhere.parquet", {}, ReadError),
        (pl.DataFrame(), {"engine": "spark"}, UsageError),
        (pl.DataFrame(), {"columns": {"amonut": "x"}}, UsageError),
        (pl.DataFrame(), {"columns": {"amount": "x"}}, UsageError),
        (pl.DataFrame(), {"given": ["amonut"]}, UsageError),
    ],
)
def test_what_makes_no_sense_is_refused(source: Any, options: dict[str, Any], error: type[Exception]) -> None:
    """Each mistake has its own words."""
    with pytest.raises(error):
        RULES.evaluate_table(source, **options)


def test_other_files_are_refused(tmp_path: Path) -> None:
    """A file that is no Parquet is named."""
    (tmp_path / "in.xlsx").touch()
    with pytest.raises(UsageError, match=r"must end in \.parquet"):
        RULES.evaluate_table(tmp_path / "in.xlsx")


def test_an_empty_table() -> None:
    """No rows in, no rows out, whatever columns there are."""
    assert RULES.evaluate_table(pl.DataFrame(), as_of=DAY).height == 0
    assert RULES.evaluate_table(pl.DataFrame(COLUMNS).clear(), as_of=DAY).height == 0


def test_without_rules_or_ladders() -> None:
    """Scores alone are outcomes too; a score whose name is taken is called after what it is."""
    rules = tierkit.loads(
        "{ruleset: a, version: 1, dimensions: {a: {type: money}, key: {type: score, scorecard: [{dimension: a, weight: 100%, cap: 10}]}}, rules: [{id: r, tag: R, when: a > 1, valid_from: 2030-01-01}]}"
    )
    found = rules.evaluate_table(pl.DataFrame({"a": [5, 20]}), as_of=DAY)
    assert found["score_key"].to_list() == [50.0, 100.0]
    assert found["tags"].to_list() == found["undetermined"].to_list() == [[], []]


def test_polars_is_loaded_when_it_is_needed() -> None:
    """`import tierkit` and loading rules bring no data frames along."""
    code = "import sys, tierkit; tierkit.loads(sys.argv[1]); print('polars' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code, TEXT], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


def test_without_polars(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who lacks the extra is told its name."""
    for name in [name for name in sys.modules if name.startswith("tierkit.backends.frame")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "polars", None)
    with pytest.raises(tierkit.MissingExtraError, match=r"tierkit\[polars\]"):
        RULES.evaluate_table(pl.DataFrame(COLUMNS))


def test_sets_and_sharing() -> None:
    """A computed set keeps its domain, a default may be a set, and two rules of one tag give it once."""
    rules = tierkit.loads("""
ruleset: sets
version: 1
eligible: not blocked
dimensions:
  blocked: {type: boolean}
  a: {type: set, values: [x, y]}
  b: {type: set}
  both: {type: set, values: [x, y], value: "coalesce(b, a)"}
  n: {type: integer}
  later: {type: number, value: "n + weekday(as_of) / month(as_of)"}
  dated: {type: number, value: "case when as_of > '2020-01-01' then n else 0 end"}
rules:
  - {id: one, tag: T, when: "has(both, 'x')"}
  - {id: two, tag: U, when: "has_all(both, ('x', 'y')) and n * weekday(as_of) = 4"}
  - {id: three, tag: T, when: "at_least(1, has(a, 'y'), later > 2, dated = 1)"}
ladders: {l: {tiers: [{id: t, enter: "has(both, 'y')", tag: U}]}}
""")
    records = [
        {"blocked": blocked, "a": a, "b": b, "n": 1}
        for blocked in (False, None, True)
        for a in (["x"], ["x", "y"], None, ["z"])
        for b in (["x", "y"], ["z"], None)
    ]
    assert frames.differences(rules, records, DAY) == []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(decoding, "MANY", -1)
        assert frames.differences(rules, records, DAY) == []


def test_plugins_are_asked_record_by_record() -> None:
    """What Polars cannot do is refused by name where Polars is demanded, else done in Python."""
    frame = pl.DataFrame({"amount": [5.0, 20.0, None]})
    rules = tierkit.Engine(plugins=[plugin(lambda record, _: record["amount"] / 10)]).loads(GRADED)
    assert rules.evaluate_table(frame)["tags"].to_list() == [[], ["Happy"], []]
    with pytest.raises(UsageError, match="the dimension `mood`: is computed by a plugin"):
        rules.evaluate_table(frame, engine="polars")
    given = frame.with_columns(mood=2.0)
    assert rules.evaluate_table(given, engine="polars", given="mood")["tags"].to_list() == [["Happy"]] * 3
    nobody = tierkit.Engine().loads(GRADED).evaluate_table(frame, engine="polars")
    assert nobody["undetermined"].to_list() == [["happy"]] * 3


def test_functions_of_plugins() -> None:
    """The function of a plugin is refused with the rule that calls it."""
    twice = FunctionProvider(name="twice", arguments=("number",), type="number", compute=lambda x: 2 * x)
    module = plugin(lambda *_: 1.0)
    module.tierkit_functions = tierkit.hookimpl(_hook(lambda: [twice]))  # type: ignore[attr-defined]
    rules = tierkit.Engine(plugins=[module]).loads(GRADED.replace("mood > 1", "twice(amount) > 10"))
    frame = pl.DataFrame({"amount": [5.0, 20.0]})
    with pytest.raises(UsageError, match=r"`twice\(amount\)` calls the function of a plugin"):
        rules.evaluate_table(frame, engine="polars", given="mood")
    assert rules.evaluate_table(frame)["tags"].to_list() == [[], ["Happy"]]


def _hook(function: Any) -> Any:
    function.__name__ = "tierkit_functions"
    return function


def test_days_that_no_calendar_has() -> None:
    """A frame can hold days beyond the year 9999; they are outside every domain."""
    days = pl.Series("joined", [20_000, 4_000_000, -4_000_000]).cast(pl.Date)
    found = RULES.evaluate_table(pl.DataFrame([days]), as_of=DAY, values=True)
    assert found["missing"].struct["joined"].to_list() == [None, "out_of_domain", "out_of_domain"]
    assert [("new" in names) for names in found["undetermined"]] == [False, True, True]


def test_what_cannot_be_read(tmp_path: Path) -> None:
    """A broken file and a column of all kinds of things are refused as what they are."""
    (tmp_path / "in.parquet").write_bytes(b"PAR1 and nothing else")
    with pytest.raises(ReadError, match=r"cannot read .*in\.parquet"):
        RULES.evaluate_table(tmp_path / "in.parquet")
    with pytest.raises(UsageError, match="cannot be read"):
        RULES.evaluate_table(pd.DataFrame({"amount": [1, "x", 2.5]}))
