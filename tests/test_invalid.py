"""Every broken file is refused with exactly the problems that its header names, in words that help."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.invalid_files import FILES, FOLDER, HOUSE, Invalid
from tierkit.documents import events
from tierkit.documents.decode import decode
from tierkit.documents.reader import decode as decode_bytes
from tierkit.engine import RuleSet
from tierkit.engine.advice import advise
from tierkit.engine.load import check
from tierkit.engine.proofs import prove
from tierkit.errors import CODES, HINTS, Code, Problem
from tierkit.errors.text import GAPS, visible, width
from tierkit.plugins.manager import plugins
from tierkit.program.build import build

# Codes that no YAML file of reasonable size can show, or none by itself: tests/test_documents.py makes what
# they need, and tests/test_cli_versions.py a published file that was edited.
NEED_BYTES = {"not-utf8", "file-too-large", "too-many-values", "text-too-long", "published-edited"}

# What house rules say; only rule sets that load are put before them.
ADVICE = {"house-rule", "house-advice", "plugin-failed"}

PLUGINS = plugins([HOUSE])
PATHS = {path.stem: path for path in sorted(FOLDER.glob("*.yaml"))}
each_file = pytest.mark.parametrize("file", FILES.values(), ids=FILES)


@cache
def problems_of(file: Invalid) -> tuple[Problem, ...]:
    """What the loader says about the file."""
    return check(PATHS[file.name], plugins=[HOUSE])[1]


@each_file
def test_the_problems_are_exactly_those_that_are_expected(file: Invalid) -> None:
    """Nothing is missed, nothing is said twice in other words, and each problem stands where it belongs."""
    found = {(problem.location.line, problem.code): problem for problem in problems_of(file)}
    shown = "\n".join(problem.render() for problem in found.values())
    assert {(line, code) for line, _, code in file.expected} == set(found), shown
    columns = {(p.location.line, p.code, p.location.column) for p in problems_of(file)}
    for line, column, code in file.expected:
        assert column is None or (line, code, column) in columns, shown


@each_file
def test_both_readers_of_yaml_say_the_same(file: Invalid) -> None:
    """The reader in Python refuses the same for the same reasons at the same lines as libyaml."""
    assert _said(file.text, pure=True) == _said(file.text, pure=False)


@each_file
def test_a_file_with_an_error_is_no_rule_set(file: Invalid) -> None:
    """There is a rule set exactly when all problems are warnings, or said of it by a house rule."""
    ruleset, problems = check(PATHS[file.name], plugins=[HOUSE])
    errors = {problem.code for problem in problems if problem.severity == "error"}
    assert (ruleset is None) == bool(errors - ADVICE)


@pytest.mark.parametrize("code", sorted(set(CODES) - NEED_BYTES))
def test_every_code_has_a_file_of_its_own(code: str) -> None:
    """A file named after the code shows it, and nothing else."""
    assert {found for _, _, found in FILES[code].expected} == {code}


def test_the_codes_that_need_bytes_exist() -> None:
    """The list of exceptions holds no code that is gone, or that has a file by now."""
    assert set(CODES) >= NEED_BYTES
    assert not NEED_BYTES & set(FILES)


@each_file
def test_problems_are_sorted_by_place(file: Invalid) -> None:
    """A reader goes through the file once, from top to bottom."""
    places = [(p.location.line, p.location.column) for p in problems_of(file)]
    assert places == sorted(places)


def _said(text: str, *, pure: bool) -> set[tuple[int, str]]:
    source, problems = decode_bytes(text, "x.yaml")
    document = decode(events.parse(source, problems, pure=pure), problems)
    if document is not None:
        program = build(document, problems, PLUGINS.offers)
        if program is not None:
            ruleset = RuleSet(program, source.text, source.path, problems, PLUGINS)
            advise(ruleset, problems)
            prove(ruleset, problems)
    return {(problem.location.line, problem.code) for problem in problems}


# -- words


def _texts(file: Invalid, locale: str) -> Iterator[tuple[Problem, str]]:
    for problem in problems_of(file):
        yield problem, problem.message(locale)
        hint = problem.hint(locale)
        if hint is not None:
            yield problem, hint


_SLOT = re.compile(r"(?<![\[`{])\{[a-z_]+\}(?![`\]])")


@each_file
@pytest.mark.parametrize("locale", ["en", "zh"])
def test_every_slot_of_a_message_is_filled(file: Invalid, locale: str) -> None:
    """No template reaches the reader with a `{slot}` in it."""
    for problem in problems_of(file):
        code = CODES[problem.code]
        needed = set(_slots(code.message(locale)))
        if not problem.hints:
            needed |= set(_slots(code.hint(locale)))
        assert needed <= set(problem.arguments), problem.code
        for name, arguments in problem.hints:
            assert set(_slots(HINTS[name][locale == "zh"])) <= set(arguments), name


def _slots(template: str) -> list[str]:
    return re.findall(r"\{([a-z_]+)\}", template)


@each_file
def test_english_messages_keep_to_the_style(file: Invalid) -> None:
    """They start in lower case (or with what the author wrote), end without a full stop, and are one line."""
    for problem, text in _texts(file, "en"):
        assert not text.endswith((".", "!")), text
        assert "\n" not in text, text
        assert not text[:1].isupper() or text.startswith("YAML "), (problem.code, text)


@each_file
def test_chinese_messages_hold_no_english(file: Invalid) -> None:
    """Only what stands in backticks, lists of names, proper names and a plugin's own words are not Chinese."""
    for problem, text in _texts(file, "zh"):
        names = "|".join(
            re.escape(problem.arguments[name])
            for name in _others_words(problem.code)
            if name in problem.arguments
        )
        left = re.sub(rf"`[^`]*`|YAML|UTF-8|U\+[0-9A-F]+ [A-Z -]+|{names}", "", text)
        assert not re.search("[A-Za-z]{2,}", left), (problem.code, text)


def _others_words(code: str) -> tuple[str, ...]:
    return ("known", "cycle", *(["detail"] if code in {"bad-params", *ADVICE} else []))


@pytest.mark.parametrize("code", CODES.values(), ids=CODES)
def test_both_languages_of_a_code_have_the_same_slots_and_hints(code: Code) -> None:
    """What one language says, the other says too."""
    assert set(_slots(code.en)) == set(_slots(code.zh))
    assert bool(code.hint_en) == bool(code.hint_zh)
    assert set(_slots(code.hint_en)) == set(_slots(code.hint_zh))


@each_file
def test_the_underline_stands_below_what_it_marks(file: Invalid) -> None:
    """In the block that is printed, the marks begin and end at the columns of the marked text."""
    for problem in problems_of(file):
        lines = problem.render().split("\n")
        if len(lines) < 3 or " | " not in lines[1]:
            continue
        source, marks = (line.split(" | ", 1)[1] for line in lines[1:3])
        before = len(marks) - len(marks.lstrip())
        marked = problem.source_line[problem.location.column - 1 : problem.location.end_column - 1]
        marked = visible(marked, GAPS + "\t")
        if len(problem.source_line) > len(source):  # a long line is shown in part
            assert marked[:40] in source
            continue
        ahead = problem.source_line[: problem.location.column - 1]
        assert sum(8 if c == "\t" else width(c) for c in ahead) == sum(
            8 if c == "\t" else 1 for c in marks[:before]
        )
        assert set(marks.strip()) == {"^"}
        assert len(marks.strip()) == max(width(marked.rstrip()), 1) or not marked.strip()


# -- hints

HINTS_SHOWN = {
    "unknown-name": "did you mean `amount`?",
    "wrong-spelling": "write `=`",
    "full-width": "write `>`",
    "unknown-key": "did you mean `when`?",
    "bad-choice": "did you mean `money`?",
    "unknown-tag": "did you mean `VIP`?",
    "unknown-target": "did you mean `VIP`?",
    "unknown-table": "did you mean `orders`?",
    "unknown-column": "did you mean `amount`?",
    "not-in-values": "did you mean `restaurant`?",
    "unknown-function": "did you mean `starts_with`?",
    "unknown-operator": "did you mean `ends_with`?",
    "unknown-param": "did you mean `percent`?",
    "missing-param": "add `days:`",
    "benefit-missing": "did you mean `discount`?",
    "unknown-example-name": "did you mean `amount`?",
    "unknown-expectation": "did you mean `VIP`?",
    "condition-needs-quotes": "put the condition in double quotes or on its own line",
    "yaml-trap-tab": "indent with spaces, not tabs",
    "yaml-trap-quote": "put the whole value in double quotes",
    "yaml-trap-greater": "put the whole value in double quotes",
    "yaml-trap-colon": "a value that holds `: ` goes in double quotes",
    "yaml-trap-no-space": "write a space after the `:`",
    "yaml-trap-no-colon": "write the key, `: ` and the value",
    "yaml-trap-indentation": "indent it like the lines it belongs to",
    "yaml-trap-unclosed-brace": "close every `{` and `[`, one item after the other with `,`",
    "yaml-trap-escape": "in double quotes write `\\\\` for a backslash, or use single quotes",
}


@pytest.mark.parametrize(("name", "hint"), HINTS_SHOWN.items(), ids=HINTS_SHOWN)
def test_the_hint_names_the_way_out(name: str, hint: str) -> None:
    """What was meant is named where it can be known."""
    assert [problem.hint() for problem in problems_of(FILES[name])] == [hint]


SPELLINGS = {
    "amount == 5": "write `=`",
    "amount <> 5": "write `!=`",
    "amount => 5": "write `>=`",
    "amount is null": "write `is missing`",
    "amount is not null": "write `is not missing`",
    "amount ＞ 5": "write `>`",
    "amount ＞＝ 5": "write `>=`",
    "amount > 5 且 amount < 9": "write `and`",
    "amount > 5或者amount < 9": "write `or`",
    "joined < now()": "write `as_of`",
    'city = "it\'s"': "write `'it''s'`",
    "amount > 50,000": "write `50000`",
    "amount > 1,234,567.5": "write `1234567.5`",
    "amount > 0,5": "write `0.5`",
    "amount > 5 %": "write `5%`",
    "city = “上海”": "write `'上海'`",
    "max(amount, 5) > 3": "write `greatest`",
    "blocked is true": "write `= true`",
    "blocked is not true": "write `!= true`",
    "city in 'a'": "write `('a')`",
    "city = 5": "text goes in single quotes: `'5'`",
    "joined - as_of > 5": "use `days_between(a, b)`",
    "sum(amount) > 5": "`sum` stands only in `aggregate:`: declare an aggregated dimension and compare that",
}


@pytest.mark.parametrize(("condition", "hint"), SPELLINGS.items())
def test_the_right_spelling_is_named(condition: str, hint: str, tmp_path: Path) -> None:
    """Where a refusal has a right spelling, the hint holds it, ready to copy."""
    path = tmp_path / "one.yaml"
    dimensions = "amount: {type: money}, joined: {type: date}, city: {type: text}, blocked: {type: boolean}"
    head = f"ruleset: a\nversion: 1\ndimensions: {{{dimensions}}}\n"
    text = f"{head}rules:\n  - id: r\n    tag: t\n    when: |-\n      {condition}\n"
    path.write_text(text, encoding="utf-8")
    assert [problem.hint() for problem in check(path)[1]] == [hint]
