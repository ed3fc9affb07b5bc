"""`tierkit impact`: inputs of every kind, outputs, languages, and what is refused."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import polars as pl
import pytest

from tests.command import Result, run
from tierkit.cli import impacting
from tierkit.cli.grid import grid

TEXT = """
ruleset: shop
version: "{version}"
key: id
tables:
  orders: {{key: id, time: at, columns: {{amount: {{type: money}}}}}}
dimensions:
  amount: {{type: money, label: {{en: Amount, zh: 金额}}}}
  rate: {{type: ratio}}
  spent: {{type: money, from: orders, aggregate: sum(amount), window: 30 days}}
rules:
  - {{id: good, tag: Good, when: rate < {rate}}}
  - {{id: buyer, tag: Buyer, when: spent >= 100}}
ladders:
  value:
    tiers:
      - {{id: gold, enter: amount >= {gold}, label: {{en: gold, zh: 黄金}}}}
      - {{id: base}}
"""
CSV = "id,amount,rate\na,12k,3%\nb,5000,4%\nc,8000,1%\nd,much,1%\ne,,9%\n"


@pytest.fixture(name="here")
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A directory with two versions and customers."""
    monkeypatch.chdir(tmp_path)
    for version, gold, rate in (("1", "10k", "5%"), ("2", "7k", "4%")):
        Path(f"v{version}.yaml").write_text(
            TEXT.format(version=version, gold=gold, rate=rate), encoding="utf-8"
        )
    Path("c.csv").write_text(CSV, encoding="utf-8")
    return tmp_path


def compared(*arguments: str, stdin: bytes = b"") -> Result:
    """The verb on both files."""
    return run("impact", "v1.yaml", "v2.yaml", "--as-of", "2025-11-20", *arguments, stdin=stdin)


@pytest.mark.usefixtures("here")
def test_the_answer_for_people() -> None:
    """The headline, the matrix, tags, what is open, what failed, and movers with reasons."""
    found = compared("--input", "c.csv")
    assert (found.status, found.err) == (0, "")
    lines = found.out.splitlines()
    assert lines[:3] == [
        "shop@1 → shop@2", "1 of 5 customers changes tier: 1 up", "1 more keeps their tier and gains or loses a tag.",
    ]  # fmt: skip
    assert [line.split() for line in lines if line.startswith(" base ")] == [
        ["base", "1", "1", "·", "·", "2"]
    ]
    assert "b: −Good" in lines
    assert "c: base → gold" in lines
    assert "      - Amount 8,000.00 is at least 7,000.00 (by 1,000.00)" in lines
    assert "      - Amount 8,000.00 must be at least 10,000.00 (2,000.00 below)" in lines
    assert "  row 4 (`d`): `amount` is 'much', which cannot be read as a money amount (a number)" in lines
    assert "Something is undetermined for 4 customers before and 4 after." in lines


@pytest.mark.usefixtures("here")
def test_the_answer_in_chinese() -> None:
    """Every line in Chinese, labels too."""
    out = compared("--input", "c.csv", "--locale", "zh").out
    assert "5 个客户中有 1 个等级变动：1 个上升" in out
    assert "c：" not in out.splitlines()[0]
    assert "base → 黄金" in out
    assert "金额 8,000.00 不得低于 10,000.00（还差 2,000.00）" in out


@pytest.mark.usefixtures("here")
def test_every_input_gives_the_same() -> None:
    """CSV, JSON lines, Parquet, standard input: one answer, but for what their readers say of a bad row."""
    rows = [
        {"id": "a", "amount": 12000.0, "rate": 0.03}, {"id": "b", "amount": 5000.0, "rate": 0.04},
        {"id": "c", "amount": 8000.0, "rate": 0.01}, {"id": "e", "amount": None, "rate": 0.09},
    ]  # fmt: skip
    Path("c.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    Path("good.csv").write_text("id,amount,rate\na,12k,3%\nb,5000,4%\nc,8000,1%\ne,,9%\n", encoding="utf-8")
    pl.DataFrame(rows).write_parquet("c.parquet")
    answers = [compared("--input", name, "--format", "json").json for name in ("c.jsonl", "c.parquet")]
    assert answers[0] == answers[1]
    piped = compared(
        "--input", "-", "--input-format", "csv", "--format", "json", stdin=Path("good.csv").read_bytes()
    ).json
    read = compared("--input", "good.csv", "--format", "json").json
    assert piped == read
    assert read["ladders"] == answers[0]["ladders"]
    assert (
        read["moved"]
        == answers[0]["moved"]
        == {"total": 2, "up": 1, "down": 0, "both": 0, "unclear": 0, "tags": 1}
    )


@pytest.mark.usefixtures("here")
def test_parquet_without_polars(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where there is no Polars the rows are decided one by one, and the answer is the same."""
    pl.DataFrame({"id": ["a", "b"], "amount": [8000.0, None], "rate": [0.01, 0.045]}).write_parquet(
        "c.parquet"
    )
    quick = compared("--input", "c.parquet", "--format", "json").json
    monkeypatch.setattr(impacting, "_has_polars", lambda: False)
    assert compared("--input", "c.parquet", "--format", "json").json == quick
    assert quick["customers"] == 2


@pytest.mark.usefixtures("here")
def test_cells_are_read_by_each_version() -> None:
    """A column is read by the type that each version gives it; what only one can read fails for the other."""
    Path("v2.yaml").write_text(
        TEXT.format(version="2", gold="7k", rate="4%").replace(
            "amount: {type: money, label", "amount: {type: integer, label"
        ),
        encoding="utf-8",
    )
    Path("c.csv").write_text("id,amount,rate\na,12.5,3%\nb,12,3%\n", encoding="utf-8")
    found = compared("--input", "c.csv", "--format", "json").json
    assert (found["failed"]["before"], found["failed"]["after"]) == (0, 1)
    assert found["movers"]["first"][0]["direction"] == "unclear"


@pytest.mark.usefixtures("here")
def test_rows_of_tables() -> None:
    """Everybody who has a row is a customer where there is no input; each version adds up what it knows."""
    Path("orders.csv").write_text(
        "id,at,amount\nx,2025-11-10,60\nx,2025-11-12,50\ny,2025-11-10,5\n,2025-11-10,5\n", encoding="utf-8"
    )
    found = compared("--table", "orders=orders.csv", "--format", "json")
    assert found.json["customers"] == 2
    assert {tag["tag"]: tag["before"] for tag in found.json["tags"]} == {"Good": 0, "Buyer": 1}
    assert found.err.count("row 4 of `orders`") == 1
    both = compared("--input", "c.csv", "--table", "orders=orders.csv", "--format", "json").json
    assert both["customers"] == 5
    Path("v1.yaml").write_text(
        Path("v1.yaml")
        .read_text(encoding="utf-8")
        .replace("orders:", "sales:")
        .replace("from: orders", "from: sales"),
        encoding="utf-8",
    )
    alone = compared("--table", "orders=orders.csv", "--format", "json").json
    assert {tag["tag"]: (tag["before"], tag["after"]) for tag in alone["tags"]}["Buyer"] == (0, 1)


@pytest.mark.usefixtures("here")
def test_everybody_who_moves_is_written() -> None:
    """As CSV, flat; as JSON lines, with the reasons of both versions; `--movers` bounds neither."""
    assert (
        compared("--input", "c.csv", "--output", "m.csv", "--movers", "0").err
        == "note: 2 customers written to m.csv\n"
    )
    with Path("m.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["key"], row["direction"], row["steps"], row["lost"], row["before_value"], row["after_value"]) for row in rows] == [
        ("b", "tags", "0", "Good", "base", "base"), ("c", "up", "-1", "", "base", "gold"),
    ]  # fmt: skip
    compared("--input", "c.csv", "--output", "m.jsonl", "--movers", "1")
    lines = [json.loads(line) for line in Path("m.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [line["key"] for line in lines] == ["b", "c"]
    assert lines[1]["after"]["reasons"][0]["target"] == "value.gold"
    assert lines[1]["before"]["why_not"][0]["findings"][0]["threshold"] == 10_000
    pl.DataFrame({"id": ["b", "c"], "amount": [5000.0, 8000.0], "rate": [0.04, 0.01]}).write_parquet(
        "c.parquet"
    )
    compared("--input", "c.parquet", "--output", "p.jsonl", "--movers", "1")
    again = [json.loads(line) for line in Path("p.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [line["before"]["why_not"] for line in again] == [line["before"]["why_not"] for line in lines]
    missing = compared("--input", "c.csv", "--output", "m.jsonl", "--locale", "zh")
    assert missing.err == "注：已将 2 个客户 写入 m.jsonl\n"


@pytest.mark.usefixtures("here")
def test_the_page_is_written(here: Path) -> None:
    """The page stands where it was asked for, whole, with the shares and the quota."""
    found = compared("--input", "c.csv", "--html", "i.html", "--quota", "value.gold=20%", "--format", "json")
    assert found.err == "note: the page is i.html\n"
    text = (here / "i.html").read_text(encoding="utf-8")
    assert text.startswith("<!doctype html>")
    assert "1 of 5 customers changes tier: 1 up" in text
    assert found.json["quotas"] == [{"target": "value.gold", "quota": 0.2, "before": 0.2, "after": 0.4}]
    assert "Gold" not in compared("--input", "c.csv", "--quota", "Good=5%").out
    assert "gold (value)" in compared("--input", "c.csv", "--quota", "value.gold=20%").out


@pytest.mark.usefixtures("here")
def test_versions_of_a_store() -> None:
    """Names and pinned versions are taken as `diff` takes them."""
    for version in ("1", "2"):
        assert run("publish", f"v{version}.yaml", "--by", "li").status == 0
    assert run("activate", "shop", "1", "--by", "li").status == 0
    early = run("impact", "shop", "shop@2", "--input", "c.csv", "--as-of", "2020-01-01")
    assert early.status == 2
    assert "no version of `shop` was active" in early.err
    active = run("impact", "shop", "shop@2", "--input", "c.csv", "--format", "json").json
    assert (active["before"]["version"], active["moved"]["up"]) == ("1", 1)
    named = run("impact", "shop@1", "shop@2", "--input", "c.csv", "--format", "json").json
    assert (named["before"]["version"], named["after"]["version"]) == ("1", "2")


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize(
    ("arguments", "english", "chinese"),
    [
        ([], "`--input` is missing", "缺少 `--input`"),
        (
            ["--input", "c.csv", "--quota", "value.gold"],
            "`--quota value.gold`: write a tag",
            "`--quota value.gold`：请写",
        ),
        (
            ["--input", "c.csv", "--quota", "gold=5%"],
            "`--quota gold`: neither version has",
            "`--quota gold`：两个版本都没有",
        ),
        (
            ["--input", "c.csv", "--quota", "Good=150%"],
            "`--quota Good=150%`: write",
            "`--quota Good=150%`：请写",
        ),
        (["--input", "c.csv", "--output", "m.txt"], "`m.txt`: the ending must be", "`m.txt`：文件扩展名"),
        (["--input", "c.csv", "--output", "c.csv"], "`c.csv` is the input", "`c.csv` 是输入文件"),
        (["--input", "c.csv", "--html", "v1.yaml"], "`v1.yaml` is the input", "`v1.yaml` 是输入文件"),
        (
            ["--input", "c.csv", "--html", "x.csv", "--output", "x.csv"],
            "`x.csv` is both the page",
            "`x.csv` 既是页面",
        ),
        (
            ["--input", "c.csv", "--given", "amont"],
            "`--given amont`: there is no such dimension; did you mean `amount`?",
            "`--given amont`：没有此维度",
        ),
        (
            ["--input", "c.csv", "--table", "ordres=o.csv"],
            "`--table ordres`: the rule set has no such table",
            "`--table ordres`：规则集没有此数据表",
        ),
        (["--input", "c.csv", "--as-of", "soon"], "`--as-of soon`", "`--as-of soon`"),
        (["--input", "none.csv"], "cannot read `none.csv`", "无法读取 `none.csv`"),
        (["--input", "c.csv", "--movers", "-1"], "`--movers` cannot be read", "无法读取 `--movers`"),
    ],
)
def test_what_is_refused(arguments: list[str], english: str, chinese: str) -> None:
    """Wrong usage says what is wrong, in both languages, with status 2, and writes nothing."""
    before = {path.name: path.read_bytes() for path in Path().iterdir()}
    for locale, text in (("en", english), ("zh", chinese)):
        found = compared(*arguments, "--locale", locale)
        assert found.status == 2
        assert text in found.err
        assert found.out == ""
    assert {path.name: path.read_bytes() for path in Path().iterdir()} == before


@pytest.mark.usefixtures("here")
def test_warnings_are_said_once() -> None:
    """What both versions find odd about an input is told once."""
    Path("c.csv").write_text("id,amuont,rate\na,1,1%\n", encoding="utf-8")
    assert compared("--input", "c.csv").err.count("amuont") == 1
    assert run("impact", "v1.yaml", "broken.yaml", "--input", "c.csv").status == 2


def test_a_matrix_is_never_cut_off() -> None:
    """Where every column is whole, a line is as long as it must be; other columns go on below."""
    heads = [f"a heading of column {n}" for n in range(9)]
    rows = [[f"{n},000" for n in range(9)]]
    whole = grid(heads, rows, whole=range(9))
    assert all(head in whole.splitlines()[0] for head in heads)
    assert max(map(len, grid(heads, rows, whole=(1,)).splitlines())) <= 80
