"""What no YAML file of reasonable size can show: bytes that are no text, and sizes beyond every limit."""

from __future__ import annotations

from pathlib import Path

import pytest

from tierkit.documents import events
from tierkit.documents.reader import LARGEST, read
from tierkit.engine import check, loads
from tierkit.engine.examples import run
from tierkit.errors import RuleSetError

HEAD = "ruleset: a\nversion: 1\n"


def codes(text: str | bytes) -> list[str]:
    """The codes of the problems of a text."""
    with pytest.raises(RuleSetError) as caught:
        loads(text)
    return [problem.code for problem in caught.value.problems]


def test_bytes_that_are_not_utf8_are_told_with_their_place() -> None:
    """The first byte that cannot be read is named, and it stands where the text ends."""
    with pytest.raises(RuleSetError) as caught:
        loads(HEAD.encode() + "title: 中文\n".encode("gb18030"))
    (problem,) = caught.value.problems
    assert (problem.code, problem.location.line, problem.location.column) == ("not-utf8", 3, 8)
    assert "byte" in problem.message()


def test_a_file_beyond_eight_megabytes_is_not_read(tmp_path: Path) -> None:
    """Size is checked before anything is decoded or parsed."""
    path = tmp_path / "large.yaml"
    path.write_bytes(b"x" * (LARGEST + 1))
    source, problems = read(path)
    assert source.text == ""
    assert [problem.code for problem in problems] == ["file-too-large"]
    assert check(path)[0] is None


def test_too_many_values_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """The number of values in a file is bounded."""
    monkeypatch.setattr(events, "MOST_VALUES", 50)
    assert codes(HEAD + "description: {" + ", ".join(f"a{i}: x" for i in range(60)) + "}\n") == [
        "too-many-values"
    ]


def test_a_long_text_is_refused() -> None:
    """A label has a limit of its own, any scalar a larger one."""
    assert "text-too-long" in codes(HEAD + f"title: {'x' * 10_001}\n")
    assert codes(HEAD + f"title: {'x' * 100_001}\n") == ["text-too-long"]


@pytest.mark.parametrize("text", ["\ufeff" + HEAD, HEAD.replace("\n", "\r\n"), HEAD.replace("\n", "\r")])
def test_marks_and_line_ends_of_other_systems_are_read(text: str) -> None:
    """A byte order mark and the line ends of Windows and old Macs change nothing."""
    assert loads(text.encode("utf-8")) == loads(HEAD)


TWO, ONE = "e\u0301", "\u00e9"  # the same letter: with its accent, and in one character


def test_tags_are_composed_wherever_they_stand() -> None:
    """A tag is the same tag however its letters were typed: declared, given, rewarded and expected."""
    rules = loads(
        f"""{HEAD}
dimensions: {{x: {{type: number}}}}
tags: {{t{TWO}: , u{ONE}: }}
rules:
  - {{id: a, tag: t{TWO}, when: x > 0}}
  - {{id: b, tag: u{TWO}, when: x > 0}}
ladders: {{l: {{tiers: [{{id: {TWO}, enter: x > 0, tag: t{ONE}}}]}}}}
benefits:
  - {{for: u{TWO}, grant: {{gift: {{n: 1}}}}}}
  - {{for: [t{TWO}, l.{TWO}], grant: {{gift: {{n: 2}}}}}}
examples:
  - name: all
    given: {{x: 1}}
    expect:
      tags: {{include: [t{TWO}, u{ONE}]}}
      tiers: {{l: {TWO}}}
      benefits: [{{target: u{TWO}, provider: gift}}, {{target: t{ONE}, provider: gift}}, {{target: l.{TWO}, provider: gift}}]
"""
    )
    assert rules.evaluate({"x": 1}).tags == (f"t{ONE}", f"u{ONE}")
    assert [result.differences for result in run(rules)] == [()]


def test_values_stay_as_they_are_written() -> None:
    """Values are compared with data by code points, so both spellings are values, and neither is the other."""
    rules = loads(
        f"""{HEAD}
parameters:
  limit: {{by: kind, value: {{{TWO}: 1, {ONE}: 2, \uf9e0: 3}}}}
dimensions:
  kind: {{type: category, values: {{{TWO}: two, {ONE}: one, \uf9e0: hanja}}}}
  listed: {{type: category, values: [{TWO}, \uf9e0]}}
  s: {{type: score, scorecard: [{{dimension: kind, weight: 100%, points: {{{TWO}: 1, {ONE}: 0, \uf9e0: 0.5}}}}]}}
rules:
  - {{id: a, tag: two, when: "kind = '{TWO}' and limit = 1 and s = 100"}}
  - {{id: b, tag: one, when: "kind = '{ONE}' and limit = 2 and s = 0"}}
  - {{id: c, tag: hanja, when: "kind = '\uf9e0' and limit = 3 and listed = '\uf9e0'"}}
examples:
  - {{name: two, given: {{kind: {TWO}, listed: {TWO}}}, expect: {{tags: [two]}}}}
"""
    )
    found = [
        rules.evaluate({"kind": kind, "listed": "\uf9e0"}).tags for kind in (TWO, ONE, "\uf9e0", "\u6613")
    ]
    assert found == [("two",), ("one",), ("hanja",), ()]
    assert [result.differences for result in run(rules)] == [()]
