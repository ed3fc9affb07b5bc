"""Fixes of problems: what an editor may write without asking."""

from __future__ import annotations

import pytest

from tests import invalid_files
from tierkit import RuleSetError, loads
from tierkit.errors import Problem

CASES = [*invalid_files.FILES.values()]

RULES = """
ruleset: demo
version: 1
dimensions:
  Amount: {type: money}
  kind: {type: category, values: [Restaurant, school]}
  text: {type: text}
rules:
  - id: r
    tag: T
    when: %s
"""


def problems(text: str) -> tuple[Problem, ...]:
    """The problems of a text, warnings left out when there are no errors."""
    try:
        loads(text)
    except RuleSetError as error:
        return error.problems
    return ()


def fixed(text: str, problem: Problem) -> str:
    """The text with the fix put in."""
    fix = problem.fix
    assert fix is not None
    lines = text.split("\n")
    line = lines[fix.line - 1]
    lines[fix.line - 1] = line[: fix.column - 1] + fix.text + line[fix.end_column - 1 :]
    return "\n".join(lines)


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("Amount == 1", "Amount = 1"), ("Amount <> 1", "Amount != 1"), ("Amount ＞ 1", "Amount > 1"),
        ("Amount > 1 且 kind = 'school'", "Amount > 1 and kind = 'school'"), ("Amount > 1 && Amount < 5", "Amount > 1 and Amount < 5"),
        ("amount > 1", "Amount > 1"), ("kind = 'restaurant'", None), ("Amount > 1 and month(now()) = 2", "Amount > 1 and month(as_of) = 2"),
        ("Amount = null", "Amount is missing"), ("Amount != null", "Amount is not missing"),
        ("startswith(text, 'x')", "starts_with(text, 'x')"),
        # a person has to decide
        ("Amount in (null, 1)", None), ('text = "x"', None), ("Amount > 50,000", None), ("Amont > 1", None),
        ("datediff(as_of, as_of) > 1", None), ("Amount > 1 and", None),
    ],
)  # fmt: skip
def test_a_fix_is_offered_where_there_is_no_doubt(condition: str, expected: str | None) -> None:
    """The fixed condition is the one expected, and has no problem left; near words and quotes get no fix."""
    text = RULES % condition
    [problem, *_] = problems(text)
    if expected is None:
        assert problem.fix is None
        assert problem.to_dict()["fix"] is None
    else:
        assert fixed(text, problem) == RULES % expected
        assert not problems(fixed(text, problem))


def test_every_fix_of_the_broken_files_mends_its_problem() -> None:
    """Of all files that are refused: after the fix that problem is gone."""
    mended = 0
    for case in CASES:
        for problem in problems(case.text):
            if problem.fix is None:
                continue
            left = problems(fixed(case.text, problem))
            assert (problem.code, problem.location) not in [(p.code, p.location) for p in left], case.name
            mended += 1
    assert mended >= 5
