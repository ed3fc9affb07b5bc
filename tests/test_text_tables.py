"""Text files as tables: whoever reads a piece, the values are those of single cells."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import tierkit
from tierkit.backends.frame import texts
from tierkit.errors import ReadError, UsageError

RULES = tierkit.loads("""
ruleset: demo
version: 1
key: id
timezone: Asia/Shanghai
tables:
  orders: {key: id, time: at, columns: {amount: {type: money}, status: {type: text}}}
dimensions:
  amount: {type: money, min: -1k}
  count: {type: integer}
  rate: {type: ratio, on_missing: 1}
  flag: {type: boolean}
  kind: {type: category, values: [a, b]}
  city: {type: text}
  words: {type: set}
  since: {type: date}
  bought: {type: money, from: orders, aggregate: sum(amount), where: status = 'ok', window: 30 days}
rules:
  - {id: large, tag: Large, when: amount > 100}
  - {id: many, tag: Many, when: count >= 2 and rate < 50%}
  - {id: kind, tag: Kind, when: kind = 'a' or city = '北京'}
  - {id: tea, tag: Tea, when: "has(words, 'tea') or flag"}
  - {id: new, tag: New, when: since > '2025-01-01'}
  - {id: buyer, tag: Buyer, when: bought > 100}
""")
NAMES = ["id", "amount", "count", "rate", "flag", "kind", "city", "words", "since", "other"]
CELLS: dict[str, list[str]] = {
    "id": ["c1", "c2", "007", "北", ""],
    "amount": ["", "1", "-1.50", "12500.005", "10k", "1e3", "1_000", "3%", "x", "1,5", " ", " 7 ", "-0", "+1", ".5", "1万", "nan", "0.1234567891234", "99999999999999999999", "123456789012345.1234567891"],
    "count": ["", "0", "2", "12", "5.0", "2.5", "3k", "many", "-7", "9007199254740993"],
    "rate": ["", "3%", "0.5", "50", "1e-30", "inf"],
    "flag": ["", "true", "FALSE", " True ", "yes", "1"],
    "kind": ["", "a", "b", "c", "A"],
    "city": ["", "北京", "x", " x", "a" * 20],
    "words": ["", "tea", "tea|milk", " tea | ", "|", "milk"],
    "since": ["", "2025-01-01", "2025-02-30", "2025-06-01", " 2024-02-29 ", "20250601"],
    "other": ["", "x"],
}  # fmt: skip
DAY = "2025-11-20"


def outcomes(found: pl.LazyFrame) -> list[dict[str, Any]]:
    """Outcome rows, what conditions saw included."""
    return found.collect().drop("ruleset", "version", "as_of").to_dicts()


def careful(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lets every cell be read one by one."""
    monkeypatch.setattr(texts, "is_plain", lambda _: False)


def both(path: Path, monkeypatch: pytest.MonkeyPatch, **options: Any) -> list[dict[str, Any]]:
    """The outcomes of a file, which are the same whoever reads it."""
    quick = outcomes(RULES.evaluate_table(path, as_of=DAY, values=True, **options))
    with monkeypatch.context() as patch:
        careful(patch)
        assert outcomes(RULES.evaluate_table(path, as_of=DAY, values=True, **options)) == quick
    return quick


rows = st.lists(st.tuples(*(st.sampled_from(CELLS[name]) for name in NAMES)), max_size=8)


@given(rows, st.sampled_from(["\n", "\r\n"]), st.booleans(), st.sampled_from(["", "\n", "\n,,,,,,,,,\n", "\nc9,1\n", '\n"c9",1,,,,,,,,\n', "\n\n\nc9,x,,,,,,,,\n"]))  # fmt: skip
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
def test_plain_pieces_have_the_values_of_single_cells(
    tmp_path: Path, rows: list[tuple[str, ...]], end: str, small: bool, last: str
) -> None:
    """Any cells come to the same outcomes, values, causes and errors, lines numbered alike, in any block size."""
    plain = [row for row in rows if not any("," in cell for cell in row)]
    text = end.join([",".join(NAMES), *(",".join(row) for row in plain)]) + last.replace("\n", end)
    path = tmp_path / "in.csv"
    path.write_bytes(text.encode())
    with pytest.MonkeyPatch.context() as patch:
        if small:
            patch.setattr(texts, "BLOCK", 64)
        both(path, patch)


def test_numbers_are_read_to_the_last_bit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A common number of a plain piece is the nearest binary64, as Python reads it."""
    draw = random.Random(3)
    cells = [f"{draw.randrange(10**draw.randrange(1, 13))}.{draw.randrange(10**9):0{draw.randrange(1, 11)}d}"[:23] for _ in range(20_000)]  # fmt: skip
    path = tmp_path / "in.csv"
    path.write_text(
        "id,amount\n" + "".join(f"{at},{cell}\n" for at, cell in enumerate(cells)), encoding="utf-8"
    )
    found = [row["values"]["amount"] for row in both(path, monkeypatch)]
    assert found == [float(cell) if float(cell) < 1e13 else None for cell in cells]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030", "utf-16"])
def test_encodings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, encoding: str) -> None:
    """Files of other encodings are read, a byte order mark is no part of a name."""
    path = tmp_path / "in.csv"
    path.write_bytes("id,city\nc1,北京\n".encode(encoding))
    found = both(path, monkeypatch, encoding=encoding)
    assert found[0]["tags"] == ["Kind"]
    with pytest.raises(ReadError, match="is not ascii text"):
        RULES.evaluate_table(path, encoding="ascii").collect()


def lines(*records: Any) -> str:
    """Lines of JSON."""
    return "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records)


def test_lines_of_json(tmp_path: Path) -> None:
    """Types are native, a number may be a text of one literal; what is broken is told by its line."""
    path = tmp_path / "in.jsonl"
    records = [
        {"id": 1, "amount": 500, "count": 2, "rate": "3%", "words": ["tea", None], "since": "2025-06-01"},
        {"id": 2, "amount": True}, {"id": 3, "amount": 10**400, "city": "\ud800"}, {"amount": "x"},
    ]  # fmt: skip
    path.write_bytes(
        b"".join(json.dumps(record).encode() + b"\n" for record in records) + b'[1]\n{"id": 5, "id": 6}\n'
    )
    found = outcomes(RULES.evaluate_table(path, as_of=DAY, values=True))
    assert [row["key"] for row in found] == [1, 2, 3, None, None, None]
    assert found[0]["tags"] == ["Large", "Many", "Tea", "New"]
    assert [row["error"] for row in found] == [
        None, "`amount` is True, but a money amount (a number) is expected", None,
        "line 4: `amount` is 'x', which cannot be read as a money amount (a number)",
        "line 5: a record is expected, not [1]", "line 6: the key `id` stands twice",
    ]  # fmt: skip
    assert found[2]["missing"]["amount"] == "out_of_domain"
    assert found[2]["missing"]["city"] == "out_of_domain"


def test_keys_of_several_kinds(tmp_path: Path) -> None:
    """Keys that are numbers here and texts there become texts; those that turn later are refused."""
    path = tmp_path / "in.jsonl"
    path.write_text(lines({"id": 1}, {"id": "a"}), encoding="utf-8")
    assert RULES.evaluate_table(path).collect()["key"].to_list() == ["1", "a"]
    path.write_text(lines(*({"id": 1} for _ in range(texts.ROWS)), {"id": "a"}), encoding="utf-8")
    with pytest.raises(Exception, match="`id` is of several kinds"):
        RULES.evaluate_table(path).collect()


def refused(make: Callable[[], Any], text: str) -> None:
    """Asserts that something is refused with a text."""
    with pytest.raises((ReadError, UsageError), match=text):
        make()


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    """An empty file, a column twice, an encoding that is none: an error that says so."""
    path = tmp_path / "in.csv"
    path.write_text("", encoding="utf-8")
    refused(lambda: RULES.evaluate_table(path), "is empty: a first line with column names is expected")
    path.write_text("id,amount,amount\n", encoding="utf-8")
    refused(lambda: RULES.evaluate_table(path), "the column `amount` stands twice")
    refused(lambda: RULES.evaluate_table(path, encoding="latin-99"), "`latin-99` is no text encoding")
    refused(lambda: RULES.evaluate_table(tmp_path / "x.csv"), "no such file")
    refused(lambda: RULES.evaluate_table(tmp_path), "no table|must end in")


def test_rows_of_a_table(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A time without an offset is in the rule set's zone; rows that cannot be read are told and left out."""
    orders, customers = tmp_path / "orders.csv", tmp_path / "customers.csv"
    orders.write_text(
        "id,at,amount,status\n1,2025-11-19 23:59:59,60,ok\n1,2025-11-01,50,ok\n2,2025-11-19T16:30:00+00:00,500,ok\n"
        "2,2025-11-19T15:30:00Z,700,ok\n3,2025-10-01,500,ok\n3,yesterday,500,ok\n,2025-11-01,5,ok\n",
        encoding="utf-8",
    )
    customers.write_text("id\n1\n2\n3\n4\n", encoding="utf-8")
    for source in (customers, None):
        found = both(customers, monkeypatch, tables={"orders": orders}) if source else outcomes(
            RULES.evaluate_table(tables={"orders": orders}, as_of=DAY)
        )  # fmt: skip
        assert [row["tags"] for row in found[:3]] == [["Buyer"], ["Buyer"], []]
    assert "row 6 of `orders` is left out: `at` is 'yesterday'" in caplog.text
    assert "row 7 of `orders` is left out: there is no `id`" in caplog.text
