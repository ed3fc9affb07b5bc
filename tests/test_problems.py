"""What problems say: hints near the mark and found quickly, and nothing in them that nobody sees."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tierkit.engine import loads
from tierkit.errors import Location, Problem, Problems, RuleSetError, Source, did_you_mean
from tierkit.errors.text import width

HIDDEN = "a\u202eb\u200bc\nd\x1b[31m"
SHOWN = "a\\u202eb\\u200bc\\nd\\x1b[31m"


def refused(condition: str) -> list[Problem]:
    """The problems of a condition about a category."""
    head = "ruleset: a\nversion: 1\ndimensions: {kind: {type: category, values: [x]}}\n"
    with pytest.raises(RuleSetError) as caught:
        loads(head + f"rules: [{{id: r, tag: t, when: {json.dumps(condition)}}}]\n")
    return list(caught.value.problems)


class _Counted(str):
    """A name that counts how often it is made ready for comparing."""

    __slots__ = ()
    times = 0

    def casefold(self) -> str:
        type(self).times += 1
        return super().casefold()


def test_names_are_put_in_order_once_for_all_misspelt_words() -> None:
    """The cost of a hint does not grow with the square of the file: names are prepared once, not per word."""
    names = [_Counted(f"amount_{i}") for i in range(1_000)]
    words = [f"amuont_{i}" for i in range(1_000)]
    hints = [did_you_mean(word, list(names)) for word in words]
    assert [hint[0][1]["word"] for hint in hints] == names
    assert _Counted.times == len(names)


@pytest.mark.parametrize("many", [0, 1_000])
@pytest.mark.parametrize(
    ("word", "expected"), [("amout", "amount"), ("AMOUNT", "amount"), ("ndustry", "industry"), ("zzz", None)]
)
def test_the_nearest_name_is_found_among_few_and_many(word: str, expected: str | None, many: int) -> None:
    """Hints are the same whether a file is small or large."""
    hints = did_you_mean(word, ["amount", "industry", *(f"q{i}" for i in range(many))])
    assert [slots["word"] for _, slots in hints] == ([] if expected is None else [expected])


@pytest.mark.parametrize("locale", ["en", "zh"])
def test_what_nobody_sees_is_escaped_in_messages_and_hints(locale: str) -> None:
    """Control, direction and zero-width characters of a file never reach the reader as they are."""
    problems = Problems(Source("x: y\n"))
    problems.add(
        "not-in-values", (3, 4), ("did-you-mean", {"word": HIDDEN}), value=HIDDEN, dimension="d", known=""
    )
    (problem,) = problems
    for text in (problem.message(locale), problem.hint(locale), str(problem.to_dict(locale)["hint"])):
        assert text is not None
        assert SHOWN in text
        assert text.isprintable()
    assert problem.render(locale).replace("\n", "").isprintable()


def test_a_file_cannot_hide_a_character_in_a_message() -> None:
    """The same from a file: what is refused, and what is offered instead."""
    (wrong,) = refused("kind = '\u202e\u200bx'")
    assert "`\\u202e\\u200bx`" in wrong.message()
    (spelt,) = refused('kind = "\u202ex"')
    assert spelt.hint() == "write `'\\u202ex'`"


@pytest.mark.parametrize("locale", ["en", "zh"])
def test_what_is_long_is_cut(locale: str) -> None:
    """A text of ten thousand characters takes 80 of a message, and of a hint."""
    problems: list[Any] = refused("kind = '" + "y" * 10_000 + "'") + refused('kind = "' + "y" * 10_000 + '"')
    assert ["y" * 79 + "…" in problem.message(locale) for problem in problems[:1]] == [True]
    assert all(len(text) < 300 for p in problems for text in (p.message(locale), p.hint(locale) or ""))


def test_the_line_shown_holds_nothing_that_moves_it() -> None:
    """A character that is not seen is escaped in the line too, and the underline stays below its word."""
    line = "a\u202e\u3000\tb c"
    _, shown, marks = (
        Problem("unexpected", Location("f", 1, 5, 6), {"found": "b"}, (), line).render().split("\n")
    )
    assert shown == "  1 | a\\u202e\u3000\tb c"
    assert marks == "    | " + " " * (len("a\\u202e") + width("\u3000")) + "\t^"


def test_a_place_holds_nothing_that_nobody_sees() -> None:
    """Names of files are shown as safely as what is in them; for programs they stay what they are."""
    problem = Problem("empty-file", Location("a\x1b[31m\u202e\udcff.yaml", 1, 1, 2))
    assert str(problem).startswith("a\\x1b[31m\\u202e\\udcff.yaml:1:1: ")
    assert problem.render().startswith("a\\x1b[31m\\u202e\\udcff.yaml:1:1: ")
    assert problem.to_dict()["path"] == problem.location.path
