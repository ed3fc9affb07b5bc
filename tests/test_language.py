"""The condition language: precedence, spans, literals, limits, and what is printed reads back the same."""

from __future__ import annotations

import re
import time
import unicodedata
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.strategies import conditions, leaves, terms
from tierkit.documents.language import KEYWORDS, RESERVED, ConditionError, parse, read_number
from tierkit.documents.language import syntax as s
from tierkit.documents.language.parser import DEEPEST, MOST_OPERATORS
from tierkit.documents.language.refusals import TESTS
from tierkit.documents.language.tokens import NO_REMAINDER
from tierkit.documents.names import is_name, is_reserved
from tierkit.program.canonical import formula_text, term_text
from tierkit.program.terms import Const, Formula, Lookup, Ref, Term
from tierkit.program.typing import CONDITIONS, Known, Scope, Typer

FAST = 60.0  # seconds: what hangs is far beyond, a busy machine is not


def shape(node: Any) -> Any:
    """A tree without its spans: nested tuples that compare and read well."""
    match node:
        case s.Name():
            return node.name
        case s.Number():
            return float(node.value)
        case s.Text() | s.Boolean():
            return node.value
        case s.Binary():
            return shape(node.left), node.operator, shape(node.right)
        case s.Logic():
            return node.operator, *(shape(item) for item in node.operands)
        case s.Not():
            return "not", shape(node.operand)
        case s.Negative():
            return "-", shape(node.operand)
        case s.Between():
            word = "not between" if node.negated else "between"
            return word, shape(node.operand), shape(node.low), shape(node.high)
        case s.In():
            return "not in" if node.negated else "in", shape(node.operand), shape(node.items)
        case s.Items():
            return [shape(item) for item in node.items]
        case s.IsMissing():
            return "is not missing" if node.negated else "is missing", shape(node.operand)
        case s.Call():
            return node.function, *(shape(argument) for argument in node.arguments)
        case s.Case():
            branches = [(shape(condition), shape(value)) for condition, value in node.branches]
            return "case", *branches, None if node.otherwise is None else shape(node.otherwise)
        case _:
            raise AssertionError(node)


PRECEDENCE = {
    "a or b and c": ("or", "a", ("and", "b", "c")),
    "a and b or c": ("or", ("and", "a", "b"), "c"),
    "(a or b) and c": ("and", ("or", "a", "b"), "c"),
    "not a and b": ("and", ("not", "a"), "b"),
    "not (a and b)": ("not", ("and", "a", "b")),
    "not a = b": ("not", ("a", "=", "b")),
    "not not a": ("not", ("not", "a")),
    "a and b and c": ("and", "a", "b", "c"),
    "a and (b and c)": ("and", "a", ("and", "b", "c")),
    "a + b * c": ("a", "+", ("b", "*", "c")),
    "a * b + c": (("a", "*", "b"), "+", "c"),
    "(a + b) * c": (("a", "+", "b"), "*", "c"),
    "a - b - c": (("a", "-", "b"), "-", "c"),
    "a - (b - c)": ("a", "-", ("b", "-", "c")),
    "a / b / c": (("a", "/", "b"), "/", "c"),
    "a / b * c": (("a", "/", "b"), "*", "c"),
    "-a + b": (("-", "a"), "+", "b"),
    "-a * b": (("-", "a"), "*", "b"),
    "a * -b": ("a", "*", ("-", "b")),
    "- -a": ("-", ("-", "a")),
    "-(a + b)": ("-", ("a", "+", "b")),
    "a + 1 > b * 2": (("a", "+", 1.0), ">", ("b", "*", 2.0)),
    "a > 1 and b < 2 or not c": ("or", ("and", ("a", ">", 1.0), ("b", "<", 2.0)), ("not", "c")),
    "a between 1 and 2 and b": ("and", ("between", "a", 1.0, 2.0), "b"),
    "a not between 1 and 2 or b": ("or", ("not between", "a", 1.0, 2.0), "b"),
    "a between b + 1 and c * 2": ("between", "a", ("b", "+", 1.0), ("c", "*", 2.0)),
    "not a between 1 and 2": ("not", ("between", "a", 1.0, 2.0)),
    "a in ('x', 'y') and b": ("and", ("in", "a", ["x", "y"]), "b"),
    "a not in p or b": ("or", ("not in", "a", "p"), "b"),
    "a + b in (1, -2)": ("in", ("a", "+", "b"), [1.0, ("-", 2.0)]),
    "a + b is missing": ("is missing", ("a", "+", "b")),
    "not a is not missing": ("not", ("is not missing", "a")),
    "a = case when b then 1 else 2 end": ("a", "=", ("case", ("b", 1.0), 2.0)),
    "case when a or b then c + 1 when d then 2 end > 3": (("case", (("or", "a", "b"), ("c", "+", 1.0)), ("d", 2.0), None), ">", 3.0),
    "at_least(2, a, b or c, d and e)": ("at_least", 2.0, "a", ("or", "b", "c"), ("and", "d", "e")),
    "has_any(t, ('x', 'y'))": ("has_any", "t", ["x", "y"]),
    "A AND Not b OR c IS Missing": ("or", ("and", "A", ("not", "b")), ("is missing", "c")),
    "a > as_of": ("a", ">", "as_of"),
    "'it''s' = a": ("it's", "=", "a"),
    "a = ''": ("a", "=", ""),
    "a='x'and b=1": ("and", ("a", "=", "x"), ("b", "=", 1.0)),
    "a>-1": ("a", ">", ("-", 1.0)),
    "a-1>0": (("a", "-", 1.0), ">", 0.0),
    " \n a \t>\n 1 ": ("a", ">", 1.0),
}  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), PRECEDENCE.items(), ids=PRECEDENCE)
def test_what_binds_tighter(text: str, expected: Any) -> None:
    """`or`, `and`, `not`, comparison, sums, products, minus: from loose to tight; chains lean to the left."""
    assert shape(parse(text)) == expected


# -- spans

SPANS = {
    "(a + b) * c > 1": ["(a + b) * c > 1", "(a + b) * c", "a + b", "a", "b", "c", "1"],
    "not (a and b)": ["not (a and b)", "a and b", "a", "b"],
    "(a) and (b)": ["(a) and (b)", "a", "b"],
    "-(a) = b": ["-(a) = b", "-(a)", "a", "b"],
    "(a) between (1) and (2)": ["(a) between (1) and (2)", "a", "1", "2"],
    "(a) in ('x')": ["(a) in ('x')", "a", "('x')", "'x'"],
    "(a) is missing": ["(a) is missing", "a"],
    "f( a ,b )": ["f( a ,b )", "a", "b"],
    "case when a then (b) else (c) end": ["case when a then (b) else (c) end", "a", "b", "c"],
}


@pytest.mark.parametrize(("text", "expected"), SPANS.items(), ids=SPANS)
def test_each_node_knows_where_it_stands(text: str, expected: list[str]) -> None:
    """A bracket belongs to the node whose operand it encloses."""
    assert [text[slice(*node.span)] for node in nodes(parse(text))] == expected


@given(conditions(), st.integers(0, 3))
def test_every_node_of_a_condition_is_its_span(text: str, spaces: int) -> None:
    """The text of a node's span, read on its own, is that node; so every underline shows what it is about."""
    text = " " * spaces + re.sub(" ", " " * (spaces + 1), text)
    for node in nodes(parse(text)):
        start, end = node.span
        assert 0 <= start < end <= len(text)
        written = text[start:end]
        assert written == written.strip()
        if isinstance(node, s.Items):
            written = f"x in {written}"
        found = parse(written)
        assert shape(
            found.items if isinstance(node, s.Items) and isinstance(found, s.In) else found
        ) == shape(node)


@given(conditions())
def test_a_child_stands_inside_its_parent(text: str) -> None:
    """Spans nest as nodes do."""
    for node in nodes(parse(text)):
        for child in children(node):
            assert node.span[0] <= child.span[0]
            assert child.span[1] <= node.span[1]


def nodes(node: s.Syntax) -> Iterator[s.Syntax]:
    """The node and everything below it, from left to right."""
    yield node
    for child in children(node):
        yield from nodes(child)


def children(node: s.Syntax) -> Iterator[s.Syntax]:
    """The nodes directly below."""
    for part in fields(node):
        yield from _nodes_in(getattr(node, part.name))


def _nodes_in(value: Any) -> Iterator[s.Syntax]:
    if is_dataclass(value):
        yield value  # type: ignore[misc]
    elif isinstance(value, tuple):
        for item in value:
            yield from _nodes_in(item)


# -- literals

NUMBERS = {
    "0": "0", "7": "7", "1_000_000": "1000000", "0.1": "0.1", "1.10": "1.10", "10k": "10000", "10K": "10000",
    "2.5M": "2500000", "5%": "0.05", "0.5%": "0.005", "100%": "1", "1万": "10000", "1.5万": "15000", "3亿": "300000000",
    "1e3": "1000", "1E+3": "1000", "1e-3": "0.001", "1.5e2k": "150000", "1_0.0_1": "10.01", "1e18": "1e18", "1e-18": "1e-18",
    "0.1k": "100", "33.3%": "0.333", "123456789012345678": "123456789012345678", "00": "0", "007": "7",
}  # fmt: skip


@pytest.mark.parametrize(("text", "value"), NUMBERS.items(), ids=NUMBERS)
def test_literals_are_folded_exactly(text: str, value: str) -> None:
    """A literal is the decimal it says, without a detour through binary."""
    node = parse(text)
    assert isinstance(node, s.Number)
    assert node.value == Decimal(value)
    assert node.percent == text.endswith("%")


@given(
    st.integers(0, 10**12),
    st.integers(0, 10**6),
    st.sampled_from(["", "k", "K", "M", "%", "万", "亿"]),
    st.booleans(),
)
def test_a_literal_is_its_digits_times_its_multiple(
    whole: int, part: int, suffix: str, grouped: bool
) -> None:
    """Whatever is written, the value is exact, and underscores between digits change nothing."""
    multiple = Decimal(
        {"": "1", "k": "1e3", "K": "1e3", "M": "1e6", "%": "0.01", "万": "1e4", "亿": "1e8"}[suffix]
    )
    expected = Decimal(f"{whole}.{part}") * multiple
    digits = f"{whole:_}" if grouped else f"{whole}"
    if expected and not Decimal("1e-18") <= expected <= Decimal("1e18"):
        with pytest.raises(ConditionError, match="number-range"):
            read_number(f"{digits}.{part}{suffix}")
    else:
        assert read_number(f"{digits}.{part}{suffix}") == (expected, suffix == "%")


@given(st.text(alphabet="0123456789._eE+-kKM%万亿,٣５½", max_size=12))
def test_a_number_is_read_or_refused(text: str) -> None:
    """Nothing that looks like a number makes the reader fail in another way."""
    try:
        value, _ = read_number(text)
    except ConditionError as error:
        assert error.code in ("bad-literal", "number-range", "full-width")  # noqa: PT017  any of them will do
    else:
        assert value == 0 or Decimal("1e-18") <= value <= Decimal("1e18")


# -- names

_LETTERS = st.characters(categories=["Lu", "Ll", "Lo", "Lt", "Lm", "Nd", "Nl", "No", "Mn", "Pc", "Sm"])


@given(st.text(_LETTERS, min_size=1, max_size=8))
def test_what_may_be_a_name_can_be_used_as_one(name: str) -> None:
    """A name that a declaration accepts is a name in a condition: nothing can be declared and never used."""
    name = unicodedata.normalize("NFC", name)
    if is_name(name) and not is_reserved(name) and not any("\uff01" <= c <= "\uff5e" for c in name):
        assert shape(parse(f"{name} > 1")) == (name, ">", 1.0)
        assert shape(parse(f"1 < {name}")) == (1.0, "<", name)


@pytest.mark.parametrize("word", sorted(KEYWORDS | RESERVED))
def test_what_a_condition_refuses_as_a_name_cannot_be_declared(word: str) -> None:
    """Words of the language, in any case, are no names."""
    assert is_reserved(word)
    assert is_reserved(word.upper())


def test_names_are_composed() -> None:
    """A letter and its accent are one name, however they were typed."""
    assert shape(parse("cafe\u0301 > 1")) == ("caf\u00e9", ">", 1.0)


# -- what is printed reads back the same

SCOPE = Scope(
    {
        **{
            name: Known(kind)
            for name, kind in {"amount": "money", "level": "number", "rate": "ratio"}.items()
        },
        "count": Known("integer"),
        "span": Known("number"),
        "ratio_of": Known("ratio"),
        "mark": Known("score"),
        **{name: Known("boolean") for name in ("flag", "off", "busy", "calm")},
        "kind": Known("category", ("a", "b", "c", "d")),
        "tiers": Known("category", ("top", "middle", "low")),
        "city": Known("text"),
        "words": Known("set"),
        "since": Known("date"),
    }
)


class _Refused(Exception):  # noqa: N818  only used here
    """A condition that the typer refuses."""


def _typer() -> Typer:
    def report(code: str, *_: Any, **__: Any) -> None:
        raise _Refused(code)

    return Typer(SCOPE, report)


def _typed(text: str) -> Formula:
    formula = _typer().condition(parse(text))
    assert formula is not None
    return formula


_FREE = conditions().filter(lambda text: "limit" not in text)


@given(_FREE)
def test_a_printed_condition_reads_back_the_same(text: str) -> None:
    """`formula_text` writes the language: what it prints has the same meaning, and prints the same again."""
    formula = _typed(text)
    printed = formula_text(formula)
    again = _typed(printed)
    assert again == formula
    assert formula_text(again) == printed


@pytest.mark.parametrize(
    "text",
    [
        "- -1 * mark",
        "- - -mark",
        "-(-(mark))",
        "mark - -1",
        "mark - -(-level)",
        "-(-mark - -level)",
        "-abs(- -mark)",
    ],
)
def test_a_minus_after_a_minus_is_no_comment(text: str) -> None:
    """`--` begins a comment in other languages and is refused; what is printed never holds it."""
    term = _typer().term(parse(text))
    assert term is not None
    printed = term_text(term)
    assert "--" not in printed
    assert _typer().term(parse(printed)) == term


@given(terms(3).filter(lambda text: "limit" not in text))
def test_a_printed_expression_reads_back_the_same(text: str) -> None:
    """The same for terms."""
    term = _typer().term(parse(text))
    assert term is not None
    assert _typer().term(parse(term_text(term))) == term


@given(leaves(), st.integers(0, 10))
def test_brackets_around_a_condition_change_nothing(text: str, many: int) -> None:
    """Up to the depth that is allowed, brackets only group."""
    assert shape(parse("(" * many + text + ")" * many)) == shape(parse(text))


# -- what a refusal offers

WAYS_OUT = {
    "amount = missing": "is missing",
    "amount != missing": "is not missing",
    "amount = NULL": "is missing",
    "amount != null": "is not missing",
    "city contains 'x'": "contains(city, 'x')",
    "not city contains 'it''s'": "contains(city, 'it''s')",
    "city NOT Starts_With 'x'": "not starts_with(city, 'x')",
    "flag and (city) contains town": "contains((city), town)",
    "words has_any ('a', 'b')": "has_any(words, …)",
    "city contains": "contains(city, …)",
    "since >= 2025-01-01": "'2025-01-01'",
    "days_between(since, 2025-01-01) > 3": "'2025-01-01'",
    "since in ('2024-12-31', 2025-01-01)": "'2025-01-01'",
    "2025-01-01<since": "'2025-01-01'",
}


@pytest.mark.parametrize(("text", "right"), WAYS_OUT.items(), ids=WAYS_OUT)
def test_a_refusal_says_what_to_write(text: str, right: str) -> None:
    """What is underlined, replaced by what the hint offers, is a condition, but for `…` to fill in."""
    with pytest.raises(ConditionError, match="wrong-spelling") as refused:
        parse(text)
    error = refused.value
    assert error.hints == (("write", {"text": right}),)
    start, end = error.span
    assert error.arguments["found"] == text[start:end]
    if "…" not in right:
        parse(text[:start] + right + text[end:])


def test_every_test_may_be_written_in_between() -> None:
    """The parser knows the name of each function that tests a text or a set."""
    assert frozenset(CONDITIONS) - {"at_least"} == TESTS


@pytest.mark.parametrize(
    "text", ["7 % 2", "7%2 = 1", "amount % 2 = 0", "amount%n = 0", "7%(n) = 1", "amount mod 2 = 1"]
)
def test_there_is_no_modulo(text: str) -> None:
    """A remainder is refused as such, also where its sign reads as a percent."""
    with pytest.raises(ConditionError, match="not-in-language") as refused:
        parse(text)
    assert text[slice(*refused.value.span)] in ("%", "mod")
    assert refused.value.arguments["why"] == NO_REMAINDER


@pytest.mark.parametrize(
    "text", ["a > 5%and b", "a in (5%,6%)", "(a > 5%) or b", "a - 2025 - 01 - 01 > 0", "a > 2025-99-01"]
)
def test_percents_and_sums_stay_what_they_are(text: str) -> None:
    """Not every `%` is a modulo, and not every difference is a date."""
    parse(text)


def test_one_text_in_a_set_is_has() -> None:
    """`'a' in words` is how other languages ask for a text of a set; a test of a text does not fit a set."""
    found: list[Any] = []

    def report(code: str, _: s.Span, *hints: Any, **__: Any) -> None:
        found.append((code, hints))

    typer = Typer(SCOPE, report)
    for text in ("'p' in words", "'p' not in words", "contains(words, 'p')", "city in words", "'p' in kind"):
        assert typer.condition(parse(text)) is None
    has, has_not, tests, *nothing = found
    assert has == ("wrong-type", (("use", {"text": "`has(words, 'p')`"}),))
    assert has_not == ("wrong-type", (("use", {"text": "`not has(words, 'p')`"}),))
    assert tests[0] == "wrong-type"
    assert "`has`" in tests[1][0][1]["text"]
    assert nothing == [("wrong-type", ()), ("wrong-type", ())]


# -- limits

DEEP = {
    "brackets": ("(", "a", ")"),
    "not": ("not ", "a", ""),
    "minus": ("- ", "a", ""),
    "calls": ("abs(", "a", ")"),
    "lists": ("at_least(1, ", "a", ")"),
    "case": ("case when b then ", "a", " end"),
    "case conditions": ("case when ", "b", " then 1 end = 1"),
}


@pytest.mark.parametrize(("before", "inner", "after"), DEEP.values(), ids=DEEP)
def test_depth_is_limited(before: str, inner: str, after: str) -> None:
    """32 levels are read, the 33rd is refused where it begins, and 10,000 levels are refused at once."""
    parse(before * DEEPEST + inner + after * DEEPEST)
    for many in (DEEPEST + 1, 10_000):
        started = time.perf_counter()
        with pytest.raises(ConditionError, match="too-deep") as refused:
            parse(before * many + inner + after * many)
        assert time.perf_counter() - started < FAST
        assert len(before) * DEEPEST <= refused.value.span[0] < len(before) * (DEEPEST + 1)


@pytest.mark.parametrize("word", ["and", "or"])
def test_the_length_of_a_chain_is_no_depth(word: str) -> None:
    """5,000 conditions joined by `and` are one level."""
    text = f" {word} ".join(f"a{i} > {i}" for i in range(5000))
    started = time.perf_counter()
    node = parse(text)
    assert time.perf_counter() - started < FAST
    assert isinstance(node, s.Logic)
    assert len(node.operands) == 5000


@pytest.mark.parametrize("operator", ["+", "-", "*", "/"])
def test_a_chain_of_arithmetic_has_a_limit(operator: str) -> None:
    """100 operators in one calculation are read, the next is refused where it stands; 50,000 fail no stack."""
    parse(f" {operator} ".join(["a"] * (MOST_OPERATORS + 1)) + " > 1")
    for many in (MOST_OPERATORS + 2, 50_000):
        text = f" {operator} ".join(["a"] * many) + " > 1"
        started = time.perf_counter()
        with pytest.raises(ConditionError, match="chain-too-long") as refused:
            parse(text)
        assert time.perf_counter() - started < FAST
        assert refused.value.span == (4 * MOST_OPERATORS + 2, 4 * MOST_OPERATORS + 3)


def test_chains_inside_brackets_count_together() -> None:
    """What counts is how many operators stand one inside the other, however they are grouped."""
    chain = " + ".join(["a"] * 60)
    parse(f"{chain} > 1 and {chain} > 2 and ({chain} > 3 or least({chain}, {chain}) > {chain})")
    with pytest.raises(ConditionError, match="chain-too-long"):
        parse(f"({chain}) * 2 + {chain} > 1")
    with pytest.raises(ConditionError, match="chain-too-long"):
        parse(f"case when b then ({chain}) else 0 end + {chain} > 1")


HUGE = {
    "number": "1" * 1_000_000,
    "decimal": "0." + "1" * 1_000_000,
    "exponent": "1e" + "9" * 1_000_000,
    "suffix": "1" + "k" * 1_000_000,
    "open text": "a = '" + "x" * 1_000_000,
    "quotes": "a = " + "'" * 1_000_001,
    "double quotes": 'a = "' + "x" * 1_000_000,
    "minuses": "-" * 1_000_000,
    "thousands": "1" + ",000" * 250_000,
    "hashes": "#" * 1_000_000,
    "dots": "." * 1_000_000,
    # as many tokens as the longest condition of a file can have
    "comparisons": "a " + "> " * 50_000,
    "brackets": "(" * 100_000,
    "closing brackets": ")" * 100_000,
    "commas": "a in (" + "1," * 50_000,
    "ands": "and " * 25_000,
    "grown thousands": "a in (" + "1,000," * 15_000,
}


@pytest.mark.parametrize("text", HUGE.values(), ids=HUGE)
def test_a_megabyte_of_nonsense_is_refused_at_once(text: str) -> None:
    """No regular expression and no loop of the reader goes back and forth."""
    started = time.perf_counter()
    with pytest.raises(ConditionError):
        parse(text)
    assert time.perf_counter() - started < FAST


@pytest.mark.parametrize(
    "text", ["x" * 1_000_000 + " > 1", f"a = '{'x' * 1_000_000}'", "a" + " " * 1_000_000 + "> 1"]
)
def test_a_megabyte_of_sense_is_read_at_once(text: str) -> None:
    """A long name or text costs time in proportion to its length."""
    started = time.perf_counter()
    parse(text)
    assert time.perf_counter() - started < FAST


@given(st.text(max_size=40))
def test_any_text_is_read_or_refused(text: str) -> None:
    """The parser is total: a tree, or a refusal with a code and a span within the text."""
    _total(text)


_PIECES = st.sampled_from(
    ["a", "b > 1", "(", ")", "and", "or", "not", "in", "is", "missing", "between", "case", "when", "then", "else", "end",
     "'x'", "'", '"', ",", "=", "==", "<", "<>", "+", "-", "*", "/", "%", "1", "1k", "50,000", "5 %", "null", "like",
     "select", "now()", "sum(", "at_least(", "has_any(", "true", "as_of", "且", "＞", "“", "”", "--", "/*", "#", ";", ".",
     "::", "?", "\n", "\t", "\u3000", "1e", "distinct", "as", "（", "１", "!", "&&", "||", "not in", "is not", "\\", "$"]
)  # fmt: skip


@given(st.lists(_PIECES, max_size=12), st.sampled_from(["", " "]))
def test_any_mixture_of_words_is_read_or_refused(pieces: list[str], glue: str) -> None:
    """The same for texts that come closer to the language."""
    _total(glue.join(pieces))


def _total(text: str) -> None:
    try:
        tree = parse(text)
    except ConditionError as error:
        start, end = error.span
        assert 0 <= start <= len(text)
        assert start <= end <= len(text) + 1
    else:
        assert all(0 <= node.span[0] < node.span[1] <= len(text) for node in nodes(tree))


def test_parameters_by_category_print_as_their_name() -> None:
    """A parameter stays a name, also where it has one value per category."""
    lookup = Lookup("limit", Ref("kind", "category"), (("a", Const(1.0, "number")),), None, "number")
    term: Term = replace(lookup, parameter="limit_by_kind")
    assert term_text(term) == "limit_by_kind"
