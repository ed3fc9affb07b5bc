"""`tierkit evaluate --engine`: what comes out is the same, whoever decides."""

from __future__ import annotations

import json
import random
from importlib import import_module
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from tests.command import run
from tierkit.cli import quickly

parquet: Any = import_module("pyarrow.parquet")

RULES = """
ruleset: demo
version: 1.10
timezone: Asia/Shanghai
key: id
tables:
  orders:
    key: id
    time: at
    columns: {amount: {type: money}, status: {type: text}, pieces: {type: integer}}
dimensions:
  amount: {type: money, label: {zh: 金额}}
  visits: {type: integer, on_missing: 0}
  rate: {type: ratio}
  kind: {type: category, values: [a, b]}
  words: {type: set}
  since: {type: date}
  flag: {type: boolean}
  double: {type: money, value: amount * 2}
  points: {type: score, scorecard: [{dimension: amount, weight: 100%, cap: 100}]}
  other: {type: score, value: amount / visits}
  bought: {type: money, from: orders, aggregate: sum(amount), where: status = 'ok', window: 30 days}
  last: {type: text, from: orders, aggregate: last(status)}
  most: {type: integer, from: orders, aggregate: max(pieces)}
rules:
  - {id: big, tag: Big, when: amount > 10, because: {en: large, zh: 大}}
  - {id: big_again, tag: Big, when: double > 30}
  - {id: of_a, tag: '重要 "A"|x', when: "kind = 'a' or has(words, 'tea')"}
  - {id: new, tag: New, when: since > '2025-01-01' and not flag}
  - {id: buyer, tag: Buyer, when: bought > 100 or last = 'ok'}
  - {id: cheap, tag: Cheap, when: rate < 5% and most >= 2}
ladders:
  size: {tiers: [{id: top, enter: amount > 50, tag: Top}, {id: mid, enter: amount > 5}]}
  kind_of: {tiers: [{id: one, enter: points >= 50}, {id: two, enter: kind = 'b'}], eligible: visits >= 0}
"""
CELLS = {
    "amount": ["", "5", "10.01", "16", "60", "1e30", "-3", "x", "10k", "0.1"],
    "visits": ["", "0", "3", "2.5", "7"],
    "rate": ["", "3%", "0.5"],
    "kind": ["", "a", "b", "c"],
    "words": ["", "tea|milk", "milk"],
    "since": ["", "2025-06-01", "2020-01-01", "soon"],
    "flag": ["", "true", "false"],
    "nothing": ["", "x"],
}
KEYS = ["c{}", "客{}", 'a"{}', "b\\{}", "t\t{}", "\x85{}", "\u2028{}", "x\x7f{}", "'{}", " {}"]


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """Rules, customers in three formats, and their orders."""
    draw = random.Random(2)
    (tmp_path / "demo.yaml").write_text(RULES, encoding="utf-8")
    rows = [
        [KEYS[at % len(KEYS)].format(at), *(draw.choice(cells) for cells in CELLS.values())]
        for at in range(600)
    ]
    lines = [",".join(["id", *CELLS])] + [",".join(row) for row in rows if '"' not in row[0]]
    lines[40], lines[41] = "c,1", ",,x,,,,,,"
    (tmp_path / "in.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    records = []
    for row in rows:
        record: dict[str, Any] = {
            name: cell
            for name, cell in zip(["id", *CELLS], row, strict=True)
            if cell != "" or draw.random() < 0.1
        }
        for name, make in (("amount", float), ("flag", json.loads), ("words", lambda text: text.split("|"))):
            if record.get(name, "x") not in ("", "x", "10k"):
                record[name] = make(record[name])
        records.append({name: None if value == "" else value for name, value in record.items()})
    records[7]["id"], records[8]["id"] = 5, None
    text = "".join(json.dumps(record, ensure_ascii=at % 2 == 0) + "\n" for at, record in enumerate(records))
    (tmp_path / "in.jsonl").write_text(text + "[1]\n{\n", encoding="utf-8")
    frame = pl.DataFrame({
        "id": [row[0] for row in rows],
        "amount": [draw.choice([None, 5.0, 60.0, float("nan"), 1e30, 16.5]) for _ in rows],
        "visits": [draw.choice([None, 0.0, 3.0, 2.5]) for _ in rows],
        "kind": [row[4] or None for row in rows],
        "words": [row[5].split("|") for row in rows],
    })  # fmt: skip
    frame.write_parquet(tmp_path / "in.parquet", row_group_size=100)
    frame.with_columns(id=pl.int_range(len(rows))).write_parquet(tmp_path / "numbers.parquet")
    order = ["id,at,amount,status,pieces"]
    for _ in range(1500):
        row = draw.choice(rows)
        if '"' not in row[0]:
            order.append(
                f"{row[0]},2025-{draw.choice(['11-0', '10-1'])}{draw.randrange(1, 9)}{draw.choice(['', ' 10:00:00', 'T23:30:00+00:00'])},{draw.choice(['5', '200.5', '-1', '3%', 'x', ''])},{draw.choice(['ok', 'no', ''])},{draw.randrange(4)}"
            )
    (tmp_path / "orders.csv").write_text("\n".join(order) + "\n", encoding="utf-8")
    return tmp_path


def both(shop: Path, output: str, *options: str, locale: str = "en") -> tuple[Any, Any]:
    """What is written by frames and row by row: bytes, or values of Parquet; what is said must be the same."""
    found = []
    for engine in ("polars", "python"):
        target = shop / f"{engine}-{output}"
        result = run(
            "evaluate", shop / "demo.yaml", "--as-of", "2025-11-20", "--locale", locale, "--engine", engine,
            "--output", target, *options,
        )  # fmt: skip
        assert result.status == 0, result.err
        data = parquet.read_table(target) if output.endswith("parquet") else target.read_bytes()
        said = [line for line in result.err.splitlines() if not line.startswith(("engine: ", "引擎："))]
        assert (
            f"{'引擎：' if locale == 'zh' else 'engine: '}{engine if engine == 'python' or '--table' not in options else 'duckdb, polars'}"
            in result.err
        )
        found.append((data, said))
    (quick, said), (slow, wanted) = found
    assert said == wanted
    return quick, slow


@pytest.mark.parametrize("output", ["out.jsonl", "out.csv", "out.parquet"])
@pytest.mark.parametrize("source", ["in.csv", "in.jsonl", "in.parquet", "numbers.parquet"])
def test_the_same_is_written_and_said(shop: Path, source: str, output: str) -> None:
    """Bytes of text and values of Parquet, the summary and the failures are those of row by row."""
    quick, slow = both(shop, output, "--input", str(shop / source))
    assert quick == slow
    assert len(quick) > 500


@pytest.mark.parametrize("output", ["out.jsonl", "out.csv"])
def test_in_chinese_and_with_a_given_dimension(shop: Path, output: str) -> None:
    """Errors are told in the language of the command, and what is given is not computed."""
    quick, slow = both(shop, output, "--input", str(shop / "in.csv"), "--given", "double", locale="zh")
    assert quick == slow
    assert "应为".encode() in quick or "无法读作".encode() in quick


@pytest.mark.parametrize("output", ["out.jsonl", "out.csv"])
@pytest.mark.parametrize("customers", [True, False])
def test_raw_tables(shop: Path, output: str, customers: bool) -> None:
    """With orders, and customers or without: the same rows in the same order."""
    listed = shop / "listed.csv"
    lines = (shop / "in.csv").read_text(encoding="utf-8").splitlines()
    listed.write_text("\n".join([lines[0], *lines[50:300]]) + "\n", encoding="utf-8")
    options = ["--table", f"orders={shop / 'orders.csv'}", *(["--input", str(listed)] if customers else [])]
    quick, slow = both(shop, output, *options)
    assert quick == slow


def test_auto_takes_frames_where_it_pays(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A large file is decided by frames, a small one and one that frames cannot decide row by row."""
    made = []
    real = quickly.Quick.__init__

    def counting(self: quickly.Quick, *arguments: Any) -> None:
        real(self, *arguments)
        made.append(self)

    monkeypatch.setattr(quickly.Quick, "__init__", counting)
    for size, wanted in ((10**9, 0), (1, 1)):
        monkeypatch.setattr(quickly, "_LARGE", size)
        result = run("evaluate", shop / "demo.yaml", "--input", shop / "in.csv", "--output", shop / "o.csv", "--engine", "auto")  # fmt: skip
        assert len(made) == wanted
        assert f"engine: {'polars' if wanted else 'python'}" in result.err
    pl.DataFrame({"id": ["a"], "amount": ["x"]}).write_parquet(shop / "odd.parquet")
    result = run("evaluate", shop / "demo.yaml", "--input", shop / "odd.parquet", "--engine", "auto")
    assert "engine: python" in result.err
    assert result.rows[0]["error"] == "`amount` is 'x', but a money amount (a number) is expected"
    result = run("evaluate", shop / "demo.yaml", "--input", shop / "odd.parquet", "--engine", "polars")
    assert (result.status, result.out) == (2, "")
    assert "the column `amount` is of type String, but a money amount (a number) is expected" in result.err


@pytest.mark.parametrize(
    ("options", "text"),
    [
        (["--reasons"], "writes neither reasons nor values"),
        (["--values"], "writes neither reasons nor values"),
        (["--input", "-", "--input-format", "csv"], "not standard input"),
    ],
)
def test_what_frames_do_not_do(shop: Path, options: list[str], text: str) -> None:
    """It is refused by name where an engine was asked for."""
    result = run("evaluate", shop / "demo.yaml", "--engine", "polars", "--input", shop / "in.csv", *options)
    assert (result.status, result.out) == (2, "")
    assert text in result.err


def test_limits(shop: Path) -> None:
    """`--fail-on-error` and `--max-undetermined` mean the same, and standard output is the same."""
    for options in (["--fail-on-error"], ["--max-undetermined", "1%"], ["--max-undetermined", "100%"]):
        found = [
            run("evaluate", shop / "demo.yaml", "--input", shop / "in.csv", "--engine", engine, "--as-of", "2025-11-20", *options)
            for engine in ("polars", "python")
        ]  # fmt: skip
        assert found[0].status == found[1].status == (0 if "100%" in options else 1)
        assert found[0].out == found[1].out


def test_memory_that_is_none(shop: Path) -> None:
    """An amount that is none is refused; one that is goes to DuckDB."""
    options = ["--table", f"orders={shop / 'orders.csv'}", "--engine", "duckdb", "--as-of", "2025-11-20"]
    result = run("evaluate", shop / "demo.yaml", *options, "--memory-limit", "lots")
    assert result.status == 2
    assert "the memory limit is `lots`: write an amount such as 4GB" in result.err
    assert run("evaluate", shop / "demo.yaml", *options, "--memory-limit", "1GB").status == 0


def test_nothing_is_left_of_half_a_file(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who stops it, or an engine that goes away in the middle, leaves what was there before."""
    target = shop / "out.jsonl"
    target.write_text("before", encoding="utf-8")
    from tierkit.engine.pieces import Pieces

    real = Pieces.decided
    names = {path.name for path in shop.iterdir()}
    for error, status in ((KeyboardInterrupt, 130), (pl.exceptions.ComputeError("gone"), 2)):

        def stops(self: Pieces, error: Any = error) -> Any:
            yield next(real(self))
            raise error

        monkeypatch.setattr(Pieces, "decided", stops)
        result = run("evaluate", shop / "demo.yaml", "--input", shop / "in.csv", "--engine", "polars", "--output", target)  # fmt: skip
        assert result.status == status
        assert target.read_text(encoding="utf-8") == "before"
        assert {path.name for path in shop.iterdir()} == names
