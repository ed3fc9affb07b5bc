"""`tierkit explain`: one record decided, and why."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING

import pytest

import tierkit
from tests.command import run
from tierkit.decisions.explain import explain_target

if TYPE_CHECKING:
    from pathlib import Path

RULES = """\
ruleset: demo
version: 1
key: id
dimensions:
  amount: {type: money, label: {en: Monthly amount, zh: 月订单金额}}
  since: {type: date}
  double: {type: money, value: amount * 2}
rules:
  - {id: big, tag: Big, when: amount > 10k, because: {en: large, zh: 大}}
  - {id: old, tag: Old, when: since < '2025-01-01'}
ladders:
  size: {tiers: [{id: top, enter: double > 50k}, {id: rest}]}
"""
RECORD = '{"id": "c1", "amount": "1.2万", "since": "2024-05-01"}'
AS_OF = ("--as-of", "2025-11-20")


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    """The rule file."""
    path = tmp_path / "demo.yaml"
    path.write_text(RULES, encoding="utf-8")
    return path


def decision(rules: Path) -> tierkit.Decision:
    """The decision that is to be explained."""
    record = json.loads(RECORD) | {"amount": 12_000, "since": dt.date(2024, 5, 1)}
    return tierkit.load(rules).evaluate(record, as_of="2025-11-20")


@pytest.mark.parametrize("locale", ["en", "zh"])
def test_a_decision_is_explained(rules: Path, locale: str) -> None:
    """The text is that of `Decision.explain`; the data that of `to_dict`."""
    result = run("explain", rules, "--record", RECORD, *AS_OF, "--locale", locale)
    assert (result.status, result.err) == (0, "")
    assert result.out == decision(rules).explain(locale) + "\n"
    as_data = run("explain", rules, "--record", RECORD, *AS_OF, "--locale", locale, "--format", "json")
    assert as_data.json == decision(rules).to_dict(locale)


def test_the_record_may_be_a_file_or_standard_input(rules: Path, tmp_path: Path) -> None:
    """`@FILE` and `@-`, with or without a byte order mark, on several lines."""
    expected = run("explain", rules, "--record", RECORD, *AS_OF)
    text = "\ufeff" + json.dumps(json.loads(RECORD), indent=2)
    (tmp_path / "record.json").write_text(text, encoding="utf-8")
    assert run("explain", rules, "--record", f"@{tmp_path / 'record.json'}", *AS_OF) == expected
    assert run("explain", rules, "--record", "@-", *AS_OF, stdin=text.encode()) == expected
    by_name = run("explain", "demo", "--store", tmp_path, "--record", RECORD, *AS_OF)
    assert (by_name.status, by_name.out) == (expected.status, expected.out)
    assert by_name.err.startswith("note: nothing of `demo` was published yet")


@pytest.mark.parametrize("target", ["Big", "size.top", "size.rest", "Old"])
def test_a_target_is_explained(rules: Path, target: str) -> None:
    """Why it is held, or what is missing and the smallest change."""
    for locale in ("en", "zh"):
        result = run("explain", rules, "--record", RECORD, *AS_OF, "--for", target, "--locale", locale)
        assert (result.status, result.out) == (0, explain_target(decision(rules), target, locale) + "\n")


def test_a_target_as_data_has_every_key(rules: Path) -> None:
    """Held: the reasons; not held: what is not true and the path."""
    held = run("explain", rules, "--record", RECORD, *AS_OF, "--for", "Big", "--format", "json").json
    assert list(held) == [
        "key",
        "ruleset",
        "version",
        "as_of",
        "target",
        "held",
        "reasons",
        "why_not",
        "path",
        "paths",
        "leeway",
    ]
    assert (held["key"], held["held"], held["why_not"]) == ("c1", True, [])
    assert [reason["rule"] for reason in held["reasons"]] == ["big"]
    missed = run("explain", rules, "--record", RECORD, *AS_OF, "--for", "size.top", "--format", "json").json
    assert (missed["held"], missed["reasons"]) == (False, [])
    assert [reason["rule"] for reason in missed["why_not"]] == ["size.top"]
    assert [change["dimension"] for change in missed["path"]["changes"]] == ["amount"]


def test_an_unknown_target_is_refused(rules: Path) -> None:
    """Status 2, with the nearest one."""
    result = run("explain", rules, "--record", RECORD, "--for", "size.tpo")
    assert result.status == 2
    assert result.err == "error: there is no tag or tier `size.tpo` in `demo`; did you mean `size.top`?\n"


def test_a_computed_value_may_be_given(rules: Path) -> None:
    """As in `evaluate`."""
    result = run("explain", rules, "--record", '{"double": "60k"}', "--given", "double", "--format", "json")
    assert result.json["tiers"] == {"size": "top"}
    assert run("explain", rules, "--record", "{}", "--given", "duble").status == 2


@pytest.mark.parametrize(
    ("record", "words"),
    [
        ('{"amount": tru}', "`--record`: not valid JSON: expecting value (1:12)"),
        ("", "`--record`: not valid JSON: expecting value (1:1)"),
        ("[1]", "`--record`: a record is expected, not [1]"),
        ('{"amount": 1, "amount": 2}', "`--record`: the key `amount` stands twice"),
        ("@nowhere.json", "cannot read `nowhere.json`: no such file or directory"),
    ],
)
def test_what_is_no_record_is_wrong_usage(rules: Path, record: str, words: str) -> None:
    """Status 2 and one line."""
    result = run("explain", rules, f"--record={record}")
    assert (result.status, result.out) == (2, "")
    assert result.err == f"error: {words}\n"


def test_a_file_that_is_no_text_is_unreadable(rules: Path, tmp_path: Path) -> None:
    """Status 2."""
    (tmp_path / "r.json").write_bytes(b"\xff\xfe{}")
    result = run("explain", rules, "--record", f"@{tmp_path / 'r.json'}")
    assert result.status == 2
    assert "is not utf-8 text" in result.err


def test_a_record_with_faults_is_told_all_of_them(rules: Path) -> None:
    """Status 1: the record was read, and is wrong; in both languages."""
    result = run("explain", rules, "--record", '{"id": "c1", "amount": "abc", "since": true}')
    assert (result.status, result.out) == (1, "")
    assert result.err == (
        "error: record `c1`: `amount` is 'abc', which cannot be read as a money amount (a number); "
        "`since` is True, but a date is expected\n"
    )
    chinese = run("explain", rules, "--record", '{"amount": true}', "--locale", "zh")
    assert chinese.status == 1
    assert chinese.err == "错误：记录：`amount` 的值是 True，应为金额（数字）\n"


def test_a_rule_file_with_errors_explains_nothing(tmp_path: Path) -> None:
    """Status 1 and its problems."""
    (tmp_path / "bad.yaml").write_text("ruleset: bad\n", encoding="utf-8")
    result = run("explain", tmp_path / "bad.yaml", "--record", "{}")
    assert (result.status, result.out) == (1, "")
    assert "error[missing-key]" in result.err
