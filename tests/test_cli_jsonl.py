"""JSON lines in: types are native, dates are texts, and a torn line is only its own error."""

from __future__ import annotations

import datetime as dt
import json
import re
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import tierkit
from tests.command import Result, run

if TYPE_CHECKING:
    from pathlib import Path

RULES = """\
ruleset: odd
version: 1
key: id
dimensions:
  amount: {type: money}
  n: {type: integer}
  day: {type: date}
  flag: {type: boolean}
  kind: {type: category, values: [餐饮, x]}
  wants: {type: set}
rules: [{id: r, tag: T, when: amount > 10}]
"""


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    """The rule file."""
    path = tmp_path / "odd.yaml"
    path.write_text(RULES, encoding="utf-8")
    return path


def evaluate(rules: Path, lines: str | bytes, *options: str, ending: str = "jsonl") -> Result:
    """Evaluates a file of JSON lines."""
    path = rules.parent / f"input.{ending}"
    path.write_bytes(lines if isinstance(lines, bytes) else lines.encode())
    return run("evaluate", rules, "--input", path, "--values", *options)


@pytest.mark.parametrize(
    ("name", "written", "expected"),
    [
        ("amount", "12.5", 12.5),
        ("amount", "12", 12.0),
        ("amount", '"3%"', 0.03),
        ("amount", '"10k"', 10_000.0),
        ("amount", '"12000"', 12_000.0),
        ("amount", '" -7 "', -7.0),
        ("amount", "NaN", "nan"),
        ("amount", "-Infinity", "infinite"),
        ("amount", "null", "null"),
        ("amount", "1e15", "out_of_domain"),
        ("n", "5.0", 5),
        ("n", '"5k"', 5000),
        ("day", '"2025-01-31"', "2025-01-31"),
        ("flag", "true", True),
        ("kind", '"餐饮"', "餐饮"),
        ("kind", '"\\u9910\\u996e"', "餐饮"),
        ("wants", '["b", "a", "b", null]', ["a", "b"]),
        ("wants", "[]", []),
    ],
)
def test_types_are_native(rules: Path, name: str, written: str, expected: Any) -> None:
    """Numbers may be one literal in quotes; NaN and infinities are missing, with their cause."""
    known = evaluate(rules, f'{{"id": 1, "{name}": {written}}}\n').rows[0]["values"][name]
    assert (known["cause"] or known["value"]) == expected


@pytest.mark.parametrize(
    ("name", "written", "words"),
    [
        ("amount", '"abc"', "cannot be read as a money amount"),
        ("amount", '""', "cannot be read as a money amount"),
        ("amount", "true", "but a money amount (a number) is expected"),
        ("amount", "[1]", "but a money amount (a number) is expected"),
        ("n", "5.5", "but a whole number is expected"),
        ("day", '"31.01.2025"', "cannot be read as a date"),
        ("day", "20250131", "but a date is expected"),
        ("flag", '"true"', "but true or false is expected"),
        ("flag", "1", "but true or false is expected"),
        ("kind", "5", "but a category (text) is expected"),
        ("wants", '"a|b"', "but a set of texts is expected"),
    ],
)
def test_wrong_types_are_the_rows_error(rules: Path, name: str, written: str, words: str) -> None:
    """Nothing is coerced."""
    row = evaluate(rules, f'{{"id": "c1", "{name}": {written}}}\n').rows[0]
    assert row["key"] == "c1"
    assert words in row["error"]


def test_lines_that_are_no_record_stop_nothing(rules: Path) -> None:
    """Torn, nested without end, twice the same key, not an object, not text: each is one row, by its line."""
    lines = [
        b'{"id": "a", "amount": 11}',
        b'{"id": "b", "amou',
        b"",
        b"   ",
        b"[1, 2]",
        b'"text"',
        b'{"id": "c", "amount": 1, "amount": 2}',
        b'{"id": "d", "x": {"y": 1, "y": 2}}',
        b"[" * 100_000,
        b'{"id": "\xff"}',
        b'{"id": "e"} {"id": "f"}',
        b'{"n": ' + b"9" * 5000 + b"}",
        b'{"id": "z", "amount": 11}',
    ]
    result = evaluate(rules, b"\r\n".join(lines))
    assert result.status == 0
    assert [row["key"] for row in result.rows if not row["error"]] == ["a", "z"]
    assert [row["error"] for row in result.rows if row["error"]] == [
        "line 2: not valid JSON: unterminated string starting at (1:13)",
        "line 5: a record is expected, not [1, 2]",
        'line 6: a record is expected, not "text"',
        "line 7: the key `amount` stands twice",
        "line 8: the key `y` stands twice",
        "line 9: not valid JSON: nested too deeply",
        "line 10: not utf-8 text",
        "line 11: not valid JSON: extra data (1:13)",
        "line 12: not valid JSON: a number with too many digits",
    ]


def test_every_fault_of_a_line_is_told(rules: Path) -> None:
    """With the line where there is no key."""
    result = evaluate(rules, '{"amount": "x", "n": 5.5, "day": "x"}\n{"id": 7, "amount": "x"}\n')
    first, second = result.rows
    assert first["error"].startswith("line 1: `amount` is 'x'")
    assert sorted(part.split("`")[1] for part in first["error"].split("; ")) == ["amount", "day", "n"]
    assert second["key"] == 7
    assert not second["error"].startswith("line")


def test_a_line_too_long_to_be_a_record_is_skipped(rules: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A whole array on one line, say; memory stays what it is."""
    monkeypatch.setattr("tierkit.backends.text.read_jsonl._LONGEST", 1000)
    long = json.dumps([{"id": str(i)} for i in range(500)])
    result = evaluate(rules, f'{long}\n{{"id": "a", "amount": 11}}\n{long}')
    assert [row["error"] for row in result.rows] == [
        "line 1: longer than 0 MB",
        None,
        "line 3: longer than 0 MB",
    ]


@pytest.mark.parametrize(
    "key", ['"甲"', "5", "5.5", "true", "null", '["x"]', '{"a": 1}', '"\\ud800"', '"\\u2028\\n"']
)
def test_keys_come_out_as_they_came_in(rules: Path, key: str) -> None:
    """Texts and numbers as they are; what is neither as its text."""
    (row,) = evaluate(rules, f'{{"id": {key}}}\n').rows
    value = json.loads(key)
    assert row["key"] == (str(value) if isinstance(value, list | dict) else value)


def test_encodings_and_marks(rules: Path) -> None:
    """GB 18030 and a byte order mark are read; an encoding without one-byte line ends is refused."""
    line = '{"id": "甲", "kind": "餐饮"}\n'
    for data, encoding in ((b"\xef\xbb\xbf" + line.encode(), "utf-8"), (line.encode("gb18030"), "gb18030")):
        assert evaluate(rules, data, "--encoding", encoding).rows[0]["key"] == "甲"
    refused = evaluate(rules, line.encode("utf-16"), "--encoding", "utf-16")
    assert refused.status == 2
    assert refused.err == "error: JSON lines cannot be read as utf-16: convert the file to UTF-8\n"


numbers = st.sampled_from([None, 0, -1, 10, 10.5, 11, 1e14, float("nan"), "3%", "20", True, "x", [1]])
SAME = ("key", "tags", "values")
drawn = st.fixed_dictionaries(
    {},
    optional={
        "id": st.one_of(st.text(max_size=3), st.integers(), st.none()),
        "amount": numbers,
        "n": numbers,
        "day": st.sampled_from([None, "2025-01-31", "31.1.", 5]),
        "flag": st.sampled_from([None, True, "true", 0]),
        "kind": st.sampled_from([None, "x", "y", 5]),
        "wants": st.sampled_from([None, [], ["a", "b", "a"], ["a", None], ["a", 5], "a"]),
        "other": st.text(max_size=3),
    },
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(drawn, max_size=5))
def test_a_line_is_the_record_it_holds(rules: Path, records: list[dict[str, Any]]) -> None:
    """Native values are decided as `RuleSet.evaluate` decides them; only texts are read first."""
    ruleset = tierkit.load(rules)
    result = evaluate(
        rules, "".join(json.dumps(record) + "\n" for record in records), "--as-of", "2025-11-20"
    )
    assert len(result.rows) == len(records)
    for row, record in zip(result.rows, records, strict=True):
        known = dict(record)
        if known.get("day") == "2025-01-31":
            known["day"] = dt.date(2025, 1, 31)
        literals = {"3%": 0.03, "20": 20}
        known |= {name: literals[known[name]] for name in ("amount", "n") if known.get(name) in (*literals,)}
        (expected,) = ruleset.evaluate_many([known], as_of="2025-11-20")
        if isinstance(expected, tierkit.RecordError):
            assert row["key"] == record.get("id")
            assert {fault.dimension for fault in expected.errors} == set(
                re.findall(r"`(\w+)` is ", row["error"])
            )
        else:
            assert row["error"] is None
            assert {key: row[key] for key in SAME} == {key: expected.to_dict()[key] for key in SAME}


def test_ndjson_and_standard_input(rules: Path) -> None:
    """Both endings, and `-` with its format."""
    line = '{"id": "a", "amount": 11}\n'
    assert evaluate(rules, line, ending="ndjson").rows[0]["tags"] == ["T"]
    result = run("evaluate", rules, "--input", "-", "--input-format", "jsonl", stdin=line.encode())
    assert result.rows[0]["tags"] == ["T"]


def test_an_empty_file_has_no_rows(rules: Path) -> None:
    """Nothing to decide is fine."""
    result = evaluate(rules, "")
    assert (result.status, result.out) == (0, "")
