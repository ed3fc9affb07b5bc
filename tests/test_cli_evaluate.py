"""`tierkit evaluate`: the run as a whole, its limits and what it says about itself."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import tierkit
from tests.command import Result, run

ROOT = Path(__file__).parent.parent

RULES = """\
ruleset: demo
version: 1.10
timezone: Asia/Shanghai
key: id
dimensions:
  amount: {type: money}
  kind: {type: category, values: [a, b]}
  double: {type: money, value: amount * 2}
  points: {type: score, scorecard: [{dimension: amount, weight: 100%, cap: 100}]}
rules:
  - {id: big, tag: Big, when: amount > 10, because: {en: large, zh: 大}}
  - {id: big_again, tag: Big, when: double > 30}
  - {id: of_a, tag: "重要 \\"A\\"", when: kind = 'a'}
ladders:
  size: {tiers: [{id: top, enter: amount > 50, tag: Top}, {id: mid, enter: amount > 5}]}
"""
AS_OF = ("--as-of", "2025-11-20")


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    """The rule file."""
    path = tmp_path / "demo.yaml"
    path.write_text(RULES, encoding="utf-8")
    return path


def evaluate(rules: Path, csv: str | bytes, *options: str) -> Result:
    """Evaluates a CSV text from standard input."""
    data = csv if isinstance(csv, bytes) else csv.encode()
    return run("evaluate", rules, "--input", "-", "--input-format", "csv", *AS_OF, *options, stdin=data)


def test_an_outcome_row_has_the_promised_shape(rules: Path) -> None:
    """Every key, in order, whatever came out; the extras only where they are asked for."""
    result = evaluate(rules, "id,amount,kind\nc1,60,a\nc2,,b\nc3,x,a\n")
    assert result.status == 0
    assert result.rows[0] == {
        "key": "c1", "ruleset": "demo", "version": "1.10", "as_of": "2025-11-20T00:00:00+08:00",
        "tags": ["Big", '重要 "A"', "Top"], "tiers": {"size": "top"}, "scores": {"points": 60.0},
        "undetermined": [], "error": None,
    }  # fmt: skip
    missing = [{"dimension": "amount", "cause": "absent"}]
    assert result.rows[1]["undetermined"] == [
        {"rule": "big", "ladder": None, "tier": None, "missing": missing},
        {"rule": "big_again", "ladder": None, "tier": None, "missing": missing},
        {"rule": None, "ladder": "size", "tier": ["top", "mid", None], "missing": missing},
    ]
    assert result.rows[1]["scores"] == {"points": None}
    assert result.rows[2] == {
        "key": "c3", "ruleset": "demo", "version": "1.10", "as_of": "2025-11-20T00:00:00+08:00",
        "tags": [], "tiers": {"size": None}, "scores": {"points": None}, "undetermined": [],
        "error": "`amount` is 'x', which cannot be read as a money amount (a number)",
    }  # fmt: skip
    assert len({tuple(row) for row in result.rows}) == 1


def test_rows_say_what_decisions_say(rules: Path) -> None:
    """The hand-assembled row is the decision, for tags, tiers, scores, reasons and values."""
    ruleset = tierkit.load(rules)
    amounts = ["", "5", "6", "10.01", "16", "50", "51", "1e30", "-3"]
    csv = "id,amount,kind\n" + "".join(f"{i},{a},{'ab'[i % 2]}\n" for i, a in enumerate(amounts * 2))
    result = evaluate(rules, csv, "--reasons", "--values", "--locale", "zh")
    assert len(result.rows) == 2 * len(amounts)
    for i, (row, amount) in enumerate(zip(result.rows, amounts * 2, strict=True)):
        record: dict[str, Any] = {"id": str(i), "kind": "ab"[i % 2]}
        if amount:
            record["amount"] = float(amount)
        expected = ruleset.evaluate(record, as_of="2025-11-20").to_dict("zh")
        for key in ("key", "tags", "tiers", "scores", "undetermined", "reasons", "values", "as_of"):
            assert row[key] == expected[key], (key, record)


def test_one_instant_for_the_whole_run(rules: Path) -> None:
    """Without `--as-of` it is now, read once."""
    data = ("id,amount\n" + "1,1\n" * 5000).encode()
    result = run("evaluate", rules, "--input", "-", "--input-format", "csv", stdin=data)
    assert len({row["as_of"] for row in result.rows}) == 1
    assert len(result.rows) == 5000


def test_the_summary_counts_rows_and_heads(rules: Path) -> None:
    """On standard error: rows, failures, then every ladder and the tags."""
    result = evaluate(rules, "id,amount\n1,60\n2,60\n3,6\n4,1\n5,\n6,oops\n")
    assert (
        result.err
        == """\
row 6 (`6`): `amount` is 'oops', which cannot be read as a money amount (a number)
6 rows, 1 failed, 5 with something undetermined
size: top 2 (40.0%), mid 1 (20.0%), none 1 (20.0%), undetermined 1 (20.0%)
tags: Big 2 (40.0%), Top 2 (40.0%)
"""
    )
    chinese = evaluate(rules, "id,amount\n1,1\n", "--locale", "zh").err
    assert "1 行，失败 0，含未决项 1\nsize：top 0 (0.0%)、mid 0 (0.0%)、无 1 (100.0%)\n标签：无\n" in chinese


def test_only_the_first_failures_are_told(rules: Path) -> None:
    """The rest is counted; every failed row is in the output."""
    result = evaluate(rules, "id,amount\n" + "1,x\n" * 12)
    assert result.err.count("row ") == 5
    assert "… and 7 more failed\n12 rows, 12 failed" in result.err
    assert [bool(row["error"]) for row in result.rows] == [True] * 12


def test_failed_rows_are_fine_unless_they_are_not(rules: Path) -> None:
    """Status 0; with `--fail-on-error` 1, and the output is there all the same."""
    assert evaluate(rules, "id,amount\n1,x\n").status == 0
    result = evaluate(rules, "id,amount\n1,x\n", "--fail-on-error")
    assert (result.status, len(result.rows)) == (1, 1)
    assert evaluate(rules, "id,amount\n1,1\n", "--fail-on-error").status == 0


@pytest.mark.parametrize(
    ("limit", "status"), [("50%", 0), ("0.5", 0), ("49.9%", 1), ("0", 1), ("100%", 0), ("1", 0)]
)
def test_too_many_undetermined_rows_are_a_dead_feed(rules: Path, limit: str, status: int) -> None:
    """A row counts when something in it is undetermined or when it failed; the limit itself is allowed."""
    result = evaluate(rules, "id,amount,kind\n1,1,a\n2,2,b\n3,,a\n4,x,b\n", "--max-undetermined", limit)
    assert result.status == status
    assert ("50.0% of the rows are undetermined or failed, more than" in result.err) == bool(status)


def test_no_rows_are_no_dead_feed(rules: Path) -> None:
    """A file with only a header has nothing undetermined."""
    result = evaluate(rules, "id,amount\n", "--max-undetermined", "0%")
    assert (result.status, result.out) == (0, "")
    assert result.err == "0 rows, 0 failed, 0 with something undetermined\n"


@pytest.mark.parametrize("limit", ["5", "-1%", "many", "5%%", "101%"])
def test_a_limit_that_is_no_share_is_refused(rules: Path, limit: str) -> None:
    """Status 2, before anything is read."""
    result = evaluate(rules, "id\n", f"--max-undetermined={limit}")
    assert result.status == 2
    assert "write a share such as 5%" in result.err


def test_a_computed_dimension_is_taken_only_when_it_is_given(rules: Path) -> None:
    """A column of its name is ignored with a warning; `--given` takes it, by its type."""
    csv = "id,amount,double\n1,1,10k\n"
    ignored = evaluate(rules, csv)
    assert ignored.rows[0]["tags"] == []
    assert ignored.err.startswith("warning: computed, so the column is ignored: `double`;")
    taken = evaluate(rules, csv, "--given", "double")
    assert taken.rows[0]["tags"] == ["Big"]
    assert "warning" not in taken.err
    wrong = evaluate(rules, csv, "--given", "doubel")
    assert wrong.status == 2
    assert wrong.err == "error: `--given doubel`: there is no such dimension; did you mean `double`?\n"


@pytest.mark.parametrize("as_of", ["2025-13-01", "yesterday", "2025-11-20T10:00:00", "20251120x"])
def test_a_day_that_is_none_is_refused(rules: Path, as_of: str) -> None:
    """Status 2; an instant needs its time zone."""
    result = run("evaluate", rules, "--input", "-", "--input-format", "csv", "--as-of", as_of, stdin=b"id\n")
    assert result.status == 2
    assert result.err == f"error: `--as-of {as_of}`: write a day such as 2025-11-01\n"


def test_a_rule_file_with_errors_decides_nothing(tmp_path: Path) -> None:
    """Status 1 and its problems on standard error, in the format that was asked for."""
    path = tmp_path / "bad.yaml"
    path.write_text("ruleset: bad\n", encoding="utf-8")
    result = evaluate(path, "id\n")
    assert (result.status, result.out) == (1, "")
    assert "error[missing-key]" in result.err
    as_json = evaluate(path, "id\n", "--format", "json")
    assert [problem["code"] for problem in json.loads(as_json.err)["problems"]] == ["missing-key"]


def test_the_example_of_the_readme_comes_out_as_written() -> None:
    """The headcounts of examples/wholesale/README.md."""
    folder = ROOT / "examples" / "wholesale"
    result = run("evaluate", folder / "wholesale.yaml", "--input", folder / "customers.csv", *AS_OF)
    assert result.status == 0
    assert (
        "account: platinum 23 (5.2%), gold 65 (14.8%), silver 138 (31.4%), bronze 214 (48.6%)\n" in result.err
    )
    assert result.err.startswith("440 rows, 0 failed, 0 with something undetermined\n")
    assert "large_account 59 (13.4%), small_account 33 (7.5%), fresh_heavy 99 (22.5%)" in result.err


def test_what_is_kept_is_bounded(rules: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Forgetting combinations of outcomes on the way changes no count and no row."""
    csv = "id,amount,kind\n" + "".join(f"{i},{i % 70},{'ab'[i % 2]}\n" for i in range(300)) + "x,,\n"
    whole = evaluate(rules, csv)
    monkeypatch.setattr("tierkit.decisions.outcome._MOST_KEPT", 2)
    assert evaluate(rules, csv) == whole
