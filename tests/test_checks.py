"""`checks:` in a rule file: how severe its findings are."""

from __future__ import annotations

from pathlib import Path

import pytest

import tierkit
from tests.command import run
from tierkit.engine.load import check

RULES = """
ruleset: demo
version: 1
dimensions: {kind: {type: category}}
rules: [{id: r, tag: T, when: kind = 'a'}]
"""


def test_a_warning_is_an_error_or_nothing_where_the_file_says_so(tmp_path: Path) -> None:
    """The level decides what is shown, what `check` returns, and whether the file loads; a digest does not care."""
    plain = tierkit.loads(RULES)
    assert [(p.code, p.severity) for p in plain.problems] == [("category-without-values", "warning")]
    off = tierkit.loads(RULES + "checks: {category-without-values: off}")
    assert off.problems == ()
    assert off.digest == plain.digest
    info = tierkit.loads(RULES + "checks: {category-without-values: info}")
    assert [p.severity for p in info.problems] == ["info"]
    with pytest.raises(tierkit.RuleSetError) as caught:
        tierkit.loads(RULES + "checks: {category-without-values: error}")
    assert [(p.code, p.severity) for p in caught.value.problems] == [("category-without-values", "error")]
    for level, status, word in (
        ("error", 1, "error["),
        ("info", 0, "info["),
        ("off", 0, "1 file, 0 errors, 0 warnings"),
    ):
        path = tmp_path / f"{level}.yaml"
        path.write_text(RULES + f"checks: {{category-without-values: {level}}}", encoding="utf-8")
        result = run("check", path)
        assert (result.status, word in result.out) == (status, True)
    assert "错误[" in run("check", tmp_path / "error.yaml", "--locale", "zh").out


def test_a_finding_stands_where_the_part_of_the_condition_does(tmp_path: Path) -> None:
    """In text and in trees, below `not` and `any` too: the line and the columns of what changes nothing."""
    text = """
ruleset: demo
version: 1
dimensions: {spent: {type: money}, age: {type: integer}}
rules:
  - id: tree
    tag: Tree
    when:
      all:
        - {name: spent, operator: greater_than, value: 100}
        - any:
            - {name: age, operator: greater_than, value: 5}
            - not: {name: age, operator: less_than_or_equal_to, value: 7}
  - id: all
    tag: All
    when:
      not:
        all:
          - {name: age, operator: greater_than, value: 5}
          - {name: age, operator: greater_than, value: 2}
  - {id: text, tag: Text, when: "age > 1 and not (spent > 5 and age < 3 and spent > 2)"}
"""
    lines = text.splitlines()
    told = []
    path = tmp_path / "demo.yaml"
    path.write_text(text, encoding="utf-8")
    _, problems = check(path)
    for problem in problems:
        where = problem.location
        told.append((where.line, lines[where.line - 1][where.column - 1 :]))
    assert told == [
        (13, "not: {name: age, operator: less_than_or_equal_to, value: 7}"),
        (20, "{name: age, operator: greater_than, value: 2}"),
        (21, 'spent > 2)"}'),
    ]
