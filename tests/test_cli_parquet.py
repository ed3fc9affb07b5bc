"""Parquet in and out of `tierkit evaluate`, with the optional package and without it."""

from __future__ import annotations

import datetime as dt
import sys
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from tests.command import run

if TYPE_CHECKING:
    from pathlib import Path

RULES = """\
ruleset: demo
version: 1
key: id
dimensions:
  amount: {type: money}
  day: {type: date}
  wants: {type: set}
  kind: {type: category, values: [a, b]}
  points: {type: score, scorecard: [{dimension: amount, weight: 100%, cap: 100}]}
rules:
  - {id: big, tag: Big, when: amount > 10}
  - {id: late, tag: Late, when: day > '2025-01-01'}
  - {id: wanting, tag: Wanting, when: "has(wants, 'p')"}
ladders:
  size: {tiers: [{id: top, enter: amount > 50}, {id: rest}]}
"""


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    """The rule file."""
    path = tmp_path / "demo.yaml"
    path.write_text(RULES, encoding="utf-8")
    return path


def test_native_types_are_read(rules: Path, tmp_path: Path) -> None:
    """Decimals, dates, lists, dictionaries of texts; a null is null and NaN is nan."""
    arrow, parquet = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    table: Any = arrow.table(
        {
            "id": [1, 2, 3],
            "amount": arrow.array([Decimal("10.01"), None, Decimal(60)], arrow.decimal128(10, 2)),
            "day": arrow.array([dt.date(2025, 1, 2), dt.date(2025, 1, 1), None], arrow.date32()),
            "wants": [["p", "q"], [], None],
            "kind": arrow.array(["a", "b", None]).dictionary_encode(),
            "other": [1.5, 2.5, 3.5],
        }
    )
    path = tmp_path / "in.parquet"
    parquet.write_table(table, path)
    result = run("evaluate", rules, "--input", path, "--values")
    assert [(row["key"], row["tags"], row["tiers"]["size"], row["error"]) for row in result.rows] == [
        (1, ["Big", "Late", "Wanting"], "rest", None),
        (2, [], None, None),
        (3, ["Big"], "top", None),
    ]
    assert result.rows[1]["values"]["amount"]["cause"] == "null"
    parquet.write_table(arrow.table({"amount": [float("nan")]}), path)
    assert run("evaluate", rules, "--input", path, "--values").rows[0]["values"]["amount"]["cause"] == "nan"


def test_a_wrong_type_is_the_rows_error(rules: Path, tmp_path: Path) -> None:
    """A timestamp is no date, a text no number."""
    arrow, parquet = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    moment = dt.datetime(2025, 1, 2, tzinfo=dt.UTC)
    parquet.write_table(arrow.table({"id": ["a"], "amount": ["5"], "day": [moment]}), tmp_path / "in.parquet")
    (row,) = run("evaluate", rules, "--input", tmp_path / "in.parquet").rows
    assert row["key"] == "a"
    assert "`amount` is '5', but a money amount (a number) is expected" in row["error"]
    assert "but a date is expected" in row["error"]


def test_a_file_without_any_known_column_has_rows_all_the_same(rules: Path, tmp_path: Path) -> None:
    """As many as it has, with the warning of every input."""
    arrow, parquet = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    parquet.write_table(arrow.table({"foo": [1, 2]}), tmp_path / "in.parquet")
    result = run("evaluate", rules, "--input", tmp_path / "in.parquet")
    assert len(result.rows) == 2
    assert "no column of `" in result.err


def test_a_file_that_is_no_parquet_is_unreadable(rules: Path, tmp_path: Path) -> None:
    """Status 2 and one line."""
    pytest.importorskip("pyarrow")
    (tmp_path / "in.parquet").write_text("id,amount\n", encoding="utf-8")
    result = run("evaluate", rules, "--input", tmp_path / "in.parquet")
    assert result.status == 2
    assert result.err.startswith("error: cannot read `")
    assert result.err.count("\n") == 1


def test_flat_columns_are_written_in_batches(
    rules: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Tags and undetermined names as lists, scores as numbers, the key as text."""
    parquet = pytest.importorskip("pyarrow.parquet")
    monkeypatch.setattr("tierkit.cli.parquet._BATCH", 2)
    source, path = tmp_path / "in.csv", tmp_path / "out.parquet"
    source.write_text("id,amount,day,wants\n1,60,2025-02-01,p\n2,,,\n3,x,,\n", encoding="utf-8")
    assert run("evaluate", rules, "--input", source, "--output", path, "--as-of", "2025-11-20").status == 0
    rows = parquet.read_table(path).to_pylist()
    head = {"ruleset": "demo", "version": "1", "as_of": "2025-11-20T00:00:00+00:00"}
    assert rows == [
        {"key": "1", **head, "tags": ["Big", "Late", "Wanting"], "tier_size": "top", "points": 60.0,
         "undetermined": [], "error": None},
        {"key": "2", **head, "tags": [], "tier_size": None, "points": None,
         "undetermined": ["big", "late", "wanting", "size"], "error": None},
        {"key": "3", **head, "tags": [], "tier_size": None, "points": None, "undetermined": [],
         "error": "`amount` is 'x', which cannot be read as a money amount (a number)"},
    ]  # fmt: skip


def test_an_output_without_rows_has_its_columns(rules: Path, tmp_path: Path) -> None:
    """An empty input makes an empty table, not a broken file."""
    parquet = pytest.importorskip("pyarrow.parquet")
    source, path = tmp_path / "in.csv", tmp_path / "out.parquet"
    source.write_text("id,amount\n", encoding="utf-8")
    assert run("evaluate", rules, "--input", source, "--output", path).status == 0
    table = parquet.read_table(path)
    assert table.num_rows == 0
    assert "tier_size" in table.column_names


@pytest.mark.parametrize("direction", ["in", "out"])
def test_without_the_package_its_extra_is_named(
    rules: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, direction: str
) -> None:
    """Status 2, what to install, and no half file."""
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    source = tmp_path / ("in.parquet" if direction == "in" else "in.csv")
    source.write_text("id,amount\n", encoding="utf-8")
    result = run(
        "evaluate",
        rules,
        "--input",
        source,
        "--output",
        tmp_path / f"out.{'csv' if direction == 'in' else 'parquet'}",
    )
    assert result.status == 2
    what = "reading" if direction == "in" else "writing"
    assert (
        result.err
        == f"error: {what} Parquet needs a package that is not installed: pip install 'tierkit[parquet]'\n"
    )
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted(["demo.yaml", source.name])
