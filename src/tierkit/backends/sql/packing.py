"""Outcomes packed into words of bits: a column for each rule first, or conditions where they count."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from operator import itemgetter

from sqlglot import exp

from tierkit.backends.sql.expressions import Writer
from tierkit.backends.sql.nodes import (
    Node,
    balanced,
    both,
    case,
    cast,
    column,
    either,
    everything,
    integer,
    is_null,
    named,
    plus,
)
from tierkit.backends.sql.rows import KEY
from tierkit.backends.sql.shapes import ERROR, true_word, unknown_word
from tierkit.backends.sql.stages import Query, Stages, selecting
from tierkit.backends.sql.words import BITS

GAP = "row gap"
_DEFINITE = (
    exp.And, exp.Or, exp.Not, exp.Paren, exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE, exp.In, exp.Is,
    exp.Null, exp.Column, exp.Identifier, exp.Literal, exp.Boolean, exp.Cast, exp.DataType, exp.Collate,
    exp.Var, exp.Array, exp.Add, exp.Sub, exp.Mul,
)  # fmt: skip
_FUNCTIONS = frozenset(
    {"LIST_CONTAINS", "LIST_POSITION", "SUBSTR", "SUFFIX", "INSTR", "TRANSLATE", "ABS", "FLOOR", "CEIL"}
)
"""What is NULL only where a column is, as `NULL` itself stands only in `IS NULL`."""


def packed(
    writer: Writer, queries: Sequence[Query], stages: Stages, rules: Sequence[Node], wanted: Sequence[str],
    *, unknown: bool,
) -> list[Query]:  # fmt: skip
    """The stages that end in words, after those that there are.

    `wanted` are the columns to be handed out; the last stage has no others. Where nobody asks for what is
    `unknown`, there are no words for it.
    """
    if writer.dialect.lazy:
        return [*queries, *_in_place(writer, queries[-1].name, stages, rules, wanted, unknown=unknown)]
    found = list(queries)
    kept, done = list(stages.names()), [KEY, *wanted, ERROR]
    size = writer.dialect.chunk * BITS
    for chunk, start in enumerate(range(0, max(len(rules), 1), size)):
        mine = rules[start : start + size]
        columns = [everything(), *(named(node, f"rule {start + at}") for at, node in enumerate(mine))]
        found.append(Query(f"rules {chunk}", selecting(columns, found[-1].name)))
        words: list[tuple[str, Node]] = []
        for first in range(0, max(len(mine), 1), BITS):
            bits = [column(f"rule {start + first + bit}") for bit in range(len(mine[first : first + BITS]))]
            at = (start + first) // BITS
            words.append((true_word(at), _fine(_word(writer, _bits(bits)))))
            if unknown:
                open_ = _word(writer, [(is_null(bit.copy()), value) for bit, value in _bits(bits)])
                words.append((unknown_word(at), _fine(open_)))
        if start + size >= len(rules):
            kept = done
        found.append(Query(f"words {chunk}", _with(kept, words, found[-1].name)))
        texts = [text for text, _ in words]
        kept, done = [*kept, *texts], [*done, *texts]
    return found


def _in_place(
    writer: Writer,
    source: str,
    stages: Stages,
    rules: Sequence[Node],
    wanted: Sequence[str],
    *,
    unknown: bool,
) -> Iterator[Query]:
    """For an engine that looks at the rest of a condition only where it is still open.

    Conditions stand in `CASE WHEN`, where it does; what is unknown is asked for where a value is missing.
    """
    starts = range(0, max(len(rules), 1), BITS)
    kept, opened = list(stages.names()), []
    if unknown:
        gaps = list(
            dict.fromkeys(c.name for rule in rules if _definite(rule) for c in rule.find_all(exp.Column))
        )
        gap = balanced(either, [is_null(column(text)) for text in gaps]) if gaps else exp.false()
        yield Query("gaps", selecting([everything(), named(gap, GAP)], source))
        words = [
            (unknown_word(at), _open(writer, rules[first : first + BITS])) for at, first in enumerate(starts)
        ]
        yield Query("unknown words", _with(kept, words, "gaps"))
        source, opened = "unknown words", [text for text, _ in words]
    words = [
        (true_word(at), _fine(_split(writer, rules[first : first + BITS]))) for at, first in enumerate(starts)
    ]
    yield Query("words", _with([KEY, *wanted, ERROR, *opened], words, source))


def _split(writer: Writer, rules: Sequence[Node]) -> Node:
    """A word; rules that ask for one value of the same column stand together, and are looked at for it."""
    asked = [{own.this.sql(): own for own in _conjuncts(rule) if _named(own)} for rule in rules]
    counts = Counter(text for found in asked for text in found)
    text, count = max(counts.items(), key=itemgetter(1), default=("", 0))
    if count <= 1:
        return _word(writer, _bits(rules))
    general: list[tuple[Node, int]] = []
    under: dict[str, tuple[Node, list[tuple[Node, int]]]] = {}
    for (rule, value), found in zip(_bits(rules), asked, strict=True):
        if text not in found:
            general.append((rule, value))
            continue
        test = found[text]
        rest = [own for own in _conjuncts(rule) if own is not test]
        bit = (balanced(both, rest) if rest else exp.true(), value)
        under.setdefault(test.expression.sql(), (test, []))[1].append(bit)
    chosen = case([(test, _sum(bits)) for test, bits in under.values()], integer(0))
    return cast(plus(_sum(general), chosen) if general else chosen, writer.dialect.whole)


def _named(node: Node) -> bool:
    """True for a column that is to have one text."""
    text = node.this.this if isinstance(node, exp.EQ) and isinstance(node.this, exp.Collate) else None
    return isinstance(text, exp.Column) and isinstance(node.expression, exp.Literal)


def _conjuncts(node: Node) -> list[Node]:
    while isinstance(node, exp.Paren):
        node = node.this
    return [*_conjuncts(node.this), *_conjuncts(node.expression)] if isinstance(node, exp.And) else [node]


def _open(writer: Writer, rules: Sequence[Node]) -> Node:
    """The bits of what is unknown; of most conditions nothing is where no value is missing."""
    parts: dict[bool, list[tuple[Node, int]]] = {True: [], False: []}
    for rule, value in _bits(rules):
        if not isinstance(rule, exp.Boolean):
            parts[_definite(rule)].append((is_null(rule.copy()), value))
    guarded = case([(column(GAP), _word(writer, parts[True]))], integer(0)) if parts[True] else integer(0)
    found = plus(guarded, _word(writer, parts[False])) if parts[False] else guarded
    return _fine(found if parts[False] or parts[True] else _word(writer, []))


def _definite(rule: Node) -> bool:
    """True for a condition that is unknown only where a column is NULL."""
    return all(
        node.this in _FUNCTIONS if isinstance(node, exp.Anonymous) else isinstance(node, _DEFINITE)
        for node in rule.walk()
    )


def _bits(rules: Sequence[Node]) -> list[tuple[Node, int]]:
    return [(rule, 1 << at) for at, rule in enumerate(rules)]


def _fine(word: Node) -> Node:
    """A word, NULL in a row that is refused."""
    return case([(is_null(column(ERROR)), word)])


def _with(kept: Sequence[str], words: Sequence[tuple[str, Node]], source: str) -> exp.Select:
    return selecting([*map(column, kept), *(named(node, text) for text, node in words)], source)


def _word(writer: Writer, bits: Sequence[tuple[Node, int]]) -> Node:
    return cast(_sum(bits), writer.dialect.whole)


def _sum(bits: Sequence[tuple[Node, int]]) -> Node:
    parts = [case([(bit, integer(value))], integer(0)) for bit, value in bits]
    return balanced(plus, parts) if parts else integer(0)
