"""Every problem stands exactly where the offending text is written, however YAML lets one write it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.invalid_files import FILES
from tierkit.documents import events
from tierkit.documents.nodes import Mapping, Scalar, Sequence
from tierkit.documents.reader import decode as decode_bytes
from tierkit.engine.load import loads
from tierkit.errors import Problem, RuleSetError
from tierkit.errors.text import width

HEAD = "ruleset: demo\nversion: 1\ndimensions: {amount: {type: money}, city: {type: text}, 金额: {type: money}}\nrules:\n"
MARK = "no_such_名"  # no dimension: the problem under it is found by its code

_leaves = st.sampled_from(
    [
        "amount > 10k",
        "city = 'Shanghai'",
        "金额 >= 1万",
        "city = '上海 𝄞'",
        "not (amount = 5)",
        "city = 'it''s'",
        "(amount < 5)",
    ]
)
_quotable = st.sampled_from(["city = 'a: b'", "city = '# \"quoted\" \\'", "city = '{a, [b]}'", "city = '\t'"])
_before = st.lists(_leaves, max_size=4)
_after = st.lists(_leaves, max_size=3)


def problems(text: str) -> tuple[Problem, ...]:
    """The problems of a text that has some."""
    with pytest.raises(RuleSetError) as refused:
        loads(text)
    return refused.value.problems


def marked(text: str) -> str:
    """What the one problem of the text underlines."""
    (problem,) = problems(text)
    assert problem.code == "unknown-name"
    where = problem.location
    line = text.split("\n")[where.line - 1]
    assert problem.source_line == line
    return line[where.column - 1 : where.end_column - 1]


def words(before: list[str], after: list[str]) -> list[str]:
    """A condition in words, with the mark somewhere in it."""
    return " and ".join([*before, f"{MARK} > 1", *after]).split(" ")


@given(_before, _after, st.lists(st.integers(0, 4), min_size=1))
def test_in_a_plain_value(before: list[str], after: list[str], spaces: list[int]) -> None:
    """On one line, with any white space between the words."""
    glue = [" " * (1 + spaces[i % len(spaces)]) for i in range(100)]
    line = "".join(word + gap for word, gap in zip(words(["amount > 1", *before], after), glue, strict=False))
    assert marked(f"{HEAD}  - id: r\n    tag: t\n    when:   {line}\n") == MARK


def _folded(parts: list[str], breaks: set[int], indent: int, ends: str = "") -> str:
    """Words with line breaks where folding turns them into spaces."""
    text = parts[0]
    for i, part in enumerate(parts[1:], 1):
        text += f"{ends}\n{' ' * (indent + i % 3)}{part}" if i in breaks else f" {part}"
    return text


breaks = st.sets(st.integers(1, 30))


@given(_before, _after, breaks)
def test_in_a_plain_value_over_several_lines(before: list[str], after: list[str], where: set[int]) -> None:
    """Folded lines count as one text, and the problem stands on the line of its own."""
    text = _folded(words(["amount > 1", *before], after), where, 6)
    assert marked(f"{HEAD}  - id: r\n    tag: t\n    when: {text}\n    because: x\n") == MARK


@given(st.lists(_leaves | _quotable, max_size=4), _after, breaks, st.sampled_from(["", "  "]))
def test_in_single_quotes(before: list[str], after: list[str], where: set[int], ends: str) -> None:
    """`''` is one character of the text and two of the file; lines fold here too."""
    parts = [word.replace("'", "''") for word in words(before, after)]
    text = _folded(parts, where, 6, ends)
    assert marked(f"{HEAD}  - id: r\n    tag: t\n    when: '{text}'\n") == MARK


def _escaped(word: str, how: int) -> str:
    """A word as it stands in double quotes; `how` chooses what is escaped."""
    out = ""
    for i, c in enumerate(word):
        code = ord(c)
        if c in '"\\':
            out += "\\" + c
        elif c == "\t":
            out += "\\t"
        elif (how >> (i % 8)) & 1 and word != MARK:
            out += f"\\x{code:02x}" if code < 256 else f"\\u{code:04X}" if code < 65536 else f"\\U{code:08x}"
        else:
            out += c
    return out


@given(
    st.lists(_leaves | _quotable, max_size=4),
    _after,
    breaks,
    st.integers(0, 255),
    st.sampled_from(["", " ", " \\"]),
)
def test_in_double_quotes(before: list[str], after: list[str], where: set[int], how: int, ends: str) -> None:
    r"""Escapes of every length, folded lines, and lines that end in `\`."""
    parts = [_escaped(word, how) for word in words(before, after)]
    text = _folded(parts, where, 6, ends)
    assert marked(f'{HEAD}  - id: r\n    tag: t\n    when: "{text}"\n') == MARK


@given(
    st.lists(_leaves | _quotable, max_size=4),
    _after,
    breaks,
    st.sampled_from("|>"),
    st.sampled_from(["", "-", "+"]),
)
def test_in_a_block(before: list[str], after: list[str], where: set[int], style: str, chomp: str) -> None:
    """`|` keeps the lines, `>` folds them; both may be indented at will."""
    parts = words(before, after)
    text = parts[0]
    for i, part in enumerate(parts[1:], 1):
        text += f"\n{' ' * 8}{' ' * (3 * (i % 2))}{part}" if i in where else f" {part}"
    assert (
        marked(f"{HEAD}  - id: r\n    tag: t\n    when: {style}{chomp}\n        {text}\n    because: x\n")
        == MARK
    )


@given(_before, _after, st.booleans())
def test_in_braces_and_in_json(before: list[str], after: list[str], json_all: bool) -> None:
    """The whole file may be JSON."""
    when = " ".join(words(before, after))
    if json_all:
        dimensions = {"amount": {"type": "money"}, "city": {"type": "text"}, "金额": {"type": "money"}}
        rules = [{"id": "r", "tag": "t", "when": when}]
        data = {"ruleset": "demo", "version": "1", "dimensions": dimensions, "rules": rules}
        assert marked(json.dumps(data, ensure_ascii=False)) == MARK
    else:
        assert marked(f"{HEAD}  - {{id: r, tag: t, when: {json.dumps(when, ensure_ascii=False)}}}\n") == MARK


def test_an_escaped_name_is_underlined_as_it_is_written() -> None:
    """The stretch of the file, not of the text that it stands for."""
    text = f"{HEAD}  - {{id: r, tag: t, when: \"city = '\\u4e0a\\u6d77' and \\x7azz > 1\"}}\n"
    assert marked(text) == "\\x7azz"


def test_an_underline_ends_with_its_line() -> None:
    """A problem over several lines is shown on the first of them."""
    text = f"{HEAD}  - id: r\n    tag: t\n    when: >-\n      city\n      >\n      'M'\n"
    (problem,) = problems(text)
    assert (problem.location.line, problem.location.column, problem.location.end_column) == (8, 7, 11)
    assert problem.render().split("\n")[1:3] == ["  8 |       city", "    |       ^^^^"]


SHOWN = {
    "wide characters": ("金额 > 5 and 金额额 > 1", "金额额"),
    "a tab": ("city = '\t' and citi = 'x'", "citi"),
    "a combining accent": ("city = 'e\u0301' and citi = 'x'", "citi"),
}


@pytest.mark.parametrize(("condition", "text"), SHOWN.values(), ids=SHOWN)
def test_the_marks_stand_below_the_text_on_a_terminal(condition: str, text: str) -> None:
    """A Chinese character takes two columns, an accent none, a tab as many as it takes above."""
    found = problems(f"{HEAD}  - id: r\n    tag: t\n    when: {condition}\n")[0].render().split("\n")
    source, marks = found[1], found[2]
    ahead = source[: source.rindex(text)]
    assert sum(8 if c == "\t" else width(c) for c in ahead) == sum(
        8 if c == "\t" else 1 for c in marks.rstrip("^")
    )
    assert marks.count("^") == width(text)


def test_a_long_line_is_shown_around_the_problem() -> None:
    """A line of 8 MB is no reason to print 8 MB."""
    for before in (0, 50, 2_000):
        line = "amount > 1 and " * before + "amuont > 1" + " and amount > 1" * 2_000
        found = problems(f"{HEAD}  - id: r\n    tag: t\n    when: {line}\n")[0].render().split("\n")
        assert max(map(len, found)) < 200
        column = found[2].index("^")
        assert found[1][column : column + 6] == "amuont"


# -- the tree of values

YAML = """\
plain: a b   # comment
'single': 'it''s'
"double": "a\\tb\\u4e0a"
folded: >-
  one
  two
literal: |
  three
  four
flow: {a: 1, "b": [x, 'y', {z: ~}]}
上海: 金额
empty:
list:
- 1
-   2
- - 3
"""


@pytest.mark.parametrize("pure", [False, True])
def test_every_value_knows_where_it_stands(pure: bool) -> None:
    """The span of a scalar is what is written, quotes included; of a collection, where it begins."""
    source, found = decode_bytes(YAML, "x")
    tree = events.parse(source, found, pure=pure)
    assert not list(found)
    written = [source.text[scalar.start : scalar.end] for scalar in _scalars(tree)]
    assert written == [
        "plain", "a b", "'single'", "'it''s'", '"double"', '"a\\tb\\u4e0a"', "folded", ">-\n  one\n  two", "literal",
        "|\n  three\n  four", "flow", "a", "1", '"b"', "x", "'y'", "z", "~", "上海", "金额", "empty", "", "list", "1", "2", "3",
    ]  # fmt: skip


def _scalars(node: Any) -> list[Scalar]:
    if isinstance(node, Mapping):
        return [scalar for key, value in node.items() for scalar in (key, *_scalars(value))]
    if isinstance(node, Sequence):
        return [scalar for item in node for scalar in _scalars(item)]
    assert isinstance(node, Scalar)
    return [node]


@pytest.mark.parametrize("name", FILES)
def test_both_readers_place_values_alike(name: str) -> None:
    """Libyaml and the reader in Python give one tree with the same spans, or both give none."""
    trees = []
    for pure in (False, True):
        source, found = decode_bytes(FILES[name].text, "x")
        tree = events.parse(source, found, pure=pure)
        trees.append(_spans(tree))
    assert trees[0] == trees[1]


def _spans(node: Any) -> Any:
    if isinstance(node, Mapping):
        return node.start, node.end, [(_spans(key), _spans(value)) for key, value in node.items()]
    if isinstance(node, Sequence):
        return node.start, node.end, [_spans(item) for item in node]
    if isinstance(node, Scalar):
        return node.start, node.end, node.style, str(node)
    return None if node is None else (node.start, node.end)
